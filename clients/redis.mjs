// A real Redis of a test's own, with nothing on a disk.

import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { startProcess } from './process.mjs'

const PROGRAM = '/usr/bin/redis-server'

/** One that is empty, on a free port; to be closed. */
export async function startRedis() {
  if (!existsSync(PROGRAM)) throw new Error('redis-server is missing: apt-get install -y --no-install-recommends redis-server')
  const redis = new Redis(await freePort(), mkdtempSync(join(tmpdir(), 'resound-redis-')))
  await redis.start()
  return redis
}

/** The same, closed when the file's tests are over. */
export async function redisForThisFile() {
  const redis = await startRedis()
  after(() => redis.close())
  return redis
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

class Redis {
  constructor(port, directory) {
    this.port = port
    this.directory = directory
    this.url = `redis://127.0.0.1:${port}`
  }

  /** For the first time, or again: it is empty each time. */
  async start() {
    const options = ['--bind', '127.0.0.1', '--port', String(this.port), '--dir', this.directory, '--save', '']
    this.started = await startProcess(PROGRAM, options, {
      listening: /port=(\d+)[^]*Ready to accept connections/,
      patience: 30_000,
    })
  }

  async stop() {
    await this.started?.stop(0)
    this.started = undefined
  }

  async close() {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }
}
