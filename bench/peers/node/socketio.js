// Plain Socket.IO as its documentation shows it: rooms and events, nothing stored, nobody checked.
//
// `node socketio.js redis://…` is one of several nodes that share rooms through the Redis adapter.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer();
const options = { transports: ["websocket"], serveClient: false };
const [redisUrl] = process.argv.slice(2).filter(Boolean);
if (redisUrl) {
  const { createAdapter } = await import("@socket.io/redis-adapter");
  const { createClient } = await import("redis");
  const publisher = createClient({ url: redisUrl });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  options.adapter = createAdapter(publisher, subscriber);
}
const io = new Server(server, options);

io.on("connection", (socket) => {
  socket.on("join", async (room) => {
    await socket.join(room);
    socket.emit("joined");
  });
  socket.on("send", ({ room, text }) => {
    socket.to(room).emit("message", { room, sender: socket.id, text, sentAt: Date.now() });
  });
});

server.listen(0, "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${server.address().port}`);
});
