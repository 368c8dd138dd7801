"""Dropping and resuming: nothing is lost, nothing comes twice."""

import asyncio

from checks import equal, true
from ids import new_id
from live import Live


async def run(checks, world):
    await checks.run("a dropped socket resumes with what it missed", lambda: resume(world))
    await checks.run("the same token works over REST", lambda: sync(world))
    await checks.run("a token that cannot be used is answered with a reset", lambda: reset(world))
    await checks.run("a socket is prolonged with a new access token", lambda: prolong(world))
    await checks.run("a native client authenticates by header", lambda: header(world))
    await checks.run("a ping has a pong", lambda: ping(world))
    await checks.run("a session that ends closes its socket with 4401", lambda: revoke(world))


async def resume(world):
    """Ten messages: some seen live, some missed, some while the socket comes back."""
    live = await Live.open(world.base_url, world.token("alice"))
    path = f"/v1/chats/{world.chat_id}/messages"
    seen = []

    async def send(text):
        answer = await world.people["bob"].post(path, {"message_id": new_id(), "text": text})
        equal(answer.status, 201, "status")
        return answer.json["seq"]

    expected = [await send(f"live {number}") for number in range(3)]
    versions = []
    while len(seen) < 3:
        event = await live.event("message")
        seen.append(event["message"]["seq"])
        versions.append(event["version"])
    equal(versions, list(range(versions[0], versions[0] + 3)), "versions are dense")
    while live.token == live.ready["sync"]["token"]:
        await live.receive()
    await live.drop()
    expected += [await send(f"missed {number}") for number in range(4)]
    coming_back = asyncio.create_task(Live.open(world.base_url, world.token("alice"), since=live.token))
    expected += [await send(f"meanwhile {number}") for number in range(3)]
    back = await coming_back
    equal(back.ready["sync"]["kind"], "changes", "kind")
    for part in back.ready["sync"]["messages"]:
        true(part.get("gap") is None, "nothing is left out")
        seen += [message["seq"] for message in part["items"]]
    while max(seen) < expected[-1]:
        frame = await back.event("message")
        seen.append(frame["message"]["seq"])
    new = [seq for index, seq in enumerate(seen) if seq not in seen[:index]]
    equal(new, expected, "every message, in order")
    world.sync_token = back.token
    await back.drop()


async def sync(world):
    alice = world.people["alice"]
    since = world.sync_token
    sent = await world.people["bob"].post(
        f"/v1/chats/{world.chat_id}/messages", {"message_id": new_id(), "text": "while away"}
    )
    answer = await alice.get("/v1/sync", f"?since={since}")
    equal((answer.status, answer.json["kind"]), (200, "changes"), "answer")
    found = [message["id"] for part in answer.json["messages"] for message in part["items"]]
    true(sent.json["id"] in found, "the message is in the answer")
    quiet = await alice.get("/v1/sync", f"?since={answer.json['token']}")
    equal((quiet.json["messages"], quiet.json["has_more"]), ([], False), "nothing new")
    snapshot = await alice.get("/v1/sync")
    equal(snapshot.json["kind"], "snapshot", "kind without a token")


async def reset(world):
    foreign = (await world.people["bob"].get("/v1/sync")).json["token"]
    answer = await world.people["alice"].get("/v1/sync", f"?since={foreign}")
    equal((answer.status, answer.json["kind"]), (200, "reset"), "a token of somebody else")
    live = await Live.open(world.base_url, world.token("alice"), since=foreign)
    equal(live.ready["sync"]["kind"], "reset", "over the socket")
    await live.drop()


async def prolong(world):
    login = world.logins["alice"]
    live = await Live.open(world.base_url, world.token("alice"))
    refreshed = await world.nobody.post("/v1/auth/refresh", {"refresh_token": login["refresh_token"]})
    equal(refreshed.status, 200, "status")
    login.update(refreshed.json)
    world.people["alice"] = world.nobody.logged_in(login["access_token"])
    ack = await live.command({"type": "authenticate", "token": login["access_token"]})
    equal(ack["type"], "ack", "answer")
    await live.drop()


async def header(world):
    bearer = {"Authorization": f"Bearer {world.token('alice')}"}
    live = await Live.connect(world.base_url, additional_headers=bearer)
    await live.hello(None)
    true(live.ready["token_expires_in_ms"] > 0, "the socket is live")
    await live.drop()


async def ping(world):
    live = await Live.open(world.base_url, world.token("alice"))
    pong = await live.command({"type": "ping"})
    equal(pong["type"], "pong", "answer")
    await live.drop()


async def revoke(world):
    """Somebody ends the session they are connected with: signing out."""
    login = await world.arrive("dave")
    dave = world.people["dave"]
    live = await Live.open(world.base_url, login["access_token"])
    sessions = await dave.get("/v1/sessions")
    equal([session["id"] for session in sessions.json["items"]], [login["session"]["id"]], "sessions")
    ended = await dave.call("DELETE", f"/v1/sessions/{login['session']['id']}")
    equal(ended.status, 204, "status")
    equal(await asyncio.wait_for(live.closed(), 5), 4401, "close code")
    answer = await dave.get("/v1/me")
    equal((answer.status, answer.code), (401, "session_revoked"), "its token over REST")
