import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, connect, libraries, once, RawClient, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile()
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

const ada = { user_id: 1, user_info: { name: 'Ada' } }
const bob = { user_id: 2, user_info: { name: 'Bob' } }
const cyd = { user_id: 'cyd', user_info: { name: 'Cyd' } }

for (const { name, Pusher } of libraries) {
  const connectAs = (user) => connect(Pusher, server, auth.as(user))
  const membersOf = (channel) => ({ count: channel.members.count, members: { ...channel.members.members } })

  suite(`presence channels, ${name}`, () => {
    test('the first member sees itself', async () => {
      const channel = await subscribe(await connectAs(ada), unique('presence-room'))
      assert.deepEqual(membersOf(channel), { count: 1, members: { 1: { name: 'Ada' } } })
      assert.deepEqual(channel.members.me, { id: 1, info: { name: 'Ada' } })
    })

    test('who joins sees those present and they see the join', async () => {
      const room = unique('presence-room')
      const first = await subscribe(await connectAs(ada), room)
      const added = once(first, 'pusher:member_added')
      const second = await subscribe(await connectAs(bob), room)
      assert.deepEqual(await added, { id: 2, info: { name: 'Bob' } })
      const both = { count: 2, members: { 1: { name: 'Ada' }, 2: { name: 'Bob' } } }
      assert.deepEqual(membersOf(first), both)
      assert.deepEqual(membersOf(second), both)
    })

    test('who unsubscribes is seen leaving', async () => {
      const room = unique('presence-room')
      const first = await subscribe(await connectAs(ada), room)
      const second = await connectAs(cyd)
      await subscribe(second, room)
      const removed = once(first, 'pusher:member_removed')
      second.unsubscribe(room)
      assert.deepEqual(await removed, { id: 'cyd', info: { name: 'Cyd' } })
      assert.equal(first.members.count, 1)
    })

    test('who disconnects is seen leaving', async () => {
      const room = unique('presence-room')
      const first = await subscribe(await connectAs(ada), room)
      const second = await connectAs(bob)
      await subscribe(second, room)
      const removed = once(first, 'pusher:member_removed')
      second.disconnect()
      assert.deepEqual(await removed, { id: 2, info: { name: 'Bob' } })
      assert.equal(first.members.count, 1)
    })

    test('who vanishes without a goodbye is seen leaving', async () => {
      const room = unique('presence-room')
      const watcher = await subscribe(await connectAs(ada), room)
      const vanishing = new RawClient(server)
      const { socket_id: socketId } = await vanishing.established()
      vanishing.send({ event: 'pusher:subscribe', data: { channel: room, ...api.authorizeChannel(socketId, room, bob) } })
      await vanishing.frames.next()
      const removed = once(watcher, 'pusher:member_removed')
      vanishing.socket.terminate()
      assert.deepEqual(await removed, { id: 2, info: { name: 'Bob' } })
    })

    test('two tabs of one user are one member, which leaves with the last tab', async () => {
      const room = unique('presence-room')
      const watcher = await subscribe(await connectAs(ada), room)
      const [added, removed] = [all(watcher, 'pusher:member_added'), all(watcher, 'pusher:member_removed')]
      const [tabOne, tabTwo] = [await connectAs(bob), await connectAs(bob)]
      await subscribe(tabOne, room)
      const onTabTwo = await subscribe(tabTwo, room)
      assert.equal(onTabTwo.members.count, 2)

      tabOne.disconnect()
      // A third user comes and goes: had the first tab been announced, it would show before this.
      const third = await connectAs(cyd)
      await subscribe(third, room)
      third.disconnect()
      assert.equal((await removed.next()).data.id, 'cyd')
      assert.deepEqual([(await added.next()).data.id, (await added.next()).data.id], [2, 'cyd'])
      assert.deepEqual([added.left, removed.left], [[], []])
      assert.equal(watcher.members.count, 2)

      tabTwo.disconnect()
      assert.equal((await removed.next()).data.id, 2)
      assert.equal(watcher.members.count, 1)
    })

    test('a member that joins does not see its own join', async () => {
      const room = unique('presence-room')
      const client = await connectAs(ada)
      const messages = all(client.connection, 'message')
      await subscribe(client, room)
      const other = await connectAs(bob)
      await subscribe(other, room)
      assert.equal((await messages.next()).data.event, 'pusher_internal:subscription_succeeded')
      assert.deepEqual((await messages.next()).data.data.user_id, 2)
    })

    test('a user id that looks like a number with a fraction stays text', async () => {
      const user = { user_id: '123.456', user_info: { name: 'Odd' } }
      const channel = await subscribe(await connectAs(user), unique('presence-room'))
      assert.deepEqual(Object.keys(channel.members.members), ['123.456'])
    })

    test('members receive what is published', async () => {
      const channel = await subscribe(await connectAs(ada), unique('presence-room'))
      const said = once(channel, 'said')
      await api.trigger(channel.name, 'said', 'hello')
      assert.equal(await said, 'hello')
    })

    test('a signature with the wrong secret does not become a member', async () => {
      const room = unique('presence-room')
      const watcher = await subscribe(await connectAs(ada), room)
      const added = all(watcher, 'pusher:member_added')
      const liar = await connect(Pusher, server, {
        channelAuthorization: {
          customHandler: ({ socketId, channelName }, callback) =>
            callback(null, server.api({ secret: 'not-the-secret' }).authorizeChannel(socketId, channelName, bob)),
        },
      })
      liar.subscribe(room)
      assert.equal((await once(liar.connection, 'error')).data.code, 4009)
      await subscribe(await connectAs(cyd), room)
      assert.equal((await added.next()).data.id, 'cyd')
      assert.equal(watcher.members.count, 2)
    })
  })
}
