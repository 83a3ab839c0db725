// A gateway of device sessions in plain JavaScript: the sessions, without the sockets. `device-gateway.mjs` puts them
// behind Node's `http` and `ws`, `device-gateway-bun.ts` behind Bun's own server.
//
// It is a reference, not a product: no limits, no conflation, no interval between displays, no liveness of devices.
// A socket here has `send(textOrBytes)`, `close(code, reason)` and `readyState`, and `backlog(socket)` are its unsent bytes.
import crypto from 'node:crypto';
import jwt from 'jsonwebtoken';

const E = process.env;
export const PORT = Number(E.PORT ?? 8080);
// A key object, not the text: jsonwebtoken would try to read the text as a public key first, a millisecond for every token.
const SECRET = crypto.createSecretKey(Buffer.from(E.SECRET));
const WS_PUBLIC = E.WS_PUBLIC ?? `ws://127.0.0.1:${PORT}`;
const GRACE = Number(E.GRACE_MS ?? 60_000);
const APP_GRACE = Number(E.APP_GRACE_MS ?? 5_000);
const CONNECT = Number(E.CONNECT_MS ?? 6_000);
const EMPTY_SUBSCRIPTION = 8_000;
const MOST_BACKLOG = 1 << 18;
const APPS = new Map(JSON.parse(E.APPS).map((app) => [app.packageName, app]));

const NEEDS = {
  audio_chunk: 'MICROPHONE',
  VAD: 'MICROPHONE',
  transcription: 'MICROPHONE',
  translation: 'MICROPHONE',
  location_update: 'LOCATION',
  calendar_event: 'CALENDAR',
  photo_taken: 'CAMERA',
  phone_notification: 'READ_NOTIFICATIONS',
};

const sha = (text) => crypto.createHash('sha256').update(String(text)).digest('hex');
export const now = () => new Date().toISOString();
const isOpen = (socket) => socket?.readyState === 1;
const tell = (socket, message) => isOpen(socket) && socket.send(JSON.stringify({ timestamp: now(), ...message }));

/** What the app lacks for a stream, or null. */
function lacks(app, stream) {
  const need = NEEDS[stream.split(':')[0]];
  return !need || app.permissions.includes(need) || app.permissions.includes('ALL') ? null : need;
}

const sessions = new Map();

class Session {
  constructor(user) {
    this.user = user;
    this.apps = new Map();
    this.polls = new Map();
  }

  attach(socket) {
    const old = this.socket;
    this.socket = socket;
    clearTimeout(this.timer);
    if (old && old !== socket) old.close(4409, 'superseded');
    for (const app of this.apps.values()) if (app.state === 'DORMANT') this.start(app.name, true);
  }

  /** Only the socket of the moment can end the session. */
  detach(socket) {
    if (socket !== this.socket) return;
    this.socket = null;
    this.timer = setTimeout(() => this.dispose(), GRACE);
  }

  dispose() {
    sessions.delete(this.user);
    for (const app of this.apps.values()) {
      clearTimeout(app.timer);
      clearTimeout(app.wait);
      app.state = 'STOPPED';
      tell(app.socket, { type: 'app_stopped' });
      app.socket?.close(1000, 'User session ended');
    }
  }

  idOf(name) {
    return `${this.user}-${name}`;
  }

