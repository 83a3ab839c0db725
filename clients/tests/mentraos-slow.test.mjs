// An app with the real @mentra/sdk whose network stands still. Numbers in brackets are sections of the
// protocol's description.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { worldForThisFile } from '../mentraos.mjs'

const sdkApp = { package_name: 'com.example.sdk', api_key: 'test-api-key-1', handlers: ['onButtonPress'] }
const rawApp = { package_name: 'com.example.raw', api_key: 'test-api-key-2' }
const world = await worldForThisFile({
  sdk: [sdkApp],
  raw: [rawApp],
  // However long it stands still here, the app is not given up meanwhile.
  settings: { app_grace: '60s' },
})
const sdk = world.sdk.app(sdkApp.package_name)

const device = await world.device()
await world.startSdk(device, sdkApp.package_name)
const raw = await world.startRaw(device, rawApp)
raw.send({ type: 'subscription_update', subscriptions: ['button_press'] })

// 8: more than the backlog of control messages: 1013; 7.5: the SDK reconnects; a slow app delays no other
test('K2 an app that does not read is let go with 1013, comes back in time, and delays no other', async () => {
  const before = sdk.now
  world.proxy.hold()
  try {
    const padding = 'x'.repeat(1 << 19)
    // More than the queue and what two kernels keep for a connection.
    for (let number = 1; number <= 16; number++) {
      device.send({ type: 'button_press', buttonId: `big-${number}`, pressType: 'short', padding })
      await raw.stream('button_press', ({ buttonId }) => buttonId === `big-${number}`)
    }
  } finally {
    world.proxy.release()
  }
  const { code, reason } = await sdk.saw('onDisconnected', undefined, { since: before, milliseconds: 20_000 })
  // The server waits two seconds for the answer to its close, and a machine may need longer for the rest of this
  // test: then the SDK sees the connection break instead. It comes back from either.
  if (code !== 1006) assert.deepEqual([code, reason], [1013, 'Slow consumer'])
  await sdk.saw('onConnected', undefined, { since: before })
  const again = setInterval(() => device.send({ type: 'button_press', buttonId: 'back', pressType: 'short' }), 100)
  await sdk.saw('onButtonPress', ({ buttonId }) => buttonId === 'back', { since: before }).finally(() => clearInterval(again))
  assert.equal(sdk.count('onSession'), 1)
  assert.equal(sdk.count('session_request'), 1)
})
