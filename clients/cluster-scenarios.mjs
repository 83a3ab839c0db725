// What holds in a cluster of Node's servers and one of Resound, whatever adapter they have.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { io } from 'socket.io-client'
import { unique } from './cleanup.mjs'
import { unusual } from './cluster.mjs'
import { all, ask, connect, once } from './socketio.mjs'
import { eventually } from './within.mjs'

/** Clients of such a cluster, and what they do together. */
export function clientsOf({ nodes, heard }) {
  async function client(node, options = {}) {
    const socket = await connect(io, node, { auth: { name: node.name }, transports: ['websocket'], ...options })
    socket.node = node
    socket.heard = all(socket, 'told')
    await heard(socket.id, 1, options.namespace)
    return socket
  }

  /** One at each server, in the servers' order. */
  const clients = (options) => Promise.all(nodes.map((node) => client(node, options)))

  async function join(sockets, room) {
    await Promise.all(sockets.map((socket) => ask(socket, 'join', room)))
    await heard(room, new Set(sockets.map(({ node }) => node)).size)
  }

  /** What each has heard until an event that all hear, of a name that `emit` is told. */
  async function heardUntil(sockets, emit) {
    const end = unique('end')
    const ends = sockets.filter((socket) => socket.connected).map((socket) => once(socket, end))
    await emit(end)
    await Promise.all(ends)
    return Promise.all(sockets.map(({ heard }) => Promise.all(heard.left.map(() => heard.next()))))
  }

  /** The same until one that comes from this server. */
  const heardBy = (sockets, node, nsp = '/') => heardUntil(sockets, (end) => node.do({ nsp, what: 'emit' }, end))

  return { clients, join, heardUntil, heardBy }
}

export const sorted = (list) => [...list].sort()

