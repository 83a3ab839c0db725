// The lines of JavaScript in docs/coming-from-pusher.md, and what a new Laravel application has, used as they are written.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, suite, test } from 'node:test'
import EchoModule from 'laravel-echo'
import PusherSdk from 'pusher'
import { closeAfterwards, closeClientsAfterEach, connected, libraries, once, subscribe, unique } from '../libraries.mjs'
import { app, startServer } from '../server.mjs'
import { Happenings, within } from '../within.mjs'

const Echo = EchoModule.default ?? EchoModule
const page = await readFile(new URL('../../docs/coming-from-pusher.md', import.meta.url), 'utf8')
const [inBrowser, inBackEnd] = [...page.matchAll(/```js\s+(.*?)\s+```/gs)].map((match) => match[1])

const hosted = await startServer({ env: { RESOUND_DIALECT: 'pusher' } })
const laravel = await startServer()
after(() => Promise.all([hosted.stop(), laravel.stop()]))
closeClientsAfterEach()

/** The line with this server for the one it names, which speaks TLS; every replacement must be possible. */
function here(line, replacements) {
  return Object.entries(replacements).reduce((changed, [from, to]) => {
    assert.ok(changed.includes(from), `${from} is not in ${changed}`)
    return changed.replace(from, to)
  }, line)
}

const forHosted = {
  browser: () =>
    here(inBrowser, {
      'your-key': app.key,
      'ws.example.com': hosted.host,
      'wsPort: 80': `wsPort: ${hosted.port}`,
      'forceTLS: true': 'forceTLS: false',
    }),
  backEnd: () =>
    here(inBackEnd, { 'ws.example.com': hosted.host, "'443'": `'${hosted.port}'`, 'useTLS: true': 'useTLS: false' }),
}

for (const { name, Pusher } of libraries) {
  suite(`coming from hosted Pusher, ${name}`, () => {
    test('the line for the browser connects, and the line for the back end reaches it', async () => {
      const client = new Function('Pusher', `return ${forHosted.browser()}`)(Pusher)
      closeAfterwards(() => client.disconnect())
      await connected(client)
      const api = new Function('Pusher', 'appId', 'key', 'secret', `return ${forHosted.backEnd()}`)(
        PusherSdk,
        app.id,
        app.key,
        app.secret,
      )
      const channel = await subscribe(client, unique('orders'))
      const paid = once(channel, 'paid')
      await api.trigger(channel.name, 'paid', { amount: 7 })
      assert.deepEqual(await paid, { amount: 7 })
    })
  })

  suite(`coming from Reverb, ${name}`, () => {
    test("the options of Laravel's echo.js hear what the application publishes", async () => {
      // What Vite makes of import.meta.env, from the .env of the installer.
      const env = {
        VITE_REVERB_APP_KEY: app.key,
        VITE_REVERB_HOST: laravel.host,
        VITE_REVERB_PORT: String(laravel.port),
        VITE_REVERB_SCHEME: 'http',
      }
      const echo = new Echo({
        Pusher,
        broadcaster: 'reverb',
        key: env.VITE_REVERB_APP_KEY,
        wsHost: env.VITE_REVERB_HOST,
        wsPort: env.VITE_REVERB_PORT ?? 80,
        wssPort: env.VITE_REVERB_PORT ?? 443,
        forceTLS: (env.VITE_REVERB_SCHEME ?? 'https') === 'https',
        enabledTransports: ['ws', 'wss'],
      })
      closeAfterwards(() => echo.disconnect())
      const channel = echo.channel(unique('orders'))
      await within(new Promise((resolve) => channel.subscribed(resolve)), 'the subscription')
      const shipped = new Happenings('the event')
      channel.listen('OrderShipped', (data) => shipped.add(data))
      await laravel.api().trigger(channel.name, 'App\\Events\\OrderShipped', { id: 7 })
      assert.deepEqual(await shipped.next(), { id: 7 })
    })
  })
}
