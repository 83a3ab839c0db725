import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { startAuthEndpoint } from '../auth-endpoint.mjs'
import { closeClientsAfterEach, connect, libraries, once, subscribe, unique } from '../libraries.mjs'
import { serverForThisFile } from '../server.mjs'

const server = await serverForThisFile()
const api = server.api()
const auth = await startAuthEndpoint(api)
closeClientsAfterEach()

for (const { name, Pusher } of libraries) {
  // Every test has its own users: terminating one must not reach the clients of another test.
  const user = () => ({ user_id: unique('user'), user_info: {} })

  suite(`terminate_connections, ${name}`, () => {
    test('a member of a presence channel is cut off and seen leaving, others stay', async () => {
      const room = unique('presence-room')
      const [cutUser, keptUser] = [user(), user()]
      const [cut, kept] = [await connect(Pusher, server, auth.as(cutUser)), await connect(Pusher, server, auth.as(keptUser))]
      const [, watcher] = [await subscribe(cut, room), await subscribe(kept, room)]
      const keptSocket = kept.connection.socket_id
      const removed = once(watcher, 'pusher:member_removed')
      // Over before the client comes back by itself, which pusher-js does when the close has no code of refusal.
      const lost = once(cut.connection, 'state_change')

      assert.equal(await (await api.terminateUserConnections(cutUser.user_id)).text(), '{}')
      assert.equal((await removed).id, cutUser.user_id)
      assert.equal((await lost).previous, 'connected')
      assert.equal(kept.connection.state, 'connected')
      assert.equal(kept.connection.socket_id, keptSocket)
    })

    test('every tab of the user is cut off', async () => {
      const [room, target] = [unique('presence-room'), user()]
      const tabs = [await connect(Pusher, server, auth.as(target)), await connect(Pusher, server, auth.as(target))]
      for (const tab of tabs) await subscribe(tab, room)
      const lost = tabs.map((tab) => once(tab.connection, 'state_change'))
      await api.terminateUserConnections(target.user_id)
      for (const change of lost) assert.equal((await change).previous, 'connected')
    })

    test('a user who is not there is no error', async () => {
      assert.equal((await api.terminateUserConnections('nobody')).status, 200)
    })
  })
}
