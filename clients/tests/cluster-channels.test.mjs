import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, connect, libraries, once, subscribe, subscribedToUser, unique } from '../libraries.mjs'
import { redisForThisFile } from '../redis.mjs'
import { startServer } from '../server.mjs'
import { eventually, within } from '../within.mjs'

const redis = await redisForThisFile()
const nodes = []
for (let i = 0; i < 2; i++) {
  nodes.push(await startServer({ env: { RESOUND_CLUSTER_REDIS: redis.url, RESOUND_CLUSTER_READY_WITHOUT: '8s' } }))
  after(() => nodes[i].stop())
}
const [here, there] = nodes
const auth = await startAuthEndpoint(here.api())
closeClientsAfterEach()

const health = async (node) => (await fetch(`http://127.0.0.1:${node.port}/up`)).text()

async function isConnected() {
  for (const node of nodes) await eventually('Redis to be reached', () => health(node), (answer) => /OK/.test(answer), 30_000)
}

await isConnected()

for (const { name, Pusher } of libraries) {
  suite(`channels on two nodes, ${name}`, () => {
    test('what is published on one node reaches the subscribers of both, once and in order', async () => {
      const channelName = unique('many')
      const clients = await Promise.all([here, there, there].map((node) => connect(Pusher, node)))
      const channels = await Promise.all(clients.map((client) => subscribe(client, channelName)))
      const received = channels.map((channel) => all(channel, 'tick'))
      for (let tick = 1; tick <= 50; tick++) await here.api().trigger(channelName, 'tick', tick)
      for (const ticks of received) {
        for (let tick = 1; tick <= 50; tick++) assert.equal((await ticks.next()).data, tick)
        assert.deepEqual(ticks.left, [])
      }
    })

    test('the socket that is left out may be on another node than the request', async () => {
      const channelName = unique('others')
      const [left, other] = await Promise.all([there, there].map((node) => connect(Pusher, node)))
      const onLeft = all(await subscribe(left, channelName), 'news')
      const onOther = all(await subscribe(other, channelName), 'news')
      await here.api().trigger(channelName, 'news', 'first', { socket_id: left.connection.socket_id })
      await here.api().trigger(channelName, 'news', 'second')
      assert.equal((await onOther.next()).data, 'first')
      assert.equal((await onOther.next()).data, 'second')
      assert.equal((await onLeft.next()).data, 'second')
    })

    test('the last event of a cache channel is there for who comes to the other node', async () => {
      const channelName = unique('cache-last')
      const watcher = await connect(Pusher, there)
      const seen = once(await subscribe(watcher, channelName), 'news')
      await here.api().trigger(channelName, 'news', 'the last')
      await seen
      const late = await connect(Pusher, there)
      const channel = late.subscribe(channelName)
      assert.equal(await once(channel, 'news'), 'the last')
    })

    test('a client event reaches the others on both nodes, and not its sender', async () => {
      const channelName = unique('private-room')
      const clients = await Promise.all([here, here, there].map((node) => connect(Pusher, node, auth.as())))
      const channels = await Promise.all(clients.map((client) => subscribe(client, channelName)))
      const [own, near, far] = channels.map((channel) => all(channel, 'client-typing'))
      channels[0].trigger('client-typing', { a: 1 })
      assert.deepEqual((await near.next()).data, { a: 1 })
      assert.deepEqual((await far.next()).data, { a: 1 })
      assert.deepEqual(own.left, [])
    })

    test('a user is cut off on whatever node', async () => {
      const target = { user_id: unique('user'), user_info: {} }
      const cut = await connect(Pusher, there, auth.as(target))
      await subscribe(cut, unique('presence-room'))
      const lost = once(cut.connection, 'state_change')
      const answer = await here.api().terminateUserConnections(target.user_id)
      assert.equal(answer.headers.get('x-resound-degraded'), null)
      assert.equal((await lost).previous, 'connected')
    })

    test('what is sent to a user reaches every tab on both nodes', async () => {
      const user = { user_id: unique('user') }
      const tabs = await Promise.all([here, there].map((node) => connect(Pusher, node, auth.as(user))))
      const heard = tabs.map((tab) => {
        tab.signin()
        return all(tab.user, 'greeting')
      })
      await Promise.all(tabs.map((tab) => within(tab.user.signinDonePromise, 'the sign-in')))
      await Promise.all(tabs.map(subscribedToUser))
      await here.api().sendToUser(user.user_id, 'greeting', 'hello')
      for (const each of heard) assert.equal((await each.next()).data, 'hello')
    })
  })
}

const { Pusher } = libraries[0]

suite('two nodes whose Redis goes away', () => {
  test('each serves its own, says that it is alone, and finds the other again', async () => {
    const channelName = unique('alone')
    const near = all(await subscribe(await connect(Pusher, here), channelName), 'news')
    const far = all(await subscribe(await connect(Pusher, there), channelName), 'news')
    await redis.stop()
    await here.api().trigger(channelName, 'news', 'alone')
    assert.equal((await near.next()).data, 'alone')
    for (const node of nodes) await eventually('it to be missed', () => health(node), (answer) => /DEGRADED/.test(answer), 20_000)
    const answer = await here.api().trigger(channelName, 'news', 'still alone')
    assert.equal(answer.headers.get('x-resound-degraded'), 'bus')
    assert.equal((await near.next()).data, 'still alone')
    const terminated = await here.api().terminateUserConnections('nobody')
    assert.equal(terminated.headers.get('x-resound-degraded'), 'bus')
    const ready = async () => (await fetch(`http://127.0.0.1:${here.port}/ready`)).status
    await eventually('it to be told that it is not ready', ready, (status) => status === 503)
    await redis.start()
    await isConnected()
    assert.equal(await ready(), 200)
    await here.api().trigger(channelName, 'news', 'together')
    let heard
    do heard = (await far.next()).data
    while (heard !== 'together') // what was said while it was alone may come before
    assert.equal((await near.next()).data, 'together')
    assert.deepEqual([near.left, far.left], [[], []])
  })
})
