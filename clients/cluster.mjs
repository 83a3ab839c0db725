// A cluster of two Socket.IO servers of Node and one of Resound, which are told what to do in the same way.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after } from 'node:test'
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter'
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import { io } from 'socket.io-client'
import { startConformance } from './conformance.mjs'
import { startRedis } from './redis.mjs'
import { all, ask, once } from './socketio.mjs'
import { eventually, Happenings } from './within.mjs'

const namespaces = ['/', '/custom']

/** In these every socket in `/` is from the beginning. */
const usualRooms = ['room1', 'room2', 'room4', 'room5']

/** By the names that the conformance server has for them: how Node's servers make theirs. */
const adapters = {
  classic: createAdapter,
  sharded: createShardedAdapter,
  'sharded-static': (publishing, listening) => createShardedAdapter(publishing, listening, { subscriptionMode: 'static' }),
  streams: (client) => createStreamsAdapter(client),
  'streams-recovery': (client) => createStreamsAdapter(client),
  'sharded-dynamic-private': (publishing, listening) => createShardedAdapter(publishing, listening, { subscriptionMode: 'dynamic-private' }),
}

/**
 * The servers, each of which knows the others, by their names; they are stopped when the file's tests
 * are over.
 */
export async function clusterForThisFile(adapter = 'classic') {
  const redis = await startRedis()
  const connections = []
  const newConnection = () => {
    connections.push(new Redis(redis.url))
    return connections.at(-1)
  }
  const nodes = []
  after(async () => {
    await Promise.all(nodes.map((node) => node.stop()))
    connections.forEach((connection) => connection.disconnect())
    await redis.close()
  })
  const options = adapter === 'streams-recovery' ? { connectionStateRecovery: {} } : {}
  nodes.push(await NodeServer.start('node 1', adapters[adapter](newConnection(), newConnection()), options))
  nodes.push(await NodeServer.start('node 2', adapters[adapter](newConnection(), newConnection()), options))
  nodes.push(await ResoundServer.start('resound', redis, adapter))
  for (const namespace of namespaces) {
    // Every adapter listens last to what it is counted by, but for Node's to its answers.
    const { adapter } = nodes[0].io.of(namespace)
    await eventually(`all nodes in ${namespace}`, () => adapter.serverCount(), (count) => count === nodes.length)
  }
  if (adapter.startsWith('streams')) await Promise.all(nodes.map((node) => hearsAll(node, nodes)))
  const asking = newConnection()
  const subscribers = async (room, nsp = '/') => Number((await asking.call('PUBSUB', 'SHARDNUMSUB', `socket.io#${nsp}#${room}#`))[1])
  return { redis, nodes, newConnection, subscribers, heard: hearing(adapter, subscribers) }
}

/**
 * Resolves when so many servers hear what is said to a room alone. Where rooms have channels, servers begin
 * to listen when the first socket joins, and do not wait for Redis.
 */
function hearing(adapter, subscribers) {
  return async (room, count, nsp = '/') => {
    if (adapter === 'sharded-dynamic-private' || (adapter === 'sharded' && room.length !== 20)) {
      await eventually(`${count} servers to hear of ${room}`, () => subscribers(room, nsp), (found) => found === count)
    }
  }
}

/** Those of the rooms that not every socket is in. */
export const unusual = (rooms) => rooms.filter((room) => !usualRooms.includes(room))

