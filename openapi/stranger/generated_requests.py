"""Requests generated from the running server's `openapi.json`, with every check of schemathesis.

Usage: SERVER_KEY=rk_... generated_requests.py BASE_URL HOST_URL [--examples N] [--seed N]

Logs in through the development inbox, so the server must be one without a mail server on loopback.
The operations that end the caller's own session run last, each with a session of its own: in
between they would only turn every other answer into 401.

What is for servers of a host runs with `SERVER_KEY` at HOST_URL, first with anything, then with the
ids of people, a chat and a webhook that are there. That server must run without background work,
or it would post to the addresses of generated webhooks.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

from people import log_in
from rest import Rest

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = os.path.join(HERE, "schemathesis.toml")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("base_url")
    parser.add_argument("host_url")
    parser.add_argument("--examples", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with urllib.request.urlopen(options.base_url + "/api/docs/openapi.json") as answer:
        document = json.load(answer)
    rest = Rest(options.base_url, document)
    ending = ending_operations(document)
    rest_of_it = ["--exclude-tag=host", *(f"--exclude-operation-id={name}" for name in ending)]
    runs = [("all but the end of sessions", rest_of_it)]
    runs += [(name, [f"--include-operation-id={name}"]) for name in ending]
    # All at once: generated requests for codes will use up what one network address may have.
    emails = [f"generated{number}@example.com" for number in range(len(runs))]
    logins = [asyncio.run(log_in(rest, email)) for email in emails]
    runs = [
        (name, options.base_url, login["access_token"], CONFIG, selection)
        for login, (name, selection) in zip(logins, runs)
    ]
    host = Rest(options.host_url, document, os.environ["SERVER_KEY"])
    with tempfile.TemporaryDirectory() as folder:
        runs += host_runs(host, document, folder)
        return run_all(options, runs)


def run_all(options, runs):
    passed = failed = 0
    for name, *where in runs:
        cases, is_success = run(options, *where)
        print(f"{name}: {cases} requests, {'ok' if is_success else 'FAILED'}")
        passed += is_success
        failed += not is_success
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def ending_operations(document):
    """Operations that can end the session they are called with."""
    return [
        operation["operationId"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if isinstance(operation, dict)
        and (method == "delete" and path.startswith("/v1/sessions") or path.endswith("/logout"))
    ]


def host_runs(host, document, folder):
    """What servers may do: with anything, and with what is there."""
    there = asyncio.run(make_things(host))
    config = os.path.join(folder, "schemathesis.toml")
    with open(CONFIG) as common, open(config, "w") as known:
        known.write("[parameters]\n")
        known.writelines(f'"path.{name}" = "{value}"\n' for name, value in there.items())
        known.write("\n" + common.read())
    # What removes them would leave nothing to the others.
    removing = ["--exclude-operation-id=delete_user", "--exclude-operation-id=remove_webhook"]
    # Lists of what was removed are still there, and everything here is below something that is.
    removing.append("--exclude-checks=use_after_free")
    named = [
        f"--include-path={path}"
        for path, item in document["paths"].items()
        if path.startswith("/v1/server/") and "{" in path
    ]
    where = (host.base_url, host.token)
    return [
        ("servers, with anything", *where, CONFIG, ["--include-tag=host"]),
        ("servers, with what is there", *where, config, [*named, *removing]),
    ]


async def make_things(host):
    """Ids by the names that parameters have."""
    for user in ["ann", "bob"]:
        await host.call("PUT", f"/v1/server/users/{user}", {"name": user})
    order = {"host_key": "order:1", "members": [{"user": "ann"}, {"user": "bob"}]}
    chat = await host.post("/v1/server/chats/anchored", order)
    hook = {"url": "https://shop.invalid/chat", "kinds": ["message.sent"]}
    hook = await host.post("/v1/server/webhooks", hook)
    token = await host.post("/v1/server/users/ann/tokens", {})
    made = {"user": "ann", "chat_id": chat.json["id"], "webhook_id": hook.json["webhook"]["id"]}
    return made | {"session_id": token.json["session_id"]}


def run(options, base_url, token, config, selection):
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"),
        f"--config-file={config}",
        "run",
        base_url + "/api/docs/openapi.json",
        f"--url={base_url}",
        f"--header=Authorization: Bearer {token}",
        f"--max-examples={options.examples}",
        f"--seed={options.seed}",
        "--checks=all",
        "--generation-database=none",
        "--continue-on-failure",
        "--no-color",
        *selection,
    ]
    print("$ " + " ".join(command).replace(token, "TOKEN"), flush=True)
    ended = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    print(ended.stdout.replace(token, "TOKEN"), ended.stderr.replace(token, "TOKEN"), flush=True)
    found = re.search(r"(\d+) generated", ended.stdout)
    cases = int(found.group(1)) if found else 0
    return cases, ended.returncode == 0 and cases > 0


if __name__ == "__main__":
    sys.exit(main())
