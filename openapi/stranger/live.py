"""The socket as `realtime.md` describes it: JSON frames, commands with an id, events in between."""

import asyncio
import itertools
import json

import websockets


class Closed(Exception):
    """The server closed the socket."""

    def __init__(self, code, reason):
        super().__init__(f"closed with {code} {reason}")
        self.code = code


class Live:
    def __init__(self, socket):
        self.socket = socket
        self.ready = None
        self.events = []
        self.token = None
        self._ids = (f"c{number}" for number in itertools.count(1))

    @classmethod
    async def connect(cls, base_url, **options):
        url = base_url.replace("http", "ws", 1) + "/v1/ws"
        return cls(await websockets.connect(url, **options))

    @classmethod
    async def open(cls, base_url, token, since=None):
        live = await cls.connect(base_url)
        await live.hello(token, since)
        return live

    async def hello(self, token, since=None):
        hello = {"type": "hello", "protocol": {"min": 1, "max": 1}}
        if token is not None:
            hello["token"] = token
        if since is not None:
            hello["since"] = since
        await self.send(hello)
        frame = await self.receive()
        if frame["type"] != "ready":
            raise AssertionError(f"the first frame was {frame}")
        self.ready = frame
        self.token = frame["sync"]["token"]

    async def send(self, frame):
        await self.socket.send(frame if isinstance(frame, (str, bytes)) else json.dumps(frame))

    async def receive(self, timeout=10):
        """The next frame; tokens are kept on the way."""
        try:
            text = await asyncio.wait_for(self.socket.recv(), timeout)
        except websockets.ConnectionClosed as closed:
            frame = closed.rcvd
            raise Closed(frame.code if frame else 1006, frame.reason if frame else "") from None
        frame = json.loads(text)
        if frame["type"] == "token":
            self.token = frame["token"]
        return frame

    async def command(self, frame):
        """Sends a command and gives its ack or error; events that come before it are kept."""
        frame = {**frame, "id": next(self._ids)}
        await self.send(frame)
        while True:
            answer = await self.receive()
            if answer.get("id") == frame["id"] and answer["type"] in ("ack", "error", "pong"):
                return answer
            self.events.append(answer)

    async def event(self, kind, matches=lambda _: True):
        """The next event of a kind, among those kept and those to come."""
        for index, frame in enumerate(self.events):
            if frame["type"] == kind and matches(frame):
                return self.events.pop(index)
        while True:
            frame = await self.receive()
            if frame["type"] == kind and matches(frame):
                return frame
            self.events.append(frame)

    async def closed(self, timeout=15):
        """Reads until the server closes; gives the close code."""
        try:
            while True:
                await self.receive(timeout)
        except Closed as closed:
            return closed.code

    async def drop(self):
        """Cuts the connection without saying goodbye."""
        self.socket.transport.abort()
