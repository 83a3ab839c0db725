// What apps ask of a device and what they may listen to: apps with the real @mentra/sdk, and apps that
// speak for themselves where the SDK hides what happens. Numbers in brackets are sections of the
// protocol's description.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { worldForThisFile } from '../mentraos.mjs'

const fullApp = {
  package_name: 'com.example.full',
  api_key: 'test-api-key-full',
  permissions: ['MICROPHONE', 'CAMERA', 'LOCATION', 'READ_NOTIFICATIONS'],
}
// With the SDK, too, but without any permission.
const bareApp = { package_name: 'com.example.bare', api_key: 'test-api-key-bare' }
const rawApp = { package_name: 'com.example.raw', api_key: 'test-api-key-raw', permissions: ['CAMERA', 'LOCATION', 'NOTIFICATIONS'] }
const nosyApp = { package_name: 'com.example.nosy', api_key: 'test-api-key-nosy' }

const world = await worldForThisFile({
  sdk: [fullApp, bareApp],
  raw: [rawApp, nosyApp],
  // Long enough for what has to arrive within it.
  settings: { display_min_interval: '1s' },
})
const device = await world.device()
const full = await world.startSdk(device, fullApp.package_name)
const bare = await world.startSdk(device, bareApp.package_name)
const raw = await world.startRaw(device, rawApp)
// Listens to everything and may do nothing (5.6: everything is still only what it may see).
const nosy = await world.startRaw(device, nosyApp)

let events = 0

/** Subscribes anew; resolves when the server has taken notice. */
async function subscribe(app, subscriptions) {
  const since = app.messages.now
  app.send({ type: 'subscription_update', subscriptions: [...subscriptions, 'head_position'] })
  // A subscription has no answer: one is there when the event comes that only it brings.
  await seesEvent(app, since)
}

async function seesEvent(app, since) {
  const position = `p${++events}`
  const noticed = app.stream('head_position', (data) => data.position === position, { since })
  const again = setInterval(() => device.send({ type: 'head_position', position }), 50)
  await noticed.finally(() => clearInterval(again))
}

/** When this resolves, everything the device has sent before has been passed on. */
async function passedOn() {
  const buttonId = `b${++events}`
  device.send({ type: 'button_press', buttonId, pressType: 'short' })
  await nosy.stream('button_press', (data) => data.buttonId === buttonId)
}

await subscribe(nosy, ['*'])

const textWall = (text) => ({ layoutType: 'text_wall', text })
const showing = (text) => (message) => message.layout?.text === text

