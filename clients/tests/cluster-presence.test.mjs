import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, connect, libraries, newClient, once, subscribe, unique } from '../libraries.mjs'
import { redisForThisFile } from '../redis.mjs'
import { startServer } from '../server.mjs'
import { eventually, Happenings } from '../within.mjs'

const told = new Happenings('what webhooks tell')
const receiver = createServer(async (request, response) => {
  const parts = []
  for await (const part of request) parts.push(part)
  for (const event of JSON.parse(Buffer.concat(parts)).events) told.add(event)
  response.end()
})
await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve))
after(() => receiver.close())

const redis = await redisForThisFile()
const env = {
  RESOUND_CLUSTER_REDIS: redis.url,
  RESOUND_APPS_0_SUBSCRIPTION_COUNT_EVENTS: 'true',
  RESOUND_APPS_0_MAX_CONNECTIONS: '12',
  RESOUND_APPS_0_PRESENCE_MAX_MEMBERS: '4',
  RESOUND_APPS_0_WEBHOOKS: JSON.stringify([
    { url: `http://127.0.0.1:${receiver.address().port}/`, filter: { channel_name_starts_with: 'presence-told' } },
  ]),
  RESOUND_WEBHOOKS_BATCH_TIME: '0s',
}
const newNode = async () => {
  const node = await startServer({ env })
  await eventually('Redis to be reached', () => health(node), (answer) => /OK/.test(answer), 30_000)
  return node
}
const health = async (node) => (await fetch(`http://127.0.0.1:${node.port}/up`)).text()
const nodes = [await newNode(), await newNode()]
after(() => Promise.all(nodes.map((node) => node.stop())))
const [here, there] = nodes
const auth = await startAuthEndpoint(here.api())
closeClientsAfterEach()

const get = async (node, path, params) => (await node.api().get({ path, params })).json()
const as = (id) => ({ user_id: id, user_info: { name: `called ${id}` } })
const membersOf = (channel) => Object.keys(channel.members.members).sort()

for (const { name, Pusher } of libraries) {
  const member = async (node, id, room) => {
    const client = await connect(Pusher, node, auth.as(as(id)))
    return { client, channel: await subscribe(client, room) }
  }

  suite(`presence on two nodes, ${name}`, () => {
    test('who joins sees those on both nodes, and they see the join once', async () => {
      const room = unique('presence-room')
      const ada = await member(here, 'ada', room)
      const seen = all(ada.channel, 'pusher:member_added')
      const bob = await member(there, 'bob', room)
      assert.deepEqual(membersOf(bob.channel), ['ada', 'bob'])
      assert.deepEqual(bob.channel.members.members.ada, { name: 'called ada' })
      assert.equal((await seen.next()).data.id, 'bob')
      const cyd = await member(here, 'cyd', room)
      assert.deepEqual(membersOf(cyd.channel), ['ada', 'bob', 'cyd'])
      assert.equal((await seen.next()).data.id, 'cyd')
      assert.deepEqual(seen.left, [])
    })

    test('a user with sockets on both nodes comes once and goes once', async () => {
      const room = unique('presence-room')
      const watching = [await member(here, 'ada', room), await member(there, 'bob', room)]
      const added = watching.map(({ channel }) => all(channel, 'pusher:member_added'))
      const removed = watching.map(({ channel }) => all(channel, 'pusher:member_removed'))
      await eventually('both to see both', () => watching.map(({ channel }) => membersOf(channel).length), (sizes) => sizes.every((size) => size === 2))
      while (added[0].left.length > 0) await added[0].next()
      const one = await member(here, 'cyd', room)
      const two = await member(there, 'cyd', room)
      for (const each of added) assert.equal((await each.next()).data.id, 'cyd')
      one.client.disconnect()
      await eventually('one subscription less', () => get(here, `/channels/${room}`, { info: 'user_count' }), (it) => it.user_count === 3)
      two.client.disconnect()
      for (const each of removed) assert.equal((await each.next()).data.id, 'cyd')
      assert.deepEqual([...added, ...removed].flatMap((each) => each.left), [])
    })

    test('both nodes tell the same of channels and users', async () => {
      const room = unique('presence-room')
      const plain = unique('plain')
      const ada = await member(here, 'ada', room)
      await member(there, 'bob', room)
      await subscribe(ada.client, plain)
      for (const node of nodes) {
        const users = await eventually('the users', () => get(node, `/channels/${room}/users`), (it) => it.users?.length === 2)
        assert.deepEqual(users.users.map(({ id }) => id).sort(), ['ada', 'bob'])
        assert.deepEqual(await get(node, `/channels/${room}`, { info: 'user_count' }), { occupied: true, user_count: 2 })
        const channels = await eventually('the channels', () => get(node, '/channels', { filter_by_prefix: plain }), (it) => it.channels[plain])
        assert.deepEqual(channels, { channels: { [plain]: {} } })
      }
    })

    test('subscribers are told how many they are on all nodes', async () => {
      const channelName = unique('counted')
      const first = await connect(Pusher, here)
      const counts = all(first.subscribe(channelName), 'pusher:subscription_count')
      assert.equal((await counts.next()).data.subscription_count, 1)
      const second = await connect(Pusher, there)
      await subscribe(second, channelName)
      assert.equal((await counts.next()).data.subscription_count, 2)
      second.disconnect()
      assert.equal((await counts.next()).data.subscription_count, 1)
    })

    test('a watchlist knows who is online on the other node', async () => {
      const [watched, watcher] = [unique('watched'), unique('watcher')]
      const ada = await connect(Pusher, here, auth.as({ ...as(watcher), watchlist: [watched] }))
      const [online, offline] = [all(ada.user.watchlist, 'online'), all(ada.user.watchlist, 'offline')]
      ada.signin()
      await ada.user.signinDonePromise
      const bob = await connect(Pusher, there, auth.as(as(watched)))
      bob.signin()
      await bob.user.signinDonePromise
      assert.deepEqual((await online.next()).data.user_ids, [watched])
      bob.disconnect()
      assert.deepEqual((await offline.next()).data.user_ids, [watched])
    })
  })
}

