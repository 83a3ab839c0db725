// pusher-js where WebSockets do not get through: HTTP streaming and HTTP polling.

import assert from 'node:assert/strict'
import { once as happens } from 'node:events'
import { createServer, connect as dial } from 'node:net'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeAfterwards, closeClientsAfterEach, connect, connected, libraries, newClient, once, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile, startServer } from '../server.mjs'
import { eventually } from '../within.mjs'

const server = await serverForThisFile()
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

// A pusher-js whose first attempt meets a closed port makes the next one 15 s later: time for 60.
const PATIENCE = 60_000

const transports = ['xhr_streaming', 'xhr_polling']
const combinations = libraries.flatMap((library) => transports.map((transport) => ({ ...library, transport })))

const over = (transport, to = server) => ({ httpHost: to.host, httpPort: to.port, enabledTransports: [transport] })

/** Publishes events with these data one after the other, in batches that fit into a request. */
async function publish(channel, data, perBatch) {
  for (let i = 0; i < data.length; i += perBatch) {
    const batch = data.slice(i, i + perBatch).map((each) => ({ channel, name: 'n', data: each }))
    await api.triggerBatch(batch)
  }
}

async function take(happenings, count) {
  const taken = []
  while (taken.length < count) taken.push((await happenings.next()).data)
  return taken
}

for (const { name, Pusher, transport } of combinations) {
  const user = () => ({ user_id: unique('user'), user_info: { name: 'Ada' } })

  suite(`fallback, ${name}, ${transport}`, () => {
    test('the transport is the one that was asked for', async () => {
      const client = await connect(Pusher, server, over(transport))
      assert.match(client.connection.socket_id, /^\d+\.\d+$/)
      assert.equal(client.connection.connection.transport.name, transport)
    })

    test('public and private channels bring what is published', async () => {
      const client = await connect(Pusher, server, { ...over(transport), ...auth.as() })
      for (const channelName of [unique('news'), unique('private-news')]) {
        const channel = await subscribe(client, channelName)
        const received = once(channel, 'e')
        await api.trigger(channel.name, 'e', { text: 'Grüße 😀\n"\\' })
        assert.deepEqual(await received, { text: 'Grüße 😀\n"\\' })
      }
    })

    test('a wrong signature is refused and the connection stays', async () => {
      const client = await connect(Pusher, server, {
        ...over(transport),
        channelAuthorization: { customHandler: (_, callback) => callback(null, { auth: 'x:y' }) },
      })
      const refused = once(client.connection, 'error')
      client.subscribe(unique('private-news'))
      assert.equal((await refused).data.code, 4009)
      await subscribe(client, unique('news'))
    })

    test('members over HTTP and over WebSocket see one another come, speak and go', async () => {
      const room = unique('presence-room')
      const [one, other] = [user(), user()]
      const socket = await connect(Pusher, server, auth.as(one))
      const seenBySocket = await subscribe(socket, room)
      const added = once(seenBySocket, 'pusher:member_added')
      const client = await connect(Pusher, server, { ...over(transport), ...auth.as(other) })
      const seen = await subscribe(client, room)
      assert.equal((await added).id, other.user_id)
      assert.deepEqual(Object.keys(seen.members.members).sort(), [one.user_id, other.user_id].sort())

      const said = once(seenBySocket, 'client-said')
      seen.trigger('client-said', { n: 1 })
      assert.deepEqual(await said, { n: 1 })
      const answered = once(seen, 'client-answered')
      seenBySocket.trigger('client-answered', { n: 2 })
      assert.deepEqual(await answered, { n: 2 })

      const removed = once(seenBySocket, 'pusher:member_removed', 20_000)
      client.disconnect()
      assert.equal((await removed).id, other.user_id)
    })

    test('1 000 events arrive in order, none is missing and none comes twice', async () => {
      const client = await connect(Pusher, server, over(transport))
      const channel = await subscribe(client, unique('many'))
      const arriving = all(channel, 'n')
      const sent = Array.from({ length: 1_000 }, (_, i) => i)
      await publish(channel.name, sent, 20)
      assert.deepEqual(await take(arriving, 1_000), sent)
      const last = once(channel, 'last')
      await api.trigger(channel.name, 'last', {})
      await last
      assert.equal(arriving.left.length, 0)
    })

    test('a megabyte arrives whole, though a stream ends at 256 KB', async () => {
      const client = await connect(Pusher, server, over(transport))
      const changes = all(client.connection, 'state_change')
      const channel = await subscribe(client, unique('large'))
      const arriving = all(channel, 'n')
      const sent = Array.from({ length: 150 }, (_, i) => `${i} ü😀 ${'x'.repeat(7_000)}`)
      await publish(channel.name, sent, 1)
      assert.deepEqual(await take(arriving, sent.length), sent)
      assert.deepEqual(changes.left, [])
    })

    test('a key nobody has keeps the client away for good', async () => {
      const client = newClient(Pusher, server, { ...over(transport), key: 'nobody' })
      const [error] = await Promise.all([once(client.connection, 'error'), once(client.connection, 'disconnected')])
      assert.equal(error.error.data.code, 4001)
    })

    test('who is terminated is seen leaving', async () => {
      const room = unique('presence-room')
      const [cutUser, keptUser] = [user(), user()]
      const cut = await connect(Pusher, server, { ...over(transport), ...auth.as(cutUser) })
      const kept = await connect(Pusher, server, { ...over(transport), ...auth.as(keptUser) })
      const [, watcher] = [await subscribe(cut, room), await subscribe(kept, room)]
      const removed = once(watcher, 'pusher:member_removed')
      const lost = once(cut.connection, 'state_change')
      await api.terminateUserConnections(cutUser.user_id)
      assert.equal((await removed).id, cutUser.user_id)
      assert.equal((await lost).previous, 'connected')
      assert.equal(kept.connection.state, 'connected')
    })
  })
}