suite('G. requests', () => {
  // 4.3: the device uploads straight to webhookUrl; 9.1: what the SDK expects there.
  test('G1 a photo: the device is told where to bring it, and the app gets it', async () => {
    const since = device.messages.now
    const asked = full.calls('camera.requestPhoto', { size: 'small', compress: 'medium', saveToGallery: true })
    const request = await device.message('photo_request', undefined, { since })
    assert.equal(request.appId, fullApp.package_name)
    assert.deepEqual([request.size, request.compress, request.saveToGallery], ['small', 'medium', true])
    const address = world.sdk.apps.find(({ package_name }) => package_name === fullApp.package_name).public_url
    assert.equal(request.webhookUrl, `${address}/photo-upload`)

    const form = new FormData()
    form.set('requestId', request.requestId)
    form.set('photo', new Blob(['a photo'], { type: 'image/jpeg' }), 'photo.jpg')
    assert.equal((await fetch(request.webhookUrl, { method: 'POST', body: form })).status, 200)
    const photo = await asked
    assert.deepEqual([photo.requestId, photo.mimeType, photo.buffer], [request.requestId, 'image/jpeg', 'a photo'])
    // What the device says over its socket in addition is no error to the SDK.
    device.send({ type: 'photo_response', requestId: request.requestId, success: true })
    await passedOn()
  })

  // 4.3
  test('G2 a photo that goes elsewhere: with the address and the token the app gave', async () => {
    const [since, customWebhookUrl, authToken] = [device.messages.now, 'https://photos.example.com/in', 'let-me-in']
    await full.calls('camera.requestPhoto', { customWebhookUrl, authToken })
    const request = await device.message('photo_request', undefined, { since })
    assert.deepEqual([request.webhookUrl, request.authToken], [customWebhookUrl, authToken])
  })

  // 3.1, 4.5: the answer belongs to who has asked.
  test('G3 the answer of the device goes to the app that has asked, and to no other', async () => {
    raw.send({ type: 'photo_request', packageName: fullApp.package_name, requestId: 'g3', size: 'large', compress: 'none' })
    // 2.2: whatever package it names.
    assert.equal((await device.message('photo_request', ({ requestId }) => requestId === 'g3')).appId, rawApp.package_name)
    const error = { code: 'CAMERA_BUSY', message: 'busy' }
    device.send({ type: 'photo_response', requestId: 'g3', success: false, error })
    const response = await raw.message('photo_response', ({ requestId }) => requestId === 'g3')
    assert.equal(response.success, false)
    assert.deepEqual(response.error, error)
    await passedOn()
    assert.deepEqual(nosy.messagesOf('photo_response'), [])
  })

  // 4.3: "Send the error, keep the socket."
  test('G4 a photo without permission: the app hears so and goes on', async () => {
    const since = device.messages.now
    nosy.send({ type: 'photo_request', requestId: 'g4', size: 'small', compress: 'none' })
    const { message } = await nosy.message('tpa_connection_error', ({ code }) => code === 'PERMISSION_DENIED')
    assert.equal(typeof message, 'string')
    await nosy.answers()

    const before = bare.now
    void bare.tries('camera.requestPhoto', {})
    await bare.saw('onError', undefined, { since: before })
    await bare.calls('layouts.showTextWall', 'g4')
    await device.message('display_event', showing('g4'), { since })
    assert.deepEqual(device.messagesOf('photo_request', since), [])
    assert.equal(bare.count('onDisconnected'), 0)
  })

  // 4.3, 3.2
  test('G5 audio is played, and the app hears how it went', async () => {
    const since = device.messages.now
    const asked = full.calls('audio.playAudio', { audioUrl: 'https://example.com/a.mp3', volume: 0.5, trackId: 1 })
    const request = await device.message('audio_play_request', undefined, { since })
    assert.equal(request.packageName ?? request.appId, fullApp.package_name)
    assert.deepEqual(
      [request.audioUrl, request.volume, request.stopOtherAudio, request.trackId],
      ['https://example.com/a.mp3', 0.5, true, 1],
    )
    device.send({ type: 'audio_play_response', requestId: request.requestId, success: true, duration: 1234 })
    const { success, duration } = await asked
    assert.deepEqual([success, duration], [true, 1234])
  })

  // 3.1
  test('G6 or that it went wrong', async () => {
    const since = device.messages.now
    const asked = full.calls('audio.playAudio', { audioUrl: 'https://example.com/none.mp3' })
    const { requestId } = await device.message('audio_play_request', undefined, { since })
    device.send({ type: 'audio_play_response', requestId, success: false, error: 'not found' })
    const { success, error } = await asked
    assert.deepEqual([success, error], [false, 'not found'])
    assert.deepEqual(nosy.messagesOf('audio_play_response'), [])
  })

  // 3.2
  test('G7 audio is stopped', async () => {
    await full.calls('audio.stopAudio', 1)
    const { appId, trackId } = await device.message('audio_stop_request')
    assert.deepEqual([appId, trackId], [fullApp.package_name, 1])
  })

  // 3.2
  test('G8 a light blinks and goes out', async () => {
    const since = device.messages.now
    await full.calls('led.blink', 'green', 200, 300, 2)
    const on = await device.message('rgb_led_control', ({ action }) => action === 'on', { since })
    assert.equal(on.packageName, fullApp.package_name)
    assert.deepEqual([on.color, on.ontime, on.offtime, on.count], ['green', 200, 300, 2])
    await full.calls('led.turnOff')
    const off = await device.message('rgb_led_control', ({ action }) => action === 'off', { since })
    // The SDK does not wait for these, and must not stumble over them.
    for (const { requestId } of [on, off]) device.send({ type: 'rgb_led_control_response', requestId, success: true })
    await passedOn()
  })

  // 3.1, 4.5
  test('G9 an app that speaks for itself hears how that went', async () => {
    raw.send({ type: 'rgb_led_control', requestId: 'g9', action: 'on', color: 'red', ontime: 100, offtime: 0, count: 1 })
    const { packageName } = await device.message('rgb_led_control', ({ requestId }) => requestId === 'g9')
    assert.equal(packageName, rawApp.package_name)
    device.send({ type: 'rgb_led_control_response', requestId: 'g9', success: false, error: 'no light' })
    const { success, error } = await raw.message('rgb_led_control_response', ({ requestId }) => requestId === 'g9')
    assert.deepEqual([success, error], [false, 'no light'])
    await passedOn()
    assert.deepEqual(nosy.messagesOf('rgb_led_control_response'), [])
  })

  // 3.2
  test('G10 a device without WiFi is asked to set it up', async () => {
    await full.calls('requestWifiSetup', 'to look for updates')
    const { reason, appPackageName } = await device.message('show_wifi_setup')
    assert.deepEqual([reason, appPackageName], ['to look for updates', fullApp.package_name])
  })

  // 4.4: the view as given
  test('G11 what goes to the dashboard says so', async () => {
    await full.calls('layouts.showDashboardCard', 'left', 'right', { view: 'dashboard' })
    const shown = await device.message('display_event', ({ view }) => view === 'dashboard')
    assert.equal(shown.packageName, fullApp.package_name)
    assert.deepEqual(shown.layout, { layoutType: 'dashboard_card', leftText: 'left', rightText: 'right' })
  })

  // 4.4: within the interval only the newest of a package is kept
  test('G12 of what an app shows too fast the device gets the last', async () => {
    const since = device.messages.now
    await full.calls('layouts.showTextWall', ['one'], ['two'], ['three'])
    await device.message('display_event', showing('three'), { since })
    assert.deepEqual(device.messages.filter(showing('two'), since), [])
  })

  // 4.4: forceDisplay bypasses. The SDK 2.1.29 cannot ask for it.
  test('G13 what has to be shown does not wait', async () => {
    const since = device.messages.now
    const show = (app, text, more) => app.send({ type: 'display_event', view: 'main', layout: textWall(text), ...more })
    show(raw, 'first')
    show(raw, 'waiting')
    await device.message('display_event', (message) => showing('first')(message) || showing('waiting')(message), { since })
    show(raw, 'waiting long')
    show(nosy, 'forced', { forceDisplay: true })
    await device.message('display_event', showing('forced'), { since })
    assert.deepEqual(device.messages.filter(showing('waiting long'), since), [])
    await device.message('display_event', showing('waiting long'), { since })
  })
})

