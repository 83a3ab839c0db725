import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Emitter } from '@socket.io/redis-emitter'
import { closeClientsAfterEach, unique } from '../cleanup.mjs'
import { clientsOf, clusterScenarios } from '../cluster-scenarios.mjs'
import { clusterForThisFile } from '../cluster.mjs'
import { ask, once } from '../socketio.mjs'
import { eventually } from '../within.mjs'

const cluster = await clusterForThisFile('classic')
const { nodes } = cluster
const { clients, join, heardUntil } = clientsOf(cluster)
const emitter = new Emitter(cluster.newConnection())
const heardByEmitter = (sockets, nsp = '/') => heardUntil(sockets, (end) => emitter.of(nsp).emit(end))
closeClientsAfterEach()

clusterScenarios(cluster)

suite('a classic cluster', () => {
  test('whose servers tell each other bytes: those of Resound stay bytes', async () => {
    const [first, second, resound] = nodes
    await resound.do({ what: 'serverSideEmit' }, 'hello', Buffer.from([1, 2]), { deep: Buffer.from([3]) })
    for (const node of [first, second]) assert.deepEqual(await node.heard.next(), ['/', 'hello', [Buffer.from([1, 2]), { deep: Buffer.from([3]) }]])
    // Node's own are written as JSON.stringify does.
    await first.do({ what: 'serverSideEmit' }, 'hello', Buffer.from([1, 2]))
    for (const node of [second, resound]) assert.deepEqual(await node.heard.next(), ['/', 'hello', [{ type: 'Buffer', data: [1, 2] }]])
  })

  test('knows all rooms', async () => {
    const sockets = await clients()
    const room = unique('room')
    await join([sockets[2]], room)
    for (const { io } of nodes.slice(0, 2)) {
      const rooms = await io.of('/').adapter.allRooms()
      for (const name of [room, ...sockets.map(({ id }) => id)]) assert.ok(rooms.has(name), name)
    }
  })
})

suite('a cluster, an emitter speaks', () => {
  test('to everybody, to rooms, and not to exceptions', async () => {
    const sockets = await clients()
    const [one, two] = [unique('room'), unique('room')]
    await join(sockets, one)
    await join([sockets[0], sockets[2]], two)
    emitter.emit('told', 1, { bytes: Buffer.from([1]) }, null)
    emitter.to(two).emit('told', 2)
    emitter.in(one).in(two).except(sockets[2].id).emit('told', 3)
    emitter.to(sockets[2].id).emit('told', 4)
    emitter.compress(false).emit('told', 5)
    const first = [1, { bytes: Buffer.from([1]) }, null]
    assert.deepEqual(await heardByEmitter(sockets), [
      [first, [2], [3], [5]],
      [first, [3], [5]],
      [first, [2], [4], [5]],
    ])
    emitter.volatile.emit('told', 6)
    assert.deepEqual(await heardByEmitter(sockets), [[[6]], [[6]], [[6]]])
  })

  test('in a namespace', async () => {
    const [elsewhere, sockets] = [await clients(), await clients({ namespace: '/custom' })]
    emitter.of('/custom').emit('told', 'custom')
    assert.deepEqual(await heardByEmitter(sockets, '/custom'), [[['custom']], [['custom']], [['custom']]])
    assert.deepEqual(await heardByEmitter(elsewhere), [[], [], []])
  })

  test('and has sockets join, leave and disconnect', async () => {
    const sockets = await clients()
    const room = unique('room')
    const members = async () => (await Promise.all(sockets.map(async (socket) => (await ask(socket, 'my rooms'))[0]))).map((rooms) => rooms.includes(room))
    const becomes = (...expected) => eventually('the members to be right', members, (found) => JSON.stringify(found) === JSON.stringify(expected))
    emitter.except(sockets[1].id).socketsJoin(room)
    await becomes(true, false, true)
    emitter.in(sockets[2].id).socketsLeave(room)
    await becomes(true, false, false)
    emitter.socketsJoin(room)
    await becomes(true, true, true)
    const ends = sockets.map((socket) => once(socket, 'disconnect'))
    emitter.in(room).disconnectSockets(true)
    for (const end of ends) assert.equal((await end)[0], 'io server disconnect')
  })

  test('to all servers', async () => {
    emitter.serverSideEmit('hello', 'servers', 2)
    for (const node of nodes) assert.deepEqual(await node.heard.next(), ['/', 'hello', ['servers', 2]])
    emitter.of('/custom').serverSideEmit('hello')
    for (const node of nodes) assert.deepEqual(await node.heard.next(), ['/custom', 'hello', []])
  })
})
