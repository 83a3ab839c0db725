// The Socket.IO clients under test, and how a test opens and observes them.

import assert from 'node:assert/strict'
import { io as io4 } from 'socket.io-client'
import io2 from 'socket.io-client-2'
import { io as io3 } from 'socket.io-client-3'
import { closeAfterwards } from './cleanup.mjs'
import { expected, Happenings, within } from './within.mjs'

/** socket.io-client 2 speaks Engine.IO 3, which only the profile sio4 takes. */
export const current = [
  { name: 'socket.io-client 4', io: io4 },
  { name: 'socket.io-client 3', io: io3 },
]
export const libraries = [...current, { name: 'socket.io-client 2', io: io2, legacy: true }]

export const transports = [
  { path: 'polling', transports: ['polling'] },
  { path: 'WebSocket', transports: ['websocket'] },
  { path: 'polling, then WebSocket', transports: ['polling', 'websocket'] },
]

/** Every library over every transport, for tests that hold for all of them. */
export function combinations(of) {
  return of.flatMap((library) => transports.map((transport) => ({ ...library, ...transport, title: `${library.name}, ${transport.path}` })))
}

/** A socket on its way, on a connection of its own. It does not come back by itself unless `reconnection` says so. */
export function newSocket(io, server, { namespace = '', ...options } = {}) {
  const socket = io(server.url + namespace, { forceNew: true, reconnection: false, ...options })
  closeAfterwards(() => closeManager(socket.io))
  return socket
}

/** Ends the connection with every socket on it, and its attempts to come back; version 2 has another name for it. */
function closeManager(manager) {
  if (manager._close) manager._close()
  else manager.close()
}

export async function connect(io, server, options) {
  const socket = newSocket(io, server, options)
  await once(socket, 'connect')
  return socket
}

/** Resolves with the arguments of the next event of this name; `emitter` may also be a manager or an engine. */
export function once(emitter, event, milliseconds) {
  let listener
  const happened = new Promise((resolve) => emitter.on(event, (listener = (...args) => resolve(args))))
  return expected(within(happened, `${event} on ${emitter.nsp ?? 'the connection'}`, milliseconds).finally(() => emitter.off(event, listener)))
}

/** The arguments of every event of this name from now on. */
export function all(emitter, event) {
  const happenings = new Happenings(`${event} on ${emitter.nsp ?? 'the connection'}`)
  emitter.on(event, (...args) => happenings.add(args))
  return happenings
}

/** Emits, and resolves with the arguments of the acknowledgement. */
export function ask(socket, event, ...args) {
  return within(new Promise((resolve) => socket.emit(event, ...args, (...answer) => resolve(answer))), `an answer to ${event}`)
}

/** Resolves once the connection goes by WebSocket. */
export async function upgraded(socket) {
  if (socket.io.engine.transport.name !== 'websocket') await once(socket.io.engine, 'upgrade')
  return socket
}

/** The arguments of an event of a server that lets clients recover: each has an offset behind them. */
export function withoutOffset(args) {
  assert.match(args.at(-1), /^[\w-]+\.[\w-]+$/)
  return args.slice(0, -1)
}
