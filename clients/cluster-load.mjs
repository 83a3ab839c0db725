// Numbered events to all nodes of a cluster, at a steady rate, and what those who listen have heard of them.

import { setTimeout as pause } from 'node:timers/promises'
import { performance } from 'node:perf_hooks'

/** Between two events to the same node, in milliseconds. */
const PERIOD = Number(process.env.CLUSTER_LOAD_PERIOD ?? 30)

/** To one channel. Each node is told one event after the other: so it has an order. */
export class Load {
  #loops = new Map()
  #listeners = []

  /** What was published, by node: when, and whether it was accepted. */
  published = new Map()

  constructor(channel) {
    this.channel = channel
  }

  /** From here on this node is published to. */
  addNode(name, node) {
    const events = []
    this.published.set(name, events)
    const loop = { running: true }
    loop.over = this.#publish(name, node, events, loop)
    this.#loops.set(name, loop)
  }

  async #publish(name, node, events, loop) {
    const api = node.api({ timeout: 5_000 })
    while (loop.running) {
      const event = { number: events.length, at: performance.now(), state: 'under way' }
      events.push(event)
      try {
        const answer = await api.trigger(this.channel, 'number', { name, number: event.number })
        event.state = answer.headers.get('x-resound-degraded') ? 'degraded' : 'accepted'
      } catch {
        event.state = 'failed' // nobody knows whether anybody hears it
      }
      await pause(Math.max(0, event.at + PERIOD - performance.now()))
    }
  }

  /** From here on it is not any more. */
  async removeNode(name) {
    const loop = this.#loops.get(name)
    this.#loops.delete(name)
    loop.running = false
    await loop.over
  }

  async end() {
    for (const name of [...this.#loops.keys()]) await this.removeNode(name)
  }

  /** Who hears it from here on; `name` is the node it listens at. */
  addListener(name, channel) {
    const listener = { name, since: performance.now(), heard: [] }
    channel.bind('number', (data) => listener.heard.push({ ...data, at: performance.now() }))
    this.#listeners.push(listener)
    return listener
  }

  /** The events that a listener ought to have heard, of some nodes: those that were accepted for certain. */
  #due(listener, names) {
    return names.flatMap((name) =>
      (this.published.get(name) ?? []).filter(({ at, state }) => at > listener.since && state !== 'failed' && state !== 'under way').map(({ number }) => `${name} ${number}`),
    )
  }

  missing(listener, names = [...this.published.keys()]) {
    const heard = new Set(listener.heard.map(({ name, number }) => `${name} ${number}`))
    return this.#due(listener, names).filter((event) => !heard.has(event))
  }

  /** Whether it has heard the last that each of these nodes was told. */
  isUpToDate(listener, names) {
    return names.every((name) => {
      const last = this.published.get(name).findLast(({ state }) => state === 'accepted')
      return listener.heard.some((event) => event.name === name && event.number >= last.number)
    })
  }

  /** All there is to say of some listeners, or of all. */
  summary(listeners = this.#listeners) {
    const events = [...this.published.values()].flat()
    const count = (state) => events.filter((event) => event.state === state).length
    const sum = (what) => listeners.reduce((total, listener) => total + what(listener), 0)
    return {
      published: count('accepted') + count('degraded'),
      degraded: count('degraded'),
      failed: count('failed'),
      heard: sum(({ heard }) => heard.length),
      lost: sum((listener) => this.missing(listener).length),
      twice: sum(({ heard }) => heard.length - new Set(heard.map(({ name, number }) => `${name} ${number}`)).size),
      disorder: sum(({ heard }) => disorder(heard)),
      silence: Math.max(...listeners.map(({ heard }) => longestSilence(heard))),
    }
  }
}

/** How many came after a later one of the same node. */
function disorder(heard) {
  const last = new Map()
  let count = 0
  for (const { name, number } of heard) {
    if (number < (last.get(name) ?? -1)) count++
    last.set(name, Math.max(number, last.get(name) ?? -1))
  }
  return count
}

function longestSilence(heard) {
  let longest = 0
  for (let i = 1; i < heard.length; i++) longest = Math.max(longest, heard[i].at - heard[i - 1].at)
  return longest
}

/** What a member of a presence channel is told of the others. */
export class Witness {
  told = []

  constructor(channel) {
    for (const [event, what] of [['pusher:member_added', 'came'], ['pusher:member_removed', 'went']]) {
      channel.bind(event, ({ id }) => this.told.push(`${id} ${what}`))
    }
  }
}
