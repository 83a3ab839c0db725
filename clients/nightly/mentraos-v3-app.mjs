// Apps made with @mentra/sdk 3, as ../mentraos-app.mjs has them with version 2. It runs where that
// version is installed, and not here.

// The SDK is made for Bun: what it loads touches this, and does not use it on Node.js.
globalThis.Bun ??= { write() {}, file() {} }
const { MiniAppServer } = await import('@mentra/sdk')
const { serve } = await import('@hono/node-server')

process.on('disconnect', () => process.exit())

for (const { packageName, apiKey, port = 0 } of JSON.parse(process.argv[2])) {
  const say = (what, data) => process.send({ app: packageName, what, data })
  const app = new MiniAppServer({ packageName, apiKey })
  app.onSession((session) => {
    // Which acknowledgement it was, the SDK does not tell.
    const acknowledged = session.handleConnectionAck.bind(session)
    session.handleConnectionAck = (message, reconnected) => {
      say('ack', message.type)
      acknowledged(message, reconnected)
    }
    session.onConnected(() => say('onConnected', { settings: session.settingsData }))
    session.onReconnected(() => say('onReconnected'))
    session.onDisconnected(({ code, reason, permanent }) => say('onDisconnected', { code, reason, permanent }))
    session.onStopped((reason) => say('onStopped', reason))
    session.onError((error) => say('onError', error.message))
    session.device.onButtonPress((data) => {
      say('onButtonPress', data)
      session.display.showTextWall(`btn ${data.buttonId}`)
    })
    session.transcription.on((data) => say('onTranscription', data))
    session.mic.onChunk((chunk) => say('onAudioChunk', Buffer.from(chunk.arrayBuffer ?? chunk.data ?? chunk).toString('hex')))
    session.display.showTextWall('hello')
    say('onSession', { id: session.sessionId, user: session.userId })
  })
  app.onStop((session, reason) => say('onStop', { reason }))
  // The SDK's own start() does nothing but ask for newer versions of itself.
  const http = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, ({ port }) => {
    say('port', port)
    console.log(`\nlistening on ${http.address().port}`)
  })
}
