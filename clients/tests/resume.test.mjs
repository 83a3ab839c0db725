import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, libraries, newClient, connected, once, subscribe, unique } from '../libraries.mjs'
import { startProxy } from '../proxy.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile({
  env: { RESOUND_APPS_0_HISTORY_ENABLED: 'true', RESOUND_APPS_0_IDEMPOTENCY_WINDOW: '60' },
})
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

/** As the guide has it: what is tested is what it tells people to write. */
const guide = await readFile(new URL('../../docs/resume.md', import.meta.url), 'utf8')
const snippet = guide.match(/```js\n([\s\S]*?)```/)[1]
const resumable = new Function(`${snippet}; return resumable`)()

for (const { name, Pusher } of libraries) {
  suite(`resuming, ${name}`, () => {
    for (const kind of ['', 'private-']) {
      test(`events of a ${kind || 'public '}channel missed while the connection was broken come in order`, async () => {
        const proxy = await startProxy({ port: server.port })
        const client = newClient(Pusher, { host: '127.0.0.1', port: Number(new URL(proxy.url).port) }, auth.as())
        resumable(client)
        await connected(client)
        const channel = await subscribe(client, unique(`${kind}orders`))
        const numbers = all(channel, 'number')
        const resumed = all(channel, 'resound:resumed')
        await api.trigger(channel.name, 'number', 0)
        assert.equal((await numbers.next()).data, 0)
        proxy.down()
        for (let n = 1; n <= 20; n++) await api.trigger(channel.name, 'number', n)
        const back = once(client.connection, 'connected', 30_000)
        proxy.up()
        await back
        for (let n = 1; n <= 20; n++) assert.equal((await numbers.next()).data, n)
        const { recovered, missed } = (await resumed.next()).data
        assert.deepEqual({ recovered, missed }, { recovered: true, missed: 20 })
        await api.trigger(channel.name, 'number', 21)
        assert.equal((await numbers.next()).data, 21)
        assert.deepEqual(numbers.left, [])
      })
    }

    test('a client that does not ask is told of no positions', async () => {
      const client = newClient(Pusher, server)
      await connected(client)
      const channel = await subscribe(client, unique('orders'))
      const positions = all(channel, 'resound:position')
      const number = once(channel, 'number')
      await api.trigger(channel.name, 'number', 1)
      await number
      const last = once(channel, 'last')
      await api.trigger(channel.name, 'last', 1)
      await last
      assert.deepEqual(positions.left, [])
    })

    test('a publish that names itself is done once', async () => {
      const client = newClient(Pusher, server)
      await connected(client)
      const channel = await subscribe(client, unique('orders'))
      const numbers = all(channel, 'number')
      const body = { name: 'number', channel: channel.name, data: '1', idempotency_key: unique('key') }
      for (let i = 0; i < 3; i++) assert.equal((await api.post({ path: '/events', body })).status, 200)
      await api.trigger(channel.name, 'number', 2)
      assert.equal((await numbers.next()).data, 1)
      assert.equal((await numbers.next()).data, 2)
    })
  })
}
