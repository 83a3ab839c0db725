import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { closeAfterwards, closeClientsAfterEach } from '../cleanup.mjs'
import { conformanceForThisFile, startConformance } from '../conformance.mjs'
import { transports as paths } from '../socketio.mjs'
import { within } from '../within.mjs'

const script = fileURLToPath(new URL('../python/socketio_check.py', import.meta.url))
const python = pythonWithSocketIo()
const all = await conformanceForThisFile('all')
const suiteServer = await conformanceForThisFile('sio-client')
closeClientsAfterEach()

/** Debian installs its packages for /usr/bin/python3, which is not always the one on the path. */
function pythonWithSocketIo() {
  for (const candidate of ['python3', '/usr/bin/python3']) {
    const needs = 'import requests, websocket; from socketio import Client'
    if (spawnSync(candidate, ['-c', needs], { cwd: '/' }).status === 0) return candidate
  }
  throw new Error('python3-socketio is missing: apt-get install -y --no-install-recommends python3-socketio python3-requests python3-websocket')
}

function start(args) {
  const child = spawn(python, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  closeAfterwards(() => child.kill('SIGKILL'))
  const started = { child, output: '', said: () => {} }
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      started.output += chunk
      started.said()
    })
  }
  started.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(signal ?? code)))
  return started
}

for (const { path, transports } of paths) {
  suite(`python-socketio, ${path}`, () => {
    test('events, acknowledgements, bytes and namespaces work', async (context) => {
      const check = start([transports.join(','), `all=${all.url}`, `sio-client=${suiteServer.url}`])
      assert.equal(await within(check.ended, 'the Python client to end', 100_000), 0, check.output)
      for (const line of check.output.trim().split('\n')) context.diagnostic(line)
    })

    test('the client comes back to the next server on the port', async () => {
      const first = await startConformance('all')
      const check = start([transports.join(','), '--reconnect', first.url])
      const connected = new Promise((resolve) => (check.said = () => check.output.includes('connected') && resolve()))
      await within(Promise.race([connected, check.ended]), 'the Python client to connect', 30_000)
      await first.stop()
      const second = await startConformance('all', { port: first.port })
      try {
        assert.equal(await within(check.ended, 'the Python client to end', 100_000), 0, check.output)
      } finally {
        await second.stop()
      }
    })
  })
}
