import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach } from '../cleanup.mjs'
import { conformanceForThisFile } from '../conformance.mjs'
import { all, ask, combinations, connect, current, libraries, newSocket, once, upgraded, withoutOffset } from '../socketio.mjs'
import { eventually } from '../within.mjs'

const server = await conformanceForThisFile('sio4')
const suiteServer = await conformanceForThisFile('sio-client')
const impatientServer = await conformanceForThisFile('sio4', { args: ['--patience', '2000'] })
closeClientsAfterEach()

const bytes = (...values) => Buffer.from(values)

/** Every argument is compared as what it is; binary comes as a Buffer in Node.js. */
const values = {
  'no argument at all': [],
  null: [null],
  'booleans and numbers': [true, false, 0, -1, 1.5, 9007199254740991, 1e21],
  'strings with everything in them': ['', 'plain', '"quoted" \\ / \b\f\n\r\t', '\u0000\u001f', 'てすと Я Б Г Ä ß', '🚀👩‍👩‍👧', '\u2028\u2029', '<script>'],
  'nested objects and arrays': [{ a: { b: [{ c: null }, [], {}] } }, [[1, [2, [3]]]]],
  'names of properties that are special to JavaScript': [{ length: 1, constructor: 'x', toString: 'y', '': 'empty' }],
  'an object that looks like a placeholder': [{ _placeholder: false, num: 0 }],
  binary: [bytes(1, 2, 3)],
  'binary among text': ['a', bytes(0, 255, 128), 'b', bytes()],
  'binary deep inside': [{ list: [{ first: bytes(1) }, [bytes(2, 3)]], also: bytes(4), text: 'x' }],
}

for (const { title, io, transports } of combinations(libraries)) {
  suite(`events, ${title}`, () => {
    test('every kind of argument goes there and back', async () => {
      const socket = await connect(io, server, { transports })
      const back = all(socket, 'message-back')
      for (const [what, args] of Object.entries(values)) {
        socket.emit('message', ...args)
        assert.deepEqual(await back.next(), args, what)
      }
    })

    test('every kind of argument is acknowledged by the server', async () => {
      const socket = await connect(io, server, { transports })
      for (const [what, args] of Object.entries(values)) {
        assert.deepEqual(await ask(socket, 'message-with-ack', ...args), args, what)
      }
    })

    test('every kind of argument is acknowledged by the client', async () => {
      const socket = await connect(io, server, { transports })
      const asked = all(socket, 'emit-with-ack')
      for (const [what, args] of Object.entries(values)) {
        socket.emit('emit-with-ack', ...args)
        const question = await asked.next()
        const answer = question.pop()
        assert.deepEqual(question, args, what)
        answer(...args)
        assert.deepEqual(await asked.next(), args, what)
      }
    })

    test('events keep their order while the transport changes', async () => {
      const socket = await connect(io, server, { transports })
      const back = all(socket, 'message-back')
      const count = 300
      for (let n = 0; n < count; n++) {
        socket.emit('message', n, n % 7 === 0 ? bytes(n & 255) : null)
        // Lets the upgrade go on between the events.
        if (n % 10 === 0) await ask(socket, 'message-with-ack')
      }
      for (let n = 0; n < count; n++) assert.deepEqual(await back.next(), [n, n % 7 === 0 ? bytes(n & 255) : null])
      if (transports.length > 1) await upgraded(socket)
    })

    test('acknowledgements find their questions', async () => {
      const socket = await connect(io, server, { transports })
      const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(socket, 'message-with-ack', n)))
      assert.deepEqual(answers, Array.from({ length: 100 }, (_, n) => [n]))
    })
  })
}

suite('events, answers that come too late', () => {
  test('what is answered after the server has given up is dropped, later questions are not disturbed', async () => {
    const socket = await connect(libraries[0].io, impatientServer)
    const asked = all(socket, 'emit-with-ack')
    socket.emit('emit-with-ack', 'slow')
    const late = (await asked.next()).at(-1)
    const over = performance.now() + 2_500
    await eventually('the time for answers to be over', () => ask(socket, 'message-with-ack'), () => performance.now() > over)
    late('too late')
    socket.emit('emit-with-ack', 'quick')
    const [question, answer] = await asked.next()
    assert.equal(question, 'quick')
    answer('in time')
    assert.deepEqual(await asked.next(), ['in time'])
  })
})

