// Device sessions from end to end: a device, an app with the real @mentra/sdk and an app that speaks
// for itself. One story: each test goes on where the one before it ended, in this order. The labels
// (A1 to F6) name what has to hold; elsewhere they are referred to.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { times } from '../device-server.mjs'
import { email, passes, user, worldForThisFile } from '../mentraos.mjs'

const sdkApp = {
  package_name: 'com.example.sdk',
  api_key: 'test-api-key-1',
  permissions: ['MICROPHONE', 'LOCATION'],
  settings: [{ key: 'line', type: 'slider', value: 3 }],
  handlers: ['onButtonPress', 'onTranscription', 'onAudioChunk'],
}
const rawApp = { package_name: 'com.example.raw', api_key: 'test-api-key-2' }
const [P1, P2] = [sdkApp.package_name, rawApp.package_name]

const world = await worldForThisFile({ sdk: [sdkApp], raw: [rawApp] })
const sdk = world.sdk.app(P1)

const sessionRequests = () => world.webhooks.requestsOf('session_request', P2)
const init = { type: 'tpa_connection_init', sessionId: `${user}-${P1}`, packageName: P1, apiKey: sdkApp.api_key }
const text = (expected) => (message) => message.layout?.text === expected
const button = (buttonId) => ({ type: 'button_press', buttonId, pressType: 'short' })
const pressed = (buttonId) => sdk.saw('onButtonPress', (data) => data.buttonId === buttonId)

/** The session's device and apps as they are by now. */
let device, raw

suite('A. the upgrade', () => {
  const refusedDevice = (query) => world.peer(`/glasses-ws${query}`, { who: 'the device' }).refusal()
  const refusedApp = (headers) => world.peer('/app-ws', { who: 'the app', headers }).refusal()

  test('A1 a device without a token is refused with 401 and a JSON body', async () => {
    const { status, contentType, length, text, body } = await refusedDevice('')
    assert.equal(status, 401)
    assert.match(contentType, /json/)
    assert.equal(Number(length), Buffer.byteLength(text))
    assert.deepEqual(body, { type: 'connection_error', message: 'No core token provided', timestamp: body.timestamp })
    assert.ok(!Number.isNaN(Date.parse(body.timestamp)), body.timestamp)
  })

  test('A2 a token that is none is refused with 401', async () => {
    const { status, body } = await refusedDevice('?token=junk')
    assert.deepEqual([status, body.message], [401, 'Invalid core token'])
  })

  test('A3 a token without an address is refused with 401', async () => {
    const { status, body } = await refusedDevice(`?token=${world.token({ sub: 'x' })}`)
    assert.deepEqual([status, body.message], [401, 'Invalid core token - no user ID'])
  })

  test('A4 a token that has expired is refused with 401', async () => {
    const { status, body } = await refusedDevice(`?token=${world.token({ email, exp: 1 })}`)
    assert.deepEqual([status, body.message], [401, 'Invalid core token'])
  })

  test('A5 a token nobody signed (alg none) is refused with 401', async () => {
    const unsigned = ['{"alg":"none","typ":"JWT"}', JSON.stringify({ email })].map((part) => Buffer.from(part).toString('base64url'))
    const { status, body } = await refusedDevice(`?token=${unsigned.join('.')}.`)
    assert.deepEqual([status, body.message], [401, 'Invalid core token'])
  })

  test('A6 an app with a token but without the other headers is refused with 401 MISSING_HEADERS', async () => {
    const { authorization } = world.appHeaders(rawApp)
    const { status, body } = await refusedApp({ authorization })
    assert.equal(status, 401)
    assert.deepEqual([body.type, body.code], ['tpa_connection_error', 'MISSING_HEADERS'])
    assert.equal(body.message, 'Missing userId or sessionId in request headers')
  })

  test('A7 an app with a token that is none is refused with 401 JWT_INVALID', async () => {
    const { status, body } = await refusedApp({ ...world.appHeaders(rawApp), authorization: 'Bearer junk' })
    assert.equal(status, 401)
    assert.deepEqual([body.type, body.code], ['tpa_connection_error', 'JWT_INVALID'])
    assert.match(body.message, /^Invalid JWT token: ./)
  })

  test('A8 an app that introduces itself where no session is hears SESSION_NOT_FOUND and is closed with 1008', async () => {
    const app = await world.peer('/app-ws', { who: 'the app' }).open()
    app.send({ ...init, sessionId: `nobody@x.com-${P1}` })
    await app.message('tpa_connection_error', ({ code }) => code === 'SESSION_NOT_FOUND')
    assert.equal((await app.closed()).code, 1008)
  })

  test('A9 so does an app with a token', async () => {
    const app = await world.peer('/app-ws', { who: 'the app', headers: world.appHeaders(rawApp) }).open()
    await app.message('tpa_connection_error', ({ code }) => code === 'SESSION_NOT_FOUND')
    assert.equal((await app.closed()).code, 1008)
  })

  test('A10 an app that sends what is no JSON is closed with 1011', async () => {
    const app = await world.peer('/app-ws', { who: 'the app' }).open()
    app.send('{nope')
    assert.equal((await app.closed()).code, 1011)
  })
})

