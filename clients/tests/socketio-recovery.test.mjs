import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach } from '../cleanup.mjs'
import { conformanceForThisFile } from '../conformance.mjs'
import { startProxy } from '../proxy.mjs'
import { all, ask, combinations, connect, current, once, upgraded } from '../socketio.mjs'

const server = await conformanceForThisFile('sio-client')
closeClientsAfterEach()

const comesBack = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 200 }
const utf8 = ['てすと', 'Я Б Г Д Ж Й', 'Ä ä Ü ü ß', 'utf8 — string', 'utf8 — string']

for (const { title, io, transports } of combinations(current.slice(0, 1))) {
  suite(`recovery, ${title}`, () => {
    const settled = async (socket) => (transports.length > 1 ? upgraded(socket) : socket)

    for (const [what, before] of [
      ['that has heard events', async (socket) => {
        const heard = once(socket, 'hi')
        socket.emit('hi')
        await heard
      }],
      ['that has heard nothing yet', async () => {}],
    ]) {
      test(`a client ${what} goes on with its id`, async () => {
        const socket = await settled(await connect(io, server, { transports, ...comesBack }))
        assert.equal(socket.recovered, false)
        const first = socket.id
        await before(socket)
        for (let times = 0; times < 3; times++) {
          const back = once(socket, 'connect')
          socket.io.engine.close()
          await back
          assert.equal(socket.recovered, true)
          assert.equal(socket.id, first)
          assert.deepEqual(await ask(socket, 'getId'), [first])
        }
      })
    }

    if (transports.includes('websocket')) {
      test('what was lost with the connection is heard after all, once and in order', async () => {
        const proxy = await startProxy(server)
        const socket = await settled(await connect(io, proxy, { transports, ...comesBack }))
        const first = socket.id
        const texts = all(socket, 'takeUtf8')
        socket.emit('getUtf8')
        for (const text of utf8) assert.equal((await texts.next())[0], text)

        proxy.lose()
        socket.emit('getUtf8')
        await proxy.hasLost('utf8 — string', 2)
        const [ended, back] = [once(socket, 'disconnect'), once(socket, 'connect')]
        proxy.down()
        await ended
        proxy.up()
        await back
        assert.equal(socket.recovered, true)
        assert.equal(socket.id, first)
        for (const text of utf8) assert.equal((await texts.next())[0], text)

        socket.emit('getUtf8')
        for (const text of utf8) assert.equal((await texts.next())[0], text)
        await ask(socket, 'echo', 1)
        assert.deepEqual(texts.left, [])
      })

      test('bytes that were lost are heard as well', async () => {
        const proxy = await startProxy(server)
        const socket = await settled(await connect(io, proxy, { transports, ...comesBack }))
        const doges = all(socket, 'doge')
        socket.emit('doge')
        await doges.next()
        proxy.lose()
        socket.emit('doge')
        await proxy.hasLost('asdfasdf', 1)
        const ended = once(socket, 'disconnect')
        proxy.down()
        await ended
        proxy.up()
        assert.deepEqual((await doges.next())[0], Buffer.from('asdfasdf'))
      })
    }

    test('a client that went on purpose is a new one when it comes again', async () => {
      const socket = await settled(await connect(io, server, { transports }))
      const first = socket.id
      socket.disconnect()
      const back = once(socket, 'connect')
      socket.connect()
      await back
      assert.equal(socket.recovered, false)
      assert.notEqual(socket.id, first)
    })
  })
}
