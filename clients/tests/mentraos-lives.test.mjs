// How sessions and apps with the real @mentra/sdk come back, hand over and end. Numbers in brackets are
// sections of the protocol's description.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, beforeEach, suite, test } from 'node:test'
import { WebSocketServer } from 'ws'
import { times } from '../device-server.mjs'
import { passes, Received, user, worldForThisFile } from '../mentraos.mjs'

const directory = mkdtempSync(join(tmpdir(), 'resound-running-'))
after(() => rmSync(directory, { recursive: true, force: true }))

const sdkApp = { package_name: 'com.example.sdk', api_key: 'test-api-key-1', handlers: ['onButtonPress'] }
const rawApp = { package_name: 'com.example.raw', api_key: 'test-api-key-2' }
const name = sdkApp.package_name
const world = await worldForThisFile({
  sdk: [sdkApp],
  raw: [rawApp],
  settings: {
    running_apps: join(directory, 'running-apps.json'),
    // Until the process of an app is there again.
    webhook_attempts: 10,
    app_connect_timeout: '20s',
  },
})
const sdk = world.sdk.app(name)
const COMING_UP = 20_000

let device = await world.device()
await world.startSdk(device, name)
let raw = await world.startRaw(device, rawApp)
raw.send({ type: 'subscription_update', subscriptions: ['button_press'] })

let presses = 0

/** What the device says reaches the app, which reacts: by now, or as soon as it is ready. */
async function appIsThere(milliseconds = 10_000) {
  const buttonId = `press-${++presses}`
  const again = setInterval(() => device.send({ type: 'button_press', buttonId, pressType: 'short' }), 100)
  const options = { milliseconds }
  await sdk.saw('onButtonPress', (data) => data.buttonId === buttonId, options).finally(() => clearInterval(again))
  await device.message('display_event', ({ layout }) => layout?.text === `btn ${buttonId}`)
}

/** Where things stood when a test began. */
let before

beforeEach(() => {
  before = {
    sdk: sdk.now,
    device: device.messages.now,
    webhook: world.webhooks.received.now,
    sessions: sdk.count('onSession'),
    requests: sdk.count('session_request'),
  }
})

/** Another session_request, as a server would send it. */
const requestSession = (address) =>
  fetch(`${world.sdk.apps[0].public_url}/webhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      type: 'session_request',
      sessionId: `${user}-${name}`,
      userId: user,
      timestamp: new Date().toISOString(),
      mentraOSWebsocketUrl: address,
    }),
  })

suite('J. handing over', () => {
  // 7.3, 9.2: the release marks the old connection only
  test('J1 asked once more by the same server the SDK releases its connection and comes with a new one', async () => {
    const answer = await requestSession(`${world.proxy.url.replace('http', 'ws')}/app-ws`)
    assert.equal(answer.status, 200)
    assert.equal(sdk.count('onSession'), before.sessions + 1)
    await appIsThere()
    await passes(times.appGrace + 500)
    assert.equal(sdk.count('session_request'), before.requests + 1)
    assert.deepEqual(device.messagesOf('app_stopped'), [])
    await appIsThere()
  })

  // 4.3, 7.3: RUNNING, closed after ownership_release: DORMANT; DORMANT, device reconnects: webhook
  test('J2 an app that another cloud has taken over is left alone until the device comes back', async () => {
    const elsewhere = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    const heard = new Received('the other cloud')
    try {
      await once(elsewhere, 'listening')
      elsewhere.on('connection', (socket) =>
        socket.on('message', (data) => {
          const message = JSON.parse(data)
          heard.add(message)
          const ack = { type: 'tpa_connection_ack', sessionId: message.sessionId, settings: [], mentraosSettings: {}, subscriptions: [] }
          if (message.type === 'tpa_connection_init') socket.send(JSON.stringify(ack))
        }),
      )
      assert.equal((await requestSession(`ws://127.0.0.1:${elsewhere.address().port}/app-ws`)).status, 200)
      await passes(times.appGrace + 500)
      assert.equal(sdk.count('session_request'), before.requests + 1)
      assert.deepEqual(device.messagesOf('app_stopped'), [])

      device.terminate()
      await device.closed()
      await passes(500)
      device = await world.device()
      await heard.first('an ownership_release', ({ type }) => type === 'ownership_release')
      await appIsThere()
      assert.equal(sdk.count('session_request'), before.requests + 2)
    } finally {
      for (const socket of elsewhere.clients) socket.terminate()
      elsewhere.close()
    }
  })
})

