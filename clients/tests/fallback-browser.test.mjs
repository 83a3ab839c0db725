// pusher-js in a browser, on a page of another origin, where WebSockets do not get through.

import assert from 'node:assert/strict'
import { once as happens } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { after, afterEach, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { unique } from '../cleanup.mjs'
import { app, startServer } from '../server.mjs'
import { eventually } from '../within.mjs'

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

const libraries = [
  { name: 'pusher-js 8', file: '../node_modules/pusher-js/dist/web/pusher.js' },
  { name: 'pusher-js 7', file: '../node_modules/pusher-js-7/dist/web/pusher.js' },
]

// `sockJs` is what the page's SockJS is told; without a word it chooses its transport itself.
const transports = [
  { name: 'xhr_streaming', transport: 'xhr_streaming' },
  { name: 'xhr_polling', transport: 'xhr_polling' },
  { name: 'sockjs', transport: 'sockjs', sockJs: {} },
  { name: 'sockjs, polling', transport: 'sockjs', sockJs: { transports: 'xhr-polling' } },
]

const fileText = (file) => readFile(fileURLToPath(new URL(file, import.meta.url)), 'utf8')

/** A page with a library and nothing else. */
async function servePages() {
  const pages = createServer(async (request, response) => {
    const library = libraries[Number(request.url.slice(1))]
    if (!library) return response.writeHead(404).end()
    const script = await fileText(library.file)
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' })
    response.end(`<!doctype html><title>page</title><script>${script.replaceAll('</script', '<\\/script')}</script>`)
  })
  pages.listen(0, '127.0.0.1')
  await happens(pages, 'listening')
  return pages
}

let pages, origin, browser, server, closed
before(async () => {
  pages = await servePages()
  origin = `http://127.0.0.1:${pages.address().port}`
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  server = await startServer()
  closed = await startServer({ env: { REVERB_ALLOWED_ORIGINS: 'laravel.com' } })
})

after(async () => {
  await browser?.close()
  pages?.close()
  await server?.stop()
  await closed?.stop()
})

const contexts = new Set()
afterEach(async () => {
  for (const context of contexts) await context.close()
  contexts.clear()
})

/** Of Pusher's CDN comes a SockJS that knows iframes and JSONP only. */
async function bringSockJs(page, more) {
  await page.addScriptTag({ content: await fileText('../node_modules/sockjs-client/dist/sockjs.js') })
  await page.evaluate((more) => {
    const SockJS = window.SockJS
    window.SockJS = function (url, protocols, options) {
      return new SockJS(url, protocols, { ...options, ...more })
    }
  }, more)
}

/** A page with a client on its way; `window.log` has its states, errors and events. */
async function openPage(index, { transport, sockJs }, to = server, key = app.key) {
  const context = await browser.newContext()
  contexts.add(context)
  const page = await context.newPage()
  const api = to.api()
  await page.exposeFunction('sign', (socketId, channel, user) => api.authorizeChannel(socketId, channel, user ?? undefined))
  await page.goto(`${origin}/${index}`)
  if (sockJs) await bringSockJs(page, sockJs)
  await page.evaluate(
    ({ key, host, port, transport }) => {
      window.log = { states: [], errors: [], events: [] }
      window.client = new window.Pusher(key, {
        cluster: '',
        httpHost: host,
        httpPort: port,
        forceTLS: false,
        enabledTransports: [transport],
        channelAuthorization: {
          customHandler: ({ socketId, channelName }, callback) =>
            window
              .sign(socketId, channelName, channelName.startsWith('presence-') ? { user_id: `user-${socketId}` } : null)
              .then((answer) => callback(null, answer)),
        },
      })
      window.client.connection.bind('state_change', ({ current }) => window.log.states.push(current))
      window.client.connection.bind('error', (error) => window.log.errors.push(error?.data?.code ?? error?.error?.data?.code))
    },
    { key, host: to.host, port: to.port, transport },
  )
  return page
}

const state = (page, wanted) => page.waitForFunction((wanted) => window.client.connection.state === wanted, wanted, { timeout: 20_000 })

async function subscribe(page, name) {
  await page.evaluate(
    (name) =>
      new Promise((resolve) => {
        const channel = window.client.subscribe(name)
        channel.bind_global((event, data) => event.startsWith('pusher') || window.log.events.push(data))
        channel.bind('pusher:subscription_succeeded', resolve)
      }).then(() => undefined),
    name,
  )
}

const events = (page) => page.evaluate(() => window.log.events)

libraries.forEach(({ name }, index) => {
  for (const way of transports) {
    suite(`fallback in a browser, ${name}, ${way.name}`, () => {
      test('a page of another origin connects, subscribes, speaks and is spoken to', async () => {
        const [one, other] = [await openPage(index, way), await openPage(index, way)]
        const room = unique('presence-room')
        for (const page of [one, other]) {
          await state(page, 'connected')
          await subscribe(page, room)
        }
        assert.equal(await one.evaluate(() => window.client.connection.connection.transport.name), way.transport)
        assert.equal(await other.evaluate((room) => window.client.channel(room).members.count, room), 2)
        await one.evaluate((room) => window.client.channel(room).trigger('client-hello', { text: 'Grüße 😀' }), room)
        await eventually('the client event', () => events(other), (arrived) => arrived.length === 1)
        assert.deepEqual(await events(other), [{ text: 'Grüße 😀' }])
        await server.api().trigger(room, 'e', { n: 1 })
        await eventually('the event', () => events(one), (arrived) => arrived.length === 1)
        assert.deepEqual(await events(one), [{ n: 1 }])
      })

      test('a megabyte arrives whole and in order', async () => {
        const page = await openPage(index, way)
        await state(page, 'connected')
        const channel = unique('private-large')
        await subscribe(page, channel)
        const id = await page.evaluate(() => window.client.connection.socket_id)
        const sent = Array.from({ length: 150 }, (_, i) => `${i} ü😀 ${'x'.repeat(7_000)}`)
        for (const data of sent) await server.api().trigger(channel, 'e', data)
        await eventually('all events', () => page.evaluate(() => window.log.events.length), (count) => count >= sent.length, 30_000)
        assert.deepEqual(await events(page), sent)
        assert.equal(await page.evaluate(() => window.client.connection.socket_id), id)
        assert.equal((await page.evaluate(() => window.log.states)).at(-1), 'connected')
      })

      test('200 events arrive in order', async () => {
        const page = await openPage(index, way)
        await state(page, 'connected')
        const channel = unique('many')
        await subscribe(page, channel)
        const sent = Array.from({ length: 200 }, (_, i) => i)
        for (let i = 0; i < sent.length; i += 10) {
          await server.api().triggerBatch(sent.slice(i, i + 10).map((data) => ({ channel, name: 'e', data })))
        }
        await eventually('all events', () => page.evaluate(() => window.log.events.length), (count) => count >= sent.length, 30_000)
        assert.deepEqual(await events(page), sent)
      })

      test('a key nobody has keeps the page away for good', async () => {
        const page = await openPage(index, way, server, 'nobody')
        await state(page, 'disconnected')
        assert.ok((await page.evaluate(() => window.log.errors)).includes(4001))
      })

      test('a page of an origin that is not allowed is told so', async () => {
        const page = await openPage(index, way, closed)
        await state(page, 'disconnected')
        assert.ok((await page.evaluate(() => window.log.errors)).includes(4009))
      })
    })
  }
})

suite('fallback in a browser, sockjs', () => {
  test('pages of a server that is stopped and started again come back with their channels', async () => {
    const first = await startServer()
    const ways = transports.filter(({ sockJs }) => sockJs)
    const opened = await Promise.all(ways.map((way) => openPage(0, way, first)))
    for (const page of opened) {
      await state(page, 'connected')
      await subscribe(page, 'news')
    }
    await first.stop()
    for (const page of opened) {
      await page.waitForFunction(() => window.log.states.slice(-1)[0] !== 'connected', undefined, { timeout: 20_000 })
    }

    const second = await startServer({ port: first.port })
    try {
      for (const page of opened) {
        await page.waitForFunction(() => window.client.channel('news').subscribed, undefined, { timeout: 60_000 })
      }
      await second.api().trigger('news', 'e', 'back')
      for (const page of opened) {
        await eventually('the event', () => events(page), (arrived) => arrived.length === 1)
        assert.deepEqual(await events(page), ['back'])
      }
    } finally {
      for (const page of opened) await page.evaluate(() => window.client.disconnect())
      await second.stop()
    }
  })
})
