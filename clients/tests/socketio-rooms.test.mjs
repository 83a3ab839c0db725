import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach, unique } from '../cleanup.mjs'
import { conformanceForThisFile } from '../conformance.mjs'
import { all, ask, combinations, connect, current, once, transports as paths, upgraded } from '../socketio.mjs'

const server = await conformanceForThisFile('all')
const javaServer = await conformanceForThisFile('java-client')
closeClientsAfterEach()

for (const { title, io, transports } of combinations(current)) {
  suite(`rooms, ${title}`, () => {
    test('what is published to a room reaches who joined it, publisher included', async () => {
      const room = unique('room')
      const [inside, alsoInside, outside] = await Promise.all([1, 2, 3].map(() => connect(io, server, { transports })))
      await ask(inside, 'join', room)
      await ask(alsoInside, 'join', room)
      const heard = [inside, alsoInside, outside].map((socket) => all(socket, 'msg'))
      const data = { text: 'grüße 🚀', list: [1, null] }
      inside.emit('pub', room, data)
      assert.deepEqual(await heard[0].next(), [data])
      assert.deepEqual(await heard[1].next(), [data])
      // Answered after the message would have come.
      await ask(inside, 'echo', 1)
      await ask(outside, 'echo', 1)
      assert.deepEqual(heard.map(({ left }) => left), [[], [], []])
    })

    test('binary is published as well, at any depth', async () => {
      const room = unique('room')
      const [publisher, subscriber] = await Promise.all([1, 2].map(() => connect(io, server, { transports })))
      await ask(subscriber, 'join', room)
      const heard = all(subscriber, 'msg')
      for (const data of [Buffer.from([1, 2, 3]), { deep: [Buffer.from([4]), { er: Buffer.alloc(0) }], text: 'x' }]) {
        publisher.emit('pub', room, data)
        assert.deepEqual(await heard.next(), [data])
      }
    })

    test('joining twice delivers once, and a room may have any name', async () => {
      const room = unique('Räume / 🚪 "x"')
      const socket = await connect(io, server, { transports })
      await ask(socket, 'join', room)
      await ask(socket, 'join', room)
      const heard = all(socket, 'msg')
      socket.emit('pub', room, 'once')
      socket.emit('pub', room, 'then')
      assert.deepEqual(await heard.next(), ['once'])
      assert.deepEqual(await heard.next(), ['then'])
    })

    test('a client hears no room any more after it has left', async () => {
      const room = unique('room')
      const [leaver, publisher] = await Promise.all([1, 2].map(() => connect(io, server, { transports })))
      await ask(leaver, 'join', room)
      // Version 3 mixes the old connection up with the new one if it is not gone yet.
      const gone = once(leaver.io.engine, 'close')
      leaver.disconnect()
      await gone
      leaver.connect()
      await ask(leaver, 'echo', 'back')
      const heard = all(leaver, 'msg')
      publisher.emit('pub', room, 'missed')
      await ask(publisher, 'echo', 1)
      await ask(leaver, 'echo', 1)
      assert.deepEqual(heard.left, [])
    })

    test('a broadcast reaches everybody else, the room of an id only its socket', async () => {
      const [one, two] = await Promise.all([1, 2].map(() => connect(io, javaServer, { transports })))
      const [onOne, onTwo] = [all(one, 'broadcastBack'), all(two, 'broadcastBack')]
      one.emit('broadcast', 'to the others', { n: 1 })
      assert.deepEqual(await onTwo.next(), ['to the others', { n: 1 }])
      const [roomOne, roomTwo] = [all(one, 'roomBack'), all(two, 'roomBack')]
      one.emit('room', 'to me')
      assert.deepEqual(await roomOne.next(), ['to me'])
      await ask(two, 'ack')
      assert.deepEqual([onOne.left, roomTwo.left], [[], []])
    })
  })
}

suite('rooms, a crowd', () => {
  test('50 clients over mixed transports get the same 200 messages in order while they upgrade', async () => {
    const room = unique('crowd')
    const crowd = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => {
        const { io } = current[n % current.length]
        const { transports } = paths[n % paths.length]
        const socket = await connect(io, server, { transports })
        const heard = all(socket, 'msg')
        await ask(socket, 'join', room)
        return { socket, heard, upgrades: transports.length > 1 }
      }),
    )
    const messages = Array.from({ length: 200 }, (_, n) => (n % 20 === 7 ? { n, bytes: Buffer.from([n]) } : { n, text: `message ${n}` }))
    const publisher = crowd[0].socket
    for (const message of messages) publisher.emit('pub', room, message)
    for (const { heard, socket } of crowd) {
      const received = []
      for (let n = 0; n < messages.length; n++) received.push((await heard.next(30_000))[0])
      assert.deepEqual(received, messages, socket.id)
    }
    await Promise.all(crowd.map(({ socket }) => ask(socket, 'echo', 1)))
    assert.deepEqual(crowd.flatMap(({ heard }) => heard.left), [])
    await Promise.all(crowd.filter(({ upgrades }) => upgrades).map(({ socket }) => upgraded(socket)))
  })

  test('clients that connect, upgrade and join while it is published hear all that follows, in order', async () => {
    const room = unique('crowd')
    const [{ io }] = current
    const publisher = await connect(io, server, { transports: ['websocket'] })
    let published = 0
    let done = false
    const publishing = (async () => {
      while (!done) {
        publisher.emit('pub', room, published++)
        await ask(publisher, 'echo', 1)
      }
    })()
    const joiners = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const socket = await connect(io, server)
        const heard = all(socket, 'msg')
        await ask(socket, 'join', room)
        await upgraded(socket)
        return { socket, heard }
      }),
    )
    const sure = published
    done = true
    await publishing
    for (const { heard } of joiners) {
      let [previous] = await heard.next()
      while (previous < published - 1) {
        const [next] = await heard.next()
        assert.equal(next, previous + 1)
        previous = next
      }
    }
    assert.ok(published >= sure)
  })
})
