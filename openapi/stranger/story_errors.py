"""Documented refusals: problem documents over REST, close codes on the socket."""

import asyncio
import json

import websockets

from checks import equal, true
from ids import new_id
from live import Live

MEMBERS = {"type", "title", "status", "detail", "code", "request_id"}


async def run(checks, world):
    await checks.run("problems have all their members", lambda: problems(world))
    await checks.run("what cannot be read is refused", lambda: unreadable(world))
    await checks.run("values that are not acceptable name their field", lambda: unacceptable(world))
    await checks.run("a wrong code is refused", lambda: wrong_code(world))
    await checks.run("a frame that is no object closes with 4400", lambda: close_code(world, "not json", 4400))
    await checks.run("a frame of no known type is answered with an error", lambda: unknown_frame(world))
    await checks.run("a binary frame closes with 1003", lambda: close_code(world, b"\x00", 1003))
    await checks.run("a frame above the limit closes with 1009", lambda: close_code(world, "x" * 70_000, 1009))
    await checks.run("a first frame that is no hello closes with 4400", lambda: no_hello(world))
    await checks.run("a bad header is refused before the upgrade", lambda: bad_header(world))
    await checks.run("a bad token closes with 4401", lambda: refused_hello(world, "nonsense", 1, 4401))
    await checks.run("no common version closes with 4426", lambda: refused_hello(world, None, 999, 4426))
    await checks.run("silence closes with 4408", lambda: silence(world))
    await checks.run("a foreign origin is refused before the upgrade", lambda: origin(world))
    await checks.run("a plain request to the socket is told to upgrade", lambda: upgrade(world))
    await checks.run("a refused command leaves the socket open", lambda: refused_command(world))


async def problems(world):
    answer = await world.nobody.get("/v1/me")
    equal((answer.status, answer.code), (401, "unauthenticated"), "answer")
    true(MEMBERS <= set(answer.json), f"members {set(answer.json)}")
    equal(answer.headers.get_content_type(), "application/problem+json", "content type")


async def unreadable(world):
    alice = world.people["alice"]
    path = f"/v1/chats/{world.chat_id}/messages"
    broken = await alice.call("POST", path, raw=b"{")
    equal((broken.status, broken.code), (400, "malformed_request"), "broken JSON")
    no_text = await alice.call("POST", path, raw=b"\xff\xfe")
    equal((no_text.status, no_text.code), (400, "malformed_request"), "not UTF-8")
    wrong_type = await alice.call("POST", path, raw=b"hello", content_type="text/plain")
    equal((wrong_type.status, wrong_type.code), (415, "unsupported_media_type"), "content type")
    no_id = await alice.get("/v1/chats/not-an-id")
    equal((no_id.status, no_id.code), (400, "malformed_request"), "an id that is none")


async def unacceptable(world):
    alice = world.people["alice"]
    path = f"/v1/chats/{world.chat_id}/messages"
    empty = await alice.post(path, {"message_id": new_id(), "text": ""})
    equal((empty.status, empty.code, empty.json.get("field")), (422, "validation_failed", "text"), "an empty text")
    long = await alice.post(path, {"message_id": new_id(), "text": "x" * 16_385})
    equal((long.status, long.code), (422, "validation_failed"), "a long text")
    large = await alice.call("POST", path, raw=b'"' + b"x" * 70_000 + b'"')
    equal((large.status, large.code), (413, "payload_too_large"), "a large body")
    itself = await alice.post("/v1/chats/direct", {"user_id": world.user_id("alice")})
    equal((itself.status, itself.code), (422, "validation_failed"), "a chat with oneself")
    name = await alice.call("PATCH", "/v1/me", {"name": "   "})
    equal((name.status, name.json.get("field")), (422, "name"), "a blank name")


async def wrong_code(world):
    requested = await world.nobody.post("/v1/auth/codes", {"email": "dora@example.com"})
    body = {"request_id": requested.json["request_id"], "code": "not a code"}
    answer = await world.nobody.post("/v1/auth/verify", body)
    true(answer.status in (401, 422), f"answer {answer.status} {answer.code}")
    again = await world.nobody.post("/v1/auth/codes", {"email": "dora@example.com"})
    equal(again.status, 202, "asking again at once is answered the same")


async def close_code(world, frame, code):
    live = await Live.open(world.base_url, world.token("alice"))
    await live.send(frame)
    equal(await live.closed(), code, "close code")


async def no_hello(world):
    live = await Live.connect(world.base_url)
    await live.send({"type": "ping", "id": "1"})
    equal(await live.closed(), 4400, "close code")


async def bad_header(world):
    try:
        await Live.connect(world.base_url, additional_headers={"Authorization": "Bearer nonsense"})
    except websockets.InvalidStatus as refused:
        equal(refused.response.status_code, 401, "status")
        equal(json.loads(refused.response.body)["code"], "unauthenticated", "code")
        return
    raise AssertionError("the upgrade was not refused")


async def unknown_frame(world):
    live = await Live.open(world.base_url, world.token("alice"))
    answer = await live.command({"type": "no_such_command"})
    equal((answer["type"], answer["error"]["code"]), ("error", "malformed_request"), "answer")
    await live.drop()


async def refused_hello(world, token, version, code):
    live = await Live.connect(world.base_url)
    token = token or world.token("alice")
    await live.send({"type": "hello", "protocol": {"min": version, "max": version}, "token": token})
    equal(await live.closed(), code, "close code")


async def silence(world):
    live = await Live.connect(world.base_url)
    equal(await asyncio.wait_for(live.closed(), 15), 4408, "close code")


async def origin(world):
    try:
        await Live.connect(world.base_url, origin="https://evil.example")
    except websockets.InvalidStatus as refused:
        equal(refused.response.status_code, 403, "status")
        return
    raise AssertionError("the upgrade was not refused")


async def upgrade(world):
    answer = await asyncio.to_thread(world.nobody._exchange, "GET", "/v1/ws", None, None, "", "")
    equal((answer.status, answer.code), (426, "upgrade_required"), "answer")


async def refused_command(world):
    live = await Live.open(world.base_url, world.token("alice"))
    command = {"type": "send_message", "chat_id": new_id(), "message_id": new_id(), "text": "to nowhere"}
    answer = await live.command(command)
    equal((answer["type"], answer["error"]["code"]), ("error", "not_found"), "answer")
    pong = await live.command({"type": "ping"})
    equal(pong["type"], "pong", "it goes on")
    await live.drop()
