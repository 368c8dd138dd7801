"""Two people find each other and talk: over REST and over the socket, in one order."""

from checks import equal, true
from ids import new_id
from live import Live


async def run(checks, world):
    await checks.run("two people log in with a code", lambda: log_in(world))
    await checks.run("a name is changed and read back", lambda: change_name(world))
    await checks.run("a person is found in the list of people", lambda: find(world))
    await checks.run("both open the same one-to-one chat", lambda: open_chat(world))
    alice = await checks.run("a socket of the first is live", lambda: connect(world, "alice"))
    bob = await checks.run("a socket of the second is live", lambda: connect(world, "bob"))
    sent = await checks.run("a message sent over the socket arrives", lambda: socket_send(world, alice, bob))
    await checks.run("its repeat over REST is the same message", lambda: repeat(world, sent))
    await checks.run("its id with another text is refused", lambda: reuse(world, sent))
    await checks.run("a message sent over REST arrives", lambda: rest_send(world, alice))
    await checks.run("marks travel back as receipts and only grow", lambda: mark(world, alice, bob))
    await checks.run("unread messages are counted", lambda: unread(world))
    await checks.run("history pages in both directions and around", lambda: history(world))
    await checks.run("typing is told and ends", lambda: typing(world, alice, bob))
    await checks.run("presence of a watched person is told", lambda: presence(world, alice, bob))


async def log_in(world):
    for name in ("alice", "bob"):
        login = await world.arrive(name)
        true(login["access_token"] and login["refresh_token"], "tokens are there")
        true(login["session"]["is_current"], "the session is the current one")


async def change_name(world):
    for name in ("alice", "bob"):
        changed = await world.people[name].call("PATCH", "/v1/me", {"name": name.title()})
        equal(changed.status, 200, "status")
        me = await world.people[name].get("/v1/me")
        equal((me.json["name"], me.json["is_new"]), (name.title(), False), "profile")


async def find(world):
    found = await world.people["alice"].get("/v1/users", "?query=bo")
    true(world.user_id("bob") in [user["id"] for user in found.json["items"]], "Bob is found")
    one = await world.people["alice"].get(f"/v1/users/{world.user_id('bob')}")
    equal(one.json["name"], "Bob", "name")


async def open_chat(world):
    alice, bob = world.people["alice"], world.people["bob"]
    first = await alice.post("/v1/chats/direct", {"user_id": world.user_id("bob")})
    equal(first.status, 201, "status of the first")
    again = await bob.post("/v1/chats/direct", {"user_id": world.user_id("alice")})
    equal(again.status, 200, "status of the second")
    equal(again.json["chat"]["id"], first.json["chat"]["id"], "chat")
    world.chat_id = first.json["chat"]["id"]


async def connect(world, name):
    live = await Live.open(world.base_url, world.token(name))
    equal(live.ready["protocol"], 1, "protocol")
    equal(live.ready["sync"]["kind"], "snapshot", "kind")
    chats = [chat["id"] for chat in live.ready["sync"]["chats"]]
    true(world.chat_id in chats, "the chat is in the snapshot")
    return live


async def socket_send(world, alice, bob):
    command = {"type": "send_message", "chat_id": world.chat_id, "message_id": new_id(), "text": "Hello 👋"}
    ack = await alice.command(command)
    equal(ack["type"], "ack", "answer")
    message = ack["message"]
    equal((message["id"], message["seq"], message["text"]), (command["message_id"], 1, "Hello 👋"), "message")
    event = await bob.event("message")
    equal(event["message"], message, "the event's message")
    return message


async def repeat(world, sent):
    body = {"message_id": sent["id"], "text": sent["text"]}
    answer = await world.people["alice"].post(f"/v1/chats/{world.chat_id}/messages", body)
    equal((answer.status, answer.json), (200, sent), "answer")


async def reuse(world, sent):
    body = {"message_id": sent["id"], "text": "something else"}
    answer = await world.people["alice"].post(f"/v1/chats/{world.chat_id}/messages", body)
    equal((answer.status, answer.code), (422, "message_id_reused"), "answer")


