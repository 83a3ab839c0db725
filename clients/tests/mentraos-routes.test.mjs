// Where devices and their apps connect, beside everything else one server has on its port. Numbers in
// brackets are sections of the protocol's description.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach, connect, libraries, once, subscribe, unique } from '../libraries.mjs'
import { Peer, user, worldForThisFile } from '../mentraos.mjs'
import { startServer } from '../server.mjs'

const app = { package_name: 'com.example.raw', api_key: 'test-api-key-2' }
const world = await worldForThisFile({ raw: [app] })
const paths = ['/glasses-ws', '/app-ws', '/ws/client', '/ws/miniapp']
closeClientsAfterEach()

suite('M. one port', () => {
  // 1.1
  test('M1 a device and an app that come by the other paths are served as well', async () => {
    const device = await world.peer(`/ws/client?token=${world.deviceToken}`, { who: 'the device' }).open()
    assert.equal((await device.message('connection_ack')).sessionId, user)
    device.send({ type: 'start_app', packageName: app.package_name })
    await world.webhooks.request('session_request')
    const raw = await world.peer('/ws/miniapp', { who: 'the app', headers: world.appHeaders(app) }).open()
    await raw.message('tpa_connection_ack')
  })

  // 1.1
  for (const { name, Pusher } of libraries) {
    test(`M2 ${name} talks to the same port`, async () => {
      const client = await connect(Pusher, world.server)
      const channel = await subscribe(client, unique('news'))
      const news = once(channel, 'news')
      await world.server.api().trigger(channel.name, 'news', { n: 1 })
      assert.deepEqual(await news, { n: 1 })
    })
  }

  // 1.1: the whole path and never a prefix
  test('M3 a path that only begins like one of them is none of them', async () => {
    for (const path of paths) {
      for (const other of [`${path}/`, `${path}/x`, `${path}x`]) {
        const { status } = await world.peer(`${other}?token=${world.deviceToken}`, { who: other }).refusal()
        assert.equal(status, 404, other)
      }
    }
  })

  // 1.5
  test('M4 what is no WebSocket is told so', async () => {
    for (const path of paths) assert.equal((await fetch(world.url.replace('ws', 'http') + path)).status, 426, path)
  })

  // 11, point 17
  test('M5 a server without device sessions knows none of the paths', async () => {
    const server = await startServer()
    try {
      for (const path of paths) {
        const headers = { authorization: `Bearer ${world.deviceToken}` }
        const { status } = await new Peer(`ws://127.0.0.1:${server.port}${path}`, { who: path, headers }).refusal()
        assert.equal(status, 404, path)
        assert.equal((await fetch(`http://127.0.0.1:${server.port}${path}`)).status, 404, path)
      }
    } finally {
      await server.stop()
    }
  })
})
