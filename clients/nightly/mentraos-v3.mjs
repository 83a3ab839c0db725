// A smoke test of device sessions with @mentra/sdk 3, which is not finished yet: it prints PASS or FAIL
// for each check and exits with 0 if all passed. It installs that version into a temporary directory, or
// into the one MENTRAOS_V3_DIRECTORY names, where it stays for the next time.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { times } from '../device-server.mjs'
import { passes, user, World } from '../mentraos.mjs'

const dependencies = { '@mentra/sdk': '3.0.0-alpha.4', '@hono/node-server': '2.1.9' }
// This SDK refuses keys of less than 8 characters.
const sdkApp = { package_name: 'com.example.three', api_key: 'test-api-key-3', permissions: ['MICROPHONE'] }
const name = sdkApp.package_name

const kept = process.env.MENTRAOS_V3_DIRECTORY
const directory = kept || mkdtempSync(join(tmpdir(), 'mentraos-v3-'))
mkdirSync(directory, { recursive: true })
if (!existsSync(join(directory, 'node_modules', '@hono'))) {
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  execFileSync('npm', npm, { cwd: directory, stdio: ['ignore', 2, 2] })
}
const program = join(directory, 'app.mjs')
copyFileSync(fileURLToPath(new URL('mentraos-v3-app.mjs', import.meta.url)), program)

const world = new World({ sdk: [sdkApp], program })
const sdk = world.sdk.app(name)
let device
let failed = 0

async function check(what, run) {
  try {
    await run()
    console.log(`PASS ${what}`)
  } catch (error) {
    failed++
    console.log(`FAIL ${what}\n${error.message.replace(/^/gm, '  ')}`)
  }
}

const button = (buttonId) => ({ type: 'button_press', buttonId, pressType: 'short' })

/** A button reaches the app, and its answer the display, now or once the subscriptions are there. */
async function appIsThere(buttonId) {
  const again = setInterval(() => device.send(button(buttonId)), 100)
  await sdk.saw('onButtonPress', (data) => data.buttonId === buttonId).finally(() => clearInterval(again))
  await device.message('display_event', ({ layout }) => layout?.text === `btn ${buttonId}`)
}

try {
  await world.start()
  device = await world.device()

  // 4.1, 9.3: of the addresses in the webhook it takes websocketUrl
  await check('V1 the SDK dials /ws/miniapp', async () => {
    device.send({ type: 'start_app', packageName: name })
    const { user: whose } = await sdk.saw('onSession', undefined, { milliseconds: 8_000 })
    assert.equal(whose, user)
    await sdk.saw('ack', (type) => type === 'tpa_connection_ack')
    assert.deepEqual(world.proxy.paths.filter((path) => path?.startsWith('/')), ['/ws/miniapp'])
  })
  // 2.7: it does not wait for the acknowledgement
  await check('V2 what it shows right behind its introduction arrives', () =>
    device.message('display_event', ({ packageName, layout }) => packageName === name && layout?.text === 'hello'),
  )
  await check('V3 events reach it, and it reacts on the display', () => appIsThere('v3'))
  // 5.3: its default is transcription:auto
  await check('V4 so does what is said, in any language', async () => {
    const said = { text: 'moin', isFinal: true, startTime: 0, endTime: 1, speakerId: 0, transcribeLanguage: 'de-DE', provider: 'test' }
    device.send({ type: 'local_transcription', ...said })
    await sdk.saw('onTranscription', ({ text }) => text === 'moin')
  })
  await check('V5 and audio, in its order', async () => {
    const frames = Array.from({ length: 50 }, (_, number) => Buffer.alloc(640, number))
    for (const frame of frames) device.send(frame)
    await sdk.saw('onAudioChunk', (audio) => audio === frames.at(-1).toString('hex'))
    assert.deepEqual(sdk.allOf('onAudioChunk'), frames.map((frame) => frame.toString('hex')))
  })
  // 4.2: reconnect, reconnect_ack
  await check('V6 after its connection broke it is back in time, in the session it had', async () => {
    const since = sdk.now
    world.proxy.cut()
    await sdk.saw('onDisconnected', ({ code }) => code === 1006, { since })
    await sdk.saw('ack', (type) => type === 'reconnect_ack', { since })
    await sdk.saw('onReconnected', undefined, { since })
    await appIsThere('v6')
    await passes(times.appGrace + 500)
    assert.equal(sdk.count('onSession'), 1)
    assert.deepEqual(device.messagesOf('app_stopped'), [])
  })
  // 7.3: without being stopped before, as version 2 is
  await check('V7 when it does not come back in time it is asked anew', async () => {
    const [since, sessions] = [sdk.now, sdk.count('onSession')]
    world.proxy.down()
    // The loss, and the failure of the first try a second later. The next one comes after the app's grace.
    await sdk.all.received.count('a loss', 2, ({ what }) => what === 'onDisconnected', { since })
    world.proxy.up()
    await sdk.saw('onSession', undefined, { since, milliseconds: 15_000 })
    await appIsThere('v7')
    assert.equal(sdk.count('onSession'), sessions + 1)
    assert.deepEqual(sdk.allOf('onStop', since), [])
  })
  // 4.6, 9.3: it comes back after any close, but not after app_stopped
  await check('V8 stopped it goes and stays away', async () => {
    const [since, connections] = [sdk.now, world.proxy.paths.length]
    device.send({ type: 'stop_app', packageName: name })
    await sdk.saw('onStop', undefined, { since })
    await passes(times.appGrace + 1_500)
    assert.equal(world.proxy.paths.length, connections)
  })
  await check('V9 started again it is there again', async () => {
    const since = sdk.now
    device.send({ type: 'start_app', packageName: name })
    await sdk.saw('ack', undefined, { since, milliseconds: 8_000 })
    await appIsThere('v9')
  })
  // 7.1: app_stopped, then 1000
  await check('V10 when the session ends it is told, and stays away', async () => {
    const [since, connections] = [sdk.now, world.proxy.paths.length]
    device.terminate()
    await sdk.saw('onStopped', undefined, { since, milliseconds: times.deviceGrace + 4_000 })
    await passes(2_500)
    assert.equal(world.proxy.paths.length, connections)
  })
} catch (error) {
  failed++
  console.log(`FAIL it could not be run\n${error.stack}`)
} finally {
  await world.stop().catch((error) => {
    failed++
    console.log(`FAIL the end\n${error.message}`)
  })
  if (!kept) rmSync(directory, { recursive: true, force: true })
}
console.log(failed === 0 ? 'all passed' : `${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
