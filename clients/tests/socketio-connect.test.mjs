import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach } from '../cleanup.mjs'
import { conformanceForThisFile } from '../conformance.mjs'
import { ask, combinations, connect, libraries, newSocket, once, upgraded } from '../socketio.mjs'

const server = await conformanceForThisFile('sio4')
const suiteServer = await conformanceForThisFile('sio-client')
closeClientsAfterEach()

for (const { title, io, transports, legacy } of combinations(libraries)) {
  suite(`connecting, ${title}`, () => {
    test('a client connects by the transports it was given', async () => {
      const socket = await connect(io, server, { transports })
      assert.equal(socket.connected, true)
      if (transports.includes('websocket')) await upgraded(socket)
      assert.equal(socket.io.engine.transport.name, transports.at(-1))
      assert.deepEqual(await ask(socket, 'message-with-ack', 'still here'), ['still here'])
    })

    test('the id of the socket is not that of the connection', async () => {
      const socket = await connect(io, server, { transports })
      assert.match(socket.id, /^[\w-]{20}$/)
      if (!legacy) assert.notEqual(socket.id, socket.io.engine.id)
    })

    if (legacy) {
      test('the query of a namespace is its auth', async () => {
        const socket = newSocket(io, server, { namespace: '/custom', transports, query: { token: '123' } })
        const [auth] = await once(socket, 'auth')
        assert.equal(auth.token, '123')
      })
    } else {
      test('what a client proves itself with reaches the server, for every namespace', async () => {
        const auth = { token: '123', nested: { list: [1, null, 'x'] } }
        for (const namespace of ['/', '/custom']) {
          const socket = newSocket(io, server, { namespace, transports, auth })
          assert.deepEqual(await once(socket, 'auth'), [auth])
        }
      })

      test('a function may make the auth, and none is an empty one', async () => {
        const made = newSocket(io, server, { transports, auth: (callback) => callback({ made: 'late' }) })
        assert.deepEqual(await once(made, 'auth'), [{ made: 'late' }])
        const without = newSocket(io, server, { transports })
        assert.deepEqual(await once(without, 'auth'), [{}])
      })

      test('query and headers are part of the handshake', async () => {
        const socket = await connect(io, suiteServer, {
          transports,
          query: { name: 'Zoë & co', number: 7 },
          extraHeaders: { 'X-Tested': 'yes' },
        })
        const [{ query, headers, url, secure, address }] = await ask(socket, 'getHandshake')
        assert.equal(query.name, 'Zoë & co')
        assert.equal(query.number, '7')
        assert.equal(query.EIO, '4')
        assert.equal(query.transport, transports[0])
        assert.equal(headers['x-tested'], 'yes')
        assert.equal(headers.host, `127.0.0.1:${suiteServer.port}`)
        assert.ok(url.startsWith('/socket.io/?'), url)
        assert.equal(secure, false)
        assert.equal(address, '127.0.0.1')
      })
    }

    test('many clients connect at once', async () => {
      const sockets = await Promise.all(Array.from({ length: 20 }, () => connect(io, server, { transports })))
      assert.equal(new Set(sockets.map(({ id }) => id)).size, 20)
      const answers = await Promise.all(sockets.map((socket, n) => ask(socket, 'message-with-ack', n)))
      assert.deepEqual(answers.flat(), Array.from({ length: 20 }, (_, n) => n))
    })
  })
}

suite('connecting, what is refused', () => {
  test('a path nobody serves', async () => {
    for (const { io } of libraries) {
      const socket = newSocket(io, server, { path: '/elsewhere/' })
      const [error] = await once(socket, 'connect_error')
      assert.ok(error instanceof Error)
    }
  })

  test('Engine.IO 3 where it is off', async () => {
    const legacy = libraries.find(({ legacy }) => legacy)
    for (const transports of [['polling'], ['websocket']]) {
      const socket = newSocket(legacy.io, suiteServer, { transports })
      await once(socket, 'connect_error')
      assert.equal(socket.connected, false)
    }
  })

  test('a client that gives up at once is told so by its own timeout', async () => {
    const [{ io }] = libraries
    const socket = newSocket(io, suiteServer, { timeout: 0 })
    const [error] = await once(socket, 'connect_error')
    assert.equal(error.message, 'timeout')
  })
})