const { Pusher } = libraries[0]
const member = async (node, id, room) => {
  const client = await connect(Pusher, node, auth.as(as(id)))
  return { client, channel: await subscribe(client, room) }
}

suite('limits and webhooks of two nodes', () => {
  test('a presence channel has room for so many users on both nodes together', async () => {
    const room = unique('presence-full')
    const { channel } = await member(here, 'a', room)
    for (const [node, id] of [[there, 'b'], [here, 'c'], [there, 'd']]) await member(node, id, room)
    await eventually('all to be seen here', () => membersOf(channel).length, (count) => count === 4)
    const late = await connect(Pusher, here, auth.as(as('e')))
    const refused = once(late.connection, 'error')
    late.subscribe(room)
    assert.equal((await refused).data.code, 4009)
    await member(here, 'd', room) // who is there may come again
  })

  test('an app has so many connections on both nodes together', async () => {
    const clients = []
    for (let i = 0; i < 12; i++) clients.push(await connect(Pusher, nodes[i % 2]))
    // A node hears of the other's connections a little later than they are there.
    const attempt = async () => {
      const another = newClient(Pusher, here)
      const refusal = await Promise.race([
        once(another.connection, 'connected').then(() => null),
        once(another.connection, 'error'),
      ])
      if (!refusal) another.disconnect()
      return refusal?.error.data.code ?? 'connected'
    }
    // Those that are in a channel, on both.
    for (const client of clients.slice(0, 5)) await subscribe(client, unique('counted'))
    for (const node of nodes) {
      await eventually('them to be counted', () => get(node, '/connections'), (answer) => answer.connections === 5)
    }
    await eventually('another to be refused', attempt, (outcome) => outcome === 4004)
    clients[1].disconnect()
    await eventually('room for another', attempt, (outcome) => outcome === 'connected')
  })

  test('webhooks tell once what happens on both nodes', async () => {
    const room = unique('presence-told')
    const first = await member(here, 'ada', room)
    const next = async () => {
      const { name, channel, user_id } = await told.next()
      assert.equal(channel, room)
      return user_id ? `${name} ${user_id}` : name
    }
    assert.deepEqual([await next(), await next()].sort(), ['channel_occupied', 'member_added ada'])
    const second = await member(there, 'bob', room)
    assert.equal(await next(), 'member_added bob')
    const again = await member(there, 'ada', room)
    first.client.disconnect()
    again.client.disconnect()
    assert.equal(await next(), 'member_removed ada')
    second.client.disconnect()
    assert.deepEqual([await next(), await next()].sort(), ['channel_vacated', 'member_removed bob'])
    assert.deepEqual(told.left, [])
  })

  test('a node that is killed loses its members once, and everybody is told', async () => {
    const node = await startServer({ env })
    await eventually('Redis to be reached', () => health(node), (answer) => /OK/.test(answer), 30_000)
    const room = unique('presence-told')
    const [near, far] = [await member(here, 'ada', room), await member(there, 'bob', room)]
    const gone = [near, far].map(({ channel }) => all(channel, 'pusher:member_removed'))
    await member(node, 'cyd', room)
    await eventually('cyd to be seen', () => [near, far].map(({ channel }) => membersOf(channel).length), (sizes) => sizes.every((size) => size === 3))
    const start = performance.now()
    await node.started.kill()
    for (const each of gone) assert.equal((await each.next(15_000)).data.id, 'cyd')
    assert.ok(performance.now() - start < 15_000)
    for (const each of nodes) assert.equal((await get(each, `/channels/${room}`, { info: 'user_count' })).user_count, 2)
    assert.deepEqual(gone.flatMap((each) => each.left), [])
    const webhooks = []
    while (!webhooks.includes('member_removed cyd')) {
      const { name, user_id } = await told.next()
      webhooks.push(`${name} ${user_id ?? ''}`)
    }
    assert.equal(webhooks.filter((it) => it === 'member_removed cyd').length, 1)
  })
})
