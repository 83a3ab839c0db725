// The official admin UI, as it comes in its package, in a browser, against a server with AdminUi attached.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { extname, join, normalize } from 'node:path'
import { after, afterEach, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { io } from 'socket.io-client'
import { closeAfterwards, closeClientsAfterEach } from '../cleanup.mjs'
import { startProcess } from '../process.mjs'
import { connect, once } from '../socketio.mjs'
import { eventually } from '../within.mjs'

const CHROMIUM = '/usr/bin/chromium'
// Pages want fonts from elsewhere, which there is no way to; the rest keeps the browser to itself.
const FLAGS = [
  '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
]

const USERNAME = 'ann'
const PASSWORD = 'changeit'
const { hashSync } = createRequire(import.meta.url)('bcryptjs')
// what the UI's own documentation has people write into their settings
const HASH = hashSync(PASSWORD, 10)

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

/** The UI's files as a web server of their own would serve them. */
async function serveUi() {
  const root = here('../node_modules/@socket.io/admin-ui/ui/dist')
  const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png' }
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://ui').pathname)
    const file = path.endsWith('/') ? path + 'index.html' : path
    try {
      const content = await readFile(join(root, file))
      response.writeHead(200, { 'Content-Type': types[extname(file)] ?? 'application/octet-stream' }).end(content)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** A server whose pages come from the UI's origin. */
async function startAdmin(origin, ...words) {
  const jdk = execFileSync(here('../../resound'), ['jdk'], { encoding: 'utf8' }).trim()
  const libraries = here('../../examples/conformance/target/lib/') + '*'
  const flags = ['--sun-misc-unsafe-memory-access=allow', '--enable-native-access=ALL-UNNAMED']
  const started = await startProcess(
    join(jdk, 'bin/java'),
    [...flags, '-cp', libraries, here('../fixtures/AdminServer.java'), origin, USERNAME, HASH, ...words],
    { env: process.env, listening: /listening on (\d+)/, patience: 60_000 },
  )
  started.url = `http://127.0.0.1:${started.port}`
  return started
}

let ui, origin, browser, server, resident
const started = []

async function start(...words) {
  const one = await startAdmin(origin, ...words)
  started.push(one)
  return one
}

before(async () => {
  ui = await serveUi()
  origin = `http://127.0.0.1:${ui.address().port}`
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
  server = await start()
  // The page looks at / by itself if somebody is there when it comes.
  resident = io(server.url, { forceNew: true })
  await once(resident, 'connect')
})

after(async () => {
  resident?.disconnect()
  await browser?.close()
  ui?.close()
  for (const one of started) await one.stop(0, 143)
})

closeClientsAfterEach()
const contexts = new Set()
afterEach(async () => {
  for (const context of contexts) await context.close()
  contexts.clear()
})

/** A browser that has never been here. */
async function newPage() {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 } })
  context.setDefaultTimeout(15_000)
  contexts.add(context)
  const page = await context.newPage()
  await page.goto(origin)
  return page
}

async function logIn(page, { to = server, username = USERNAME, password = PASSWORD } = {}) {
  await page.getByLabel('Server URL').fill(to.url)
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Connect' }).click()
}

async function loggedIn(options) {
  const page = await newPage()
  await logIn(page, options)
  await page.getByLabel('Server URL').waitFor({ state: 'hidden' })
  return page
}

async function goTo(page, name) {
  await page.getByRole('navigation').getByText(name, { exact: true }).click()
}

/** While one view slides out and the next slides in, both are there. */
const gone = (locator, what) => eventually(`${what} to be gone`, () => locator.count(), (count) => count === 0)

const row = (page, text) => page.locator('tbody tr', { hasText: text })

