// A real Redis of a test's own, with nothing on a disk.

import { execFileSync } from 'node:child_process'
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

/**
 * One that is reached over two networks of its own, each of which can be cut: a namespace, and two pairs of virtual
 * devices. Packets then vanish, as they do when somebody stumbles over a cable. To be closed.
 */
export async function redisInNamespace() {
  const redis = new RedisInNamespace(await freePort(), mkdtempSync(join(tmpdir(), 'resound-redis-')))
  try {
    redis.build()
    await redis.start()
  } catch (failure) {
    await redis.close()
    throw failure
  }
  return redis
}

/** Why there can be none here; false if there can. */
redisInNamespace.impossible = () => {
  if (process.getuid() !== 0) return 'network namespaces need root'
  try {
    ip('netns', 'list')
  } catch (failure) {
    return `network namespaces need ip, of the package iproute2: ${failure.code ?? failure.message}`
  }
  const name = `resound-${process.pid}`
  try {
    ip('netns', 'add', name)
    ip('netns', 'delete', name)
  } catch {
    return 'this machine lets nobody make network namespaces'
  }
  return false
}

function ip(...words) {
  return execFileSync('ip', words, { stdio: 'pipe' })
}

class RedisInNamespace extends Redis {
  constructor(port, directory) {
    super(port, directory)
    this.name = `resound-${process.pid}`
    // Of a range that is for tests of networks; nobody else sees these devices.
    this.networks = [0, 1].map((number) => ({
      outside: `rs${process.pid}o${number}`,
      inside: `rs${process.pid}i${number}`,
      address: `198.18.${process.pid % 250}.${number * 4 + 1}/30`,
      there: `198.18.${process.pid % 250}.${number * 4 + 2}`,
    }))
    this.urls = this.networks.map(({ there }) => `redis://${there}:${port}`)
  }

  build() {
    ip('netns', 'add', this.name)
    for (const { outside, inside, address, there } of this.networks) {
      ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside)
      ip('link', 'set', inside, 'netns', this.name)
      ip('address', 'add', address, 'dev', outside)
      ip('link', 'set', outside, 'up')
      ip('-n', this.name, 'address', 'add', `${there}/30`, 'dev', inside)
      ip('-n', this.name, 'link', 'set', inside, 'up')
    }
  }

  async start() {
    const addresses = this.networks.map(({ there }) => there)
    const redis = [PROGRAM, '--bind', ...addresses, '--protected-mode', 'no', '--port', String(this.port), '--dir', this.directory, '--save', '']
    this.started = await startProcess('ip', ['netns', 'exec', this.name, ...redis], {
      listening: /port=(\d+)[^]*Ready to accept connections/,
      patience: 30_000,
    })
  }

  cut(number) {
    ip('-n', this.name, 'link', 'set', this.networks[number].inside, 'down')
  }

  mend(number) {
    ip('-n', this.name, 'link', 'set', this.networks[number].inside, 'up')
  }

  async close() {
    await super.close()
    for (const { outside } of this.networks) {
      try {
        ip('link', 'delete', outside)
      } catch {
        // it was not made
      }
    }
    try {
      ip('netns', 'delete', this.name)
    } catch {
      // nor was this
    }
  }
}
