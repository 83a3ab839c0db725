import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach, connect, connected, libraries, newClient, once, RawClient } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile()
closeClientsAfterEach()

for (const { name, Pusher } of libraries) {
  suite(`connect, ${name}`, () => {
    test('a client connects and learns its socket id', async () => {
      const client = await connect(Pusher, server)
      assert.match(client.connection.socket_id, /^\d+\.\d+$/)
    })

    test('two clients get different socket ids', async () => {
      const [one, two] = await Promise.all([connect(Pusher, server), connect(Pusher, server)])
      assert.notEqual(one.connection.socket_id, two.connection.socket_id)
    })

    test('a client that disconnected connects again with a new socket id', async () => {
      const client = await connect(Pusher, server)
      const before = client.connection.socket_id
      client.disconnect()
      assert.equal(client.connection.state, 'disconnected')
      client.connect()
      await connected(client)
      assert.notEqual(client.connection.socket_id, before)
    })

    test('a silent client pings and stays connected', async () => {
      const client = newClient(Pusher, server, { activityTimeout: 300, pongTimeout: 5_000 })
      await connected(client)
      const socketId = client.connection.socket_id
      const pong = await once(client.connection, 'message')
      assert.equal(pong.event, 'pusher:pong')
      assert.equal((await once(client.connection, 'message')).event, 'pusher:pong')
      assert.equal(client.connection.socket_id, socketId)
    })

    test('an unknown key ends disconnected and never connected', async () => {
      const client = newClient(Pusher, server, { key: 'nobody-knows-this-key' })
      const states = []
      client.connection.bind('state_change', ({ current }) => states.push(current))
      const [error] = await Promise.all([once(client.connection, 'error'), once(client.connection, 'disconnected')])
      assert.equal(error.error.data.code, 4001)
      assert.deepEqual(states, ['disconnected'])
    })
  })
}

suite('connect, on the wire', () => {
  test('the first frame is the handshake event', async () => {
    const client = new RawClient(server)
    const frame = await client.frames.next()
    assert.match(
      frame,
      /^\{"event":"pusher:connection_established","data":"\{\\"socket_id\\":\\"\d+\.\d+\\",\\"activity_timeout\\":30\}"\}$/,
    )
  })

  test('the response to the upgrade names Reverb', async () => {
    const response = await new RawClient(server).response
    assert.equal(response.headers['x-powered-by'], 'Laravel Reverb')
  })

  test('a ping is answered with a pong', async () => {
    const client = new RawClient(server)
    await client.established()
    client.send({ event: 'pusher:ping', data: {} })
    assert.equal(await client.frames.next(), '{"event":"pusher:pong"}')
  })

  test('an unknown key is told so and closed with 4001', async () => {
    const client = new RawClient(server, { key: 'nobody-knows-this-key' })
    assert.equal(
      await client.frames.next(),
      String.raw`{"event":"pusher:error","data":"{\"code\":4001,\"message\":\"Application does not exist\"}"}`,
    )
    assert.equal((await client.closed).code, 4001)
  })

  test('a frame that is not JSON is an error and the connection stays', async () => {
    const client = new RawClient(server)
    await client.established()
    client.send('hello')
    assert.equal(
      await client.frames.next(),
      String.raw`{"event":"pusher:error","data":"{\"code\":4200,\"message\":\"Invalid message format\"}"}`,
    )
    client.send({ event: 'pusher:ping', data: {} })
    assert.equal(await client.frames.next(), '{"event":"pusher:pong"}')
  })

  test('the server says that it is healthy', async () => {
    const response = await fetch(`http://${server.host}:${server.port}/up`)
    assert.equal(response.status, 200)
    assert.equal(await response.text(), '{"health":"OK"}')
  })
})
