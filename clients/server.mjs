// Starts and stops the server under test.

import { after } from 'node:test'
import PusherSdk from 'pusher'
import { startProcess } from './process.mjs'

export const app = {
  id: '4711',
  key: 'clients-key',
  secret: 'clients-secret',
  // Only the publisher and the auth endpoint know this one: it seals encrypted channels.
  encryptionMasterKeyBase64: Buffer.alloc(32, 'resound ').toString('base64'),
}

/**
 * Starts a server with one app and resolves when it accepts connections.
 *
 * The command is RESOUND_CMD, split at blanks and run in this directory (default: ../resound start).
 * `env` adds to the server's environment, `options` to its command line, `port` asks for a fixed port
 * (default: any free one); `named` is another command than RESOUND_CMD.
 */
export async function startServer({ env = {}, options = [], port = 0, named } = {}) {
  const [command, ...args] = (named || process.env.RESOUND_CMD || '../resound start').split(/\s+/)
  const started = await startProcess(command, [...args, ...options, '--host', '127.0.0.1', '--port', String(port)], {
    env: { ...inheritedEnvironment(), ...appEnvironment(), ...env },
    listening: /listening on http:\/\/127\.0\.0\.1:(\d+)/,
    // The first start may build the server and prepare its AOT cache.
    patience: 300_000,
  })
  return new Server(started)
}

/** The server a test file shares; it is stopped when the file's tests are over. */
export async function serverForThisFile(options) {
  const server = await startServer(options)
  after(() => server.stop())
  return server
}

class Server {
  host = '127.0.0.1'

  constructor(started) {
    this.started = started
    this.port = started.port
  }

  output() {
    return this.started.output()
  }

  /** The server SDK, as an application's back end uses it; `options` override, for example the secret. */
  api(options = {}) {
    const { id: appId, key, secret, encryptionMasterKeyBase64 } = app
    return new PusherSdk({
      appId,
      key,
      secret,
      encryptionMasterKeyBase64,
      host: this.host,
      port: String(this.port),
      useTLS: false,
      timeout: 10_000,
      ...options,
    })
  }

  /** Asks the server to end and requires that it ends well. */
  async stop() {
    await this.started.stop(0)
  }
}

/** What a server of this machine's user would read must not change the one under test. */
function inheritedEnvironment() {
  const kept = ['RESOUND_JAVA_HOME', 'RESOUND_JAVA_OPTS']
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => kept.includes(name) || !/^(REVERB|RESOUND)_/.test(name)),
  )
}

function appEnvironment() {
  return {
    REVERB_APP_ID: app.id,
    REVERB_APP_KEY: app.key,
    REVERB_APP_SECRET: app.secret,
    REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: 'members',
    // No load balancer has to notice that a test's server stops.
    RESOUND_SHUTDOWN_DRAIN_DELAY: '0s',
  }
}
