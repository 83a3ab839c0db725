import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, connect, libraries, once, RawClient, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile, startServer } from '../server.mjs'

// More events in a row than a person makes, and than the default of ten a second lets through.
const server = await serverForThisFile({ env: { RESOUND_APPS_0_RATES_CLIENT_EVENTS_PER_CONNECTION: '0' } })
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

const ada = { user_id: 1, user_info: { name: 'Ada' } }
const bob = { user_id: 'bob', user_info: { name: 'Bob' } }

for (const { name, Pusher } of libraries) {
  const member = async (channelName, user) => subscribe(await connect(Pusher, server, auth.as(user)), channelName)

  suite(`client events, ${name}`, () => {
    test('everybody but the sender receives a client event', async () => {
      const channelName = unique('private-desk')
      const [sender, one, two] = [await member(channelName), await member(channelName), await member(channelName)]
      const onSender = all(sender, 'client-typing')
      const marker = once(sender, 'marker')
      const [onOne, onTwo] = [once(one, 'client-typing'), once(two, 'client-typing')]
      assert.ok(sender.trigger('client-typing', { who: 'me' }))
      assert.deepEqual(await onOne, { who: 'me' })
      assert.deepEqual(await onTwo, { who: 'me' })
      // Published after the others had it: what the sender would have got came before.
      await api.trigger(channelName, 'marker', 1)
      await marker
      assert.deepEqual(onSender.left, [])
    })

    test('on a presence channel the receiver learns the user id of the sender', async () => {
      const room = unique('presence-desk')
      const [sender, receiver] = [await member(room, bob), await member(room, ada)]
      const typing = all(receiver, 'client-typing')
      sender.trigger('client-typing', { text: 'hi' })
      const { data, metadata } = await typing.next()
      assert.deepEqual(data, { text: 'hi' })
      assert.deepEqual(metadata, { user_id: 'bob' })
    })

    test('a numeric user id stays a number', async () => {
      const room = unique('presence-desk')
      const [sender, receiver] = [await member(room, ada), await member(room, bob)]
      const typing = all(receiver, 'client-typing')
      sender.trigger('client-typing', {})
      assert.deepEqual((await typing.next()).metadata, { user_id: 1 })
    })

    test('client events of one sender arrive in order', async () => {
      const channelName = unique('private-desk')
      const [sender, receiver] = [await member(channelName), await member(channelName)]
      const moves = all(receiver, 'client-move')
      for (let move = 1; move <= 50; move++) sender.trigger('client-move', { move })
      for (let move = 1; move <= 50; move++) assert.deepEqual((await moves.next()).data, { move })
    })
  })
}

suite('client events, on the wire', () => {
  const joined = async (channel, user) => {
    const client = new RawClient(server)
    const { socket_id: socketId } = await client.established()
    client.send({ event: 'pusher:subscribe', data: { channel, ...api.authorizeChannel(socketId, channel, user) } })
    await client.frames.next()
    return client
  }

  test('a client event keeps its shape and cannot forge a user id', async () => {
    const channel = 'private-wire'
    const [sender, receiver] = [await joined(channel), await joined(channel)]
    sender.send({ event: 'client-note', channel, data: { n: 1 }, user_id: 'forged' })
    assert.equal(await receiver.frames.next(), '{"event":"client-note","channel":"private-wire","data":{"n":1}}')
  })

  test('on a presence channel the frame ends with the user id', async () => {
    const channel = 'presence-wire'
    const [sender, receiver] = [await joined(channel, ada), await joined(channel, bob)]
    // The sender sees the other one join first.
    assert.equal(JSON.parse(await sender.frames.next()).event, 'pusher_internal:member_added')
    sender.send({ event: 'client-note', channel, data: { n: 1 } })
    assert.equal(
      await receiver.frames.next(),
      '{"event":"client-note","channel":"presence-wire","data":{"n":1},"user_id":1}',
    )
  })

  test('an event without the prefix of client events is ignored', async () => {
    const channel = 'private-prefix'
    const [sender, receiver] = [await joined(channel), await joined(channel)]
    sender.send({ event: 'note', channel, data: { n: 1 } })
    sender.send({ event: 'client-note', channel, data: { n: 2 } })
    assert.equal(JSON.parse(await receiver.frames.next()).event, 'client-note')
    assert.deepEqual(sender.frames.left, [])
  })

  test('who is not a member is refused and nobody receives', async () => {
    const channel = 'private-closed'
    const receiver = await joined(channel)
    const stranger = new RawClient(server)
    await stranger.established()
    stranger.send({ event: 'client-note', channel, data: { n: 1 } })
    assert.equal(
      await stranger.frames.next(),
      String.raw`{"event":"pusher:error","data":"{\"code\":4009,\"message\":\"The client is not a member of the specified channel.\"}"}`,
    )
    await api.trigger(channel, 'marker', 'after')
    assert.equal(JSON.parse(await receiver.frames.next()).event, 'marker')
  })

  test('an app that accepts no client events says so', async () => {
    const strict = await startServer({ env: { REVERB_APP_ACCEPT_CLIENT_EVENTS_FROM: 'none' } })
    try {
      const channel = 'public-wire'
      const client = new RawClient(strict)
      await client.established()
      client.send({ event: 'pusher:subscribe', data: { channel } })
      await client.frames.next()
      client.send({ event: 'client-note', channel, data: { n: 1 } })
      assert.equal(
        await client.frames.next(),
        String.raw`{"event":"pusher:error","data":"{\"code\":4301,\"message\":\"The app does not have client messaging enabled.\"}"}`,
      )
    } finally {
      await strict.stop()
    }
  })
})
