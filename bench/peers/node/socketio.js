// Plain Socket.IO as its documentation shows it: rooms and events, nothing stored, nobody checked.
import { createServer } from "node:http";
import { Server } from "socket.io";

const server = createServer();
const io = new Server(server, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  socket.on("join", (room) => {
    socket.join(room);
    socket.emit("joined");
  });
  socket.on("send", ({ room, text }) => {
    socket.to(room).emit("message", { room, sender: socket.id, text, sentAt: Date.now() });
  });
});

server.listen(0, "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${server.address().port}`);
});
