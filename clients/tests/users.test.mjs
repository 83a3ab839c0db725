import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, connect, connected, libraries, once, RawClient, subscribedToUser, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

// What a client must not come back from has a close code only in this dialect or with this setting.
const server = await serverForThisFile({ env: { RESOUND_APPS_0_TERMINATE_CODE: '4009' } })
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

for (const { name, Pusher } of libraries) {
  const user = (watchlist) => ({ user_id: unique('user'), user_info: { name: 'Somebody' }, watchlist })

  async function signedIn(who) {
    const client = await connect(Pusher, server, auth.as(who))
    client.signin()
    await client.user.signinDonePromise
    return client
  }

  suite(`users, ${name}`, () => {
    test('a user signs in and is who the back end says', async () => {
      const who = user()
      const client = await signedIn(who)
      assert.equal(client.user.user_data.id, who.user_id)
      assert.deepEqual(client.user.user_data.user_info, who.user_info)
    })

    test('what is sent to a user reaches every one of their tabs and nobody else', async () => {
      const [ann, bob] = [user(), user()]
      const tabs = [await signedIn(ann), await signedIn(ann)]
      const other = await signedIn(bob)
      const overheard = all(other.user, 'greeting')
      const heard = tabs.map((tab) => once(tab.user, 'greeting'))
      // The library subscribes to the user's channel behind the sign-in; the answer to a ping comes after that.
      for (const client of [...tabs, other]) await subscribedToUser(client)
      await api.sendToUser(ann.user_id, 'greeting', { hello: 'ann' })
      for (const greeting of heard) assert.deepEqual(await greeting, { hello: 'ann' })
      const last = once(other.user, 'last')
      await api.sendToUser(bob.user_id, 'last', {})
      await last
      assert.deepEqual(overheard.left, [])
    })

    test('a terminated user is disconnected for good', async () => {
      const who = user()
      const client = await signedIn(who)
      const gone = once(client.connection, 'disconnected')
      await api.terminateUserConnections(who.user_id)
      await gone
      assert.equal(client.connection.state, 'disconnected')
    })

    test('a watchlist says who is there, who comes and who goes', async () => {
      const [bob, eve] = [user(), user()]
      const present = await signedIn(eve)
      const ann = user([bob.user_id, eve.user_id])
      const client = await connect(Pusher, server, auth.as(ann))
      const [online, offline] = [all(client.user.watchlist, 'online'), all(client.user.watchlist, 'offline')]
      client.signin()
      await client.user.signinDonePromise
      assert.deepEqual((await online.next()).data.user_ids, [eve.user_id])
      const coming = await signedIn(bob)
      assert.deepEqual((await online.next()).data.user_ids, [bob.user_id])
      coming.disconnect()
      assert.deepEqual((await offline.next()).data.user_ids, [bob.user_id])
      present.disconnect()
      assert.deepEqual((await offline.next()).data.user_ids, [eve.user_id])
    })

    test('a user who signs in again after the connection broke gets what is sent to them', async () => {
      const who = user()
      const client = await signedIn(who)
      const again = once(client.connection, 'connected')
      client.connection.connection.close()
      await again
      await connected(client)
      await client.user.signinDonePromise
      await subscribedToUser(client)
      const heard = once(client.user, 'greeting')
      await api.sendToUser(who.user_id, 'greeting', {})
      await heard
    })
  })
}

suite('users, plain WebSocket', () => {
  test("nobody listens to another user's channel", async () => {
    const raw = new RawClient(server)
    await raw.established()
    raw.send({ event: 'pusher:subscribe', data: { channel: '#server-to-user-ann', auth: '' } })
    const { event, data } = JSON.parse(await raw.frames.next())
    assert.equal(event, 'pusher:error')
    assert.equal(JSON.parse(data).code, 4009)
  })

  test('a forged sign-in ends the connection with a code that keeps browsers away', async () => {
    const raw = new RawClient(server)
    await raw.established()
    raw.send({ event: 'pusher:signin', data: { auth: `key:${'0'.repeat(64)}`, user_data: '{"id":"ann"}' } })
    assert.equal((await raw.closed).code, 4009)
  })
})
