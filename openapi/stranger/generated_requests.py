"""Requests generated from the running server's `openapi.json`, with every check of schemathesis.

Usage: generated_requests.py BASE_URL [--examples N] [--seed N]

Logs in through the development inbox, so the server must be one without a mail server on loopback.
The operations that end the caller's own session run last, each with a session of its own: in
between they would only turn every other answer into 401.
"""

import argparse
import asyncio
import json
import os
import re
import subprocess
import sys
import urllib.request

from people import log_in
from rest import Rest

HERE = os.path.dirname(os.path.abspath(__file__))
CONFIG = os.path.join(HERE, "schemathesis.toml")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("base_url")
    parser.add_argument("--examples", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with urllib.request.urlopen(options.base_url + "/api/docs/openapi.json") as answer:
        document = json.load(answer)
    rest = Rest(options.base_url, document)
    ending = ending_operations(document)
    runs = [("all but the end of sessions", [f"--exclude-operation-id={name}" for name in ending])]
    runs += [(name, [f"--include-operation-id={name}"]) for name in ending]
    # All at once: generated requests for codes will use up what one network address may have.
    emails = [f"generated{number}@example.com" for number in range(len(runs))]
    logins = [asyncio.run(log_in(rest, email)) for email in emails]
    passed = failed = 0
    for login, (name, selection) in zip(logins, runs):
        cases, is_success = run(options, login["access_token"], selection)
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


def run(options, token, selection):
    command = [
        os.path.join(os.path.dirname(sys.executable), "schemathesis"),
        f"--config-file={CONFIG}",
        "run",
        options.base_url + "/api/docs/openapi.json",
        f"--url={options.base_url}",
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
