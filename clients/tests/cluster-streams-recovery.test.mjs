import assert from 'node:assert/strict'
import { after, suite, test } from 'node:test'
import { io } from 'socket.io-client'
import { closeClientsAfterEach, unique } from '../cleanup.mjs'
import { clusterForThisFile, hearsAll, ResoundServer } from '../cluster.mjs'
import { startProxy } from '../proxy.mjs'
import { all, ask, connect, once } from '../socketio.mjs'
import { eventually } from '../within.mjs'

const cluster = await clusterForThisFile('streams-recovery')
const [first, second, resound] = cluster.nodes
const asking = cluster.newConnection()
const another = await startResound('resound 2')
after(() => another.stop())
closeClientsAfterEach()

async function startResound(name) {
  const server = await ResoundServer.start(name, cluster.redis, 'streams-recovery')
  await hearsAll(server, [...cluster.nodes, server])
  return server
}

const portOf = ({ url }) => Number(new URL(url).port)

/** A client in a room that can be brought to another server. */
async function traveller(node) {
  const target = { port: portOf(node) }
  const proxy = await startProxy(target)
  const socket = await connect(io, proxy, {
    auth: { name: 'traveller' }, transports: ['websocket'], reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 100,
  })
  const room = unique('room')
  const heard = all(socket, 'told')
  await ask(socket, 'join', room)
  await node.do({ what: 'emit', to: [room] }, 'told', 'before')
  assert.deepEqual(withoutOffset(await heard.next()), ['before'])
  return { socket, proxy, target, room, heard, id: socket.id, key: `sio:session:${socket._pid}` }
}

const withoutOffset = (args) => {
  assert.match(args.at(-1), /^\d+-\d+$/)
  return args.slice(0, -1)
}

const kept = ({ key }) => eventually('the session to be kept', () => asking.exists(key), (count) => count === 1)

/** The kept session says that its client is in the room. */
const keptWithRoom = ({ key, room }) => eventually('the room to be kept', async () => {
  const session = await asking.get(key)
  return session !== null && Buffer.from(session, 'base64').includes(room)
}, (found) => found)

async function leave({ socket, proxy }) {
  const ended = once(socket, 'disconnect')
  proxy.down()
  await ended
}

async function comeBack({ socket, proxy, target }, node) {
  target.port = portOf(node)
  const back = once(socket, 'connect')
  proxy.up()
  await back
}

for (const [from, to] of [[first, resound], [resound, first], [resound, another], [first, another], [resound, resound], [first, second]]) {
  suite(`a client that goes from ${from.name} to ${to.name}`, () => {
    test('goes on where it was, and hears what it has missed, once and in order', async () => {
      const client = await traveller(from)
      await leave(client)
      await keptWithRoom(client)
      const speakers = [first, second, resound, another]
      for (const node of speakers) {
        await node.do({ what: 'emit', to: [client.room] }, 'told', node.name, Buffer.from([1, 2]))
        await node.do({ what: 'emit', to: [unique('elsewhere')] }, 'told', 'for others')
        await node.do({ what: 'emit', except: [client.room] }, 'told', 'for others')
      }
      await eventually('all to be kept', async () => (await asking.xrevrange('socket.io', '+', '-', 'COUNT', 40)).filter(([, fields]) => fields.join().includes(client.room)).length, (count) => count >= 5)
      await comeBack(client, to)
      assert.equal(client.socket.recovered, true)
      assert.equal(client.socket.id, client.id)
      const names = []
      for (let n = 0; n < speakers.length; n++) {
        const [name, bytes] = withoutOffset(await client.heard.next())
        names.push(name)
        assert.deepEqual(bytes, Buffer.from([1, 2]))
      }
      assert.deepEqual(names.sort(), speakers.map(({ name }) => name).sort())
      const [rooms] = await ask(client.socket, 'my rooms')
      assert.ok(rooms.includes(client.room))
      const [found] = await to.do({ what: 'fetchSockets', to: [client.id] })
      assert.equal(found.data.name, 'traveller')
      await from.do({ what: 'emit', to: [client.room] }, 'told', 'after')
      assert.deepEqual(withoutOffset(await client.heard.next()), ['after'])
      assert.deepEqual(client.heard.left, [])
    })

    test('begins anew if its session is gone', async () => {
      const client = await traveller(from)
      await leave(client)
      await kept(client)
      await eventually('the session to be gone', () => asking.del(client.key), (count) => count === 0)
      await comeBack(client, to)
      assert.equal(client.socket.recovered, false)
      assert.notEqual(client.socket.id, client.id)
    })

    test('begins anew if what it heard last is gone', async () => {
      const client = await traveller(from)
      await leave(client)
      await kept(client)
      await asking.xtrim('socket.io', 'MAXLEN', 0)
      await comeBack(client, to)
      assert.equal(client.socket.recovered, false)
      assert.notEqual(client.socket.id, client.id)
    })
  })
}

suite('a client whose server is killed', () => {
  for (const to of [first, resound]) {
    test(`goes on at ${to.name}`, async () => {
      const killed = await startResound(unique('killed'))
      const client = await traveller(killed)
      await keptWithRoom(client)
      const ended = once(client.socket, 'disconnect')
      client.target.port = portOf(to)
      await killed.kill()
      await ended
      await resound.do({ what: 'emit', to: [client.room] }, 'told', 'missed')
      if (!client.socket.connected) await once(client.socket, 'connect')
      assert.equal(client.socket.recovered, true)
      assert.equal(client.socket.id, client.id)
      assert.deepEqual(withoutOffset(await client.heard.next()), ['missed'])
    })
  }
})

suite('a client that leaves for good', () => {
  for (const node of [first, resound]) {
    test(`cannot go on after ${node.name} has disconnected it`, async () => {
      const client = await traveller(node)
      const ended = once(client.socket, 'disconnect')
      await node.do({ what: 'disconnectSockets', to: [client.id] })
      await ended
      await eventually('the session to be gone', () => asking.exists(client.key), (count) => count === 0)
      client.socket.connect()
      await once(client.socket, 'connect')
      assert.equal(client.socket.recovered, false)
      assert.notEqual(client.socket.id, client.id)
    })
  }
})
