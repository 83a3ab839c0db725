import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import parser from 'socket.io-msgpack-parser'
import { closeClientsAfterEach } from '../cleanup.mjs'
import { conformanceForThisFile } from '../conformance.mjs'
import { all, ask, combinations, connect, current, newSocket, once, upgraded } from '../socketio.mjs'

const server = await conformanceForThisFile('msgpack')
closeClientsAfterEach()

const bytes = (...values) => Buffer.from(values)

const values = {
  'no argument at all': [],
  null: [null],
  'booleans and numbers': [true, false, 0, -1, 127, 128, -32, -33, 65_536, -2_147_483_649, 9007199254740991, 1.5, -1.5e-300],
  strings: ['', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(256), 'x'.repeat(70_000), 'てすと 🚀'],
  arrays: [[], Array.from({ length: 15 }, (_, n) => n), Array.from({ length: 16 }, (_, n) => n), Array(70_000).fill(1)],
  objects: [{}, { a: { b: { c: [null, { d: true }] } } }, Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`key ${n}`, n]))],
  'a placeholder, which is nothing special here': [{ _placeholder: true, num: 0 }],
  binary: [bytes(), bytes(1, 2, 3), Buffer.alloc(300, 7), Buffer.alloc(70_000, 8)],
  'binary deep inside': [{ list: [{ first: bytes(1) }, [bytes(2, 3)]], text: 'x' }],
}

for (const { title, io, transports } of combinations(current)) {
  suite(`MessagePack, ${title}`, () => {
    test('auth goes there and back, for every namespace', async () => {
      for (const namespace of ['/', '/custom']) {
        const socket = newSocket(io, server, { parser, transports, namespace, auth: { token: '123', list: [1] } })
        assert.deepEqual(await once(socket, 'auth'), [{ token: '123', list: [1] }])
      }
    })

    test('no auth is null here, not an empty object', async () => {
      const socket = newSocket(io, server, { parser, transports })
      assert.deepEqual(await once(socket, 'auth'), [null])
    })

    test('every kind of argument goes there and back', async () => {
      const socket = await connect(io, server, { parser, transports })
      const back = all(socket, 'message-back')
      for (const [what, args] of Object.entries(values)) {
        socket.emit('message', ...args)
        assert.deepEqual(await back.next(), args, what)
      }
      if (transports.length > 1) await upgraded(socket)
    })

    test('every kind of argument is acknowledged by both sides', async () => {
      const socket = await connect(io, server, { parser, transports })
      const asked = all(socket, 'emit-with-ack')
      for (const [what, args] of Object.entries(values)) {
        assert.deepEqual(await ask(socket, 'message-with-ack', ...args), args, what)
        socket.emit('emit-with-ack', ...args)
        const question = await asked.next()
        const answer = question.pop()
        assert.deepEqual(question, args, what)
        answer(...args)
        assert.deepEqual(await asked.next(), args, what)
      }
    })

    test('an unknown namespace is refused, and the others go on', async () => {
      const main = await connect(io, server, { parser, transports })
      const [error] = await once(main.io.socket('/unknown'), 'connect_error')
      assert.equal(error.message, 'Invalid namespace')
      assert.deepEqual(await ask(main, 'message-with-ack', 1), [1])
    })

    test('a client with another parser is no client', async () => {
      const socket = newSocket(io, server, { transports })
      await once(socket.io, 'close')
      assert.equal(socket.connected, false)
    })
  })
}
