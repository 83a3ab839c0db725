// Starts and stops programs that say which port they listen on.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { within } from './within.mjs'

const directory = fileURLToPath(new URL('.', import.meta.url))
const running = new Set()

// A test process that dies must not leave its servers behind.
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')))
// The test runner ends a file that takes too long by this signal, which alone would not be an exit.
process.once('SIGTERM', () => process.exit(143))

/**
 * Starts a program in this directory and resolves when its output matches `listening`, whose first
 * group is the port. `patience` is how many milliseconds that may take. With `onMessage` it is a program
 * for Node.js that is talked to: its messages go there, and `tell` of what is returned sends it some.
 */
export async function startProcess(command, args, { env, listening, patience, onMessage }) {
  const child = spawn(command, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'pipe', ...(onMessage ? ['ipc'] : [])] })
  if (onMessage) child.on('message', onMessage)
  running.add(child)
  const exited = new Promise((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`))
    child.once('exit', (code, signal) => resolve(signal ?? code))
  }).finally(() => running.delete(child))

  let output = ''
  const ready = new Promise((resolve, reject) => {
    const look = (chunk) => {
      output += chunk
      const found = listening.exec(output)
      if (found) resolve(Number(found[1]))
    }
    child.stdout.setEncoding('utf8').on('data', look)
    child.stderr.setEncoding('utf8').on('data', (chunk) => (output += chunk))
    exited.then((how) => reject(new Error(`the server ended before it listened (${how}):\n${output}`)))
  })

  const port = await within(ready, 'the server to listen', patience).catch((error) => {
    child.kill('SIGKILL')
    throw error
  })
  return new StartedProcess(child, exited, port, () => output)
}

class StartedProcess {
  constructor(child, exited, port, output) {
    this.child = child
    this.exited = exited
    this.port = port
    this.output = output
  }

  tell(message) {
    this.child.send(message)
  }

  /** Ends it as a crash does, and resolves when it is gone. */
  async kill() {
    this.child.kill('SIGKILL')
    await within(this.exited, 'the program to be gone')
  }

  /** Asks the program to end and requires that it ends with one of these codes. */
  async stop(...codes) {
    if (this.child.exitCode === null && this.child.signalCode === null) process.kill(this.child.pid, 'SIGTERM')
    const how = await within(this.exited, 'the server to stop', 30_000).catch((error) => {
      this.child.kill('SIGKILL')
      throw error
    })
    assert.ok(codes.includes(how), `after SIGTERM the server must exit with ${codes}, not ${how}; its output was:\n${this.output()}`)
  }
}
