import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { closeClientsAfterEach, connect, connected, libraries, once, subscribe } from '../libraries.mjs'
import { startServer } from '../server.mjs'

closeClientsAfterEach()

for (const { name, Pusher } of libraries) {
  suite(`reconnect, ${name}`, () => {
    test('clients of a server that is stopped and started again come back with their channels', async () => {
      const first = await startServer()
      const auth = await startAuthEndpoint(first.api())
      const client = await connect(Pusher, first, auth.as({ user_id: 1, user_info: { name: 'Ada' } }))
      const channels = [
        await subscribe(client, 'news'),
        await subscribe(client, 'private-news'),
        await subscribe(client, 'presence-news'),
      ]
      const firstSocket = client.connection.socket_id

      const lost = once(client.connection, 'connecting')
      await first.stop()
      await lost

      const second = await startServer({ port: first.port })
      try {
        const subscribedAgain = channels.map((channel) => once(channel, 'pusher:subscription_succeeded', 60_000))
        await connected(client, 60_000)
        await Promise.all(subscribedAgain)
        assert.notEqual(client.connection.socket_id, firstSocket)
        assert.equal(channels[2].members.count, 1)

        const received = channels.map((channel) => once(channel, 'back'))
        await second.api().trigger(channels.map((channel) => channel.name), 'back', { n: 1 })
        for (const data of received) assert.deepEqual(await data, { n: 1 })
      } finally {
        client.disconnect()
        await second.stop()
      }
    })
  })
}