let beforeTranscription

suite('H. streams', () => {
  // 3.2: the highest tier of all; 5.3: all location events are location_update
  test('H1 the device locates as exactly as the most demanding app asks for', async () => {
    const tier = (expected, since) => device.message('set_location_tier', (message) => message.tier === expected, { since })
    await subscribe(raw, [{ stream: 'location_stream', rate: 'kilometer' }])
    await tier('kilometer', 0)

    const since = device.messages.now
    await full.calls('subscribe', { stream: 'location_stream', rate: 'high' })
    await full.listen('on', 'location_stream')
    await tier('high', since)
    await full.listen('onLocation')
    const located = full.now
    // A subscription has no answer: the location may come before the last one counts.
    const again = setInterval(() => device.send({ type: 'location_update', lat: 3.5, lng: 4.5, accuracy: 5 }), 50)
    await full.saw('onLocation', ({ lat, lng }) => lat === 3.5 && lng === 4.5, { since: located }).finally(() => clearInterval(again))
    await raw.stream('location_update', ({ lat }) => lat === 3.5)

    const lower = device.messages.now
    await full.unlisten('on:location_stream')
    await tier('kilometer', lower)
    await full.unlisten('onLocation')
  })

  // 5.6: location_stream is gated like location_update, and everything at delivery
  test('H2 nobody is located by an app without permission', async () => {
    nosy.send({ type: 'subscription_update', subscriptions: ['*', { stream: 'location_stream', rate: 'realtime' }] })
    const { details } = await nosy.message('permission_error')
    assert.deepEqual(details.map(({ stream, requiredPermission }) => [stream, requiredPermission]), [['location_stream', 'LOCATION']])
    device.send({ type: 'location_update', lat: 5.5, lng: 6.5 })
    await raw.stream('location_update', ({ lat }) => lat === 5.5)
    await passedOn()
    assert.deepEqual(nosy.messages.filter(({ data }) => data?.type === 'location_update'), [])
    assert.deepEqual(device.messagesOf('set_location_tier').filter(({ tier }) => tier === 'realtime'), [])
  })

  // 5.6: legacy NOTIFICATIONS implies READ_NOTIFICATIONS; * grants nothing
  test('H3 notifications reach apps that may read them', async () => {
    await subscribe(raw, ['phone_notification'])
    await full.listen('onPhoneNotifications')
    const since = full.now
    const notification = { type: 'phone_notification', notificationId: 'n1', app: 'Mail', title: 'hello', content: 'you', priority: 'high' }
    const again = setInterval(() => device.send(notification), 50)
    await full.saw('onPhoneNotifications', ({ title }) => title === 'hello', { since }).finally(() => clearInterval(again))
    await raw.stream('phone_notification', ({ title }) => title === 'hello')
    await passedOn()
    assert.deepEqual(nosy.messages.filter(({ data }) => data?.type === 'phone_notification'), [])
  })

  // 5.2, 5.6
  test('H4 an app with the SDK that may not is told so, and goes on', async () => {
    const since = bare.now
    await bare.listen('onPhoneNotifications')
    const { details } = await bare.saw('onPermissionError', undefined, { since })
    assert.deepEqual(
      details.map(({ stream, requiredPermission }) => [stream, requiredPermission]),
      [['phone_notification', 'READ_NOTIFICATIONS']],
    )
    assert.equal(bare.count('onDisconnected'), 0)
  })

  // 5.3: byte for byte under the app's own name, to which the SDK holds
  test('H5 a gesture comes under the name the app has for it', async () => {
    await full.listen('onTouchEvent', 'double_tap')
    const since = full.now
    const touch = (gesture_name) => ({ type: 'touch_event', device_model: 'Simulated Glasses', gesture_name })
    const again = setInterval(() => [touch('long_press'), touch('double_tap')].forEach((event) => device.send(event)), 50)
    await full.saw('onTouchEvent:double_tap', undefined, { since }).finally(() => clearInterval(again))
    assert.deepEqual(full.allOf('onTouchEvent:double_tap').filter(({ gesture_name }) => gesture_name !== 'double_tap'), [])
  })

  // 5.3, 5.1: options are ignored for what matches, and kept in the name
  test('H6 so does a transcription with options', async () => {
    beforeTranscription = device.messages.now
    await full.listen('onTranscriptionForLanguage', 'fr-FR', { hints: ['en'] })
    const since = full.now
    const said = { type: 'local_transcription', text: 'salut', isFinal: true, startTime: 0, endTime: 1, speakerId: 0, provider: 'test' }
    const again = setInterval(() => {
      device.send({ ...said, text: 'hello', transcribeLanguage: 'en-US' })
      device.send({ ...said, transcribeLanguage: 'fr-FR' })
    }, 50)
    await full
      .saw('onTranscriptionForLanguage:fr-FR', ({ text }) => text === 'salut', { since })
      .finally(() => clearInterval(again))
    assert.deepEqual(full.allOf('onTranscriptionForLanguage:fr-FR').filter(({ text }) => text !== 'salut'), [])
  })

  // 5.5
  test('H7 the microphone is on while somebody listens, and off a while later', async () => {
    const since = device.messages.now
    const microphone = (suits, options) => device.message('microphone_state_change', suits, options)
    await microphone(({ isMicrophoneEnabled, requiredData }) => isMicrophoneEnabled && requiredData[0] === 'pcm', {
      since: beforeTranscription,
    })
    await full.listen('onAudioChunk')
    const loud = await microphone(({ bypassVad }) => bypassVad === true, { since })
    assert.deepEqual([loud.isMicrophoneEnabled, loud.requiredData], [true, ['pcm']])
    const audio = device.messages.now
    await full.unlisten('onAudioChunk')
    await full.unlisten('onTranscriptionForLanguage:fr-FR')
    const off = await microphone(({ isMicrophoneEnabled }) => !isMicrophoneEnabled, { since: audio, milliseconds: 8_000 })
    assert.deepEqual(off.requiredData, [])
  })

  // 6: samples of 16 bits are not torn apart, and there are no empty frames
  test('H8 audio arrives in whole samples', async () => {
    await full.listen('onAudioChunk')
    const since = full.now
    const again = setInterval(() => device.send(Buffer.from('aaaa', 'hex')), 50)
    await full.saw('onAudioChunk', undefined, { since }).finally(() => clearInterval(again))
    for (const part of ['010203', '04', '', '050607', '08', 'ffff']) device.send(Buffer.from(part, 'hex'))
    await full.saw('onAudioChunk', (audio) => audio.endsWith('ffff'), { since })
    const heard = full.allOf('onAudioChunk', since).filter((audio) => audio !== 'aaaa')
    assert.equal(heard.join(''), '0102030405060708ffff')
    for (const audio of heard) assert.equal(audio.length % 4, 0, heard.join(' '))
  })

  // 3.1, 4.5
  test('H9 the SDK knows the state of the device', async () => {
    const since = nosy.messages.now
    device.send({ type: 'glasses_connection_state', status: 'CONNECTED', modelName: 'Even Realities G1' })
    await nosy.message('device_state_update', ({ state }) => state.modelName === 'Even Realities G1', { since })
    await full.listen('onHeadPosition')
    await seesSdkEvent()
    assert.equal(await full.calls('device.state.modelName.value'), 'Even Realities G1')
    assert.equal(await full.calls('device.state.connected.value'), true)
  })

  /** What was sent to the app before has arrived. */
  async function seesSdkEvent() {
    const since = full.now
    const position = `p${++events}`
    const again = setInterval(() => device.send({ type: 'head_position', position }), 50)
    await full.saw('onHeadPosition', (data) => data.position === position, { since }).finally(() => clearInterval(again))
  }

  // 4.3: "Glasses not connected" is an answer and no reason to part
  test('H10 an app whose device is away is told so when it asks for something, and goes on', async () => {
    device.terminate()
    await device.closed()
    const since = raw.messages.now
    // The server may notice the loss a little later.
    const again = setInterval(() => raw.send({ type: 'photo_request', requestId: `h10-${++events}`, size: 'small', compress: 'none' }), 50)
    const { code } = await raw.message('tpa_connection_error', undefined, { since }).finally(() => clearInterval(again))
    assert.equal(code, 'INTERNAL_ERROR')
    await raw.answers()
  })

  test('the SDK has met no message it does not know', () => {
    assert.deepEqual([full.misunderstood, bare.misunderstood], [[], []])
  })
})
