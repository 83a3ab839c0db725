// Waiting with a deadline: a test fails with the name of what did not happen, and never just hangs.

/** The promise's value, or an error naming `what` when it takes longer than `milliseconds`. */
export function within(promise, what, milliseconds = 10_000) {
  let timer
  const deadline = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${milliseconds} ms in vain for ${what}`)), milliseconds)
  })
  return expected(Promise.race([promise, deadline]).finally(() => clearTimeout(timer)))
}

/**
 * The same promise. A test that fails early leaves others unawaited; their rejections a while later
 * must not count as errors of whatever runs then.
 */
export function expected(promise) {
  promise.catch(() => {})
  return promise
}

/** Asks again and again until the answer suits; for what the server does after it has seen a socket end. */
export async function eventually(what, ask, suits, milliseconds = 10_000) {
  const end = performance.now() + milliseconds
  for (;;) {
    const answer = await ask()
    if (suits(answer)) return answer
    await new Promise(setImmediate) // what is asked may be what this process hears
    if (performance.now() > end) throw new Error(`waited ${milliseconds} ms in vain for ${what}, it is ${JSON.stringify(answer)}`)
  }
}

/** A queue of things that happen; tests take them in order and may ask what has happened so far. */
export class Happenings {
  #arrived = []
  #waiting = []

  constructor(name) {
    this.name = name
  }

  add(value) {
    const next = this.#waiting.shift()
    if (next) next(value)
    else this.#arrived.push(value)
  }

  /** The next one, which is then no longer in the queue. */
  next(milliseconds) {
    if (this.#arrived.length > 0) return Promise.resolve(this.#arrived.shift())
    let take
    const arrival = new Promise((resolve) => this.#waiting.push((take = resolve)))
    return within(arrival, this.name, milliseconds).catch((error) => {
      this.#waiting = this.#waiting.filter((waiting) => waiting !== take)
      throw error
    })
  }

  /** Those nobody has taken yet. */
  get left() {
    return [...this.#arrived]
  }
}
