import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import EchoModule from 'laravel-echo'
import { startAuthEndpoint, userHeaders } from '../auth-endpoint.mjs'
import { closeAfterwards, closeClientsAfterEach, libraries as pushers, newClient, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'
import { combinations, libraries } from '../socketio.mjs'
import { Happenings, within } from '../within.mjs'

// A CommonJS build: the class is one level down when Node imports it.
const Echo = EchoModule.default ?? EchoModule

// The endpoint signs with the server's credentials, which it gets when the server is there.
let api
const auth = await startAuthEndpoint(new Proxy({}, { get: (_, name) => api[name].bind(api) }))
const server = await serverForThisFile({ env: { RESOUND_SOCKETIO_AUTH_ENDPOINT: `${auth.url}/broadcasting/auth` } })
api = server.api()
closeClientsAfterEach()

const ada = { user_id: 1, user_info: { name: 'Ada' } }
const bob = { user_id: 2, user_info: { name: 'Bob' } }

const { Pusher } = pushers[0]

/** socket.io-client 2 makes up its id, which no back end takes; the server tells the one that counts. */
function handOverSocketId({ connector: { socket } }) {
  socket.on('pusher:connection_established', ({ socket_id }) => (socket.id = socket_id))
}

for (const { io, legacy, title, transports } of combinations(libraries)) {
  const newEcho = (user) => {
    const echo = new Echo({
      broadcaster: 'socket.io',
      client: io,
      host: `http://${server.host}:${server.port}`,
      auth: { headers: userHeaders(user) },
      transports,
      forceNew: true,
      reconnection: false,
    })
    if (legacy) handOverSocketId(echo)
    closeAfterwards(() => echo.disconnect())
    return echo
  }
  /** Resolves when the server has said that the channel is joined. */
  const joined = async (echo, channel) => {
    await within(
      new Promise((resolve) => {
        for (const event of ['subscription_succeeded', 'presence:subscribed']) {
          echo.connector.socket.on(event, (name) => name === channel.name && resolve())
        }
      }),
      `subscription of ${channel.name}`,
    )
    return channel
  }
  const heard = (channel, event) => {
    const happenings = new Happenings(`${event} on ${channel.name}`)
    channel.listen(event, (data) => happenings.add(data))
    return happenings
  }

  suite(`Laravel Echo on ${title}`, () => {
    test('a public channel hears an event of the application', async () => {
      const echo = newEcho()
      const channel = await joined(echo, echo.channel(unique('orders')))
      const shipped = heard(channel, 'OrderShipped')
      await api.trigger(channel.name, 'App\\Events\\OrderShipped', { id: 7 })
      assert.deepEqual(await shipped.next(), { id: 7 })
    })

    test('the sender of an event can be left out by its socket id', async () => {
      const [one, two] = [newEcho(), newEcho()]
      const name = unique('orders')
      const [first, second] = await Promise.all([joined(one, one.channel(name)), joined(two, two.channel(name))])
      const [toFirst, toSecond] = [heard(first, '.moved'), heard(second, '.moved')]
      await api.trigger(name, 'moved', { n: 1 }, { socket_id: one.socketId() })
      await api.trigger(name, 'moved', { n: 2 })
      assert.deepEqual(await toSecond.next(), { n: 1 })
      assert.deepEqual(await toFirst.next(), { n: 2 })
    })

    test('a private channel is asked of the application, and its members whisper', async () => {
      const [one, two] = [newEcho(ada), newEcho(bob)]
      const name = unique('room')
      const [first, second] = await Promise.all([joined(one, one.private(name)), joined(two, two.private(name))])
      const typing = new Happenings('typing')
      second.listenForWhisper('typing', (data) => typing.add(data))
      first.whisper('typing', { who: 'ada' })
      assert.deepEqual(await typing.next(), { who: 'ada' })
      const paid = heard(first, '.paid')
      await api.trigger(`private-${name}`, 'paid', { id: 1 })
      assert.deepEqual(await paid.next(), { id: 1 })
    })

    test('what the application forbids is refused by name', async () => {
      const echo = newEcho()
      const refused = new Happenings('subscription_error')
      echo.connector.socket.on('subscription_error', (channel, status) => refused.add([channel, status]))
      const name = unique('forbidden')
      echo.private(name)
      assert.deepEqual(await refused.next(), [`private-${name}`, 403])
    })

    test('a presence channel shows who is here, comes and goes, whichever protocol they speak', async () => {
      const one = newEcho(ada)
      const name = unique('room')
      const channel = one.join(name)
      const here = new Happenings('here')
      const joining = new Happenings('joining')
      const leaving = new Happenings('leaving')
      channel.here((members) => here.add(members)).joining((member) => joining.add(member)).leaving((member) => leaving.add(member))
      assert.deepEqual(await here.next(), [ada.user_info])

      const two = newEcho(bob)
      const seen = new Happenings('here')
      two.join(name).here((members) => seen.add(members))
      assert.deepEqual((await seen.next()).map(({ name: who }) => who).sort(), ['Ada', 'Bob'])
      assert.deepEqual(await joining.next(), bob.user_info)
      two.leave(name)
      assert.deepEqual(await leaving.next(), bob.user_info)

      const pusher = newClient(Pusher, server, auth.as({ user_id: 3, user_info: { name: 'Eve' } }))
      const members = new Happenings('members')
      pusher.subscribe(`presence-${name}`).bind('pusher:subscription_succeeded', (data) => members.add(Object.keys(data.members)))
      assert.deepEqual(await members.next(), ['1', '3'])
      assert.deepEqual(await joining.next(), { name: 'Eve' })
      pusher.disconnect()
      assert.deepEqual(await leaving.next(), { name: 'Eve' })
    })
  })
}
