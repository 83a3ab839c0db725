import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach, unique } from '../cleanup.mjs'
import { clientsOf, clusterScenarios } from '../cluster-scenarios.mjs'
import { clusterForThisFile } from '../cluster.mjs'

const cluster = await clusterForThisFile('sharded')
const { nodes, subscribers } = cluster
const { clients, join, heardBy } = clientsOf(cluster)
closeClientsAfterEach()

clusterScenarios(cluster)

suite('a sharded cluster', () => {
  test('whose servers tell each other bytes, which stay bytes', async () => {
    for (const node of nodes) {
      await node.do({ what: 'serverSideEmit' }, 'hello', Buffer.from([1, 2]), { deep: Buffer.from([3]) })
      for (const other of nodes.filter((each) => each !== node)) {
        assert.deepEqual(await other.heard.next(), ['/', 'hello', [Buffer.from([1, 2]), { deep: Buffer.from([3]) }]])
      }
    }
  })

  test('knows rooms whose names are as long as those of sockets', async () => {
    const sockets = await clients()
    const room = unique('r').padEnd(20, 'x')
    await join(sockets.slice(1), room)
    for (const node of nodes) {
      await node.do({ what: 'emit', to: [room] }, 'told', node.name)
      assert.deepEqual(await heardBy(sockets, node), [[], [[node.name]], [[node.name]]])
    }
  })

  test('listens to a room while somebody is in it', async () => {
    const sockets = await clients()
    const room = unique('room')
    assert.equal(await subscribers(room), 0)
    await join(sockets, room)
    await nodes[0].do({ what: 'socketsLeave', to: [sockets[2].id], rooms: [room] })
    await cluster.heard(room, 2)
    for (const socket of sockets) socket.disconnect()
    await cluster.heard(room, 0)
  })
})