suite('admin UI', () => {
  test('a wrong password is told in the form', async () => {
    const page = await newPage()
    await logIn(page, { password: 'wrong' })
    await page.getByText('Invalid credentials').waitFor()
    await logIn(page, { username: 'bob' })
    await page.getByText('Invalid credentials').waitFor()
    await logIn(page)
    await page.getByLabel('Server URL').waitFor({ state: 'hidden' })
  })

  test('a page that is loaded again need not log in again', async () => {
    const page = await loggedIn()
    await page.reload()
    await goTo(page, 'Servers')
    await row(page, 'fixture').waitFor()
    assert.equal(await page.getByLabel('Server URL').isVisible(), false)
  })

  test('the server is shown as healthy', async () => {
    const page = await loggedIn()
    await goTo(page, 'Servers')
    await row(page, 'fixture').filter({ hasText: 'Healthy' }).waitFor()
  })

  test('a socket that was there and one that comes are shown', async () => {
    const early = await connect(io, server)
    const page = await loggedIn()
    await goTo(page, 'Sockets')
    await row(page, early.id).waitFor()
    const late = await connect(io, server)
    await row(page, late.id).waitFor()
    const id = late.id
    late.disconnect()
    await gone(row(page, id), 'the socket')
    await row(page, early.id).waitFor()
  })

  test("a socket's transport, data and rooms are shown", async () => {
    const page = await loggedIn()
    const socket = await connect(io, server, { auth: { nickname: 'bob' } })
    await goTo(page, 'Sockets')
    await row(page, socket.id).filter({ hasText: 'WebSocket' }).click()
    await page.getByText('"nickname": "bob"').waitFor()
    await row(page, 'lobby').waitFor()
  })

  test('rooms and their sockets are shown', async () => {
    const page = await loggedIn()
    await connect(io, server)
    await goTo(page, 'Rooms')
    await row(page, 'lobby').waitFor()
  })

  test('events are shown as they come and go', async () => {
    const page = await loggedIn()
    const socket = await connect(io, server)
    const answered = once(socket, 'greeting')
    socket.emit('greet', 'ann')
    await answered
    await goTo(page, 'Events')
    const events = row(page, socket.id)
    await events.filter({ hasText: 'connection' }).first().waitFor()
    await events.filter({ hasText: 'room joined' }).filter({ hasText: 'lobby' }).waitFor()
    await events.filter({ hasText: 'event sent' }).filter({ hasText: 'greeting' }).waitFor()
    await events.filter({ hasText: 'event received' }).getByRole('button').click()
    await page.getByText('[ "ann" ]').waitFor()
    socket.disconnect()
    await events.filter({ hasText: 'client namespace disconnect' }).waitFor()
  })

  test('a socket is disconnected from the page', async () => {
    const page = await loggedIn()
    const socket = await connect(io, server)
    const other = await connect(io, server)
    await goTo(page, 'Sockets')
    const id = socket.id
    const disconnected = once(socket, 'disconnect')
    await row(page, id).getByRole('button').click()
    assert.equal((await disconnected)[0], 'io server disconnect')
    // a click on the button is one on the row as well, which leads to the socket's own page
    await page.getByText('Disconnected').first().waitFor()
    await goTo(page, 'Sockets')
    await row(page, other.id).waitFor()
    await gone(row(page, id), 'the socket')
    assert.equal(other.connected, true)
  })

  test('a socket leaves a room and joins another from the page', async () => {
    const page = await loggedIn()
    const socket = await connect(io, server)
    await goTo(page, 'Sockets')
    await row(page, socket.id).click()
    await row(page, 'lobby').getByRole('button').click()
    await goTo(page, 'Sockets')
    // the row in the list, not one of the page that slides out
    await row(page, socket.id).filter({ hasText: '127.0.0.1' }).click()
    await page.getByLabel('Join a room').waitFor()
    await gone(row(page, 'lobby'), 'the room')
    const form = page.locator('form', { has: page.getByLabel('Join a room') })
    await form.getByLabel('Join a room').fill('attic')
    await form.locator('button[type=submit]').click()
    await row(page, 'attic').waitFor()
  })

  test('where pages may only look, there are no buttons', async () => {
    const readonly = await start('readonly')
    const socket = await connect(io, readonly)
    const page = await loggedIn({ to: readonly })
    await goTo(page, 'Sockets')
    await row(page, socket.id).waitFor()
    assert.equal(await row(page, socket.id).getByRole('button').count(), 0)
    await goTo(page, 'Clients')
    await row(page, socket.io.engine.id.slice(0, 12)).waitFor()
    assert.equal(await page.locator('tbody tr button').count(), 0)
  })

  test('in production only numbers are shown', async () => {
    const production = await start('production')
    await connect(io, production)
    const page = await loggedIn({ to: production })
    await goTo(page, 'Servers')
    await row(page, 'fixture').filter({ hasText: 'Healthy' }).waitFor()
    assert.equal(await page.getByRole('navigation').getByText('Sockets', { exact: true }).count(), 0)
  })

  test('a page of another origin cannot connect', async () => {
    const elsewhere = await serveUi()
    closeAfterwards(() => elsewhere.close())
    const context = await browser.newContext()
    contexts.add(context)
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${elsewhere.address().port}`)
    await logIn(page)
    await page.getByText('Error').first().waitFor()
    assert.equal(await page.getByLabel('Server URL').isVisible(), true)
  })
})
