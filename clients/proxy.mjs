// A TCP proxy that can lose what the server says, as a network that breaks down does.

import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { closeAfterwards } from './cleanup.mjs'
import { Happenings } from './within.mjs'

/**
 * Listens on a free port and passes everything on, until the test is over. The server's port is looked
 * at when a connection comes: a server that has to be told the proxy's address may be started later.
 */
export async function startProxy(server) {
  const proxy = new Proxy(server)
  proxy.server.listen(0, '127.0.0.1')
  await once(proxy.server, 'listening')
  proxy.url = `http://127.0.0.1:${proxy.server.address().port}`
  closeAfterwards(() => proxy.close())
  return proxy
}

class Proxy {
  #sockets = new Set()
  #upstreams = new Set()
  #down = false
  #losing = false
  #lost = ''
  #losses = new Happenings('a loss')

  /** What each connection asked for first. */
  paths = []

  constructor(target) {
    this.server = createServer((client) => {
      if (this.#down) return client.destroy()
      const upstream = connect(target.port, '127.0.0.1')
      this.#upstreams.add(upstream)
      client.once('data', (data) => this.paths.push(/^GET (\S+)/.exec(data)?.[1]))
      upstream.on('close', () => this.#upstreams.delete(upstream))
      for (const [from, to] of [[client, upstream], [upstream, client]]) {
        this.#sockets.add(from)
        // A connection that breaks says so twice; the close is enough.
        from.on('error', () => {}).on('close', () => {
          this.#sockets.delete(from)
          to.destroy()
        })
      }
      client.on('data', (data) => upstream.write(data))
      upstream.on('data', (data) => {
        if (this.#losing) {
          this.#lost += data
          this.#losses.add(data)
        } else {
          client.write(data)
        }
      })
    })
  }

  /** From now on nothing of what the server says gets through. */
  lose() {
    this.#losing = true
    this.#lost = ''
  }

  /** Resolves when this has been lost so many times. */
  async hasLost(text, times) {
    while (this.#lost.split(text).length <= times) await this.#losses.next()
  }

  /** Breaks all connections, and lets none in until it is up again. */
  down() {
    this.#down = true
    this.cut()
  }

  /** Breaks all connections; the next ones get through. */
  cut() {
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Reads nothing more of what the server says on the connections there are: it has to keep it, or give up. */
  hold() {
    for (const upstream of this.#upstreams) upstream.pause()
  }

  /** Reads on. */
  release() {
    for (const upstream of this.#upstreams) upstream.resume()
  }

  up() {
    this.#down = this.#losing = false
  }

  close() {
    this.down()
    this.server.close()
  }
}
