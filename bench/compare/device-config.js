#!/usr/bin/env node
// What a gateway of device sessions has to know before `resound bench devices` can play at it.
//
//   ./device-config.js resound [--port 8080] …   a resound.yml
//   ./device-config.js node [--port 8080] …      the environment of device-gateway.mjs and device-gateway-bun.ts, for env
'use strict';

const { parseArgs } = require('node:util');

const SECRET = 'resound-bench-secret-of-32-bytes-or-more'; // the bench's default, like the other two
const API_KEY = 'resound-bench-key';
const PACKAGES = 'com.example.bench';

/** For resound.yml. JSON is YAML, too. */
function resound({ port, webhookPort, apps, deviceGraceSeconds }) {
  const known = knownApps(webhookPort, apps).map(({ packageName, publicUrl, apiKey, permissions }) =>
    JSON.stringify({ package_name: packageName, name: packageName, public_url: publicUrl, api_key: apiKey, type: 'background', permissions }),
  );
  return `device_sessions:
  enabled: true
  profile: mentraos
  jwt_secret: ${SECRET}
  jwt_algorithm: HS256
  public_url: ws://127.0.0.1:${port}
  device_grace: ${deviceGraceSeconds}s
  max_apps: ${Math.max(32, apps)}
  apps:
${known.map((app) => `    - ${app}\n`).join('')}`;
}

/** For the gateways in JavaScript. */
function environment({ port, webhookPort, apps, deviceGraceSeconds }) {
  return {
    PORT: String(port),
    SECRET,
    GRACE_MS: String(deviceGraceSeconds * 1000),
    APPS: JSON.stringify(knownApps(webhookPort, apps)),
  };
}

function knownApps(webhookPort, count) {
  return Array.from({ length: count }, (_, app) => ({
    packageName: `${PACKAGES}${app}`,
    publicUrl: `http://127.0.0.1:${webhookPort}`,
    apiKey: API_KEY,
    permissions: ['ALL'],
  }));
}

module.exports = { resound, environment };

if (require.main === module) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '8080' },
      'webhook-port': { type: 'string', default: '17010' },
      apps: { type: 'string', default: '50' },
      'device-grace': { type: 'string', default: '10' },
    },
  });
  const wanted = {
    port: Number(values.port),
    webhookPort: Number(values['webhook-port']),
    apps: Number(values.apps),
    deviceGraceSeconds: Number(values['device-grace']),
  };
  if (positionals[0] === 'resound') {
    process.stdout.write(resound(wanted));
  } else if (positionals[0] === 'node') {
    for (const [name, value] of Object.entries(environment(wanted))) console.log(`${name}=${value}`);
  } else {
    console.error('usage: device-config.js resound|node [--port N] [--webhook-port N] [--apps N] [--device-grace S]');
    process.exit(2);
  }
}
