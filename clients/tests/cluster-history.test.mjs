import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, libraries, newClient, connected, once, subscribe, unique } from '../libraries.mjs'
import { startProxy } from '../proxy.mjs'
import { redisForThisFile } from '../redis.mjs'
import { startServer } from '../server.mjs'
import { eventually } from '../within.mjs'

const redis = await redisForThisFile()
const env = {
  RESOUND_CLUSTER_REDIS: redis.url,
  RESOUND_APPS_0_HISTORY_ENABLED: 'true',
  RESOUND_APPS_0_HISTORY_MAX_EVENTS: '100',
}
const health = async (node) => (await fetch(`http://127.0.0.1:${node.port}/up`)).text()
const isConnected = (node) => eventually('Redis to be reached', () => health(node), (answer) => /OK/.test(answer), 30_000)
const newNode = async () => {
  const node = await startServer({ env })
  await isConnected(node)
  return node
}
const [here, there] = [await newNode(), await newNode()]
after(() => Promise.all([here.stop(), there.stop()]))
const auth = await startAuthEndpoint(here.api())
closeClientsAfterEach()

const guide = await readFile(new URL('../../docs/resume.md', import.meta.url), 'utf8')
const resumable = new Function(`${guide.match(/```js\n([\s\S]*?)```/)[1]}; return resumable`)()

/** A client behind a proxy that can be told to lead to another node. */
async function client(Pusher, node, options = {}) {
  const target = { port: node.port }
  const proxy = await startProxy(target)
  const it = newClient(Pusher, { host: '127.0.0.1', port: Number(new URL(proxy.url).port) }, options)
  resumable(it)
  await connected(it)
  const moveTo = async (other, meanwhile) => {
    proxy.down()
    await meanwhile()
    const back = once(it.connection, 'connected', 30_000)
    target.port = other.port
    proxy.up()
    await back
  }
  return { it, moveTo }
}

for (const { name, Pusher } of libraries) {
  suite(`resuming on another node, ${name}`, () => {
    test('what was missed comes in order, from whatever node it was published', async () => {
      const { it, moveTo } = await client(Pusher, here, auth.as())
      const channel = await subscribe(it, unique('private-orders'))
      const [numbers, resumed] = [all(channel, 'number'), all(channel, 'resound:resumed')]
      await here.api().trigger(channel.name, 'number', 0)
      assert.equal((await numbers.next()).data, 0)
      await moveTo(there, async () => {
        for (let n = 1; n <= 20; n++) await [here, there][n % 2].api().trigger(channel.name, 'number', n)
      })
      for (let n = 1; n <= 20; n++) assert.equal((await numbers.next()).data, n)
      const { recovered, missed } = (await resumed.next()).data
      assert.deepEqual({ recovered, missed }, { recovered: true, missed: 20 })
      for (const [n, node] of [[21, here], [22, there]]) {
        await node.api().trigger(channel.name, 'number', n)
        assert.equal((await numbers.next()).data, n)
      }
      assert.deepEqual(numbers.left, [])
    })
  })
}

const { Pusher } = libraries[0]

suite('histories that end', () => {
  test('a node that was started meanwhile knows what was published before', async () => {
    const { it, moveTo } = await client(Pusher, here)
    const channel = await subscribe(it, unique('orders'))
    const [numbers, resumed] = [all(channel, 'number'), all(channel, 'resound:resumed')]
    await here.api().trigger(channel.name, 'number', 0)
    assert.equal((await numbers.next()).data, 0)
    let young
    await moveTo(await newNode().then((node) => (young = node)), async () => {
      for (let n = 1; n <= 5; n++) await here.api().trigger(channel.name, 'number', n)
    })
    for (let n = 1; n <= 5; n++) assert.equal((await numbers.next()).data, n)
    assert.equal((await resumed.next()).data.recovered, true)
    it.disconnect()
    await young.stop()
  })

  test('what is kept no more is said to be missing', async () => {
    const { it, moveTo } = await client(Pusher, here)
    const channel = await subscribe(it, unique('orders'))
    const [numbers, resumed] = [all(channel, 'number'), all(channel, 'resound:resumed')]
    await here.api().trigger(channel.name, 'number', 0)
    assert.equal((await numbers.next()).data, 0)
    await moveTo(there, async () => {
      for (let n = 1; n <= 110; n++) await here.api().trigger(channel.name, 'number', n)
    })
    assert.equal((await resumed.next()).data.recovered, false)
    await here.api().trigger(channel.name, 'number', 111)
    assert.equal((await numbers.next()).data, 111)
    assert.deepEqual(numbers.left, [])
  })
})

suite('history and a Redis that fails', () => {
  test('many publishers on both nodes: every subscriber gets all of it in the same order', async () => {
    const channelName = unique('busy')
    const clients = await Promise.all([here, there, there].map((node) => client(Pusher, node)))
    const heard = await Promise.all(clients.map(async ({ it }) => all(await subscribe(it, channelName), 'number')))
    await Promise.all(Array.from({ length: 100 }, (_, n) => [here, there][n % 2].api().trigger(channelName, 'number', n)))
    const orders = []
    for (const each of heard) {
      const order = []
      while (order.length < 100) order.push((await each.next()).data)
      orders.push(order)
      assert.deepEqual(each.left, [])
    }
    assert.deepEqual(orders[1], orders[0])
    assert.deepEqual(orders[2], orders[0])
  })

  test('while Redis is away each node serves its own; what it lost nobody claims to have', async () => {
    const { it, moveTo } = await client(Pusher, here)
    const channel = await subscribe(it, unique('orders'))
    const [numbers, resumed] = [all(channel, 'number'), all(channel, 'resound:resumed')]
    await here.api().trigger(channel.name, 'number', 0)
    assert.equal((await numbers.next()).data, 0)
    await redis.stop()
    await eventually('it to be missed', () => health(here), (answer) => /DEGRADED/.test(answer), 20_000)
    const answer = await here.api().trigger(channel.name, 'number', 1)
    assert.equal(answer.headers.get('x-resound-degraded'), 'bus')
    assert.equal((await numbers.next()).data, 1)
    await redis.start()
    await Promise.all([here, there].map(isConnected))
    await moveTo(there, () => here.api().trigger(channel.name, 'number', 2))
    assert.equal((await resumed.next()).data.recovered, false)
    await there.api().trigger(channel.name, 'number', 3)
    let last
    do last = (await numbers.next()).data
    while (last !== 3)
    assert.deepEqual(numbers.left, [])
  })
})
