// A Pusher server on Bun's own WebSocket topics: the peer Resound is compared with.
// It does what the measured loads need, and does that the fastest way Bun documents:
// ws.subscribe and server.publish, nothing kept per connection in JavaScript.
import { timingSafeEqual } from "node:crypto";

const { PORT = "8080", HOST = "127.0.0.1" } = process.env;
const { REVERB_APP_ID: appId, REVERB_APP_KEY: appKey, REVERB_APP_SECRET: secret } = process.env;
if (!appId || !appKey || !secret) throw new Error("REVERB_APP_ID, REVERB_APP_KEY, REVERB_APP_SECRET");

const PONG = '{"event":"pusher:pong"}';
const socketPath = `/app/${appKey}`;
const eventsPath = `/apps/${appId}/events`;
const part = () => 1 + Math.floor(Math.random() * 2 ** 31);
const hmac = (text: string) => new Bun.CryptoHasher("sha256", secret).update(text).digest("hex");
const md5 = (text: string) => new Bun.CryptoHasher("md5").update(text).digest("hex");

function isEqual(given: string, expected: string) {
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

/** Signed as Pusher's server libraries sign: method, path, all parameters but the signature, sorted. */
function isSigned(url: URL, body: string) {
  const parameters = [...url.searchParams].filter(([name]) => name !== "auth_signature" && name !== "body_md5");
  parameters.push(["body_md5", md5(body)]);
  const query = parameters.map(([name, value]) => `${name}=${value}`).sort().join("&");
  return isEqual(url.searchParams.get("auth_signature") ?? "", hmac(`POST\n${url.pathname}\n${query}`));
}

async function publish(request: Request, url: URL) {
  const body = await request.text();
  if (!isSigned(url, body)) return new Response("Authentication signature invalid.", { status: 401 });
  const { name, data, channels, channel } = JSON.parse(body);
  for (const each of channels ?? [channel]) {
    server.publish(each, JSON.stringify({ event: name, data, channel: each }));
  }
  return Response.json({});
}

const server = Bun.serve<{ socketId: string }>({
  port: Number(PORT),
  hostname: HOST,
  fetch(request, server) {
    const url = new URL(request.url);
    if (url.pathname === eventsPath && request.method === "POST") return publish(request, url);
    if (url.pathname === "/up") return Response.json({ health: "OK" });
    if (url.pathname !== socketPath) return new Response("Not found.", { status: 404 });
    const socketId = `${part()}.${part()}`;
    if (!server.upgrade(request, { data: { socketId } })) return new Response("WebSocket only.", { status: 426 });
  },
  websocket: {
    open(ws) {
      const data = JSON.stringify({ socket_id: ws.data.socketId, activity_timeout: 30 });
      ws.send(JSON.stringify({ event: "pusher:connection_established", data }));
    },
    message(ws, text) {
      const { event, data, channel } = JSON.parse(String(text));
      if (event === "pusher:ping") ws.send(PONG);
      else if (event === "pusher:subscribe") subscribe(ws, data);
      else if (event.startsWith("client-") && ws.isSubscribed(channel)) {
        ws.publish(channel, JSON.stringify({ event, channel, data }));
      }
    },
  },
});

function subscribe(ws: Bun.ServerWebSocket<{ socketId: string }>, { channel, auth = "" }: { channel: string; auth?: string }) {
  if (channel.startsWith("private-") && !isEqual(auth, `${appKey}:${hmac(`${ws.data.socketId}:${channel}`)}`)) {
    const data = JSON.stringify({ code: 4009, message: "Connection is unauthorized" });
    return void ws.send(JSON.stringify({ event: "pusher:error", data }));
  }
  ws.subscribe(channel);
  ws.send(JSON.stringify({ event: "pusher_internal:subscription_succeeded", data: "{}", channel }));
}

console.log(`Listening on http://${server.hostname}:${server.port}`);
