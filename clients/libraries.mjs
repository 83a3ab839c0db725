// The client libraries under test, and how a test opens and observes them.

import Pusher8 from 'pusher-js'
import Pusher7 from 'pusher-js-7'
import WebSocket from 'ws'
import { closeAfterwards, closeClientsAfterEach, unique } from './cleanup.mjs'
import { app } from './server.mjs'
import { expected, Happenings, within } from './within.mjs'

export const libraries = [
  { name: 'pusher-js 8', Pusher: Pusher8 },
  { name: 'pusher-js 7', Pusher: Pusher7 },
]

export { closeAfterwards, closeClientsAfterEach, unique }

/** The options every client of a self-hosted server needs. */
export function optionsFor(server, options = {}) {
  return {
    cluster: '',
    wsHost: server.host,
    wsPort: server.port,
    forceTLS: false,
    enabledTransports: ['ws'],
    ...options,
  }
}

/** A client that is on its way; the key is the app's unless `options.key` says otherwise. */
export function newClient(Pusher, server, { key = app.key, ...options } = {}) {
  const client = new Pusher(key, optionsFor(server, options))
  closeAfterwards(() => client.disconnect())
  return client
}

export async function connect(Pusher, server, options) {
  const client = newClient(Pusher, server, options)
  await connected(client)
  return client
}

export async function connected(client, milliseconds) {
  if (client.connection.state !== 'connected') await once(client.connection, 'connected', milliseconds)
  return client
}

/** Resolves with what the next event of this name carries; `emitter` is anything of pusher-js with bind(). */
export function once(emitter, event, milliseconds) {
  let handler
  const happened = new Promise((resolve) => emitter.bind(event, (handler = resolve)))
  const name = `${event} on ${emitter.name ?? 'the client'}`
  return expected(within(happened, name, milliseconds).finally(() => emitter.unbind(event, handler)))
}

/** Every event of this name from now on, as { data, metadata }. */
export function all(emitter, event) {
  const happenings = new Happenings(`${event} on ${emitter.name ?? 'the client'}`)
  emitter.bind(event, (data, metadata) => happenings.add({ data, metadata }))
  return happenings
}

/** Subscribes and resolves with the channel once the server has agreed. */
export async function subscribe(client, name) {
  const channel = client.subscribe(name)
  if (!channel.subscribed) await once(channel, 'pusher:subscription_succeeded')
  return channel
}

/** A plain WebSocket to the app, for what the libraries hide: frames as they are, headers, close codes. */
export class RawClient {
  frames = new Happenings('a frame')

  constructor(server, { key = app.key, path = '', headers } = {}) {
    const url = `ws://${server.host}:${server.port}${path}/app/${key}?protocol=7&client=js&version=8.6.0&flash=false`
    this.socket = new WebSocket(url, { headers })
    closeAfterwards(() => this.socket.terminate())
    this.response = new Promise((resolve) => this.socket.once('upgrade', resolve))
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    )
    this.socket.on('message', (data) => this.frames.add(data.toString()))
    // A refused handshake shows as an error and then as a close; tests look at the close.
    this.socket.on('error', () => {})
  }

  send(frame) {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  /** Takes the handshake event and resolves with its data. */
  async established() {
    const { event, data } = JSON.parse(await this.frames.next())
    if (event !== 'pusher:connection_established') throw new Error(`expected the handshake, got ${event} ${data}`)
    return JSON.parse(data)
  }
}

/** Resolves when a signed-in client hears what is sent to its user, which the library asks for by itself. */
export async function subscribedToUser(client) {
  const channel = client.user.serverToUserChannel
  if (!channel.subscribed) await once(channel, 'pusher:subscription_succeeded')
}
