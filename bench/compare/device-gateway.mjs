// Device sessions on Node's `http` and `ws` 8: the stack Resound's are compared with. Runs on Bun, too.
import http from 'node:http';
import { WebSocketServer } from 'ws';
import { PORT, admit, appHandlers, deviceHandlers, now } from './device-sessions.mjs';

const backlog = (socket) => socket.bufferedAmount;
const sockets = new WebSocketServer({ noServer: true, maxPayload: 16 << 20, perMessageDeflate: false });
const server = http.createServer((request, response) => {
  response.statusCode = request.url === '/health' || request.url === '/up' ? 200 : 404;
  response.end('{}');
});

function refuse(socket, [status, body]) {
  const text = JSON.stringify({ ...body, timestamp: now() });
  socket.end(
    `HTTP/1.1 ${status} Refused\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

server.on('upgrade', (request, stream, head) => {
  const admitted = admit(new URL(request.url, 'http://x'), (name) => request.headers[name]);
  if (admitted.refuse) return refuse(stream, admitted.refuse);
  sockets.handleUpgrade(request, stream, head, (socket) => {
    const handlers = admitted.device ? deviceHandlers(socket, admitted.device, backlog) : appHandlers(socket, admitted.app);
    socket.on('message', (data, isBinary) => (isBinary ? handlers.binary(data) : handlers.text(data)));
    socket.on('close', () => handlers.closed());
    socket.on('error', () => {});
  });
});

setInterval(() => {
  for (const socket of sockets.clients) socket.ping();
}, 10_000).unref();
server.listen(PORT, '127.0.0.1', () => console.log(`Listening on http://127.0.0.1:${PORT}`));
