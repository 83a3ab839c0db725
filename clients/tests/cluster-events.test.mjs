import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { io } from 'socket.io-client'
import { closeClientsAfterEach } from '../cleanup.mjs'
import { startConformance } from '../conformance.mjs'
import { redisForThisFile } from '../redis.mjs'
import { ask, connect, once } from '../socketio.mjs'
import { eventually } from '../within.mjs'

const redis = await redisForThisFile()
const servers = []
while (servers.length < 2) servers.push(await startConformance('cluster', { args: ['--redis', redis.url, '--adapter', 'sharded'] }))
after(() => Promise.all(servers.map((server) => server.stop())))
closeClientsAfterEach()

const sorted = (list) => [...list].sort()
const usual = ['room1', 'room2', 'room4', 'room5']

/** One client at each server, which know each other. */
async function clients() {
  const sockets = await Promise.all(servers.map((server) => connect(io, server, { transports: ['websocket'] })))
  for (const socket of sockets) await eventually('both sockets', async () => (await ask(socket, 'fetch_sockets'))[0].length, (count) => count === sockets.length)
  return sockets
}

/** Each socket does it with the other one. */
async function pairwise(act) {
  const [one, other] = await clients()
  await act(one, other)
  await act(other, one)
}

suite('the events that suites for adapters want', () => {
  test('broadcasts', async () => {
    const sockets = await clients()
    for (const event of ['broadcast', 'volatile_broadcast']) {
      const heard = sockets.map((socket) => once(socket, 'broadcast'))
      sockets[0].emit(event)
      for (const each of heard) assert.deepEqual(await each, [`hello from ${sockets[0].id}`])
    }
    for (const socket of sockets) {
      socket.on('broadcast_with_ack', (nothing, answer) => {
        assert.equal(nothing, null)
        answer(`ack from ${socket.id}`)
      })
    }
    const [answers] = await ask(sockets[0], 'broadcast_with_ack')
    assert.deepEqual(sorted(answers), sorted(sockets.map(({ id }) => `ack from ${id}`)))
  })

  test('sockets and rooms', async () => {
    const sockets = await clients()
    const ids = sockets.map(({ id }) => id)
    const [found] = await ask(sockets[0], 'fetch_sockets')
    assert.deepEqual(sorted(found.map(({ id, ns }) => `${ns} ${id}`)), sorted(ids.map((id) => `/ ${id}`)))
    const rooms = async () => sorted((await ask(sockets[1], 'rooms'))[0])
    assert.deepEqual(await rooms(), sorted([...ids, ...usual]))
    await ask(sockets[0], 'join_room')
    assert.deepEqual(await rooms(), sorted([...ids, ...usual, 'room7']))
    await ask(sockets[0], 'leave_room')
    assert.deepEqual(await rooms(), sorted([...ids, 'room1', 'room2', 'room5', 'room7']))
  })

  test('everybody disconnects', async () => {
    const sockets = await clients()
    const ends = sockets.map((socket) => once(socket, 'disconnect'))
    sockets[0].emit('disconnect_socket')
    for (const end of ends) assert.equal((await end)[0], 'io server disconnect')
  })

  test('events to a single socket, with and without an answer', () => pairwise(async (one, other) => {
    const heard = once(other, 'emit')
    await ask(one, 'emit_from_remote_sock', other.id)
    assert.deepEqual(await heard, [`hello from ${one.id}`])
    other.once('emit', (text, answer) => answer(`${text}, too`))
    assert.deepEqual(await ask(one, 'emit_with_ack_from_remote_sock', other.id), [`hello from ${one.id}, too`])
  }))

  test('rooms of a single socket', () => pairwise(async (one, other) => {
    await ask(one, 'join_room_from_remote_sock', other.id)
    await ask(one, 'leave_room_from_remote_sock', other.id)
    assert.deepEqual(sorted((await ask(one, 'get_rooms_remote_sock', other.id))[0]), sorted([other.id, `hello from ${one.id}`, 'room1', 'room2', 'room5']))
  }))

  test('a single socket disconnects', async () => {
    const [one, other] = await clients()
    const end = once(other, 'disconnect')
    await ask(one, 'disconnect_remote_sock', other.id)
    assert.equal((await end)[0], 'io server disconnect')
    assert.ok(one.connected)
  })
})
