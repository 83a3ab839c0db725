import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import nacl from 'tweetnacl'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { closeClientsAfterEach, connect, libraries, once, RawClient, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile()
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

for (const { name, Pusher } of libraries) {
  suite(`encrypted channels, ${name}`, () => {
    test('a subscriber reads what was sealed for the channel', async () => {
      const channel = await subscribe(await connect(Pusher, server, auth.as()), unique('private-encrypted-letters'))
      const letter = once(channel, 'letter')
      await api.trigger(channel.name, 'letter', { text: 'for your eyes only: 漢字' })
      assert.deepEqual(await letter, { text: 'for your eyes only: 漢字' })
    })

    test('sealed events of a batch are read as well', async () => {
      const channel = await subscribe(await connect(Pusher, server, auth.as()), unique('private-encrypted-letters'))
      const letter = once(channel, 'letter')
      await api.triggerBatch([{ channel: channel.name, name: 'letter', data: { text: 'one of many' } }])
      assert.deepEqual(await letter, { text: 'one of many' })
    })

    test('a signature with the wrong secret is refused', async () => {
      const liar = server.api({ secret: 'not-the-secret' })
      const client = await connect(Pusher, server, {
        channelAuthorization: {
          customHandler: ({ socketId, channelName }, callback) => callback(null, liar.authorizeChannel(socketId, channelName)),
        },
      })
      client.subscribe(unique('private-encrypted-letters'))
      assert.equal((await once(client.connection, 'error')).data.code, 4009)
    })
  })
}

suite('encrypted channels, on the wire', () => {
  test('the server passes on nothing but nonce and ciphertext', async () => {
    const channel = 'private-encrypted-wire'
    const client = new RawClient(server)
    const { socket_id: socketId } = await client.established()
    const { auth: signature } = api.authorizeChannel(socketId, channel)
    client.send({ event: 'pusher:subscribe', data: { channel, auth: signature } })
    await client.frames.next()
    await api.trigger(channel, 'letter', { text: 'plain words' })

    const frame = await client.frames.next()
    assert.doesNotMatch(frame, /plain words/)
    const sealed = JSON.parse(JSON.parse(frame).data)
    assert.deepEqual(Object.keys(sealed), ['nonce', 'ciphertext'])
    const opened = nacl.secretbox.open(
      Buffer.from(sealed.ciphertext, 'base64'),
      Buffer.from(sealed.nonce, 'base64'),
      api.channelSharedSecret(channel),
    )
    assert.deepEqual(JSON.parse(Buffer.from(opened)), { text: 'plain words' })
  })
})
