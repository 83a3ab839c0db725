// Two nodes of Resound in a cluster with a node in PHP that speaks as servers of Reverb do. It is a
// script of ours, written after the specification; what is real about it is PHP.

import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, connect, libraries, once, subscribe, subscribedToUser, unique } from '../libraries.mjs'
import { startRedis } from '../redis.mjs'
import { startReverbNode } from '../reverb.mjs'
import { app, startServer } from '../server.mjs'
import { eventually } from '../within.mjs'

const redis = await startRedis()
const nodes = []
let php
// In this order: the script has no patience with a Redis that goes away.
after(async () => {
  await php?.stop()
  await Promise.all(nodes.map((node) => node.stop()))
  await redis.close()
})
for (let i = 0; i < 2; i++) {
  // As the environment of a Laravel application has it.
  const env = { REVERB_SCALING_ENABLED: 'true', REDIS_HOST: '127.0.0.1', REDIS_PORT: String(redis.port) }
  nodes.push(await startServer({ env }))
}
const [here, there] = nodes
php = await startReverbNode(redis)
const auth = await startAuthEndpoint(here.api())
closeClientsAfterEach()

for (const node of nodes) {
  const health = async () => (await fetch(`http://127.0.0.1:${node.port}/up`)).text()
  await eventually('Redis to be reached', health, (answer) => /OK/.test(answer), 30_000)
}
// All three are there when as many answer.
await eventually('all nodes to listen', () => php.ask('connections'), (answers) => answers.length === 3, 30_000)

const get = async (path, params) => {
  const answer = await here.api().get({ path, params })
  assert.equal(answer.headers.get('x-resound-degraded'), null)
  return answer.json()
}

/** The next event that PHP hands to clients in this channel; it also hears what it has said itself. */
async function heardByPhp(channel) {
  for (;;) {
    const event = await php.events.next()
    if (JSON.parse(event.heard).channel === channel) return event
  }
}

