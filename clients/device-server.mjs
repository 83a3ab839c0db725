// Starts a server with device sessions.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from './server.mjs'

export const secret = 'test-secret-test-secret-test-secret'

// Short enough to be waited for, long enough for the SDK, which comes back after a second.
export const times = { deviceGrace: 3_000, appGrace: 2_500 }

/**
 * Starts a server and resolves when it accepts connections.
 *
 * `publicUrl` is what apps are told to dial, `apps` are those of `device_sessions.apps`, `settings`
 * override others. The command is RESOUND_DEVICE_CMD or, failing that, what startServer takes; it gets
 * `--config FILE` in addition, and what stands in the file as JSON in DEVICE_SESSIONS, for servers that
 * are not Resound.
 */
export async function startDeviceServer({ publicUrl, apps, settings = {}, port = 0 }) {
  const directory = mkdtempSync(join(tmpdir(), 'resound-devices-'))
  const file = join(directory, 'resound.yml')
  const device_sessions = {
    enabled: true,
    profile: 'mentraos',
    jwt_secret: secret,
    public_url: publicUrl,
    device_grace: `${times.deviceGrace}ms`,
    app_grace: `${times.appGrace}ms`,
    ...settings,
    apps,
  }
  // Every JSON text is YAML, too.
  writeFileSync(file, JSON.stringify({ device_sessions }, null, 2))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  try {
    const server = await startServer({
      named: process.env.RESOUND_DEVICE_CMD,
      options: ['--config', file],
      env: { DEVICE_SESSIONS: JSON.stringify(device_sessions) },
      port,
    })
    server.started.exited.then(remove)
    return server
  } catch (error) {
    remove()
    throw error
  }
}
