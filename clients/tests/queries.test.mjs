import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { closeClientsAfterEach, connect, libraries, newClient, once, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'
import { eventually } from '../within.mjs'

const server = await serverForThisFile()
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

const get = async (path, params) => (await api.get({ path, params })).json()
const ada = { user_id: 1, user_info: { name: 'Ada' } }
const bob = { user_id: 'bob', user_info: { name: 'Bob' } }

for (const { name, Pusher } of libraries) {
  const join = async (channelName, user) => subscribe(await connect(Pusher, server, auth.as(user)), channelName)

  suite(`queries with the server SDK, ${name}`, () => {
    test('the occupied channels are listed', async () => {
      const prefix = unique('listed')
      await join(`${prefix}-a`)
      await join(`${prefix}-b`)
      const { channels } = await get('/channels', { filter_by_prefix: prefix })
      assert.deepEqual(channels, { [`${prefix}-a`]: {}, [`${prefix}-b`]: {} })
    })

    test('the list tells the user counts of presence channels', async () => {
      const room = unique('presence-listed')
      await join(room, ada)
      await join(room, ada)
      await join(room, bob)
      const { channels } = await get('/channels', { filter_by_prefix: room, info: 'user_count' })
      assert.deepEqual(channels, { [room]: { user_count: 2 } })
    })

    test('a prefix nobody uses lists nothing', async () => {
      assert.deepEqual(await get('/channels', { filter_by_prefix: 'nobody-uses-this' }), { channels: {} })
    })

    test('a channel tells its subscription count', async () => {
      const channelName = unique('counted')
      await join(channelName)
      await join(channelName)
      assert.deepEqual(await get(`/channels/${channelName}`, { info: 'subscription_count,user_count' }), {
        occupied: true,
        subscription_count: 2,
      })
    })

    test('a presence channel tells its user count', async () => {
      const room = unique('presence-counted')
      await join(room, ada)
      await join(room, bob)
      assert.deepEqual(await get(`/channels/${room}`, { info: 'user_count' }), { occupied: true, user_count: 2 })
    })

    test('the users of a presence channel are listed once each, in order of joining', async () => {
      const room = unique('presence-users')
      await join(room, ada)
      await join(room, bob)
      await join(room, ada)
      assert.deepEqual(await get(`/channels/${room}/users`), { users: [{ id: 1 }, { id: 'bob' }] })
    })

    test('a channel whose last subscriber left is vacant', async () => {
      const channel = await join(unique('vacated'))
      channel.pusher.unsubscribe(channel.name)
      await subscribe(channel.pusher, unique('barrier'))
      assert.deepEqual(await get(`/channels/${channel.name}`), { occupied: false })
      assert.deepEqual((await get('/channels', { filter_by_prefix: channel.name })).channels, {})
    })

    test('a cache channel tells its last event', async () => {
      const channel = newClient(Pusher, server).subscribe(unique('cache-told'))
      await once(channel, 'pusher:subscription_succeeded')
      await api.trigger(channel.name, 'rate', { usd: 1 })
      assert.deepEqual(await get(`/channels/${channel.name}`, { info: 'cache' }), {
        occupied: true,
        cache: { event: 'rate', data: '{"usd":1}', channel: channel.name },
      })
    })
  })
}

suite('queries with the server SDK, refusals', () => {
  test('the users of a vacant channel are answered with 404', async () => {
    await assert.rejects(get('/channels/presence-vacant/users'), { status: 404 })
  })

  test('the users of a channel without presence are answered with 400', async () => {
    await subscribe(await connect(libraries[0].Pusher, server), 'no-presence')
    await assert.rejects(get('/channels/no-presence/users'), { status: 400 })
  })

  test('the connections that subscribe to something are counted', async () => {
    // The clients of earlier tests are closed, which the server learns in its own time.
    await eventually('the connections to be gone', () => get('/connections'), ({ connections }) => connections === 0)
    await connect(libraries[0].Pusher, server)
    const client = await connect(libraries[0].Pusher, server)
    await subscribe(client, unique('counted'))
    await subscribe(client, unique('counted'))
    assert.deepEqual(await get('/connections'), { connections: 1 })
  })
})