for (const { name, Pusher } of libraries) {
  suite(`a cluster with PHP, ${name}`, () => {
    test('what PHP publishes reaches the clients of every node, but for the one left out', async () => {
      const channelName = unique('from-php')
      const clients = await Promise.all([here, there, there].map((node) => connect(Pusher, node)))
      const heard = await Promise.all(clients.map(async (client) => all(await subscribe(client, channelName), 'news')))
      php.publish({ event: 'news', channels: ['elsewhere', channelName], data: '{"text":"größer"}' }, clients[1].connection.socket_id)
      php.publish({ event: 'news', channel: channelName, data: '"last"' })
      for (const each of [heard[0], heard[2]]) assert.deepEqual((await each.next()).data, { text: 'größer' })
      for (const each of heard) {
        assert.equal((await each.next()).data, 'last')
        assert.deepEqual(each.left, [])
      }
    })

    test('what is published here reaches PHP as it reaches our own clients, once', async () => {
      const channelName = unique('to-php')
      const far = all(await subscribe(await connect(Pusher, there), channelName), 'news')
      for (let i = 1; i <= 20; i++) await here.api().trigger([channelName, `${channelName}-too`], 'news', { i, text: 'größer "x"' }, { socket_id: '12.34' })
      for (let i = 1; i <= 20; i++) {
        assert.deepEqual((await far.next()).data, { i, text: 'größer "x"' })
        for (const channel of [channelName, `${channelName}-too`]) {
          const event = await heardByPhp(channel)
          assert.equal(event.app, app.id)
          assert.equal(event.except, '12.34')
          assert.deepEqual(Object.keys(JSON.parse(event.heard)), ['event', 'data', 'channel'])
          assert.deepEqual(JSON.parse(event.heard), { event: 'news', data: JSON.stringify({ i, text: 'größer "x"' }), channel })
        }
      }
      assert.deepEqual([far.left, php.events.left], [[], []])
    })

    test('client events go both ways, with the user that sends them', async () => {
      const channelName = unique('presence-room')
      const ann = await connect(Pusher, here, auth.as({ user_id: 'ann', user_info: {} }))
      const bob = await connect(Pusher, there, auth.as({ user_id: 'bob', user_info: {} }))
      const room = await subscribe(ann, channelName)
      const own = all(room, 'client-typing')
      const far = all(await subscribe(bob, channelName), 'client-typing')
      room.trigger('client-typing', { at: [1, 2] })
      assert.deepEqual(await far.next(), { data: { at: [1, 2] }, metadata: { user_id: 'ann' } })
      const event = await heardByPhp(channelName)
      assert.equal(event.heard, JSON.stringify({ event: 'client-typing', channel: channelName, data: { at: [1, 2] }, user_id: 'ann' }))
      php.publish({ event: 'client-typing', channel: channelName, data: { from: 'php' }, user_id: 'eve' }, '1.1')
      for (const each of [own, far]) assert.deepEqual(await each.next(), { data: { from: 'php' }, metadata: { user_id: 'eve' } })
      assert.match((await heardByPhp(channelName)).heard, /"from":"php"/)
    })

    test('a user is cut off on every node, whichever is asked', async () => {
      for (const asked of ['php', 'resound']) {
        const target = { user_id: unique('user'), user_info: {} }
        const cut = await connect(Pusher, there, auth.as(target))
        await subscribe(cut, unique('presence-room'))
        const lost = once(cut.connection, 'state_change')
        if (asked === 'php') php.terminate(target.user_id)
        else await here.api().terminateUserConnections(target.user_id)
        assert.equal((await lost).previous, 'connected')
        assert.deepEqual(await php.terminated.next(), { terminated: target.user_id, app: app.id })
      }
    })

    /** A client somebody has signed in with, which hears what is sent to them. */
    async function signedIn(node, user) {
      const client = await connect(Pusher, node, auth.as({ user_id: user, user_info: {} }))
      client.signin()
      await client.user.signinDonePromise
      await subscribedToUser(client)
      return client
    }

    test('events to a user go both ways, and to nobody else', async () => {
      const [ann, bob] = [unique('ann'), unique('bob')]
      const channel = `#server-to-user-${ann}`
      const tabs = [await signedIn(here, ann), await signedIn(there, ann)]
      const other = await signedIn(there, bob)
      const heard = tabs.map((tab) => all(tab.user, 'greeting'))
      const overheard = all(other.user, 'greeting')
      php.publish({ event: 'greeting', channels: [channel], data: '{"from":"php"}' })
      for (const each of heard) assert.deepEqual((await each.next()).data, { from: 'php' })
      await heardByPhp(channel) // itself
      await here.api().sendToUser(ann, 'greeting', { from: 'resound' })
      for (const each of heard) assert.deepEqual((await each.next()).data, { from: 'resound' })
      const event = await heardByPhp(channel)
      assert.deepEqual(JSON.parse(event.heard), { event: 'greeting', data: '{"from":"resound"}', channel })
      assert.equal(event.app, app.id)
      await here.api().sendToUser(bob, 'greeting', 'last')
      assert.equal((await overheard.next()).data, 'last')
      assert.deepEqual([...heard, overheard].flatMap((each) => each.left), [])
      await heardByPhp(`#server-to-user-${bob}`)
    })

    test('who is only signed in is cut off on every node, whichever is asked', async () => {
      for (const asked of ['php', 'resound']) {
        const user = unique('user')
        const tabs = [await signedIn(here, user), await signedIn(there, user)]
        const bystander = await signedIn(there, unique('bystander'))
        const lost = tabs.map((tab) => once(tab.connection, 'state_change'))
        if (asked === 'php') php.terminate(user)
        else await here.api().terminateUserConnections(user)
        for (const each of lost) assert.equal((await each).previous, 'connected')
        assert.deepEqual(await php.terminated.next(), { terminated: user, app: app.id })
        assert.equal(bystander.connection.state, 'connected')
      }
    })

    test('PHP asks, and every node answers', async () => {
      const [one, two] = [unique('asked'), unique('presence-asked')]
      const near = await connect(Pusher, here, auth.as({ user_id: 7, user_info: {} }))
      const far = await connect(Pusher, there, auth.as({ user_id: 'bob', user_info: {} }))
      for (const client of [near, far]) await Promise.all([one, two].map((channel) => subscribe(client, channel)))
      const sorted = (answers) => answers.map((answer) => JSON.stringify(answer)).sort()
      const ask = async (type, options) => sorted(await php.ask(type, options))
      const own = (answer) => JSON.stringify(answer)
      const count = '{"occupied":true,"subscription_count":1}'
      assert.deepEqual(await ask('channel', { channel: one, info: 'subscription_count,occupied' }), [own({ occupied: false }), count, count])
      assert.deepEqual(await ask('channel_users', { channel: two }), ['[]', '[{"id":"bob"}]', '[{"id":7}]'].sort())
      const named = { [one]: { subscription_count: 1 }, [two]: [] }
      assert.deepEqual(
        await ask('channels', { info: 'subscription_count', channels: [one, two] }),
        sorted([named, named, { [one]: [], [two]: [] }]),
      )
      const listed = { [two]: { user_count: 1 } }
      assert.deepEqual(
        await ask('channels', { filter: 'presence-asked', info: 'user_count' }),
        sorted([listed, listed, []]),
      )
      const sockets = (await php.ask('connections')).flatMap(Object.keys)
      for (const client of [near, far]) assert.ok(sockets.includes(client.connection.socket_id))
    })

    test('a back end that asks here hears of PHP, too', async () => {
      const client = await connect(Pusher, here, auth.as({ user_id: 'bob', user_info: {} }))
      const other = await connect(Pusher, there, auth.as({ user_id: 'ann', user_info: {} }))
      for (const each of [client, other]) await Promise.all(['php', 'presence-php'].map((channel) => subscribe(each, channel)))
      assert.deepEqual(await get('/channels/php', { info: 'subscription_count' }), { occupied: true, subscription_count: 4 })
      // ann is on a node of each kind and counts once.
      assert.deepEqual(await get('/channels/presence-php', { info: 'user_count' }), { occupied: true, user_count: 3 })
      const phpSockets = Object.keys((await php.ask('connections')).find((sockets) => !(client.connection.socket_id in sockets) && !(other.connection.socket_id in sockets)))
      assert.deepEqual(await get('/connections'), { connections: 2 + phpSockets.length })
      const users = (await get('/channels/presence-php/users')).users.map((user) => user.id)
      assert.deepEqual(new Set(users), new Set(['bob', 'ann', 1]))
      assert.equal(users.length, 3)
      const { channels } = await get('/channels', { filter_by_prefix: 'presence-p', info: 'user_count' })
      assert.deepEqual(channels, { 'presence-php': { user_count: 3 } })
      const published = await here.api().trigger('php', 'news', 'x', { info: 'subscription_count' })
      assert.deepEqual(await published.json(), { channels: { php: { subscription_count: 4 } } })
      assert.match((await heardByPhp('php')).heard, /"news"/)
    })
  })
}

