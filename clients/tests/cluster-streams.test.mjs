import { closeClientsAfterEach } from '../cleanup.mjs'
import { clusterScenarios } from '../cluster-scenarios.mjs'
import { clusterForThisFile } from '../cluster.mjs'

const cluster = await clusterForThisFile('streams')
closeClientsAfterEach()

clusterScenarios(cluster)
