"""A real SMTP server that keeps what it gets: TLS and AUTH are required.

    python sink.py FOLDER PORT USER PASSWORD starttls|implicit

FOLDER holds cert.pem and key.pem. Each mail becomes a line of JSON in FOLDER/mails.jsonl. The file
FOLDER/mode says what to do with the next one: accept, refuse_for_now (4xx), refuse_for_ever (5xx),
drop (hang up in the middle). PORT 0 takes a free one; the port is printed once it listens.
"""

import asyncio
import email
import email.policy
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

folder, port, user, password = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
# TLS from the first byte, and not by a command.
is_implicit = sys.argv[5] == "implicit"


def mode():
    try:
        return (folder / "mode").read_text().strip()
    except FileNotFoundError:
        return "accept"


def authenticate(server, session, envelope, mechanism, auth_data):
    given = isinstance(auth_data, LoginPassword) and (auth_data.login, auth_data.password)
    is_right = given == (user.encode(), password.encode())
    # "handled" would mean that we have sent the refusal ourselves.
    return AuthResult(success=is_right, handled=is_right)


class Keeper:
    async def handle_RCPT(self, server, session, envelope, address, options):
        # As servers do: the answer repeats the address.
        if mode() == "refuse_for_now":
            return f"451 4.7.1 <{address}>: greylisted, try again later"
        if mode() == "refuse_for_ever":
            return f"550 5.1.1 <{address}>: no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if mode() == "drop":
            server.transport.abort()
            return "451 gone"
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        kept = {
            "to": envelope.rcpt_tos[0],
            "to_count": len(envelope.rcpt_tos),
            "header_to": mail["To"],
            "from": mail["From"],
            "subject": mail["Subject"],
            "text": mail.get_body(("plain",)).get_content().replace("\r\n", "\n"),
            "html": mail.get_body(("html",)).get_content().replace("\r\n", "\n"),
            "message_id": mail["Message-ID"].strip("<> "),
            "headers": sorted({name.lower() for name in mail.keys()}),
            "is_encrypted": server.transport.get_extra_info("ssl_object") is not None,
            "is_authenticated": bool(session.authenticated),
        }
        with open(folder / "mails.jsonl", "a") as mails:
            mails.write(json.dumps(kept) + "\n")
        return "250 OK"


async def main():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    def connection():
        return SMTP(
            Keeper(),
            hostname="localhost",
            tls_context=None if is_implicit else tls,
            require_starttls=not is_implicit,
            auth_required=True,
            auth_require_tls=not is_implicit,
            authenticator=authenticate,
        )

    server = await asyncio.get_running_loop().create_server(
        connection, "127.0.0.1", port, ssl=tls if is_implicit else None
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    # The test's end closes standard input; whatever becomes of it, this process ends too.
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
