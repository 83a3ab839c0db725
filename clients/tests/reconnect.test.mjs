import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { closeClientsAfterEach, connect, connected, libraries, once, subscribe } from '../libraries.mjs'
import { startServer } from '../server.mjs'

closeClientsAfterEach()

const ada = { user_id: 1, user_info: { name: 'Ada' } }
const channelNames = ['news', 'private-news', 'presence-news']

// A pusher-js whose first attempt meets a closed port makes the next one 15 s later: time for 60.
const PATIENCE = 60_000

suite('reconnect', () => {
  // Both libraries in one test: each would wait those 15 s for itself.
  test('clients of a server that is stopped and started again come back with their channels', async () => {
    const first = await startServer()
    const auth = await startAuthEndpoint(first.api())
    const clients = await Promise.all(
      libraries.map(async ({ name, Pusher }) => {
        const client = await connect(Pusher, first, auth.as(ada))
        const channels = await Promise.all(channelNames.map((channelName) => subscribe(client, channelName)))
        return { name, client, channels, firstSocket: client.connection.socket_id }
      }),
    )

    const lost = clients.map(({ client }) => once(client.connection, 'connecting', PATIENCE))
    await first.stop()
    await Promise.all(lost)

    const second = await startServer({ port: first.port })
    try {
      await Promise.all(
        clients.map(async ({ name, client, channels, firstSocket }) => {
          const subscribedAgain = channels.map((channel) => once(channel, 'pusher:subscription_succeeded', PATIENCE))
          await connected(client, PATIENCE)
          await Promise.all(subscribedAgain)
          assert.notEqual(client.connection.socket_id, firstSocket, name)
          assert.deepEqual(channels[2].members.members, { 1: { name: 'Ada' } }, name)
        }),
      )
      const received = clients.flatMap(({ channels }) => channels.map((channel) => once(channel, 'back')))
      await second.api().trigger(channelNames, 'back', { n: 1 })
      for (const data of received) assert.deepEqual(await data, { n: 1 })
    } finally {
      for (const { client } of clients) client.disconnect()
      await second.stop()
    }
  })
})
