import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { all, closeClientsAfterEach, connect, libraries, once, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile()
const api = server.api()
closeClientsAfterEach()

for (const { name, Pusher } of libraries) {
  suite(`publish with the server SDK, ${name}`, () => {
    test('one event reaches many channels', async () => {
      const client = await connect(Pusher, server)
      const channels = []
      for (let n = 0; n < 5; n++) channels.push(await subscribe(client, unique('wide')))
      const news = channels.map((channel) => once(channel, 'news'))
      await api.trigger(channels.map((channel) => channel.name), 'news', { n: 1 })
      for (const item of news) assert.deepEqual(await item, { n: 1 })
    })

    test('the socket that published is left out', async () => {
      const channelName = unique('toOthers')
      const [publisher, other] = [await connect(Pusher, server), await connect(Pusher, server)]
      const [onPublisher, onOther] = [
        all(await subscribe(publisher, channelName), 'news'),
        all(await subscribe(other, channelName), 'news'),
      ]
      await api.trigger(channelName, 'news', 'to others', { socket_id: publisher.connection.socket_id })
      await api.trigger(channelName, 'news', 'to all')
      assert.equal((await onOther.next()).data, 'to others')
      assert.equal((await onOther.next()).data, 'to all')
      assert.equal((await onPublisher.next()).data, 'to all')
    })

    test('a socket id nobody has leaves nobody out', async () => {
      const channel = await subscribe(await connect(Pusher, server), unique('news'))
      const news = once(channel, 'news')
      await api.trigger(channel.name, 'news', 'x', { socket_id: '1.1' })
      assert.equal(await news, 'x')
    })

    test('a batch reaches each channel with its own event', async () => {
      const client = await connect(Pusher, server)
      const [one, two] = [await subscribe(client, unique('batch')), await subscribe(client, unique('batch'))]
      const [onOne, onTwo] = [once(one, 'first'), once(two, 'second')]
      await api.triggerBatch([
        { channel: one.name, name: 'first', data: { n: 1 } },
        { channel: two.name, name: 'second', data: { n: 2 } },
      ])
      assert.deepEqual([await onOne, await onTwo], [{ n: 1 }, { n: 2 }])
    })

    test('an item of a batch leaves out the socket it names', async () => {
      const client = await connect(Pusher, server)
      const channel = await subscribe(client, unique('batch'))
      const news = all(channel, 'news')
      await api.triggerBatch([
        { channel: channel.name, name: 'news', data: 'not to me', socket_id: client.connection.socket_id },
        { channel: channel.name, name: 'news', data: 'to me' },
      ])
      assert.equal((await news.next()).data, 'to me')
    })

    test('publishing tells the counts it was asked for', async () => {
      const occupied = await subscribe(await connect(Pusher, server), unique('counted'))
      const response = await api.trigger(occupied.name, 'news', 'x', { info: 'subscription_count' })
      assert.deepEqual(await response.json(), { channels: { [occupied.name]: { subscription_count: 1 } } })
    })
  })
}

suite('publish with the server SDK, answers', () => {
  const body = async (response) => (await response).text()

  test('an event is answered with an empty object', async () => {
    assert.equal(await body(api.trigger('nobody-here', 'news', 'x')), '{}')
  })

  test('a batch is answered with an empty batch', async () => {
    assert.equal(await body(api.triggerBatch([{ channel: 'nobody-here', name: 'news', data: 'x' }])), '{"batch":{}}')
  })

  test('the wrong secret is answered with 401', async () => {
    const liar = server.api({ secret: 'not-the-secret' })
    await assert.rejects(liar.trigger('orders', 'news', 'x'), { status: 401 })
    await assert.rejects(liar.triggerBatch([{ channel: 'orders', name: 'news', data: 'x' }]), { status: 401 })
    await assert.rejects(liar.get({ path: '/channels' }), { status: 401 })
    await assert.rejects(liar.terminateUserConnections('1'), { status: 401 })
  })

  test('an unknown app is answered with 404', async () => {
    await assert.rejects(server.api({ appId: '999' }).trigger('orders', 'news', 'x'), { status: 404 })
  })

  test('an event without a name is answered with 422', async () => {
    await assert.rejects(api.post({ path: '/events', body: { channel: 'orders', data: 'x' } }), { status: 422 })
  })

  test('data above the request limit is answered with 413', async () => {
    await assert.rejects(api.trigger('orders', 'news', 'x'.repeat(10_100)), { status: 413 })
  })
})
