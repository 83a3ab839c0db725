import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { all, closeClientsAfterEach, connect, libraries, once, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile()
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

const ada = { user_id: 1, user_info: { name: 'Ada' } }

for (const { name, Pusher } of libraries) {
  const newcomer = () => connect(Pusher, server, auth.as(ada))

  suite(`cache channels, ${name}`, () => {
    for (const prefix of ['cache', 'private-cache', 'presence-cache']) {
      test(`the first subscriber of a ${prefix} channel is told that nothing is cached`, async () => {
        const client = await newcomer()
        const channel = client.subscribe(unique(`${prefix}-rates`))
        const [data] = await Promise.all([
          once(channel, 'pusher:cache_miss'),
          once(channel, 'pusher:subscription_succeeded'),
        ])
        assert.equal(data, undefined) // row 36
      })

      test(`a later subscriber of a ${prefix} channel gets the last event`, async () => {
        const channelName = unique(`${prefix}-rates`)
        await subscribe(await newcomer(), channelName)
        await api.trigger(channelName, 'rate', { usd: 1.1 })
        await api.trigger(channelName, 'rate', { usd: 1.2 })

        const late = await newcomer()
        const messages = all(late.connection, 'message')
        const channel = late.subscribe(channelName)
        assert.deepEqual(await once(channel, 'rate'), { usd: 1.2 })
        assert.equal((await messages.next()).data.event, 'pusher_internal:subscription_succeeded')
        assert.equal((await messages.next()).data.event, 'rate')
        assert.deepEqual(messages.left, [])
      })
    }

    test('an event published before anybody subscribed is cached', async () => {
      const channelName = unique('cache-rates')
      await api.trigger(channelName, 'rate', { usd: 1.3 })
      const channel = (await newcomer()).subscribe(channelName)
      assert.deepEqual(await once(channel, 'rate'), { usd: 1.3 })
    })

    test('a sealed event is cached sealed and read by a later subscriber', async () => {
      const channelName = unique('private-encrypted-cache-rates')
      await subscribe(await newcomer(), channelName)
      await api.trigger(channelName, 'rate', { usd: 1.4 })
      const channel = (await newcomer()).subscribe(channelName)
      assert.deepEqual(await once(channel, 'rate'), { usd: 1.4 })
    })

    test('an ordinary channel caches nothing', async () => {
      const channelName = unique('rates')
      await subscribe(await newcomer(), channelName)
      await api.trigger(channelName, 'rate', 'old')
      const channel = await subscribe(await newcomer(), channelName)
      const rates = all(channel, 'rate')
      await api.trigger(channelName, 'rate', 'new')
      assert.equal((await rates.next()).data, 'new')
    })
  })
}