/** A port on which nobody listens. */
async function closedPort() {
  const brief = createServer().listen(0, '127.0.0.1')
  await happens(brief, 'listening')
  const { port } = brief.address()
  brief.close()
  return port
}

/** Passes everything on to the server and keeps what each request calls it. */
async function recordHosts({ host, port }) {
  const hosts = []
  const sockets = new Set()
  const recorder = createServer((client) => {
    const upstream = dial(port, host)
    for (const [socket, other] of [[client, upstream], [upstream, client]]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (data) => {
      for (const [, name] of String(data).matchAll(/^host: (\S+)\r$/gim)) hosts.push(name)
    })
    client.pipe(upstream).pipe(client)
  }).listen(0, '127.0.0.1')
  await happens(recorder, 'listening')
  closeAfterwards(() => {
    recorder.close()
    for (const socket of sockets) socket.destroy()
  })
  return { host: '127.0.0.1', port: recorder.address().port, hosts }
}

suite('fallback', () => {
  test('clients whose WebSockets do not get through come over HTTP by themselves', async () => {
    const wsPort = await closedPort()
    await Promise.all(
      libraries.map(async ({ Pusher }) => {
        const options = { httpHost: server.host, httpPort: server.port, wsPort, wssPort: wsPort, enabledTransports: undefined }
        const client = newClient(Pusher, server, options)
        await connected(client, PATIENCE)
        assert.equal(client.connection.connection.transport.name, 'xhr_streaming')
        await subscribe(client, unique('news'))
      }),
    )
  })

  test('clients of a server that is stopped and started again come back with their channels', async () => {
    const first = await startServer()
    const clients = await Promise.all(
      combinations.map(async ({ name, Pusher, transport }) => {
        const client = await connect(Pusher, first, over(transport, first))
        return { name: `${name}, ${transport}`, client, channel: await subscribe(client, 'news') }
      }),
    )
    const lost = clients.map(({ client }) => once(client.connection, 'connecting', PATIENCE))
    await first.stop()
    await Promise.all(lost)

    const second = await startServer({ port: first.port })
    try {
      const subscribedAgain = clients.map(({ channel }) => once(channel, 'pusher:subscription_succeeded', PATIENCE))
      await Promise.all(clients.map(({ client }) => connected(client, PATIENCE)))
      await Promise.all(subscribedAgain)
      const received = clients.map(({ channel }) => once(channel, 'back'))
      await second.api().trigger('news', 'back', { n: 1 })
      for (const data of received) assert.deepEqual(await data, { n: 1 })
    } finally {
      for (const { client } of clients) client.disconnect()
      await second.stop()
    }
  })

  test('a server that has a name is asked by it from the second request on', async () => {
    const named = await startServer({ env: { RESOUND_SERVER_FALLBACK_HOSTNAME: 'localhost' } })
    for (const { Pusher, transport } of combinations) {
      const recorder = await recordHosts(named)
      const client = await connect(Pusher, named, over(transport, recorder))
      const channel = await subscribe(client, unique('news'))
      const received = once(channel, 'e')
      await named.api().trigger(channel.name, 'e', { n: 1 })
      assert.deepEqual(await received, { n: 1 })
      client.disconnect()
      const [first, ...others] = recorder.hosts
      assert.equal(first, `127.0.0.1:${recorder.port}`)
      assert.ok(others.length > 0)
      assert.deepEqual(new Set(others), new Set([`localhost:${recorder.port}`]))
    }
    await named.stop()
  })

  test('a stopping server tells those that listen to come back at once', async () => {
    const stopping = await startServer()
    const url = `http://${stopping.host}:${stopping.port}/pusher/app/clients-key/1/abcdefgh/xhr_streaming?protocol=7`
    const response = await fetch(url, { method: 'POST' })
    const text = response.text()
    await stopping.stop()
    assert.equal((await text).trimEnd().split('\n').at(-1), 'c[4200,"Server is shutting down"]')
  })

  test('a client that has gone is nobody in the channel after some seconds', async () => {
    const channel = unique('news')
    const base = `http://${server.host}:${server.port}/pusher/app/clients-key/2/abcdefgh`
    const post = async (path, body) => (await fetch(`${base}/${path}`, { method: 'POST', body })).text()
    assert.match(await post('xhr'), /^o\na\[/)
    await post('xhr_send', JSON.stringify([JSON.stringify({ event: 'pusher:subscribe', data: { channel } })]))
    const occupied = async () => Object.keys((await (await api.get({ path: '/channels' })).json()).channels)
    assert.ok((await occupied()).includes(channel))
    await eventually('the channel to be empty', occupied, (channels) => !channels.includes(channel), 15_000)
  })
})
