// Device sessions on Bun's own server and sockets: the same sessions as device-gateway.mjs, Bun at its best.
import { PORT, admit, appHandlers, deviceHandlers, now } from "./device-sessions.mjs";

type Handlers = { binary(bytes: Buffer): void; text(text: string): void; closed(): void };
type Data = { device?: string; app?: object; handlers?: Handlers };

const backlog = (socket: Bun.ServerWebSocket<Data>) => socket.getBufferedAmount();

const server = Bun.serve<Data>({
  port: PORT,
  hostname: "127.0.0.1",
  fetch(request, server) {
    const url = new URL(request.url);
    if (url.pathname === "/health" || url.pathname === "/up") return Response.json({});
    const { refuse, ...data } = admit(url, (name: string) => request.headers.get(name) ?? undefined);
    if (refuse) return Response.json({ ...refuse[1], timestamp: now() }, { status: refuse[0] });
    if (!server.upgrade(request, { data })) return new Response("WebSocket only.", { status: 426 });
  },
  websocket: {
    maxPayloadLength: 16 << 20,
    perMessageDeflate: false,
    idleTimeout: 16, // Bun pings some seconds before it is over
    open(ws) {
      ws.data.handlers = ws.data.device ? deviceHandlers(ws, ws.data.device, backlog) : appHandlers(ws, ws.data.app);
    },
    message(ws, message) {
      if (typeof message === "string") ws.data.handlers!.text(message);
      else ws.data.handlers!.binary(message);
    },
    close(ws) {
      ws.data.handlers?.closed();
    },
  },
});

console.log(`Listening on http://127.0.0.1:${server.port}`);