async def rest_send(world, alice):
    body = {"message_id": new_id(), "text": "Hello Alice"}
    answer = await world.people["bob"].post(f"/v1/chats/{world.chat_id}/messages", body)
    equal((answer.status, answer.json["seq"]), (201, 2), "answer")
    event = await alice.event("message", lambda frame: frame["message"]["seq"] == 2)
    equal(event["message"], answer.json, "the event's message")
    equal(event["version"], answer.json["version"], "version")


async def mark(world, alice, bob):
    delivered = await alice.command({"type": "mark", "chat_id": world.chat_id, "delivered_seq": 2})
    equal(delivered["receipt"]["delivered_seq"], 2, "delivered")
    of_alice = world.user_id("alice")
    is_hers = lambda seq, name: lambda frame: (frame["user_id"], frame[name]) == (of_alice, seq)
    receipt = await bob.event("receipt", is_hers(2, "delivered_seq"))
    true(receipt["read_seq"] < 2, "delivered and not yet read")
    path = f"/v1/chats/{world.chat_id}/marks"
    read = await world.people["alice"].post(path, {"read_seq": 2})
    equal(read.status, 200, "status")
    await bob.event("receipt", is_hers(2, "read_seq"))
    back = await world.people["alice"].post(path, {"read_seq": 1})
    equal(back.json["read_seq"], 2, "a mark behind changes nothing")
    beyond = await world.people["alice"].post(path, {"read_seq": 99})
    equal(beyond.json["read_seq"], 2, "a mark beyond is cut")


async def unread(world):
    body = {"message_id": new_id(), "text": "three"}
    await world.people["bob"].post(f"/v1/chats/{world.chat_id}/messages", body)
    chat = await world.people["alice"].get(f"/v1/chats/{world.chat_id}")
    equal(chat.json["chat"]["unread_count"], 1, "unread of the chat")
    total = await world.people["alice"].get("/v1/me/unread")
    equal((total.json["unread_count"], total.json["unread_chat_count"]), (1, 1), "unread in all")
    await world.people["alice"].post(f"/v1/chats/{world.chat_id}/marks", {"read_seq": 3})
    total = await world.people["alice"].get("/v1/me/unread")
    equal(total.json["unread_count"], 0, "unread after reading")


async def history(world):
    path = f"/v1/chats/{world.chat_id}/messages"
    newest = await world.people["alice"].get(path, "?limit=2")
    equal([message["seq"] for message in newest.json["items"]], [2, 3], "newest")
    true(newest.json["has_before"] and not newest.json["has_after"], "what is beyond")
    older = await world.people["alice"].get(path, "?before=2&limit=2")
    equal([message["seq"] for message in older.json["items"]], [1], "older")
    newer = await world.people["alice"].get(path, "?after=1&limit=1")
    equal([message["seq"] for message in newer.json["items"]], [2], "newer")
    around = await world.people["alice"].get(path, "?around=2&limit=3")
    equal([message["seq"] for message in around.json["items"]], [1, 2, 3], "around")


async def typing(world, alice, bob):
    await alice.send({"type": "typing", "chat_id": world.chat_id, "is_typing": True})
    event = await bob.event("typing")
    equal(event["user_id"], world.user_id("alice"), "who")
    true(event["expires_in_ms"] > 0, "it has a time to live")
    await alice.send({"type": "typing", "chat_id": world.chat_id, "is_typing": False})
    event = await bob.event("typing")
    equal(event["expires_in_ms"], 0, "the end")


async def presence(world, alice, bob):
    ack = await alice.command({"type": "watch_presence", "user_ids": [world.user_id("bob")]})
    equal(ack["type"], "ack", "answer")
    event = await alice.event("presence")
    equal((event["user_id"], event["is_online"]), (world.user_id("bob"), True), "present state")
    await alice.drop()
    await bob.drop()