suite('a cluster with PHP, and somebody who only listens', () => {
  const { Pusher } = libraries[0]

  test('an answer without theirs says that it is not complete', async () => {
    const silent = await startReverbNode(redis)
    silent.child.kill('SIGSTOP')
    try {
      const client = await connect(Pusher, here)
      await subscribe(client, 'lonely')
      const answer = await here.api({ timeout: 20_000 }).get({ path: '/channels/lonely', params: { info: 'subscription_count' } })
      assert.deepEqual(await answer.json(), { occupied: true, subscription_count: 1 })
      assert.notEqual(answer.headers.get('x-resound-degraded'), null)
    } finally {
      silent.child.kill('SIGKILL')
    }
  })
})

// The last one: the others need the Redis that goes away here.
suite('a cluster with PHP that loses its Redis', () => {
  const { Pusher } = libraries[0]

  test('each node serves its own, says so, and afterwards all hear each other again', async () => {
    const clients = await Promise.all(nodes.map((node) => connect(Pusher, node)))
    const [near, far] = await Promise.all(clients.map(async (client) => all(await subscribe(client, 'away'), 'news')))
    await php.stop() // which has no patience with that
    await redis.stop()
    const health = (node) => async () => (await fetch(`http://127.0.0.1:${node.port}/up`)).text()
    await eventually('the health to be bad', health(here), (answer) => /DEGRADED/.test(answer), 30_000)
    const published = await here.api().trigger('away', 'news', 'alone')
    assert.match(published.headers.get('x-resound-degraded'), /bus/)
    assert.equal((await near.next()).data, 'alone')
    assert.deepEqual(far.left, [])

    await redis.start()
    for (const node of nodes) await eventually('the health to be good', health(node), (answer) => /OK/.test(answer), 30_000)
    php = await startReverbNode(redis)
    await eventually('all nodes to listen', () => php.ask('connections'), (answers) => answers.length === 3, 30_000)
    const again = await here.api().trigger('away', 'news', 'again')
    assert.equal(again.headers.get('x-resound-degraded'), null)
    assert.equal((await near.next()).data, 'again')
    let heard = (await far.next()).data
    if (heard === 'alone') heard = (await far.next()).data // what was kept, unless it listened too late
    assert.equal(heard, 'again')
    for (;;) if (/"again"/.test((await heardByPhp('away')).heard)) break
    php.publish({ event: 'news', channel: 'away', data: '"from php"' })
    for (const each of [near, far]) assert.equal((await each.next()).data, 'from php')
  })
})