  webhook(known, body) {
    return fetch(`${known.publicUrl}/webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId: this.idOf(known.packageName), userId: this.user, timestamp: now(), ...body }),
      signal: AbortSignal.timeout(10_000),
    }).then((answer) => answer.arrayBuffer());
  }

  start(name, again) {
    const known = APPS.get(name);
    let app = this.apps.get(name);
    if (!known || (!again && app && ['CONNECTING', 'RUNNING'].includes(app.state))) return;
    if (!app) this.apps.set(name, (app = { name, streams: [], socket: null }));
    app.state = 'CONNECTING';
    clearTimeout(app.wait);
    app.wait = setTimeout(() => {
      if (app.state !== 'CONNECTING') return;
      app.state = 'STOPPED';
      tell(this.socket, { type: 'app_stopped', packageName: name });
    }, CONNECT);
    this.webhook(known, {
      type: 'session_request',
      websocketUrl: `${WS_PUBLIC}/ws/miniapp`,
      mentraOSWebsocketUrl: `${WS_PUBLIC}/app-ws`,
      augmentOSWebsocketUrl: `${WS_PUBLIC}/app-ws`,
    }).catch(() => {});
  }

  async stop(name) {
    const app = this.apps.get(name);
    if (!app || !['CONNECTING', 'RUNNING', 'GRACE_PERIOD'].includes(app.state)) return;
    app.state = 'STOPPING';
    clearTimeout(app.timer);
    await this.webhook(APPS.get(name), { type: 'stop_request', reason: 'user_disabled' }).catch(() => {});
    app.streams = [];
    tell(app.socket, { type: 'app_stopped' });
    app.socket?.close(1000, 'App stopped');
    app.socket = null;
    app.state = 'STOPPED';
    this.changed();
  }

  changed() {
    tell(this.socket, { type: 'app_state_change', sessionId: this.user });
  }

  join(socket, who, acknowledgement) {
    const known = APPS.get(who.packageName);
    const app = this.apps.get(who.packageName);
    const refuse = (code, message) => {
      tell(socket, { type: 'tpa_connection_error', code, message });
      socket.close(1008, message);
    };
    if (!known || sha(who.apiKey) !== sha(known.apiKey)) return refuse('INVALID_API_KEY', 'Invalid API key');
    if (!app || !['CONNECTING', 'RUNNING', 'GRACE_PERIOD', 'DORMANT'].includes(app.state)) {
      return refuse('APP_NOT_STARTED', 'App not started for this session');
    }
    clearTimeout(app.timer);
    clearTimeout(app.wait);
    const old = app.socket;
    Object.assign(app, { socket, state: 'RUNNING', since: Date.now(), released: false });
    Object.assign(who, { session: this, ready: true });
    if (old && old !== socket) old.close(1000, 'Replaced');
    tell(socket, {
      type: acknowledgement,
      sessionId: this.idOf(app.name),
      settings: known.settings ?? [],
      mentraosSettings: {},
      augmentosSettings: {},
      capabilities: null,
      subscriptions: app.streams,
      userId: this.user,
    });
    tell(socket, { type: 'device_state_update', state: this.device ?? {}, fullSnapshot: true });
    this.changed();
  }

  /** Only the socket of the moment counts as gone. */
  left(socket, who) {
    const app = this.apps.get(who.packageName);
    if (!app || app.socket !== socket) return;
    app.socket = null;
    if (app.state !== 'RUNNING') return;
    if (app.released) {
      app.streams = [];
      app.state = 'DORMANT';
      return;
    }
    app.state = 'GRACE_PERIOD';
    app.timer = setTimeout(() => {
      if (app.state !== 'GRACE_PERIOD') return;
      if (isOpen(this.socket)) {
        app.streams = [];
        this.start(app.name, true);
      } else {
        app.state = 'DORMANT';
      }
    }, APP_GRACE);
  }

  matching(app, stream, language) {
    const inLanguage = (own) => [`${stream}:${language}`, 'transcription:auto'].includes(own.split('?')[0]);
    return app.streams.find((own) => own === stream || own === '*' || own === 'all' || (language && inLanguage(own)));
  }

  relay(data, stream = data.type, language = undefined) {
    for (const app of this.apps.values()) {
      const own = app.state === 'RUNNING' && this.matching(app, stream, language);
      if (!own) continue;
      const streamType = own === '*' || own === 'all' ? stream : own;
      tell(app.socket, { type: 'data_stream', sessionId: this.idOf(app.name), streamType, data });
    }
  }

  audio(bytes, backlog) {
    for (const app of this.apps.values()) {
      if (app.state !== 'RUNNING' || !this.matching(app, 'audio_chunk')) continue;
      if (backlog(app.socket) < MOST_BACKLOG) app.socket.send(bytes);
    }
  }

  fromDevice(message) {
    switch (message.type) {
      case 'start_app':
        return this.start(message.packageName);
      case 'stop_app':
        return this.stop(message.packageName);
      case 'local_transcription':
        return this.relay({ ...message, type: 'transcription' }, 'transcription', message.transcribeLanguage ?? 'en-US');
      case 'location_update': {
        const name = message.correlationId && this.polls.get(message.correlationId);
        if (!name) return this.relay(message);
        this.polls.delete(message.correlationId);
        const data = { type: 'data_stream', sessionId: this.idOf(name), streamType: 'location_update', data: message };
        return tell(this.apps.get(name)?.socket, data);
      }
      case 'glasses_connection_state':
        this.device = { connected: message.status === 'CONNECTED', modelName: message.modelName };
        for (const app of this.apps.values()) tell(app.socket, { type: 'device_state_update', state: this.device });
        return this.relay(message);
      default:
        return this.relay(message);
    }
  }

  fromApp(socket, who, message) {
    const app = this.apps.get(who.packageName);
    if (app?.socket !== socket) return;
    switch (message.type) {
      case 'subscription_update':
        return this.subscribe(app, message);
      case 'display_event':
        return tell(this.socket, { ...message, packageName: app.name, view: message.view ?? 'main' });
      case 'location_poll_request': {
        const { accuracy, correlationId } = message;
        this.polls.set(correlationId, app.name);
        return tell(this.socket, { type: 'request_single_location', accuracy, correlationId });
      }
      case 'photo_request': {
        const { requestId, size, compress } = message;
        const webhookUrl = message.customWebhookUrl ?? `${APPS.get(app.name).publicUrl}/photo-upload`;
        return tell(this.socket, { type: 'photo_request', requestId, appId: app.name, webhookUrl, size, compress });
      }
      case 'ownership_release':
        app.released = true;
    }
  }

  subscribe(app, message) {
    const known = APPS.get(app.name);
    const wanted = message.subscriptions
      .map((each) => each?.stream ?? each)
      .map((stream) => (stream === 'transcription' ? 'transcription:en-US' : stream));
    if (wanted.length === 0 && Date.now() - app.since <= EMPTY_SUBSCRIPTION) return;
    const refused = wanted.filter((stream) => lacks(known, stream));
    app.streams = wanted.filter((stream) => !lacks(known, stream));
    if (refused.length > 0) {
      const details = refused.map((stream) => ({ stream, requiredPermission: lacks(known, stream), message: 'declare it' }));
      tell(app.socket, { type: 'permission_error', message: 'missing permissions', details });
    }
    this.changed();
  }
}

/** The user of an app's session id; both halves may have hyphens. */
function userIn(sessionId) {
  const candidates = [];
  for (let at = sessionId.indexOf('-'); at >= 0; at = sessionId.indexOf('-', at + 1)) {
    if (sessionId.slice(0, at).includes('@') && at + 1 < sessionId.length) candidates.push(sessionId.slice(0, at));
  }
  return candidates.reverse().find((user) => sessions.has(user.toLowerCase())) ?? candidates.at(-1);
}

const isDevicePath = (path) => path === '/glasses-ws' || path === '/ws/client';
const isAppPath = (path) => path === '/app-ws' || path === '/ws/miniapp';

/**
 * Decides before the upgrade: `{ refuse: [status, body] }`, `{ device: user }` or `{ app: who }`.
 * `header(name)` is a request header or undefined.
 */
export function admit(url, header) {
  if (isDevicePath(url.pathname)) {
    const refusal = (message) => ({ refuse: [401, { type: 'connection_error', message }] });
    const token = header('authorization')?.split(' ')[1] || url.searchParams.get('token');
    if (!token) return refusal('No core token provided');
    let user;
    try {
      user = jwt.verify(token, SECRET, { algorithms: ['HS256'] }).email?.toLowerCase();
    } catch {
      return refusal('Invalid core token');
    }
    return user ? { device: user } : refusal('Invalid core token - no user ID');
  }
  if (!isAppPath(url.pathname)) return { refuse: [404, { message: 'Unknown WebSocket path' }] };
  const refusal = (code, message) => ({ refuse: [401, { type: 'tpa_connection_error', code, message }] });
  const who = {
    userId: (header('x-user-id') ?? '').toLowerCase(),
    packageName: header('x-package-name'),
    apiKey: header('x-api-key'),
  };
  const authorization = header('authorization');
  if (!authorization?.startsWith('Bearer ')) return { app: who };
  if (!who.userId || !header('x-session-id')) {
    return refusal('MISSING_HEADERS', 'Missing userId or sessionId in request headers');
  }
  try {
    const { packageName, apiKey } = jwt.verify(authorization.slice(7), SECRET, { algorithms: ['HS256'] });
    return { app: { ...who, packageName, apiKey, jwt: true } };
  } catch (failure) {
    return refusal('JWT_INVALID', `Invalid JWT token: ${failure.message}`);
  }
}

/** What to do with a device's socket. `text` gets a string or a Buffer. */
export function deviceHandlers(socket, user, backlog) {
  let session = sessions.get(user);
  if (!session) sessions.set(user, (session = new Session(user)));
  session.attach(socket);
  const acknowledge = () => tell(socket, { type: 'connection_ack', sessionId: user });
  acknowledge();
  return {
    binary(bytes) {
      if (session.socket === socket) session.audio(bytes, backlog);
    },
    text(text) {
      if (session.socket !== socket) return;
      let message;
      try {
        message = JSON.parse(text);
      } catch {
        return;
      }
      if (message.type === 'ping') socket.send('{"type":"pong"}');
      else if (message.type === 'connection_init') acknowledge();
      else if (message.type !== 'pong') session.fromDevice(message);
    },
    closed() {
      session.detach(socket);
    },
  };
}

/** What to do with an app's socket. */
export function appHandlers(socket, who) {
  const lost = () => {
    tell(socket, { type: 'tpa_connection_error', code: 'SESSION_NOT_FOUND', message: 'Session not found' });
    socket.close(1008, 'Session not found');
  };
  if (who.jwt) {
    const session = sessions.get(who.userId);
    if (session) session.join(socket, who, 'tpa_connection_ack');
    else lost();
  }
  return {
    binary() {},
    text(text) {
      let message;
      try {
        message = JSON.parse(text);
      } catch {
        return socket.close(1011, 'Internal server error');
      }
      if (message.type === 'ping') return socket.send(JSON.stringify({ type: 'pong', timestamp: Date.now() }));
      if (message.type === 'pong') return;
      if (message.type === 'tpa_connection_init' || message.type === 'reconnect') {
        const user = who.userId || userIn(message.sessionId ?? '')?.toLowerCase();
        if (!user) return socket.close(1008, 'Invalid session ID format');
        const session = sessions.get(user);
        if (!session) return lost();
        who.userId = user;
        if (message.packageName) who.packageName = message.packageName;
        if (message.apiKey) who.apiKey = message.apiKey;
        return session.join(socket, who, message.type === 'reconnect' ? 'reconnect_ack' : 'tpa_connection_ack');
      }
      if (!who.ready) return lost();
      who.session.fromApp(socket, who, message);
    },
    closed() {
      who.session?.left(socket, who);
    },
  };
}
