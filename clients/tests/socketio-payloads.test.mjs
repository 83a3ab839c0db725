import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach } from '../cleanup.mjs'
import { conformanceForThisFile } from '../conformance.mjs'
import { ask, combinations, connect, libraries, once, upgraded } from '../socketio.mjs'

// The largest message it takes has 1 000 000 bytes.
const server = await conformanceForThisFile('sio4')
closeClientsAfterEach()

const text = 'Ä🚀x"'.repeat(60_000)
const bytes = Buffer.from(Array.from({ length: 650_000 }, (_, n) => (n * 31) & 255))

for (const { title, name, io, transports } of combinations(libraries)) {
  suite(`large payloads, ${title}`, () => {
    test('900 KB of text go there and back', async () => {
      const socket = await connect(io, server, { transports })
      const ascii = 'a'.repeat(900_000)
      assert.deepEqual(await ask(socket, 'message-with-ack', ascii), [ascii])
      assert.deepEqual(await ask(socket, 'message-with-ack', text), [text])
    })

    test('650 KB of bytes go there and back, which are 867 KB in a post', async () => {
      const socket = await connect(io, server, { transports })
      const [back] = await ask(socket, 'message-with-ack', bytes)
      assert.ok(bytes.equals(back))
    })

    test('a large one between small ones keeps its place', async () => {
      const socket = await connect(io, server, { transports })
      // Older libraries post everything at once, whatever the server has told them it takes.
      const some = name === 'socket.io-client 4' ? bytes : bytes.subarray(0, 300_000)
      const values = [1, text, 2, some, 3]
      const answers = await Promise.all(values.map((value) => ask(socket, 'message-with-ack', value)))
      assert.deepEqual(answers.flat(), values)
    })

    test('one that is too large ends its own connection and no other', async () => {
      const [sinner, neighbour] = [await connect(io, server, { transports }), await connect(io, server, { transports })]
      if (transports.length > 1) await upgraded(sinner)
      const ended = once(sinner, 'disconnect')
      sinner.emit('message', 'a'.repeat(1_000_100))
      const [reason] = await ended
      assert.match(reason, transports.includes('websocket') ? /^transport (close|error)$/ : /^transport error$/)
      assert.deepEqual(await ask(neighbour, 'message-with-ack', 'still here'), ['still here'])
      const again = await connect(io, server, { transports })
      assert.deepEqual(await ask(again, 'message-with-ack', 'here again'), ['here again'])
    })
  })
}