suite('B. a device connects', () => {
  test('B1 with its token in the Authorization header it is told its session', async () => {
    device = await world.peer('/glasses-ws', { who: 'the device', headers: { authorization: `Bearer ${world.deviceToken}` } }).open()
    const ack = await device.message('connection_ack')
    assert.equal(ack.sessionId, user)
    assert.ok(!Number.isNaN(Date.parse(ack.timestamp)), JSON.stringify(ack))
  })

  test('B2 its ping is answered with a pong', async () => {
    await device.answers()
  })

  test('B3 what is no JSON does it no harm, and connection_init is acknowledged once more', async () => {
    device.send('{nope')
    device.send({ type: 'connection_init' })
    await device.messages.count('a connection_ack', 2, ({ type }) => type === 'connection_ack')
  })

  test('B4 an app with a wrong API key hears INVALID_API_KEY and is closed with 1008', async () => {
    const app = await world.peer('/app-ws', { who: 'the app' }).open()
    app.send({ ...init, apiKey: 'wrong' })
    await app.message('tpa_connection_error', ({ code }) => code === 'INVALID_API_KEY')
    assert.equal((await app.closed()).code, 1008)
  })

  test('B5 an app nobody has started hears APP_NOT_STARTED and is closed with 1008', async () => {
    const app = await world.peer('/app-ws', { who: 'the app' }).open()
    app.send(init)
    await app.message('tpa_connection_error', ({ code }) => code === 'APP_NOT_STARTED')
    assert.equal((await app.closed()).code, 1008)
  })
})

