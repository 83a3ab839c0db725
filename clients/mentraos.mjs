// What takes part in a device session: a device, apps made with the real SDK, and apps that speak the
// protocol themselves, about a server with device sessions.

import { createServer } from 'node:http'
import { once } from 'node:events'
import { after } from 'node:test'
import jwt from 'jsonwebtoken'
import WebSocket from 'ws'
import { secret, startDeviceServer } from './device-server.mjs'
import { startProcess } from './process.mjs'
import { startProxy } from './proxy.mjs'
import { expected, within } from './within.mjs'

const PATIENCE = 6_000

/** A user whose address has hyphens in both halves and capitals: what tells its parts apart must not stumble. */
export const email = 'Ann-Lee@my-mail.example.com'
export const user = email.toLowerCase()

/** What somebody has received, in order; tests look for something in it, which may be there already or still come. */
export class Received {
  #all = []
  #looking = new Set()

  constructor(who) {
    this.who = who
  }

  add(value) {
    this.#all.push(value)
    for (const look of this.#looking) look(value)
  }

  get all() {
    return [...this.#all]
  }

  /** To be given as `since`: what came before does not count. */
  get now() {
    return this.#all.length
  }

  filter(suits, since = 0) {
    return this.#all.slice(since).filter(suits)
  }

  /** The first that suits. The error, when there is none in time, tells what came instead. */
  async first(what, suits, { since = 0, milliseconds = PATIENCE } = {}) {
    const there = this.#all.slice(since).find(suits)
    if (there !== undefined) return there
    let look
    const coming = new Promise((resolve) => this.#looking.add((look = (value) => suits(value) && resolve(value))))
    try {
      return await within(coming, what, milliseconds)
    } catch (error) {
      const received = this.#all.slice(since).map((value) => shortened(JSON.stringify(value)))
      error.message += `; ${this.who} received ${received.length === 0 ? 'nothing' : `\n  ${received.join('\n  ')}`}`
      throw error
    } finally {
      this.#looking.delete(look)
    }
  }

  /** Resolves when as many suit. */
  async count(what, number, suits, options) {
    let left = number
    await this.first(`${what} (${number} times)`, (value) => suits(value) && --left === 0, options)
  }
}

const shortened = (text) => (text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text)

/**
 * Lets time pass, for what a timer must not do: nothing else shows that a timer is not running. Where
 * something is to happen tests wait for that instead.
 */
export const passes = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/** A WebSocket of a device or of an app that speaks for itself. */
export class Peer {
  constructor(url, { who = 'it', ...options } = {}) {
    this.who = who
    this.messages = new Received(who)
    this.frames = new Received(`${who} (binary)`)
    this.socket = new WebSocket(url, options)
    this.socket.on('message', (data, binary) => (binary ? this.frames.add(data.toString('hex')) : this.messages.add(JSON.parse(data))))
    this.socket.on('error', () => {})
    this.ending = new Promise((resolve) => this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })))
    this.opened = expected(
      new Promise((resolve, reject) => {
        this.socket.once('open', resolve)
        this.socket.once('error', reject)
      }),
    )
    this.refused = new Promise((resolve) =>
      this.socket.once('unexpected-response', async (request, response) => {
        const chunks = await response.toArray()
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode, headers: response.headers, text })
        request.destroy()
      }),
    )
  }

  async open() {
    const refusal = this.refused.then(({ status, text }) => Promise.reject(new Error(`${this.who} was refused: ${status} ${text}`)))
    await within(Promise.race([this.opened, expected(refusal)]), `${this.who} to be connected`, PATIENCE)
    return this
  }

  /** The answer to an upgrade that is not granted, its body as an object. */
  async refusal() {
    const opened = this.opened.then(() => Promise.reject(new Error(`${this.who} was let in`)))
    const { status, headers, text } = await within(Promise.race([this.refused, opened]), `${this.who} to be refused`, PATIENCE)
    return { status, contentType: headers['content-type'], length: headers['content-length'], text, body: parsed(text) }
  }

  send(message) {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message))
  }

  /** The first message of this type that suits. */
  message(type, suits = () => true, options) {
    return this.messages.first(`a ${type} for ${this.who}`, (message) => message.type === type && suits(message), options)
  }

  /** All of this type so far. */
  messagesOf(type, since) {
    return this.messages.filter((message) => message.type === type, since)
  }

  /** The first event of this stream that suits. */
  stream(streamType, suits = () => true, options) {
    return this.message('data_stream', (message) => message.streamType === streamType && suits(message.data), options)
  }

  /** Resolves when the server has answered a ping that is sent now: it still listens to this socket. */
  async answers() {
    const since = this.messages.now
    this.send({ type: 'ping' })
    return this.message('pong', undefined, { since })
  }

  get isOpen() {
    return this.socket.readyState === WebSocket.OPEN
  }

  /** How the connection ended. */
  async closed(milliseconds = PATIENCE) {
    try {
      return await within(this.ending, `${this.who} to be closed`, milliseconds)
    } catch (error) {
      error.message += `; it received ${JSON.stringify(this.messages.all)}`
      throw error
    }
  }

  close(code) {
    this.socket.close(code)
  }

  terminate() {
    this.socket.terminate()
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** Apps with the real SDK, all in one process. */
class SdkApps {
  #answers = 0

  constructor(apps, program) {
    this.apps = apps
    this.program = program
    this.received = new Received('the process of the SDK')
  }

  async start() {
    this.started = await startProcess(process.execPath, [this.program, JSON.stringify(this.apps)], {
      // The SDK asks its maker's server for newer versions of itself. Nothing listens where it would do so now.
      env: { PATH: process.env.PATH, https_proxy: 'http://127.0.0.1:1' },
      listening: /listening on (\d+)/,
      patience: 60_000,
      onMessage: (message) => this.received.add(message),
    })
    for (const app of this.apps) {
      const port = await this.received.first('a port', (message) => message.app === app.packageName && message.what === 'port')
      app.port = port.data
      app.public_url = `http://127.0.0.1:${app.port}`
    }
  }

  /** The one with this package name. */
  app(packageName) {
    return new SdkApp(this, packageName)
  }

  ask(app, call, args) {
    // A test that fails before it asks for the answer must not fail a later one, too.
    return expected(this.#ask(app, call, args))
  }

  async #ask(app, call, args) {
    const id = ++this.#answers
    this.started.tell({ id, app, call, args })
    const { data } = await this.received.first(`an answer of ${call}`, ({ what, data }) => what === 'answer' && data.id === id, {
      milliseconds: 20_000,
    })
    return data
  }

  kill() {
    return this.started.kill()
  }
}

class SdkApp {
  constructor(all, packageName) {
    this.all = all
    this.packageName = packageName
  }

  #is = (what, suits = () => true) => (message) => message.app === this.packageName && message.what === what && suits(message.data)

  /** The first event of this name that suits. */
  async saw(what, suits, options) {
    const event = await this.all.received.first(`${what} of the SDK in ${this.packageName}`, this.#is(what, suits), options)
    return event.data
  }

  count(what, suits) {
    return this.all.received.filter(this.#is(what, suits)).length
  }

  get now() {
    return this.all.received.now
  }

  allOf(what, since) {
    return this.all.received.filter(this.#is(what), since).map(({ data }) => data)
  }

  /** What a method of the session returns (`camera.requestPhoto`), or { error } with what it threw. */
  tries(call, ...args) {
    return this.all.ask(this.packageName, call, args)
  }

  calls(call, ...args) {
    const value = this.tries(call, ...args).then(({ error, value }) => {
      if (error !== undefined) throw new Error(`${call} failed: ${error}`)
      return value
    })
    return expected(value)
  }

  listen(handler, ...args) {
    return this.calls('listen', handler, ...args)
  }

  unlisten(what) {
    return this.calls('unlisten', what)
  }

  /** Errors the SDK has reported to the app because of a message it could not make sense of (4.5). */
  get misunderstood() {
    return this.allOf('onError').filter((error) => /unrecognized|malformed|empty|invalid message|parse|processing/i.test(error))
  }
}

/** Where apps that speak for themselves are asked to come. */
class Webhooks {
  received = new Received('the webhook')

  async start() {
    this.server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      this.received.add({ path: request.url, contentType: request.headers['content-type'], ...parsed(body) })
      response.end('{"status":"success"}')
    })
    this.server.listen(0, '127.0.0.1')
    await once(this.server, 'listening')
    this.url = `http://127.0.0.1:${this.server.address().port}`
  }

  request(type, suits = () => true, options) {
    return this.received.first(`a ${type}`, (body) => body.type === type && suits(body), options)
  }

  requestsOf(type, packageName) {
    return this.received.filter((body) => body.type === type && body.sessionId.endsWith(`-${packageName}`))
  }
}

/** A server, its apps and their ways to it; everything ends with the test file. */
export async function worldForThisFile(options) {
  const world = new World(options)
  after(() => world.stop())
  await world.start()
  return world
}

export class World {
  #peers = new Set()

  /**
   * `sdk` and `raw` are apps as in the configuration, without address, plus `handlers` of the SDK's,
   * whose apps `program` runs. `settings` override others of `device_sessions`.
   */
  constructor({ sdk = [], raw = [], settings = {}, program = 'mentraos-app.mjs' }) {
    this.settings = settings
    this.raw = raw
    this.sdk = new SdkApps(sdk.map((app) => ({ ...app, packageName: app.package_name, apiKey: app.api_key })), program)
    this.webhooks = new Webhooks()
    this.target = {}
  }

  async start() {
    await this.webhooks.start()
    if (this.sdk.apps.length > 0) await this.sdk.start()
    // Apps with the SDK come through this one, so that their connections can be broken.
    this.proxy = await startProxy(this.target)
    await this.startServer()
  }

  async startServer() {
    this.server = await startDeviceServer({
      publicUrl: this.proxy.url.replace('http', 'ws'),
      apps: [
        ...this.sdk.apps.map(({ packageName, apiKey, port, handlers, ...app }) => app),
        ...this.raw.map((app) => ({ ...app, public_url: this.webhooks.url })),
      ].map((app) => ({ name: app.package_name, type: 'background', permissions: [], ...app })),
      settings: this.settings,
      port: this.target.port,
    })
    this.target.port = this.server.port
    this.url = `ws://127.0.0.1:${this.server.port}`
  }

  token(claims, options) {
    return jwt.sign(claims, secret, options)
  }

  get deviceToken() {
    return this.token({ sub: 'u1', email })
  }

  /** A socket to any path, which is closed with the world. */
  peer(path, options) {
    const peer = new Peer(this.url + path, options)
    this.#peers.add(peer)
    return peer
  }

  /** A device that has its connection_ack. */
  async device({ who = 'the device', token = this.deviceToken } = {}) {
    const device = await this.peer('/glasses-ws', { who, headers: { authorization: `Bearer ${token}` } }).open()
    await device.message('connection_ack')
    return device
  }

  /** How an app that speaks for itself presents itself in the upgrade. */
  appHeaders({ package_name, api_key }, of = user) {
    return {
      authorization: `Bearer ${this.token({ packageName: package_name, apiKey: api_key })}`,
      'x-user-id': of,
      'x-session-id': `${of}-${package_name}`,
    }
  }

  /** An app of `raw` that has its tpa_connection_ack; the device must have started it. */
  async join(app, { who = app.package_name, of } = {}) {
    const peer = await this.peer('/app-ws', { who, headers: this.appHeaders(app, of) }).open()
    await peer.message('tpa_connection_ack')
    return peer
  }

  /** The device starts an app of `raw`, and it joins as it is asked to. */
  async startRaw(device, app, options) {
    const since = this.webhooks.received.now
    device.send({ type: 'start_app', packageName: app.package_name })
    await this.webhooks.request('session_request', (body) => body.sessionId.endsWith(`-${app.package_name}`), { since })
    return this.join(app, options)
  }

  /** The device starts an app with the SDK; its subscriptions are in force when this resolves. */
  async startSdk(device, packageName) {
    const app = this.sdk.app(packageName)
    const [since, shown] = [app.now, device.messages.now]
    device.send({ type: 'start_app', packageName })
    await app.saw('onSession', undefined, { since, milliseconds: 8_000 })
    // Said after the subscriptions, on the same socket.
    await device.message('display_event', (message) => message.packageName === packageName && message.layout?.text === 'hello', { since: shown })
    return app
  }

  async stop() {
    for (const peer of this.#peers) peer.terminate()
    this.proxy?.close()
    this.webhooks.server?.close()
    this.webhooks.server?.closeAllConnections()
    const ends = await Promise.allSettled([this.server?.stop(), this.sdk.started?.stop(0, 'SIGTERM', 'SIGKILL')])
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  }
}
