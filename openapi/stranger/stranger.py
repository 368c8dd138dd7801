"""A client written from `openapi.json` and `realtime.md` alone, as a test of the documents.

Usage: stranger.py BASE_URL

Needs a server without a mail server on loopback, whose development inbox shows the login codes.
Everything here is taken from the documents; where they were not enough, they were amended.
"""

import asyncio
import json
import sys
import urllib.request

import story_errors
import story_groups
import story_socket
import story_talk
from checks import Checks
from people import log_in
from rest import Rest


class World:
    """A server, three people, and the chat of two of them."""

    def __init__(self, base_url, document):
        self.base_url = base_url.rstrip("/")
        self.nobody = Rest(base_url, document)
        self.logins = {}
        self.people = {}
        self.chat_id = None

    async def arrive(self, name):
        login = await log_in(self.nobody, f"{name}@example.com")
        self.logins[name] = login
        self.people[name] = self.nobody.logged_in(login["access_token"])
        return login

    def token(self, name):
        return self.logins[name]["access_token"]

    def user_id(self, name):
        return self.logins[name]["me"]["id"]


async def main(base_url):
    with urllib.request.urlopen(base_url + "/api/docs/openapi.json") as answer:
        document = json.load(answer)
    world = World(base_url, document)
    checks = Checks()
    await story_talk.run(checks, world)
    await story_socket.run(checks, world)
    await story_groups.run(checks, world)
    await story_errors.run(checks, world)
    return checks.finish()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1])))