suite('C. the device and its apps', () => {
  let started

  test('C1 the app with the SDK gets its session, of a user with hyphens in both halves of the address', async () => {
    device.send({ type: 'glasses_connection_state', status: 'CONNECTED', modelName: 'Simulated Glasses' })
    device.send({ type: 'start_app', packageName: P1 })
    started = await sdk.saw('onSession', undefined, { milliseconds: 8_000 })
    assert.deepEqual([started.user, started.id], [user, `${user}-${P1}`])
  })

  test('C2 with its settings', () => {
    assert.deepEqual(started.settings[0], sdkApp.settings[0])
  })

  test('C3 what it shows reaches the device', async () => {
    await device.message('display_event', (message) => message.packageName === P1 && message.view === 'main' && text('hello')(message))
  })

  test('C4 the device is told that the state of an app has changed', async () => {
    await device.message('app_state_change')
  })

  test('C5 the app asks where the device is and is told', async () => {
    const asked = sdk.calls('location.getLatestLocation', { accuracy: 'high' })
    const { accuracy, correlationId } = await device.message('request_single_location')
    assert.equal(accuracy, 'high')
    device.send({ type: 'location_update', lat: 1.5, lng: 2.5, correlationId })
    const { lat, lng } = await asked
    assert.deepEqual([lat, lng], [1.5, 2.5])
  })

  test('C6 the app that speaks for itself is asked to come, with everything every version of the SDK needs', async () => {
    device.send({ type: 'start_app', packageName: P2 })
    const request = await world.webhooks.request('session_request')
    const address = world.proxy.url.replace('http', 'ws')
    assert.deepEqual(request, {
      path: '/webhook',
      contentType: request.contentType,
      type: 'session_request',
      sessionId: `${user}-${P2}`,
      userId: user,
      timestamp: request.timestamp,
      websocketUrl: `${address}/ws/miniapp`,
      mentraOSWebsocketUrl: `${address}/app-ws`,
      augmentOSWebsocketUrl: `${address}/app-ws`,
    })
    assert.match(request.contentType, /^application\/json/)
    assert.ok(!Number.isNaN(Date.parse(request.timestamp)), request.timestamp)
  })

  test('C7 with a token it is acknowledged without a word of its own', async () => {
    raw = await world.peer('/app-ws', { who: P2, headers: world.appHeaders(rawApp) }).open()
    const ack = await raw.message('tpa_connection_ack')
    assert.deepEqual([ack.sessionId, ack.userId], [`${user}-${P2}`, user])
    const { state } = await raw.message('device_state_update', ({ fullSnapshot }) => fullSnapshot === true)
    assert.deepEqual([state.connected, state.modelName], [true, 'Simulated Glasses'])
  })

  test('C8 it is told of a permission it has not declared', async () => {
    // Named by another app's package, which must not matter (C13).
    raw.send({ type: 'subscription_update', packageName: P1, subscriptions: ['head_position', 'audio_chunk'] })
    const { details } = await raw.message('permission_error')
    assert.deepEqual(details.map(({ stream, requiredPermission }) => [stream, requiredPermission]), [['audio_chunk', 'MICROPHONE']])
  })

  test('C9 what happens to the device reaches the app that listens', async () => {
    device.send(button('main'))
    await pressed('main')
  })

  test('C10 which reacts on the display', async () => {
    await device.message('display_event', text('btn main'))
  })

  test("C11 a transcription comes under the app's own name for it", async () => {
    device.send({
      type: 'local_transcription',
      text: 'hi',
      isFinal: true,
      startTime: 0,
      endTime: 1,
      speakerId: 0,
      transcribeLanguage: 'en-US',
      provider: 'test',
    })
    const { type, isFinal, transcribeLanguage } = await sdk.saw('onTranscription', (data) => data.text === 'hi')
    assert.deepEqual({ type, isFinal, transcribeLanguage }, { type: 'transcription', isFinal: true, transcribeLanguage: 'en-US' })
  })

  test('C12 all audio arrives, in its order', async () => {
    const frames = Array.from({ length: 200 }, (_, number) => {
      const frame = Buffer.alloc(640)
      frame.writeUInt32BE(number)
      return frame
    })
    for (const frame of frames) device.send(frame)
    const last = frames.at(-1).toString('hex')
    await sdk.saw('onAudioChunk', (audio) => audio === last)
    assert.deepEqual(sdk.allOf('onAudioChunk'), frames.map((frame) => frame.toString('hex')))
  })

  test('C13 each app gets what it listens to and nothing else, and changes no other by its name', async () => {
    device.send({ type: 'head_position', position: 'up' })
    await raw.stream('head_position', ({ position }) => position === 'up')
    assert.deepEqual(raw.messagesOf('data_stream').map(({ streamType }) => streamType), ['head_position'])
    assert.deepEqual(raw.frames.all, [])
    assert.equal(sdk.count('onButtonPress'), 1)
  })

  test('C14 the ping of an app is answered with a pong', async () => {
    const { timestamp } = await raw.answers()
    assert.equal(typeof timestamp, 'number')
  })
})

