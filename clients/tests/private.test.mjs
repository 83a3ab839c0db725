import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { closeClientsAfterEach, connect, libraries, once, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile()
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

/** Signs in the client itself, with whatever SDK it is given. */
function signedBy(sdk) {
  return {
    channelAuthorization: {
      customHandler: ({ socketId, channelName }, callback) => callback(null, sdk.authorizeChannel(socketId, channelName)),
    },
  }
}

for (const { name, Pusher } of libraries) {
  suite(`private channels, ${name}`, () => {
    test('a client with a signature of the auth endpoint subscribes and receives', async () => {
      const channel = await subscribe(await connect(Pusher, server, auth.as()), unique('private-orders'))
      const shipped = once(channel, 'shipped')
      await api.trigger(channel.name, 'shipped', { id: 7 })
      assert.deepEqual(await shipped, { id: 7 })
    })

    test('a signature over channel data on a private channel is accepted', async () => {
      const client = await connect(Pusher, server, {
        channelAuthorization: {
          customHandler: ({ socketId, channelName }, callback) =>
            callback(null, api.authorizeChannel(socketId, channelName, { user_id: 'x' })),
        },
      })
      await subscribe(client, unique('private-with-data'))
    })

    test('a signature with the wrong secret is refused and the connection stays', async () => {
      const client = await connect(Pusher, server, signedBy(server.api({ secret: 'not-the-secret' })))
      const refused = client.subscribe(unique('private-orders'))
      const error = await once(client.connection, 'error')
      assert.deepEqual(error.data, { code: 4009, message: 'Connection is unauthorized' })
      assert.equal(refused.subscribed, false)
      assert.equal(client.connection.state, 'connected')
      await subscribe(client, unique('still-works'))
    })

    test('a signature for another channel is refused', async () => {
      const client = await connect(Pusher, server, {
        channelAuthorization: {
          customHandler: ({ socketId }, callback) => callback(null, api.authorizeChannel(socketId, 'private-other')),
        },
      })
      client.subscribe(unique('private-orders'))
      assert.equal((await once(client.connection, 'error')).data.code, 4009)
    })

    test('a signature for another socket is refused', async () => {
      const client = await connect(Pusher, server, {
        channelAuthorization: {
          customHandler: ({ channelName }, callback) => callback(null, api.authorizeChannel('1.1', channelName)),
        },
      })
      client.subscribe(unique('private-orders'))
      assert.equal((await once(client.connection, 'error')).data.code, 4009)
    })

    test('a channel the auth endpoint denies is not subscribed', async () => {
      const client = await connect(Pusher, server, auth.as())
      const channel = client.subscribe(unique('private-forbidden'))
      assert.equal((await once(channel, 'pusher:subscription_error')).status, 403)
      assert.equal(channel.subscribed, false)
    })

    test('a refused client does not receive what is published', async () => {
      const client = await connect(Pusher, server, signedBy(server.api({ secret: 'not-the-secret' })))
      const channel = client.subscribe(unique('private-secret'))
      const messages = []
      client.connection.bind('message', (message) => messages.push(message))
      await once(client.connection, 'error')
      const open = await subscribe(client, unique('open'))
      const marker = once(open, 'marker')
      await api.trigger([channel.name, open.name], 'marker', 1)
      await marker
      assert.deepEqual(messages.map(({ channel }) => channel).filter((channel) => channel?.startsWith('private')), [])
    })
  })
}
