// Apps made with the real @mentra/sdk, in a process of their own: what happens to them goes to the
// parent, which may have them do things. The argument is a list of
// { packageName, apiKey, port?, handlers: [name of a method of session.events, ...] } as JSON.

import { AppServer } from '@mentra/sdk'

const say = (app, what, data) => process.send({ app, what, data })
const apps = new Map()

// Who asked for all this is gone.
process.on('disconnect', () => process.exit())

const plain = {
  onAudioChunk: ({ arrayBuffer }) => Buffer.from(arrayBuffer).toString('hex'),
  onDisconnected: ({ code, reason, permanent, sessionEnded }) => ({ code, reason: String(reason), permanent, sessionEnded }),
  onError: ({ message }) => message,
  onConnected: () => null,
}

class App extends AppServer {
  constructor({ packageName, apiKey, port = 0, handlers = [] }) {
    super({ packageName, apiKey, port })
    this.name = packageName
    this.handlers = handlers
    // The SDK does not say which port it got.
    const express = this.getExpressApp()
    const listen = express.listen.bind(express)
    express.listen = (...args) => (this.http = listen(...args))
  }

  async handleSessionRequest(request, response) {
    say(this.name, 'session_request', request)
    await super.handleSessionRequest(request, response)
  }

  async onSession(session, id, user) {
    this.session = session
    for (const handler of ['onConnected', 'onDisconnected', 'onError', 'onPermissionError', ...this.handlers]) this.listen(handler, [])
    session.layouts.showTextWall('hello')
    say(this.name, 'onSession', { id, user, settings: session.getSettings() })
  }

  async onStop(id, user, reason) {
    say(this.name, 'onStop', { id, user, reason })
    await super.onStop(id, user, reason)
  }

  /**
   * Registers a handler of session.events, or of another object of the session if there is a dot in the name.
   * It tells the parent as `onButtonPress` or, of one with a word for an argument, `onTouchEvent:double_tap`.
   */
  listen(handler, args) {
    const { session } = this
    const what = [handler, ...args.filter((arg) => typeof arg === 'string')].join(':')
    const [object, method] = handler.includes('.') ? handler.split('.') : ['events', handler]
    const remove = session[object][method](
      ...args.slice(0, 1),
      (data) => {
        say(this.name, what, plain[handler] ? plain[handler](data) : data)
        if (handler === 'onButtonPress') session.layouts.showTextWall(`btn ${data.buttonId}`)
      },
      ...args.slice(1),
    )
    this.removers ??= new Map()
    this.removers.set(what, remove)
  }
}

const errorOf = (error) => error?.message ?? String(error)

process.on('message', async ({ id, app: name, call, args }) => {
  const app = apps.get(name)
  const answer = (data) => say(name, 'answer', { id, ...data })
  try {
    if (call === 'listen') app.listen(args[0], args.slice(1))
    else if (call === 'unlisten') app.removers.get(args[0])()
    else {
      const path = call.split('.')
      const method = path.pop()
      const owner = path.reduce((object, key) => object[key], app.session)
      // A list of lists calls the method once with each: all of that in one go.
      const calls = Array.isArray(args[0]) ? args : [args]
      const results = calls.map((each) => (typeof owner[method] === 'function' ? owner[method](...each) : owner[method]))
      const value = await results.at(-1)
      if (value?.buffer instanceof Uint8Array) value.buffer = Buffer.from(value.buffer).toString('latin1')
      return answer({ value: typeof value === 'function' ? null : value })
    }
    answer({ value: null })
  } catch (error) {
    answer({ error: errorOf(error) })
  }
})

for (const each of JSON.parse(process.argv[2])) {
  const app = new App(each)
  apps.set(each.packageName, app)
  await app.start()
  say(each.packageName, 'port', app.http.address().port)
}
console.log(`\nlistening on ${apps.values().next().value.http.address().port}`)
