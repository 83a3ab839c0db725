// Starts and stops the conformance server, examples/conformance.

import { after } from 'node:test'
import { startProcess } from './process.mjs'

// Clients on a busy machine may answer late; how late they may is no matter of most tests.
const PATIENCE = '20000'

/** Starts one profile; `args` are more arguments, `port` asks for a fixed port (default: any free one). */
export async function startConformance(profile, { args = [], port = 0 } = {}) {
  const started = await startProcess(
    '../examples/conformance/conformance',
    ['--profile', profile, '--port', String(port), '--patience', PATIENCE, ...args],
    { env: process.env, listening: /listening on (\d+)/, patience: 60_000 },
  )
  return new Conformance(started)
}

/** The server of this profile that a test file shares; it is stopped when the file's tests are over. */
export async function conformanceForThisFile(profile, options) {
  const server = await startConformance(profile, options)
  after(() => server.stop())
  return server
}

class Conformance {
  constructor(started) {
    this.started = started
    this.port = started.port
    this.url = `http://127.0.0.1:${started.port}`
  }

  /** Ends it with SIGTERM, for which a JVM has a code of its own. */
  async stop() {
    await this.started.stop(0, 143)
  }
}
