import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { all, closeClientsAfterEach, connect, libraries, newClient, once, RawClient, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile()
const api = server.api()
closeClientsAfterEach()

for (const { name, Pusher } of libraries) {
  suite(`public channels, ${name}`, () => {
    test('a subscriber receives what is published', async () => {
      const channel = await subscribe(await connect(Pusher, server), unique('orders'))
      const shipped = once(channel, 'shipped')
      await api.trigger(channel.name, 'shipped', { id: 7, tags: ['a', 'b'] })
      assert.deepEqual(await shipped, { id: 7, tags: ['a', 'b'] })
    })

    test('a channel subscribed before the connection is open is subscribed when it is', async () => {
      const client = newClient(Pusher, server)
      const channel = client.subscribe(unique('early'))
      await once(channel, 'pusher:subscription_succeeded')
      assert.ok(channel.subscribed)
    })

    test('every subscriber receives every event once and in order', async () => {
      const channelName = unique('many')
      const clients = await Promise.all(Array.from({ length: 10 }, () => connect(Pusher, server)))
      const channels = await Promise.all(clients.map((client) => subscribe(client, channelName)))
      const received = channels.map((channel) => all(channel, 'tick'))
      for (let tick = 1; tick <= 20; tick++) await api.trigger(channelName, 'tick', tick)
      for (const ticks of received) {
        for (let tick = 1; tick <= 20; tick++) assert.equal((await ticks.next()).data, tick)
        assert.deepEqual(ticks.left, [])
      }
    })

    test('an event reaches the subscribers of its channel only', async () => {
      const client = await connect(Pusher, server)
      const [one, two] = [await subscribe(client, unique('one')), await subscribe(client, unique('two'))]
      const [onOne, onTwo] = [all(one, 'news'), all(two, 'news')]
      await api.trigger(one.name, 'news', 'for one')
      await api.trigger(two.name, 'news', 'for two')
      assert.equal((await onTwo.next()).data, 'for two')
      assert.equal((await onOne.next()).data, 'for one')
      assert.deepEqual([onOne.left, onTwo.left], [[], []])
    })

    test('after unsubscribing nothing arrives any more', async () => {
      const client = await connect(Pusher, server)
      const left = await subscribe(client, unique('left'))
      const kept = await subscribe(client, unique('kept'))
      const messages = all(client.connection, 'message')
      client.unsubscribe(left.name)
      // The answer to this one proves that the server has seen the unsubscribe before it.
      const barrier = await subscribe(client, unique('barrier'))
      await api.trigger([left.name, kept.name], 'news', 'x')
      assert.equal((await messages.next()).data.channel, barrier.name)
      assert.equal((await messages.next()).data.channel, kept.name)
      assert.deepEqual(messages.left, [])
    })

    test('a channel can be subscribed again after unsubscribing', async () => {
      const client = await connect(Pusher, server)
      const channelName = unique('again')
      await subscribe(client, channelName)
      client.unsubscribe(channelName)
      const channel = await subscribe(client, channelName)
      const news = once(channel, 'news')
      await api.trigger(channelName, 'news', 'back')
      assert.equal(await news, 'back')
    })

    test('text of any script and slashes arrive unchanged', async () => {
      const channel = await subscribe(await connect(Pusher, server), unique('text'))
      const said = once(channel, 'said')
      const text = 'abc/d "quoted" \\ grüße 漢字 🚀 \u2028 end'
      await api.trigger(channel.name, 'said', { text })
      assert.deepEqual(await said, { text })
    })

    test('data of nine thousand bytes arrives whole', async () => {
      const channel = await subscribe(await connect(Pusher, server), unique('large'))
      const large = once(channel, 'large')
      const text = 'x'.repeat(9_000)
      await api.trigger(channel.name, 'large', text)
      assert.equal(await large, text)
    })
  })
}

suite('public channels, on the wire', () => {
  test('subscribing is confirmed with empty data', async () => {
    const client = new RawClient(server)
    await client.established()
    client.send({ event: 'pusher:subscribe', data: { channel: 'wire', auth: '' } })
    assert.equal(
      await client.frames.next(),
      '{"event":"pusher_internal:subscription_succeeded","data":"{}","channel":"wire"}',
    )
  })

  test('published data is passed on as the string it is', async () => {
    const client = new RawClient(server)
    await client.established()
    client.send({ event: 'pusher:subscribe', data: { channel: 'precise' } })
    await client.frames.next()
    // Decoding and encoding again would round the number and lose the blanks.
    const data = '{"b": 12345678901234567890, "a":1.0}'
    await api.trigger('precise', 'App\\Events\\Precise', data)
    assert.equal(
      await client.frames.next(),
      JSON.stringify({ event: 'App\\Events\\Precise', data, channel: 'precise' }),
    )
  })
})