/** The tests, each server speaking in turn. */
export function clusterScenarios(cluster) {
  const { nodes } = cluster
  const { clients, join, heardBy } = clientsOf(cluster)

  for (const [index, node] of nodes.entries()) {
    suite(`a cluster, ${node.name} speaks`, () => {
      test('to everybody', async () => {
        const sockets = await clients()
        const args = ['text – ü 🚀', 1, -1.5, 2 ** 40, true, null, { list: [1, { deep: 'x' }], empty: {} }, []]
        await node.do({ what: 'emit' }, 'told', ...args)
        assert.deepEqual(await heardBy(sockets, node), [[args], [args], [args]])
      })

      test('to a room, to several, and not to the exceptions', async () => {
        const sockets = await clients()
        const [one, two] = [unique('Raum / 🚪 *'), unique('room')]
        await join(sockets, one)
        await join([sockets[0], sockets[2]], two)
        await node.do({ what: 'emit', to: [two] }, 'told', 1)
        await node.do({ what: 'emit', to: [one, two] }, 'told', 2)
        await node.do({ what: 'emit', to: [one], except: [two] }, 'told', 3)
        await node.do({ what: 'emit', except: [sockets[1].id] }, 'told', 4)
        await node.do({ what: 'emit', to: [sockets[2].id] }, 'told', 5)
        await node.do({ what: 'emit', to: [sockets[0].id, sockets[1].id] }, 'told', 6)
        await node.do({ what: 'emit', to: [unique('nobody')] }, 'told', 7)
        assert.deepEqual(await heardBy(sockets, node), [
          [[1], [2], [4], [6]],
          [[2], [3], [6]],
          [[1], [2], [4], [5]],
        ])
      })

      test('binary, volatile and uncompressed', async () => {
        const sockets = await clients()
        await node.do({ what: 'emit', volatile: true }, 'told', 'may get lost, but not here')
        const light = [['may get lost, but not here']]
        assert.deepEqual(await heardBy(sockets, node), [light, light, light])
        const args = [Buffer.from([1, 2, 3]), { deep: [Buffer.alloc(0), Buffer.alloc(70_000, 7)] }, 'x'.repeat(70_000)]
        await node.do({ what: 'emit', compress: false }, 'told', ...args)
        assert.deepEqual(await heardBy(sockets, node), [[args], [args], [args]])
      })

      test('to its own clients only', async () => {
        const sockets = await clients()
        await node.do({ what: 'emit', local: true }, 'told', 'here')
        const heard = await heardBy(sockets, node)
        assert.deepEqual(heard, nodes.map((each) => (each === node ? [['here']] : [])))
      })

      test('in a namespace of its own', async () => {
        const [elsewhere, sockets] = [await clients(), await clients({ namespace: '/custom' })]
        await node.do({ what: 'emit', nsp: '/custom' }, 'told', 'custom')
        assert.deepEqual(await heardBy(sockets, node, '/custom'), [[['custom']], [['custom']], [['custom']]])
        assert.deepEqual(await heardBy(elsewhere, node), [[], [], []])
      })

      test('and each client once, and in order', async () => {
        const sockets = await clients()
        const room = unique('room')
        await join(sockets, room)
        const numbers = Array.from({ length: 500 }, (_, n) => [n])
        for (const [n] of numbers) await node.do({ what: 'emit', to: n % 2 ? [room] : [] }, 'told', n)
        assert.deepEqual(await heardBy(sockets, node), [numbers, numbers, numbers])
      })

      test('for the client of which it comes, to all others', async () => {
        const sockets = await clients()
        sockets[index].emit('shout', 'hi', Buffer.from('there'))
        const others = sockets.filter((socket) => socket !== sockets[index])
        const heard = await Promise.all(others.map((socket) => socket.heard.next()))
        assert.deepEqual(heard, [['hi', Buffer.from('there')], ['hi', Buffer.from('there')]])
        assert.deepEqual(await heardBy(sockets, node), [[], [], []])
      })

      test('and everybody answers', async () => {
        const sockets = await clients()
        sockets.forEach((socket, n) => socket.on('question', (text, bytes, answer) => answer({ n, text, bytes }, 'no more')))
        const bytes = Buffer.from([1, 2])
        const [error, answers] = await node.do({ what: 'emitWithAck', timeout: 10_000 }, 'question', 'who?', bytes)
        assert.equal(error, null)
        assert.deepEqual(answers.sort((a, b) => a.n - b.n), [0, 1, 2].map((n) => ({ n, text: 'who?', bytes })))
      })

      test('and who is asked in a room answers, whatever it is', async () => {
        const sockets = await clients()
        const room = unique('room')
        await join(sockets.slice(0, 2), room)
        sockets.forEach((socket) => socket.on('question', (answer) => answer(null)))
        assert.deepEqual(await node.do({ what: 'emitWithAck', to: [room], timeout: 10_000 }, 'question'), [null, [null, null]])
        assert.deepEqual(await node.do({ what: 'emitWithAck', to: [unique('nobody')], timeout: 10_000 }, 'question'), [null, []])
      })

      test('and who does not answer is not waited for', async () => {
        const sockets = await clients()
        sockets.slice(1).forEach((socket, n) => socket.on('question', (answer) => answer(n)))
        const [error, answers] = await node.do({ what: 'emitWithAck', timeout: 1000 }, 'question')
        assert.match(error, /timed out/)
        assert.deepEqual(sorted(answers), [0, 1])
      })

      test('and knows all sockets', async () => {
        const sockets = await clients({ query: { colour: 'blue' }, extraHeaders: { 'x-test': 'tested' } })
        const [room, other] = [unique('room'), unique('other')]
        await join(sockets, room)
        await join([sockets[1]], other)
        const found = await node.do({ what: 'fetchSockets', to: [room] })
        assert.deepEqual(sorted(found.map(({ id }) => id)), sorted(sockets.map(({ id }) => id)))
        for (const [n, socket] of sockets.entries()) {
          const { rooms, handshake, data } = found.find(({ id }) => id === socket.id)
          assert.deepEqual(sorted(rooms), sorted([socket.id, room, ...(n === 1 ? [other] : [])]))
          assert.deepEqual(data, { name: nodes[n].name })
          assert.deepEqual(handshake.auth, { name: nodes[n].name })
          assert.equal(handshake.query.colour, 'blue')
          assert.equal(handshake.query.transport, 'websocket')
          assert.equal(handshake.headers['x-test'], 'tested')
          assert.match(handshake.url, /^\/socket\.io\/\?.*colour=blue/)
          assert.match(handshake.address, /127\.0\.0\.1$/)
          assert.ok(Math.abs(handshake.issued - Date.now()) < 60_000)
          assert.equal(new Date(handshake.time).getTime(), Math.floor(handshake.issued / 1000) * 1000)
          assert.deepEqual([handshake.secure, handshake.xdomain], [false, false])
        }
        assert.deepEqual((await node.do({ what: 'fetchSockets', to: [room], except: [other] })).length, 2)
        assert.deepEqual((await node.do({ what: 'fetchSockets', to: [room], local: true })).map(({ id }) => id), [sockets[index].id])
        assert.deepEqual(await node.do({ what: 'fetchSockets', to: [unique('nobody')] }), [])
      })

      test('and has sockets join and leave', async () => {
        const sockets = await clients()
        const [room, more, another] = [unique('room'), unique('more'), unique('another')]
        await join(sockets, room)
        const rooms = () => Promise.all(sockets.map(async (socket) => sorted(unusual((await ask(socket, 'my rooms'))[0]).filter((name) => name !== socket.id))))
        const becomes = (expected) => eventually('the rooms to be right', rooms, (found) => JSON.stringify(found) === JSON.stringify(expected))
        await node.do({ what: 'socketsJoin', to: [room], except: [sockets[1].id], rooms: [more, another] })
        await becomes([sorted([room, more, another]), [room], sorted([room, more, another])])
        await node.do({ what: 'socketsLeave', to: [more], rooms: [room, another] })
        await becomes([[more], [room], [more]])
        await node.do({ what: 'socketsJoin', to: [sockets[2].id], rooms: [another] })
        await becomes([[more], [room], sorted([more, another])])
      })

      test('and has sockets disconnect, alone or with their connections', async () => {
        const sockets = await clients()
        const siblings = await Promise.all(sockets.map(async ({ io }) => {
          const sibling = io.socket('/custom')
          await once(sibling, 'connect')
          return sibling
        }))
        const room = unique('room')
        await join(sockets.slice(1), room)
        const ends = sockets.map((socket) => once(socket, 'disconnect'))
        await node.do({ what: 'disconnectSockets', to: [room] })
        for (const end of ends.slice(1)) assert.equal((await end)[0], 'io server disconnect')
        assert.ok(sockets[0].connected)
        for (const sibling of siblings) await ask(sibling, 'my rooms')
        const last = once(siblings[0], 'disconnect')
        await node.do({ what: 'disconnectSockets', to: [sockets[0].id], close: true })
        assert.equal((await ends[0])[0], 'io server disconnect')
        await last
        for (const sibling of siblings.slice(1)) await ask(sibling, 'my rooms')
      })

      test('to the other servers', async () => {
        const others = nodes.filter((each) => each !== node)
        await node.do({ what: 'serverSideEmit' }, 'hello', 'text', 1, { a: [null] })
        for (const other of others) assert.deepEqual(await other.heard.next(), ['/', 'hello', ['text', 1, { a: [null] }]])
        await node.do({ what: 'serverSideEmit', nsp: '/custom' }, 'hello')
        for (const other of others) assert.deepEqual(await other.heard.next(), ['/custom', 'hello', []])
        assert.deepEqual(node.heard.left, [])
      })

      test('to the other servers, which answer', async () => {
        const others = nodes.filter((each) => each !== node)
        const [error, answers] = await node.do({ what: 'serverSideEmitWithAck' }, 'question', 'who?')
        for (const other of others) assert.deepEqual(await other.heard.next(), ['/', 'question', ['who?']])
        assert.equal(error, null)
        assert.deepEqual(sorted(answers), sorted(others.map(({ name }) => name)))
      })
    })
  }

  suite('a cluster', () => {
    test('has three servers', async () => {
      for (const { io } of nodes.slice(0, 2)) assert.equal(await io.of('/').adapter.serverCount(), 3)
    })

    test('of whoever speaks, each is heard in order', async () => {
      const sockets = await clients()
      const numbers = Array.from({ length: 100 }, (_, n) => n)
      await Promise.all(nodes.map(async (node) => {
        for (const n of numbers) await node.do({ what: 'emit' }, 'told', node.name, n)
      }))
      for (const socket of sockets) {
        const heard = []
        for (let n = 0; n < nodes.length * numbers.length; n++) heard.push(await socket.heard.next())
        for (const { name } of nodes) assert.deepEqual(heard.filter(([from]) => from === name).map(([, n]) => n), numbers)
      }
      assert.deepEqual(await heardBy(sockets, nodes[2]), [[], [], []])
    })
  })
}
