// Starts and stops a Redis of a test file's own, on a free port, with nothing on a disk.

import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { startProcess } from './process.mjs'

export async function startRedis() {
  const port = await freePort()
  const options = { bind: '127.0.0.1', port, dir: tmpdir(), save: '', appendonly: 'no' }
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])
  const started = await startProcess('/usr/bin/redis-server', args, {
    env: process.env,
    listening: /Running mode=standalone, port=(\d+)[^]*Ready to accept connections/,
    patience: 30_000,
  })
  return { port, url: `redis://127.0.0.1:${port}`, stop: () => started.stop(0) }
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