suite('D. an app comes back', () => {
  let sessions, since, requests

  test('D1 the SDK sees its connection break (1006)', async () => {
    sessions = sdk.count('onSession')
    since = sdk.now
    world.proxy.cut()
    await sdk.saw('onDisconnected', ({ code }) => code === 1006, { since })
  })

  test('D2 it is back in time: events flow, in the session it had', async () => {
    await sdk.saw('onConnected', undefined, { since })
    device.send(button('d2'))
    await pressed('d2')
    assert.equal(sdk.count('onSession'), sessions)
    assert.deepEqual(device.messagesOf('app_stopped'), [])
  })

  test('D3 an app that does not come back is asked again', async () => {
    const before = world.webhooks.received.now
    raw.terminate()
    await world.webhooks.request('session_request', undefined, { since: before, milliseconds: times.appGrace + 4_000 })
    requests = sessionRequests().length
    assert.equal(requests, 2)
  })

  test('D4 and joins', async () => {
    raw = await world.join(rawApp)
  })

  test('D5 that its replaced socket ends late changes nothing', async () => {
    const old = raw
    raw = await world.join(rawApp)
    old.close(1000)
    await passes(times.appGrace + 500)
    assert.equal(sessionRequests().length, requests)
    await raw.answers()
    raw.send({ type: 'subscription_update', subscriptions: ['head_position'] })
    // A subscription has no answer; a display behind it has.
    raw.send({ type: 'display_event', view: 'main', layout: { layoutType: 'text_wall', text: 'd5' } })
    await device.message('display_event', text('d5'))
    device.send({ type: 'head_position', position: 'd5' })
    await raw.stream('head_position', ({ position }) => position === 'd5')
  })
})

suite('E. a device comes back', () => {
  let sessions

  test('E1 after a loss it is told the session it had', async () => {
    sessions = sdk.count('onSession')
    device.terminate()
    await device.closed()
    // The server has to have noticed, or this would be a takeover, which E3 is about.
    await passes(500)
    device = await world.peer(`/glasses-ws?token=${world.deviceToken}&livekit=true&udpEncryption=true`, { who: 'the device' }).open()
    assert.equal((await device.message('connection_ack')).sessionId, user)
  })

  test('E2 its apps have stayed', async () => {
    device.send(button('e1'))
    await pressed('e1')
    assert.equal(sdk.count('onSession'), sessions)
    assert.ok(raw.isOpen)
  })

  let superseded

  test('E3 that the socket of a superseded device ends late does not end the session', async () => {
    superseded = device
    device = await world.peer(`/glasses-ws?token=${world.deviceToken}`, { who: 'the device' }).open()
    await device.message('connection_ack')
    assert.deepEqual(await superseded.closed(), { code: 4409, reason: 'superseded' })
    await passes(times.deviceGrace + 700)
    device.send(button('e3'))
    await pressed('e3')
    assert.equal(sdk.count('onSession'), sessions)
  })

  test('E4 what apps show goes to the newest device and to no other', async () => {
    await device.message('display_event', text('btn e3'))
    assert.deepEqual(superseded.messages.filter(text('btn e3')), [])
  })
})

suite('F. an app is stopped, a session ends', () => {
  let sessions

  test('F1 the app with the SDK is stopped: user_disabled', async () => {
    sessions = sdk.count('onSession')
    device.send({ type: 'stop_app', packageName: P1 })
    await sdk.saw('onStop', ({ reason }) => reason === 'user_disabled')
  })

  test('F2 and stays stopped', async () => {
    await passes(times.appGrace + 500)
    assert.equal(sdk.count('onSession'), sessions)
  })

  test('F3 until it is started again', async () => {
    await world.startSdk(device, P1)
    assert.equal(sdk.count('onSession'), sessions + 1)
  })

  test('F4 the app that speaks for itself hears app_stopped and is closed with 1000', async () => {
    const since = world.webhooks.received.now
    device.send({ type: 'stop_app', packageName: P2 })
    await raw.message('app_stopped')
    assert.deepEqual(await raw.closed(), { code: 1000, reason: 'App stopped' })
    const request = await world.webhooks.request('stop_request', undefined, { since })
    assert.deepEqual([request.sessionId, request.userId, request.reason], [`${user}-${P2}`, user, 'user_disabled'])
  })

  test('F5 when the device stays away the SDK is told that the session has ended', async () => {
    device.terminate()
    await sdk.saw('onStop', ({ reason }) => reason === 'User session ended', { milliseconds: times.deviceGrace + 4_000 })
  })

  test('F6 and there is no session any more', async () => {
    const app = await world.peer('/app-ws', { who: P2, headers: world.appHeaders(rawApp) }).open()
    await app.message('tpa_connection_error', ({ code }) => code === 'SESSION_NOT_FOUND')
  })

  test('the SDK has met no message it does not know', () => {
    assert.deepEqual(sdk.misunderstood, [])
  })
})
