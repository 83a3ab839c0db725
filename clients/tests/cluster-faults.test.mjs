// Three servers under load while Redis, a node or the network between them fails. Each test prints a row of the table
// in docs/clusters.md.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { performance } from 'node:perf_hooks'
import { after, suite, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis as RedisClient } from 'ioredis'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { Load, Witness } from '../cluster-load.mjs'
import { closeClientsAfterEach, connect, connected, libraries, newClient, subscribe, unique } from '../libraries.mjs'
import { startProxy } from '../proxy.mjs'
import { redisForThisFile, redisInNamespace } from '../redis.mjs'
import { startServer } from '../server.mjs'
import { eventually } from '../within.mjs'

const { Pusher } = libraries[0]
const LEASE = 15_000 // by then the members of a node that is gone have to be gone

closeClientsAfterEach()

const up = async (node) => (await fetch(`http://127.0.0.1:${node.port}/up`)).text()
const isConnected = (node) => eventually('Redis to be reached', () => up(node), (answer) => /OK/.test(answer), 40_000)
const isAlone = (node) => eventually('Redis to be missed', () => up(node), (answer) => /DEGRADED/.test(answer), 40_000)
const newNode = async (env) => {
  const node = await startServer({ env })
  after(() => node.stopped || node.stop())
  await isConnected(node)
  return node
}
const usersOf = async (node, room) => {
  const answer = await (await node.api().get({ path: `/channels/${room}/users` })).json()
  return answer.users.map(({ id }) => id).sort()
}

/** Nodes with a listener and two members each, and the load. */
async function scene(nodes) {
  const names = Object.keys(nodes)
  const auth = await startAuthEndpoint(nodes[names[0]].api())
  const [channel, room] = [unique('load'), unique('presence-load')]
  const load = new Load(channel)
  const listeners = {}
  const witnesses = {}
  const clients = {}
  const members = names.flatMap((name) => [1, 2].map((number) => `${name}-${number}`)).sort()
  for (const name of names) {
    const client = await connect(Pusher, nodes[name])
    clients[name] = [client]
    listeners[name] = load.addListener(name, await subscribe(client, channel))
    for (const number of [1, 2]) {
      const member = await connect(Pusher, nodes[name], auth.as({ user_id: `${name}-${number}`, user_info: {} }))
      clients[name].push(member)
      const channelOfMembers = await subscribe(member, room)
      if (number === 1) witnesses[name] = channelOfMembers
    }
  }
  for (const name of names) await rightUsers(nodes[name], room, members)
  for (const name of names) {
    await eventually('all members to be seen', () => Object.keys(witnesses[name].members.members).length, (count) => count === members.length)
    witnesses[name] = new Witness(witnesses[name])
  }
  for (const name of names) load.addNode(name, nodes[name])
  await heardByAll(load, Object.values(listeners), names)
  return { names, load, listeners, witnesses, clients, members, room, auth }
}

const rightUsers = (node, room, members) =>
  eventually(`the right users of ${room}`, () => usersOf(node, room), (users) => users.join() === members.join(), 40_000)

/** Waits until what is published from here on is heard. */
async function heardByAll(load, listeners, names) {
  const before = new Map(names.map((name) => [name, load.published.get(name).length]))
  const isHeard = (listener) => names.every((name) => listener.heard.some((event) => event.name === name && event.number >= before.get(name)))
  await eventually('everybody to hear every node', () => listeners.filter((listener) => !isHeard(listener)).map(({ name }) => name), (late) => late.length === 0, 40_000)
}

/** Ends the load, and waits for what is still to come. */
async function calm(load, listeners, names) {
  await heardByAll(load, listeners, names)
  await load.end()
  await eventually('the last events', () => listeners.every((listener) => load.isUpToDate(listener, names)), (all) => all, 20_000)
}

const rows = []
after(() => {
  const head = '| What happens | published | heard | lost | twice | longest silence | told of members | right after |'
  console.log(['', head, head.replace(/[^|]+/g, '---'), ...rows, ''].join('\n'))
})