suite('K. coming back', () => {
  // 7.3: user code sees onStop and then a new onSession, and not a second onSession out of the blue
  test('K1 an app that could not come back in time is stopped and gets a new session', async () => {
    world.proxy.down()
    try {
      await sdk.saw('onDisconnected', ({ code }) => code === 1006, { since: before.sdk })
      await sdk.saw('onStop', undefined, { since: before.sdk, milliseconds: times.appGrace + 6_000 })
      assert.equal(sdk.count('onSession'), before.sessions)
    } finally {
      world.proxy.up()
    }
    await sdk.saw('onSession', undefined, { since: before.sdk, milliseconds: COMING_UP })
    await appIsThere()
    assert.equal(sdk.count('onSession'), before.sessions + 1)
  })

  // 9.2: the SDK ends without a release on SIGTERM and expects to be asked again
  test('K3 an app whose process is started anew is asked again', async () => {
    await world.sdk.started.stop(0)
    await world.sdk.start()
    await sdk.saw('onSession', undefined, { since: before.sdk, milliseconds: COMING_UP })
    await appIsThere()
  })
})

suite('L. the end', () => {
  // 7.1, 7.5
  test('L1 a session that ends tells its apps so, and the next one has them again', async () => {
    device.terminate()
    const closed = await raw.closed(times.deviceGrace + 4_000)
    assert.deepEqual(closed, { code: 1000, reason: 'User session ended' })
    assert.equal(raw.messages.all.at(-1).type, 'app_stopped')
    const ended = await sdk.saw('onDisconnected', ({ sessionEnded }) => sessionEnded, { since: before.sdk })
    assert.equal(ended.reason, 'User session ended')
    await sdk.saw('onStop', ({ reason }) => reason === 'User session ended', { since: before.sdk })

    device = await world.device()
    await sdk.saw('onSession', undefined, { since: before.sdk })
    await world.webhooks.request('session_request', ({ userId }) => userId === user, { since: before.webhook })
    raw = await world.join(rawApp)
    await appIsThere()
  })

  // 7.6, 7.5: everybody is told, within 5 s, and what runs is remembered
  test('L2 a server that is stopped says so to everybody', async () => {
    const began = performance.now()
    await world.server.stop()
    assert.ok(performance.now() - began < 5_000, `it took ${performance.now() - began} ms`)
    const goodbye = { code: 1001, reason: 'Server shutting down' }
    assert.deepEqual(await device.closed(), goodbye)
    assert.deepEqual(await raw.closed(), goodbye)
    const { code } = await sdk.saw('onDisconnected', undefined, { since: before.sdk })
    assert.equal(code, 1001)
    const { reason } = await sdk.saw('onStop', undefined, { since: before.sdk })
    assert.match(reason, /Server shutting down/)
  })

  // 7.6: the new process sends the webhooks when the device reconnects
  test('L3 the one that is started next brings the apps back when the device comes', async () => {
    await world.startServer()
    device = await world.device()
    await sdk.saw('onSession', undefined, { since: before.sdk })
    await world.webhooks.request('session_request', undefined, { since: before.webhook })
    await world.join(rawApp)
    await appIsThere()
  })

  test('the SDK has met no message it does not know', () => {
    assert.deepEqual(sdk.misunderstood, [])
  })
})
