// The auth endpoint an application would have: signs with the official server SDK.

import { createServer } from 'node:http'
import { once } from 'node:events'
import { after } from 'node:test'

/**
 * Listens on a free port until the file's tests are over. The client says who it is in the header
 * X-User (JSON of `user_id` and `user_info`); without it private channels are still granted, and a
 * channel whose name contains "forbidden" never is.
 */
export async function startAuthEndpoint(api) {
  const http = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const form = new URLSearchParams(body)
    const answer = authorise(api, form, request.headers['x-user'])
    response.writeHead(answer ? 200 : 403, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify(answer ?? { error: 'forbidden' }))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  // Neither it nor its clients keep a file alive whose tests are over: an earlier hook may have failed.
  http.unref()
  http.on('connection', (socket) => socket.unref())
  after(() => {
    http.closeAllConnections()
    http.close()
  })
  const url = `http://127.0.0.1:${http.address().port}`
  return {
    url,
    /** pusher-js options for this endpoint, as the given user. */
    as: (user) => ({
      channelAuthorization: { transport: 'ajax', endpoint: `${url}/broadcasting/auth`, headers: userHeaders(user) },
      userAuthentication: { transport: 'ajax', endpoint: `${url}/broadcasting/user-auth`, headers: userHeaders(user) },
    }),
  }
}

export function userHeaders(user) {
  return user ? { 'X-User': JSON.stringify(user) } : {}
}

function authorise(api, form, userHeader) {
  const socketId = form.get('socket_id')
  const channel = form.get('channel_name')
  const user = userHeader && JSON.parse(userHeader)
  if (channel === null) return user && api.authenticateUser(socketId, { id: String(user.user_id), user_info: user.user_info, watchlist: user.watchlist })
  if (channel.includes('forbidden')) return undefined
  if (channel.startsWith('presence-')) return user && api.authorizeChannel(socketId, channel, user)
  return api.authorizeChannel(socketId, channel)
}
