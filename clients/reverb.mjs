// A node of a Reverb cluster: php/node.php, which does what the specification says of servers of
// Reverb, in PHP. It is ours, and not Reverb.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Happenings, within } from './within.mjs'

const PROGRAM = '/usr/bin/php'
const script = fileURLToPath(new URL('php/node.php', import.meta.url))

/** One that listens on the channel of this Redis; to be stopped. */
export async function startReverbNode(redis, channel = 'reverb') {
  if (!existsSync(PROGRAM)) throw new Error('php is missing: apt-get install -y --no-install-recommends php-cli')
  const node = new ReverbNode(spawn(PROGRAM, [script, String(redis.port), channel], { stdio: ['pipe', 'pipe', 'pipe'] }))
  await within(node.listening, 'the node in PHP to listen')
  return node
}

class ReverbNode {
  /** Events it would hand to its clients, as { heard, app, except }: what a client would get is text. */
  events = new Happenings('an event at the node in PHP')
  /** Users it would cut off. */
  terminated = new Happenings('a user to be cut off by the node in PHP')
  #answers = new Happenings('all answers to the node in PHP')
  #errors = ''

  constructor(child) {
    this.child = child
    this.exited = new Promise((resolve) => child.once('exit', resolve))
    process.once('exit', () => child.kill('SIGKILL'))
    child.stderr.setEncoding('utf8').on('data', (text) => (this.#errors += text))
    this.listening = new Promise((resolve) => {
      createInterface(child.stdout).on('line', (line) => {
        let said
        try {
          said = JSON.parse(line)
        } catch {
          this.#errors += line
          return
        }
        if (said.listening) resolve()
        else if (said.answers) this.#answers.add(said.answers)
        else if (said.terminated) this.terminated.add(said)
        else this.events.add(said)
      })
    })
  }

  #order(order) {
    this.child.stdin.write(`${JSON.stringify(order)}\n`)
  }

  /** As if its own HTTP API or a client of its own had published. */
  publish(payload, socketId) {
    this.#order({ order: 'publish', payload, socket_id: socketId })
  }

  terminate(user) {
    this.#order({ order: 'terminate', user })
  }

  /** What all nodes answer, its own answer among them; in vain if one of them does not. */
  async ask(type, options = {}) {
    this.#order({ order: 'ask', type, options })
    return this.#answers.next()
  }

  /** Fails with what PHP has to say, if it has ended by itself or has grumbled. */
  async stop() {
    const ended = this.child.exitCode !== null
    this.child.stdin.end()
    await within(this.exited, 'the node in PHP to end').catch(() => this.child.kill('SIGKILL'))
    if (ended || this.#errors) throw new Error(`the node in PHP was in trouble: ${this.#errors}`)
  }
}