function row(what, { published, heard, lost, twice, silence }, told, right) {
  const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`
  rows.push(`| ${what} | ${published} | ${heard} | ${lost} | ${twice} | ${seconds(silence)} | ${told} | ${right === undefined ? '–' : seconds(right)} |`)
}

const nobody = (witnesses) => Object.values(witnesses).flatMap(({ told }) => told)

suite('a cluster under load', async () => {
  const redis = await redisForThisFile()
  const env = { RESOUND_CLUSTER_REDIS: redis.url }
  const nodes = { one: await newNode(env), two: await newNode(env), three: await newNode(env) }

  test('Redis is restarted, and has forgotten everything', async () => {
    const { names, load, listeners, witnesses, members, room } = await scene(nodes)
    await redis.stop()
    await redis.start()
    const back = performance.now()
    for (const name of names) await rightUsers(nodes[name], room, members)
    const right = performance.now() - back
    for (const name of names) await isConnected(nodes[name])
    await calm(load, Object.values(listeners), names)
    const summary = load.summary()
    row('Redis is restarted, empty', summary, nobody(witnesses).length, right)
    assert.deepEqual(nobody(witnesses), [])
    assert.deepEqual([summary.twice, summary.disorder, summary.failed], [0, 0, 0])
    for (const name of names) assert.deepEqual(load.missing(listeners[name], [name]), [], 'a node waits for nobody')
  })

  test('Redis stands still for eight seconds', async () => {
    const { names, load, listeners, witnesses, members, room } = await scene(nodes)
    const { child } = redis.started
    child.kill('SIGSTOP')
    const began = performance.now()
    for (const name of names) await isAlone(nodes[name])
    await pause(Math.max(0, 8_000 - (performance.now() - began)))
    child.kill('SIGCONT')
    const back = performance.now()
    for (const name of names) await isConnected(nodes[name])
    for (const name of names) await rightUsers(nodes[name], room, members)
    const right = performance.now() - back
    await calm(load, Object.values(listeners), names)
    const summary = load.summary()
    row('Redis is paused for 8 s', summary, nobody(witnesses).length, right)
    assert.deepEqual(nobody(witnesses), [])
    assert.deepEqual([summary.lost, summary.twice, summary.disorder, summary.failed], [0, 0, 0, 0])
    assert.notEqual(summary.degraded, 0, 'back ends were told')
  })

  test('somebody talks nonsense on every channel', async () => {
    const { names, load, listeners, witnesses, members, room } = await scene(nodes)
    const stranger = new RedisClient(redis.url)
    const eavesdropper = new RedisClient(redis.url)
    try {
      const captured = []
      eavesdropper.on('pmessageBuffer', (_, channel, message) => captured.push([channel.toString(), message]))
      await eavesdropper.psubscribe('*')
      await eventually('messages to be heard', () => captured.length, (count) => count > 20)
      await eavesdropper.punsubscribe('*')
      const channels = (await stranger.call('PUBSUB', 'CHANNELS')).filter((channel) => !channel.includes('echo'))
      assert.ok(channels.length >= 2)
      const large = Buffer.alloc(4 << 20, 0xc1)
      for (const channel of channels) {
        for (const nonsense of [Buffer.alloc(0), Buffer.from('nonsense'), Buffer.from('{"type":"terminate"}'), Buffer.from([0xdd, 0xff, 0xff, 0xff, 0xff]), large]) {
          await stranger.publish(channel, nonsense)
        }
      }
      for (const [channel, message] of captured.slice(0, 20)) {
        for (let length = 1; length < message.length; length += 7) await stranger.publish(channel, message.subarray(0, length))
        await stranger.publish(channel, message) // once more, as it was
      }
      for (const name of names) assert.match(await up(nodes[name]), /OK/)
      for (const name of names) await rightUsers(nodes[name], room, members)
    } finally {
      stranger.disconnect()
      eavesdropper.disconnect()
    }
    await calm(load, Object.values(listeners), names)
    const summary = load.summary()
    row('nonsense on every channel', summary, nobody(witnesses).length)
    assert.deepEqual(nobody(witnesses), [])
    assert.deepEqual([summary.lost, summary.twice, summary.disorder, summary.failed], [0, 0, 0, 0])
  })

  test('a node is killed with -9', async () => {
    const { load, listeners, witnesses, clients, room } = await scene(nodes)
    nodes.three.stopped = true
    await nodes.three.started.kill()
    const killed = performance.now()
    clients.three.forEach((client) => client.disconnect())
    await load.removeNode('three')
    const left = ['one', 'two']
    const members = left.flatMap((name) => [`${name}-1`, `${name}-2`]).sort()
    for (const name of left) await rightUsers(nodes[name], room, members)
    const right = performance.now() - killed
    const gone = ['three-1 went', 'three-2 went']
    for (const name of left) await eventually('the dead to be missed', () => witnesses[name].told, (told) => told.length >= 2)
    await calm(load, left.map((name) => listeners[name]), left)
    const summary = load.summary(left.map((name) => listeners[name]))
    row('one of three nodes is killed with -9', summary, `${left.map((name) => witnesses[name].told.length).join(' + ')} gone`, right)
    for (const name of left) {
      assert.deepEqual(witnesses[name].told.toSorted(), gone)
      assert.deepEqual(load.missing(listeners[name], left), [], 'what the others say is not lost')
    }
    assert.deepEqual([summary.twice, summary.disorder], [0, 0])
    assert.ok(right < LEASE, `right after ${right} ms`)
  })
})

suite('all nodes are replaced under load, one after the other', async () => {
  const redis = await redisForThisFile()
  const env = { RESOUND_CLUSTER_REDIS: redis.url, RESOUND_APPS_0_HISTORY_ENABLED: 'true', RESOUND_APPS_0_HISTORY_MAX_EVENTS: '5000' }
  const guide = await readFile(new URL('../../docs/resume.md', import.meta.url), 'utf8')
  const resumable = new Function(`${guide.match(/```js\n([\s\S]*?)```/)[1]}; return resumable`)()

  test('who resumes has missed nothing, and nobody is left who is not there', async () => {
    const nodes = [await newNode(env), await newNode(env), await newNode(env)]
    const auth = await startAuthEndpoint(nodes[0].api())
    const [channel, room] = [unique('load'), unique('presence-load')]
    const load = new Load(channel)
    const targets = nodes.map(({ port }) => ({ port }))
    const listeners = []
    const witnesses = []
    for (const [place, target] of targets.entries()) {
      const proxy = await startProxy(target) // the load balancer
      const client = newClient(Pusher, { host: '127.0.0.1', port: Number(new URL(proxy.url).port) }, auth.as({ user_id: `user-${place}`, user_info: {} }))
      resumable(client)
      await connected(client)
      listeners.push(load.addListener(`place ${place}`, await subscribe(client, channel)))
      witnesses.push(new Witness(await subscribe(client, room)))
    }
    const members = ['user-0', 'user-1', 'user-2']
    for (const node of nodes) await rightUsers(node, room, members)
    for (const witness of witnesses) witness.told.length = 0
    nodes.forEach((node, place) => load.addNode(`node ${place}`, node))
    await heardByAll(load, listeners, nodes.map((_, place) => `node ${place}`))
    const began = performance.now()
    for (const place of nodes.keys()) {
      const old = nodes[place]
      const next = await newNode(env)
      nodes[place] = next
      targets[place].port = next.port
      load.addNode(`next ${place}`, next)
      await load.removeNode(`node ${place}`)
      old.stopped = true
      await old.stop()
      await heardByAll(load, listeners, [`next ${place}`])
    }
    const took = performance.now() - began
    for (const node of nodes) await rightUsers(node, room, members)
    await calm(load, listeners, nodes.map((_, place) => `next ${place}`))
    const summary = load.summary()
    const told = nobodyTwice(witnesses, members)
    row(`all three nodes are replaced within ${(took / 1000).toFixed(0)} s, clients resume`, summary, told)
    assert.deepEqual([summary.lost, summary.twice, summary.failed], [0, 0, 0])
  })
})

/** Whoever moved was seen going and coming once, or not at all. */
function nobodyTwice(witnesses, members) {
  for (const { told } of witnesses) {
    for (const member of members) {
      const [went, came] = ['went', 'came'].map((what) => told.filter((each) => each === `${member} ${what}`).length)
      assert.ok(went <= 1 && came === went, `${member} went ${went} times and came ${came} times: ${told}`)
    }
  }
  return witnesses.map(({ told }) => told.length).join(' + ')
}

const reason = redisInNamespace.impossible()

suite('a cluster whose network breaks', { skip: reason }, async () => {
  if (reason) return
  const redis = await redisInNamespace()
  after(() => redis.close())
  const [most, single] = redis.urls.map((url) => ({ RESOUND_CLUSTER_REDIS: url }))
  const nodes = { one: await newNode(most), two: await newNode(most), three: await newNode(single) }

  test('nobody reaches Redis for twelve seconds, and no packet says so', async () => {
    const { names, load, listeners, witnesses, members, room } = await scene(nodes)
    redis.cut(0)
    redis.cut(1)
    const began = performance.now()
    for (const name of names) await isAlone(nodes[name])
    await pause(Math.max(0, 12_000 - (performance.now() - began)))
    redis.mend(0)
    redis.mend(1)
    const back = performance.now()
    for (const name of names) await isConnected(nodes[name])
    for (const name of names) await rightUsers(nodes[name], room, members)
    const right = performance.now() - back
    await calm(load, Object.values(listeners), names)
    const summary = load.summary()
    row('nobody reaches Redis for 12 s', summary, nobody(witnesses).length, right)
    assert.deepEqual(nobody(witnesses), [])
    assert.deepEqual([summary.twice, summary.disorder, summary.failed], [0, 0, 0])
    for (const name of names) assert.deepEqual(load.missing(listeners[name], [name]), [], 'a node waits for nobody')
  })

  test('one node does not reach Redis for fourteen seconds', async () => {
    const { names, load, listeners, witnesses, members, room } = await scene(nodes)
    const [here, cut] = [['one', 'two'], ['three-1', 'three-2']]
    redis.cut(1)
    const began = performance.now()
    const gone = cut.map((member) => `${member} went`)
    for (const name of here) {
      await eventually('those who are cut off to be missed', () => witnesses[name].told.toSorted(), (told) => told.join() === gone.join(), LEASE)
    }
    const missed = performance.now() - began
    await pause(Math.max(0, 14_000 - (performance.now() - began)))
    redis.mend(1)
    const back = performance.now()
    for (const name of names) await isConnected(nodes[name])
    for (const name of names) await rightUsers(nodes[name], room, members)
    const right = performance.now() - back
    await calm(load, Object.values(listeners), names)
    const summary = load.summary()
    for (const name of here) {
      await eventually('those who were cut off to be back', () => witnesses[name].told.length, (count) => count >= 4)
      assert.deepEqual(witnesses[name].told.toSorted(), [...cut.map((member) => `${member} came`), ...gone].toSorted())
    }
    row(`one of three does not reach it for 14 s (missed after ${(missed / 1000).toFixed(1)} s)`, summary, `${here.map((name) => witnesses[name].told.length).join(' + ')} + ${witnesses.three.told.length}`, right)
    assert.deepEqual(witnesses.three.told, [], 'who is cut off is told nothing of the others')
    assert.deepEqual([summary.twice, summary.disorder, summary.failed], [0, 0, 0])
    for (const name of here) assert.deepEqual(load.missing(listeners[name], here), [], 'the others go on')
    assert.deepEqual(load.missing(listeners.three, ['three']), [], 'a node waits for nobody')
  })
})
