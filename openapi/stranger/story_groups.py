"""Groups, pictures, and what somebody outside may see: nothing."""

from checks import equal, true
from ids import new_id
from live import Live


async def run(checks, world):
    await checks.run("a third person sees nothing of the chat of two", lambda: outsider(world))
    await checks.run("a group is made once", lambda: group(world))
    await checks.run("somebody who is added sees it, and after removal no more", lambda: members(world))


async def outsider(world):
    await world.arrive("carol")
    carol = world.people["carol"]
    chat = f"/v1/chats/{world.chat_id}"
    unknown = f"/v1/chats/{new_id()}"
    for path in ("", "/messages", "/members"):
        inside, nowhere = await carol.get(chat + path), await carol.get(unknown + path)
        equal((inside.status, inside.code), (404, "not_found"), chat + path)
        equal((nowhere.status, nowhere.code), (404, "not_found"), unknown + path)
        equal(inside.json["detail"], nowhere.json["detail"], "the same words")
    body = {"message_id": new_id(), "text": "let me in"}
    sent = await carol.post(f"{chat}/messages", body)
    equal((sent.status, sent.code), (404, "not_found"), "sending")
    live = await Live.open(world.base_url, world.token("carol"))
    answer = await live.command({"type": "send_message", "chat_id": world.chat_id, **body})
    equal((answer["type"], answer["error"]["code"]), ("error", "not_found"), "sending over the socket")
    await live.drop()


async def group(world):
    world.group_id = new_id()
    body = {"chat_id": world.group_id, "name": "Friends", "user_ids": [world.user_id("bob")]}
    made = await world.people["alice"].post("/v1/chats/group", body)
    equal((made.status, made.json["chat"]["kind"]), (201, "group"), "answer")
    equal(made.json["chat"]["me"]["role"], "owner", "role")
    again = await world.people["alice"].post("/v1/chats/group", body)
    equal((again.status, again.json["chat"]["id"]), (200, world.group_id), "the repeat")


async def members(world):
    live = await Live.open(world.base_url, world.token("carol"))
    path = f"/v1/chats/{world.group_id}/members"
    added = await world.people["alice"].post(path, {"user_ids": [world.user_id("carol")]})
    equal(added.status, 200, "status")
    event = await live.event("chat_added")
    equal(event["chat"]["id"], world.group_id, "the chat")
    listed = await world.people["carol"].get(path)
    equal(len(listed.json["items"]), 3, "members")
    removed = await world.people["alice"].call("DELETE", f"{path}/{world.user_id('carol')}")
    equal(removed.status, 204, "status")
    event = await live.event("chat_removed")
    equal(event["chat_id"], world.group_id, "the chat")
    after = await world.people["carol"].get(f"/v1/chats/{world.group_id}")
    equal(after.status, 404, "status for a former member")
    refused = await world.people["bob"].post(path, {"user_ids": [world.user_id("carol")]})
    equal((refused.status, refused.code), (403, "forbidden"), "adding as a plain member")
    true(refused.json["request_id"], "a request id")
    await live.drop()
