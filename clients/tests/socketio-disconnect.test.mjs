import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach } from '../cleanup.mjs'
import { conformanceForThisFile, startConformance } from '../conformance.mjs'
import { startProxy } from '../proxy.mjs'
import { ask, combinations, connect, current, libraries, newSocket, once, upgraded } from '../socketio.mjs'

const server = await conformanceForThisFile('sio4')
const javaServer = await conformanceForThisFile('java-client')
closeClientsAfterEach()

const comesBack = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 200 }

for (const { title, io, transports } of combinations(current)) {
  suite(`disconnected by the server, ${title}`, () => {
    test('the client sees who it was, and does not come back by itself', async () => {
      const socket = await connect(io, javaServer, { transports, ...comesBack })
      const ended = once(socket, 'disconnect')
      socket.emit('requestDisconnect')
      assert.equal((await ended)[0], 'io server disconnect')
      assert.equal(socket.active, false)
    })

    test('it may come back on the same connection, which stays', async () => {
      const socket = await connect(io, javaServer, { transports, ...comesBack })
      const { engine } = socket.io
      const foo = socket.io.socket('/foo')
      await once(foo, 'connect')
      const [ended, first] = [once(socket, 'disconnect'), socket.id]
      socket.emit('requestDisconnect')
      await ended
      assert.equal(foo.connected, true)
      const greeted = once(socket, 'message')
      socket.connect()
      assert.deepEqual(await greeted, ['hello client'])
      assert.notEqual(socket.id, first)
      assert.equal(socket.io.engine, engine)
    })
  })
}

for (const { title, io, transports } of combinations(libraries)) {
  const settled = async (socket) => (transports.length > 1 ? upgraded(socket) : socket)

  suite(`disconnected, ${title}`, () => {
    test('by the client itself', async () => {
      const socket = await connect(io, server, { transports, ...comesBack })
      const ended = once(socket, 'disconnect')
      socket.disconnect()
      assert.equal((await ended)[0], 'io client disconnect')
    })

    test('a connection that the client closes is replaced by a new one', async () => {
      const socket = await settled(await connect(io, server, { transports, ...comesBack }))
      const [ended, back, first] = [once(socket, 'disconnect'), once(socket, 'connect'), socket.id]
      socket.io.engine.close()
      assert.equal((await ended)[0], 'forced close')
      await back
      assert.notEqual(socket.id, first)
      assert.deepEqual(await ask(socket, 'message-with-ack', 'back'), ['back'])
    })

    test('a connection that breaks is replaced by a new one', async () => {
      const proxy = await startProxy(server)
      const socket = await settled(await connect(io, proxy, { transports, ...comesBack }))
      const [ended, back] = [once(socket, 'disconnect'), once(socket, 'connect')]
      proxy.down()
      assert.match((await ended)[0], /^transport (close|error)$/)
      // What is emitted in between is sent when the connection is back.
      const answer = ask(socket, 'message-with-ack', 'in between')
      proxy.up()
      await back
      assert.deepEqual(await answer, ['in between'])
    })
  })
}

suite('disconnected, the server stops', () => {
  test('clients see their connections close, and come back to the next server on the port', async () => {
    const first = await startConformance('sio4')
    const clients = await Promise.all(
      combinations(libraries).map(async ({ title, io, transports }) => {
        const socket = newSocket(io, first, { transports, ...comesBack })
        await once(socket, 'connect')
        if (transports.length > 1) await upgraded(socket)
        return { title, socket, ended: once(socket, 'disconnect', 30_000) }
      }),
    )
    await first.stop()
    for (const { title, ended } of clients) assert.match((await ended)[0], /^transport (close|error)$/, title)

    const back = clients.map(({ socket }) => once(socket, 'connect', 30_000))
    const second = await startConformance('sio4', { port: first.port })
    try {
      await Promise.all(back)
      for (const { title, socket } of clients) assert.deepEqual(await ask(socket, 'message-with-ack', 1), [1], title)
    } finally {
      for (const { socket } of clients) socket.disconnect()
      await second.stop()
    }
  })
})
