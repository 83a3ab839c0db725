// Starts and stops the server under test.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { after } from 'node:test'
import { fileURLToPath } from 'node:url'
import PusherSdk from 'pusher'
import { within } from './within.mjs'

const directory = fileURLToPath(new URL('.', import.meta.url))
const running = new Set()

// A test process that dies must not leave its servers behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))

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
 * `env` adds to the server's environment, `port` asks for a fixed port (default: any free one).
 */
export async function startServer({ env = {}, port = 0 } = {}) {
  const [command, ...args] = (process.env.RESOUND_CMD || '../resound start').split(/\s+/)
  const child = spawn(command, [...args, '--host', '127.0.0.1', '--port', String(port)], {
    cwd: directory,
    env: { ...inheritedEnvironment(), ...appEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => resolve(signal ?? code))
  }).finally(() => running.delete(child))

  let output = ''
  const listening = new Promise((resolve, reject) => {
    const look = (chunk) => {
      output += chunk
      const found = /listening on http:\/\/127\.0\.0\.1:(\d+)/.exec(output)
      if (found) resolve(Number(found[1]))
    }
    child.stdout.setEncoding('utf8').on('data', look)
    child.stderr.setEncoding('utf8').on('data', (chunk) => (output += chunk))
    exited.then((how) => reject(new Error(`the server ended before it listened (${how}):\n${output}`)))
  })

  // The first start may build the server and prepare its AOT cache.
  const listeningPort = await within(listening, 'the server to listen', 300_000).catch((error) => {
    child.kill('SIGKILL')
    throw error
  })
  return new Server(child, exited, listeningPort, () => output)
}

/** The server a test file shares; it is stopped when the file's tests are over. */
export async function serverForThisFile(options) {
  const server = await startServer(options)
  after(() => server.stop())
  return server
}

class Server {
  host = '127.0.0.1'

  constructor(child, exited, port, output) {
    this.child = child
    this.exited = exited
    this.port = port
    this.output = output
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
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(this.child.pid, 'SIGTERM')
    const how = await within(this.exited, 'the server to stop', 30_000).catch((error) => {
      this.child.kill('SIGKILL')
      throw error
    })
    assert.equal(how, 0, `the server must exit with 0 after SIGTERM, its output was:\n${this.output()}`)
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