for (const { title, io, transports, name } of combinations(current)) {
  const suiteSocket = () => connect(io, suiteServer, { transports })
  const said = async (socket, event) => withoutOffset(await once(socket, event))

  suite(`the suite's events, ${title}`, () => {
    test('hi and false are answered in kind', async () => {
      const socket = await suiteSocket()
      for (const [event, reply] of [['hi', []], ['false', [false]]]) {
        const back = said(socket, event)
        socket.emit(event)
        assert.deepEqual(await back, reply)
      }
    })

    test('doge and getbin are answered with bytes', async () => {
      const socket = await suiteSocket()
      for (const [event, back] of [['doge', 'doge'], ['getbin', 'takebin']]) {
        const taken = said(socket, back)
        socket.emit(event)
        assert.deepEqual(await taken, [Buffer.from('asdfasdf')])
      }
    })

    test('getUtf8 is answered with five texts', async () => {
      const socket = await suiteSocket()
      const texts = all(socket, 'takeUtf8')
      socket.emit('getUtf8')
      const expected = ['てすと', 'Я Б Г Д Ж Й', 'Ä ä Ü ü ß', 'utf8 — string', 'utf8 — string']
      for (const text of expected) assert.deepEqual((await texts.next()).slice(0, 1), [text])
    })

    test('dates are strings that JavaScript reads', async () => {
      const socket = await suiteSocket()
      const date = said(socket, 'takeDate')
      socket.emit('getDate')
      const object = said(socket, 'takeDateObj')
      socket.emit('getDateObj')
      const asked = ask(socket, 'getAckDate', {})
      for (const text of [(await date)[0], (await object)[0].date, (await asked)[0]]) {
        assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
        assert.ok(Math.abs(Date.parse(text) - Date.now()) < 60_000, text)
      }
    })

    test('echo answers with the first argument, null included', async () => {
      const socket = await suiteSocket()
      for (const value of [null, '', 'x', 0, false, { a: [1] }, bytes(1, 2)]) {
        assert.deepEqual(await ask(socket, 'echo', value), [value])
      }
    })

    test('ack is asked back, and the right answer is what it gets', async () => {
      const socket = await suiteSocket()
      socket.on('ack', (answer) => answer(5, { test: true }))
      const got = once(socket, 'got it')
      socket.emit('ack')
      await got
    })

    test('getId answers with the id of the socket in its namespace', async () => {
      const socket = await suiteSocket()
      assert.deepEqual(await ask(socket, 'getId'), [socket.id])
      const foo = socket.io.socket('/foo')
      await once(foo, 'connect')
      assert.deepEqual(await ask(foo, 'getId'), [foo.id])
      assert.notEqual(foo.id, socket.id)
    })

    for (const [what, event, back, ...args] of [
      ['bytes', 'buffa', 'buffack', bytes(1, 2)],
      ['bytes in an object', 'jsonbuff', 'jsonbuff-ack', { hello: 'lol', message: bytes(3), goodbye: 'gotcha' }],
      ['a blob', 'blob', 'back', bytes(5)],
      ['a blob in an object', 'jsonblob', 'jsonblob-ack', { hello: 'lol', message: bytes(6), goodbye: 'gotcha' }],
    ]) {
      test(`${event}, ${what}, is recognised`, async () => {
        const socket = await suiteSocket()
        const recognised = once(socket, back)
        socket.emit(event, ...args)
        await recognised
      })
    }

    test('binary and text one after the other arrive in order', async () => {
      const socket = await suiteSocket()
      const [buffers, blobs] = [once(socket, 'abuff2-ack'), once(socket, 'blob3-ack')]
      socket.emit('abuff1', bytes(1))
      socket.emit('abuff2', 'please arrive second')
      socket.emit('blob1', bytes(2))
      socket.emit('blob2', 'second')
      socket.emit('blob3', bytes(3))
      await buffers
      await blobs
    })

    test('volatile events arrive when the client could send them at once', async () => {
      const socket = await suiteSocket()
      const back = all(socket, 'hi')
      // The client drops one that it emits while it posts, or while its transport changes.
      const trial = async () => {
        socket.volatile.emit('hi')
        await ask(socket, 'echo', 'behind it')
        return back.left.length
      }
      await eventually('a volatile event to arrive', trial, (arrived) => arrived > 0)
    })

    test('events arrive uncompressed, too', async () => {
      const socket = await suiteSocket()
      const back = once(socket, 'hi')
      socket.compress(false).emit('hi')
      await back
      assert.deepEqual(await ask(socket.compress(false), 'echo', 'x'.repeat(5_000)), ['x'.repeat(5_000)])
    })

    test('volatile events are dropped while it is not', async () => {
      const socket = newSocket(io, suiteServer, { transports })
      const back = all(socket, 'hi')
      socket.volatile.emit('hi')
      socket.emit('echo', 'buffered', () => {})
      await once(socket, 'connect')
      await ask(socket, 'echo', 'behind it')
      assert.deepEqual(back.left, [])
    })

    if (name === 'socket.io-client 4') {
      test('a question that nobody answers runs into its timeout', async () => {
        const socket = await suiteSocket()
        await assert.rejects(socket.timeout(50).emitWithAck('nobody hears this'), /timed out/)
        assert.equal(await socket.timeout(10_000).emitWithAck('echo', 'still here'), 'still here')
      })
    }
  })
}
