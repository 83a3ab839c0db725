import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import EchoModule from 'laravel-echo'
import { startAuthEndpoint, userHeaders } from '../auth-endpoint.mjs'
import { closeAfterwards, closeClientsAfterEach, libraries, optionsFor, unique } from '../libraries.mjs'
import { app, serverForThisFile } from '../server.mjs'
import { Happenings, within } from '../within.mjs'

// A CommonJS build: the class is one level down when Node imports it.
const Echo = EchoModule.default ?? EchoModule
const server = await serverForThisFile()
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

const ada = { user_id: 1, user_info: { name: 'Ada' } }
const bob = { user_id: 2, user_info: { name: 'Bob' } }

for (const { name, Pusher } of libraries) {
  const newEcho = (user) => {
    const echo = new Echo({
      broadcaster: 'reverb',
      key: app.key,
      Pusher,
      authEndpoint: `${auth.url}/broadcasting/auth`,
      auth: { headers: userHeaders(user) },
      ...optionsFor(server),
    })
    closeAfterwards(() => echo.disconnect())
    return echo
  }
  const subscribed = async (channel) => {
    await within(new Promise((resolve) => channel.subscribed(resolve)), `subscription of ${channel.name}`)
    return channel
  }
  const heard = (channel, event) => {
    const happenings = new Happenings(`${event} on ${channel.name}`)
    channel.listen(event, (data) => happenings.add(data))
    return happenings
  }

  suite(`Laravel Echo on ${name}`, () => {
    test('a public channel hears an event of the application', async () => {
      const channel = await subscribed(newEcho().channel(unique('orders')))
      const shipped = heard(channel, 'OrderShipped')
      await api.trigger(channel.name, 'App\\Events\\OrderShipped', { id: 7 })
      assert.deepEqual(await shipped.next(), { id: 7 })
    })

    test('an event with a name of its own is heard with a dot', async () => {
      const channel = await subscribed(newEcho().channel(unique('orders')))
      const shipped = heard(channel, '.order.shipped')
      await api.trigger(channel.name, 'order.shipped', { id: 8 })
      assert.deepEqual(await shipped.next(), { id: 8 })
    })

    test('a private channel hears what is published', async () => {
      const channel = await subscribed(newEcho().private(unique('orders')))
      assert.match(channel.name, /^private-orders/)
      const shipped = heard(channel, 'OrderShipped')
      await api.trigger(channel.name, 'App\\Events\\OrderShipped', { id: 9 })
      assert.deepEqual(await shipped.next(), { id: 9 })
    })

    test('a private channel the application denies reports an error', async () => {
      const channel = newEcho().private(unique('forbidden'))
      const error = await within(new Promise((resolve) => channel.error(resolve)), 'the error')
      assert.equal(error.status, 403)
    })

    test('an encrypted private channel reads what was sealed', async () => {
      const channel = await subscribed(newEcho().encryptedPrivate(unique('letters')))
      assert.match(channel.name, /^private-encrypted-letters/)
      const letter = heard(channel, 'Letter')
      await api.trigger(channel.name, 'App\\Events\\Letter', { text: 'sealed' })
      assert.deepEqual(await letter.next(), { text: 'sealed' })
    })

    test('a whisper is heard by the others and not by who whispers', async () => {
      const name = unique('desk')
      const [whispers, listens] = [newEcho().private(name), newEcho().private(name)]
      const [own, heardByOther] = [new Happenings('own whisper'), new Happenings('whisper')]
      whispers.listenForWhisper('typing', (data) => own.add(data))
      listens.listenForWhisper('typing', (data) => heardByOther.add(data))
      await Promise.all([subscribed(whispers), subscribed(listens)])
      const marker = heard(whispers, '.marker')
      whispers.whisper('typing', { who: 'Ada' })
      assert.deepEqual(await heardByOther.next(), { who: 'Ada' })
      await api.trigger(whispers.name, 'marker', 1)
      await marker.next()
      assert.deepEqual(own.left, [])
    })

    test('a presence channel tells who is here, who joins and who leaves', async () => {
      const room = unique('room')
      const [here, joining, leaving] = [new Happenings('here'), new Happenings('joining'), new Happenings('leaving')]
      const first = newEcho(ada)
        .join(room)
        .here((users) => here.add(users))
        .joining((user) => joining.add(user))
        .leaving((user) => leaving.add(user))
      assert.deepEqual(await here.next(), [{ name: 'Ada' }])
      assert.equal(first.name, `presence-${room}`)

      const second = newEcho(bob)
      const hereForBob = new Happenings('here for the second')
      second.join(room).here((users) => hereForBob.add(users))
      assert.deepEqual(await hereForBob.next(), [{ name: 'Ada' }, { name: 'Bob' }])
      assert.deepEqual(await joining.next(), { name: 'Bob' })

      second.leave(room)
      assert.deepEqual(await leaving.next(), { name: 'Bob' })
    })

    test('a whisper in a presence channel is heard', async () => {
      const room = unique('room')
      const [one, two] = [newEcho(ada).join(room), newEcho(bob).join(room)]
      const whispered = new Happenings('whisper')
      two.listenForWhisper('typing', (data) => whispered.add(data))
      await Promise.all([subscribed(one), subscribed(two)])
      one.whisper('typing', { n: 1 })
      assert.deepEqual(await whispered.next(), { n: 1 })
    })

    test('leaving a channel ends what is heard on it', async () => {
      const echo = newEcho()
      const name = unique('orders')
      const left = await subscribed(echo.private(name))
      const events = heard(left, '.news')
      const privateName = left.name
      echo.leave(name)
      const kept = await subscribed(echo.channel(unique('kept')))
      const marker = heard(kept, '.news')
      await api.trigger([privateName, kept.name], 'news', 'x')
      assert.equal(await marker.next(), 'x')
      assert.deepEqual(events.left, [])
      assert.deepEqual(await (await api.get({ path: `/channels/${privateName}` })).json(), { occupied: false })
    })

    test('the socket id Echo tells the application is left out by toOthers', async () => {
      const name = unique('orders')
      const [echo, other] = [newEcho(), newEcho()]
      const [mine, theirs] = [await subscribed(echo.channel(name)), await subscribed(other.channel(name))]
      const [onMine, onTheirs] = [heard(mine, '.news'), heard(theirs, '.news')]
      await api.trigger(name, 'news', 'to others', { socket_id: echo.socketId() })
      await api.trigger(name, 'news', 'to all')
      assert.equal(await onTheirs.next(), 'to others')
      assert.equal(await onMine.next(), 'to all')
    })
  })
}
