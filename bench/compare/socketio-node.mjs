// The peer the bench compares Socket.IO with: the reference implementation, one process, its default engine (ws).
// HOST=127.0.0.1 PORT=3000 node socketio-node.mjs
// With REDIS=redis://… it is one of several nodes; ADAPTER is classic, sharded or streams.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer((_, response) => response.writeHead(404).end());
const io = new Server(server, { serveClient: false, perMessageDeflate: false, adapter: await adapter() });

async function adapter() {
  if (!process.env.REDIS) return undefined;
  const { Redis } = await import('ioredis');
  const { createAdapter, createShardedAdapter } = await import('@socket.io/redis-adapter');
  const streams = await import('@socket.io/redis-streams-adapter');
  const newConnection = () => new Redis(process.env.REDIS);
  switch (process.env.ADAPTER ?? 'classic') {
    case 'classic':
      return createAdapter(newConnection(), newConnection());
    case 'sharded':
      return createShardedAdapter(newConnection(), newConnection());
    case 'streams':
      return streams.createAdapter(newConnection());
    default:
      throw new Error(`no adapter ${process.env.ADAPTER}`);
  }
}

// As its documentation advises to save memory: nobody needs the handshake's request later.
io.engine.on('connection', (session) => {
  session.request = null;
});

io.on('connection', (socket) => {
  socket.on('echo', (value, answer) => answer(value));
  socket.on('join', (room, answer) => {
    socket.join(room);
    answer();
  });
  socket.on('pub', (room, data) => io.to(room).emit('msg', data));
});

// 4096: the backlog a crowd of connecting clients needs.
server.listen({ port: Number(process.env.PORT ?? 3000), host: process.env.HOST ?? '127.0.0.1', backlog: 4096 });

for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(0));