/** What is to be done is { what, nsp, to, except, local, volatile, compress, timeout, rooms, close }. */
class NodeServer {
  static async start(name, adapter, options = {}) {
    const http = createServer()
    const server = new Server(http, { adapter, ...options })
    await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve))
    return new NodeServer(name, http, server)
  }

  constructor(name, http, server) {
    this.name = name
    this.url = `http://127.0.0.1:${http.address().port}`
    this.io = server
    this.heard = new Happenings(`what ${name} hears from other servers`)
    for (const namespace of namespaces) this.serve(server.of(namespace))
  }

  serve(namespace) {
    namespace.on('connection', (socket) => {
      socket.data.name = socket.handshake.auth.name
      if (namespace.name === '/') socket.join(usualRooms)
      socket.on('join', (room, done) => {
        socket.join(room)
        done()
      })
      socket.on('my rooms', (answer) => answer([...socket.rooms]))
      socket.on('shout', (...args) => socket.broadcast.emit('told', ...args))
    })
    for (const event of ['hello', 'question']) {
      namespace.on(event, (...args) => {
        const answer = typeof args.at(-1) === 'function' ? args.pop() : () => {}
        this.heard.add([namespace.name, event, args])
        answer(this.name, 'more')
      })
    }
  }

  async do({ what, nsp = '/', to = [], except = [], rooms = [], close = false, timeout, ...flags }, ...args) {
    const namespace = this.io.of(nsp)
    let chosen = namespace.to(to).except(except).compress(flags.compress ?? true)
    if (flags.local) chosen = chosen.local
    if (flags.volatile) chosen = chosen.volatile
    if (timeout) chosen = chosen.timeout(timeout)
    switch (what) {
      case 'emit':
        chosen.emit(...args)
        return
      case 'emitWithAck':
        return new Promise((resolve) => chosen.emit(...args, (error, answers) => resolve([error?.message ?? null, answers])))
      case 'fetchSockets':
        return (await chosen.fetchSockets()).map(({ id, rooms, handshake, data }) => ({ id, rooms: unusual([...rooms]), handshake, data }))
      case 'socketsJoin':
      case 'socketsLeave':
        chosen[what](rooms)
        return
      case 'disconnectSockets':
        chosen.disconnectSockets(close)
        return
      case 'serverSideEmit':
        namespace.serverSideEmit(...args)
        return
      case 'serverSideEmitWithAck':
        return new Promise((resolve) => namespace.serverSideEmit(...args, (error, answers) => resolve([error?.message ?? null, answers])))
    }
    throw new Error(`nothing to do: ${what}`)
  }

  async stop() {
    await this.io.close()
  }
}

/**
 * Resolves when a client of this server hears what every server emits. One of Node's reads a stream from its
 * end until it has read something, and what comes between two attempts is lost on it.
 */
export async function hearsAll(node, nodes) {
  const socket = io(node.url, { forceNew: true, transports: ['websocket'] })
  try {
    const heard = new Set()
    socket.on('meeting', (name) => heard.add(name))
    await once(socket, 'connect')
    await eventually(`${node.name} to hear all servers`, async () => {
      await Promise.all(nodes.map((each) => each.do({ what: 'emit' }, 'meeting', each.name)))
      return heard.size
    }, (count) => count === nodes.length)
  } finally {
    socket.io._close()
  }
}

export class ResoundServer {
  static async start(name, redis, adapter) {
    const server = await startConformance('cluster', { args: ['--redis', redis.url, '--adapter', adapter] })
    const control = io(`${server.url}/control`, { forceNew: true })
    await once(control, 'connect')
    return new ResoundServer(name, server, control)
  }

  constructor(name, server, control) {
    this.name = name
    this.url = server.url
    this.server = server
    this.control = control
    this.heard = all(control, 'heard')
  }

  async do(wish, ...args) {
    const answer = await ask(this.control, 'do', wish, ...args)
    switch (wish.what) {
      case 'fetchSockets':
        assert.equal(answer[0], null)
        return answer[1].map((socket) => ({ ...socket, rooms: unusual(socket.rooms), data: JSON.parse(socket.data) }))
      case 'emitWithAck':
      case 'serverSideEmitWithAck':
        // Of each answer all arguments came.
        return [answer[0], answer[1].map(([first]) => first)]
      default:
        return undefined
    }
  }

  /** Ends it as a crash does. */
  async kill() {
    this.control.io._close()
    await this.server.started.kill()
  }

  async stop() {
    this.control.io._close()
    await this.server.stop()
  }
}
