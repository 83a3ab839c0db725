import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach } from '../cleanup.mjs'
import { conformanceForThisFile } from '../conformance.mjs'
import { all, ask, combinations, connect, current, libraries, newSocket, once } from '../socketio.mjs'

const server = await conformanceForThisFile('sio4')
const suiteServer = await conformanceForThisFile('sio-client')
const javaServer = await conformanceForThisFile('java-client')
closeClientsAfterEach()

/** A socket of another namespace on the connection of this one. */
function sibling(socket, namespace) {
  return socket.io.socket(namespace)
}

for (const { title, io, transports, legacy } of combinations(libraries)) {
  suite(`namespaces, ${title}`, () => {
    test('a client talks to several namespaces on one connection', async () => {
      const main = newSocket(io, server, { transports })
      const custom = sibling(main, '/custom')
      const [mainAuth, customAuth] = [once(main, 'auth'), once(custom, 'auth')]
      await Promise.all([mainAuth, customAuth])
      assert.equal(main.io.engine, custom.io.engine)
      assert.notEqual(main.id, custom.id)
      assert.deepEqual(await ask(main, 'message-with-ack', 1), [1])
    })

    test('leaving one namespace leaves the others', async () => {
      const main = await connect(io, server, { transports })
      const custom = sibling(main, '/custom')
      await once(custom, 'connect')
      const left = once(custom, 'disconnect')
      custom.disconnect()
      assert.equal((await left)[0], 'io client disconnect')
      assert.deepEqual(await ask(main, 'message-with-ack', 'still here'), ['still here'])
      const again = once(custom, 'connect')
      custom.connect()
      await again
    })

    test('a namespace that does not exist is refused, and the others go on', async () => {
      const main = await connect(io, server, { transports })
      const unknown = sibling(main, '/unknown')
      const [error] = await once(unknown, legacy ? 'error' : 'connect_error')
      assert.equal(error.message, 'Invalid namespace')
      assert.equal(unknown.connected, false)
      assert.deepEqual(await ask(main, 'message-with-ack', 'still here'), ['still here'])
    })
  })
}

for (const { title, io, transports } of combinations(current)) {
  suite(`middlewares of namespaces, ${title}`, () => {
    test('a refused client is told why', async () => {
      const main = newSocket(io, suiteServer, { transports, query: { fail: 'true' } })
      const [error] = await once(main, 'connect_error')
      assert.equal(error.message, 'Auth failed (main namespace)')
      assert.equal(error.data, undefined)
      const custom = newSocket(io, suiteServer, { transports, namespace: '/no' })
      assert.equal((await once(custom, 'connect_error'))[0].message, 'Auth failed (custom namespace)')
    })

    test('the reason may have data', async () => {
      const socket = newSocket(io, javaServer, { transports, namespace: '/no' })
      const [error] = await once(socket, 'connect_error')
      assert.equal(error.message, 'auth failed')
      assert.deepEqual(error.data, { a: 'b', c: 3 })
    })

    test('a refused client may try again on the same connection', async () => {
      const main = await connect(io, suiteServer, { transports })
      const refused = sibling(main, '/no')
      const errors = all(refused, 'connect_error')
      await errors.next()
      refused.connect()
      await errors.next()
      assert.deepEqual(await ask(main, 'echo', 'still here'), ['still here'])
    })

    test('a namespace may greet with the handshake', async () => {
      const socket = newSocket(io, suiteServer, { transports, namespace: '/abc', query: { b: 'c' }, auth: { d: 'e' } })
      const [handshake] = await once(socket, 'handshake')
      assert.equal(handshake.query.b, 'c')
      assert.deepEqual(handshake.auth, { d: 'e' })
      assert.equal(typeof handshake.issued, 'number')
      assert.equal(typeof handshake.time, 'string')
      assert.equal(handshake.xdomain, false)
      assert.equal(handshake.authPresent, undefined)
    })

    test('empty namespaces can be connected to', async () => {
      for (const namespace of ['/timeout_socket', '/valid', '/asd']) await connect(io, suiteServer, { transports, namespace })
    })
  })
}
