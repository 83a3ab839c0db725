// What a test opened is closed when it is over, however it ended.

import { afterEach } from 'node:test'

const open = new Set()

/** To be called once per file. */
export function closeClientsAfterEach() {
  afterEach(() => {
    for (const close of open) close()
    open.clear()
  })
}

export function closeAfterwards(close) {
  open.add(close)
}

let number = 0

/** A name nobody else uses: tests of one file share a server. */
export function unique(prefix) {
  return `${prefix}-${++number}`
}
