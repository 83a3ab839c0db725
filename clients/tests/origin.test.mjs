import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { closeClientsAfterEach, RawClient } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile({ env: { REVERB_ALLOWED_ORIGINS: 'laravel.com,*.localhost' } })
closeClientsAfterEach()

const from = (origin) => new RawClient(server, { headers: origin ? { Origin: origin } : {} })

async function assertRefused(client) {
  assert.equal(
    await client.frames.next(),
    String.raw`{"event":"pusher:error","data":"{\"code\":4009,\"message\":\"Origin not allowed\"}"}`,
  )
  assert.equal((await client.closed).code, 4009)
}

suite('origin', () => {
  test('an allowed origin connects', async () => {
    assert.ok((await from('http://laravel.com').established()).socket_id)
  })

  test('scheme and port do not matter', async () => {
    assert.ok((await from('https://laravel.com:8443').established()).socket_id)
  })

  test('a pattern allows what it covers', async () => {
    assert.ok((await from('http://a.b.localhost').established()).socket_id)
  })

  test('another origin is refused', () => assertRefused(from('http://evil.example')))

  test('a subdomain of an allowed origin is refused', () => assertRefused(from('http://sub.laravel.com')))

  test('a pattern for subdomains does not cover the domain', () => assertRefused(from('http://localhost')))

  test('no origin at all is refused', () => assertRefused(from(undefined)))
})
