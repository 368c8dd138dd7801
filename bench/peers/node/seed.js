// The original design, re-created: Express, JSON Web Tokens, Socket.IO, one POST for each message.
// Messages are kept in memory, which is kinder to it than the database it had.
//
// `node seed.js text` verifies tokens with a secret as text, as almost everybody does;
// `node seed.js key` with a key object made once, which is what a tuned program would do.
import { createSecretKey } from "node:crypto";
import { createServer } from "node:http";
import express from "express";
import jwt from "jsonwebtoken";
import { Server } from "socket.io";

const text = "a secret of a usual length, as text";
const secret = process.argv[2] === "key" ? createSecretKey(Buffer.from(text)) : text;

const app = express();
app.disable("x-powered-by");
app.set("etag", false);
app.use(express.json());
const server = createServer(app);
server.keepAliveTimeout = 600_000;
const io = new Server(server, { transports: ["websocket"], serveClient: false });

/** Messages by conversation. */
const messages = new Map();
let nextId = 1;

function authenticate(request, response, next) {
  const [, token] = (request.headers.authorization ?? "").split(" ");
  try {
    request.userId = jwt.verify(token, secret).userId;
    next();
  } catch {
    response.status(401).json({ message: "Unauthorized" });
  }
}

// The generator has no password to give; who it says it is, it is.
app.post("/api/auth/login", (request, response) => {
  const { userId } = request.body;
  response.json({ token: jwt.sign({ userId }, secret, { expiresIn: "7d" }) });
});

app.post("/api/messages/send/:id", authenticate, (request, response) => {
  const senderId = request.userId;
  const receiverId = request.params.id;
  const now = new Date().toISOString();
  const message = {
    _id: String(nextId++).padStart(24, "0"),
    senderId,
    receiverId,
    text: request.body.text,
    createdAt: now,
    updatedAt: now,
  };
  const key = senderId < receiverId ? `${senderId}:${receiverId}` : `${receiverId}:${senderId}`;
  const conversation = messages.get(key);
  if (conversation) {
    conversation.push(message);
  } else {
    messages.set(key, [message]);
  }
  io.to(receiverId).emit("newMessage", message);
  response.status(201).json(message);
});

io.use((socket, next) => {
  try {
    socket.data.userId = jwt.verify(socket.handshake.auth.token, secret).userId;
    next();
  } catch {
    next(new Error("Unauthorized"));
  }
});
io.on("connection", (socket) => socket.join(socket.data.userId));

server.listen(0, "127.0.0.1", () => {
  console.log(`listening on 127.0.0.1:${server.address().port}`);
});
