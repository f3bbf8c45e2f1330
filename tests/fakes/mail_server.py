"""A real SMTP server on 127.0.0.1: it keeps what it takes, and refuses or hangs as it is told."""

from __future__ import annotations

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "ops@forest.example", "opaque"


@dataclass
class MailServerFake:
    """`refuses`: what it says to a receiver, or at the end of a mail; `hangs` there for ever, or not."""

    port: int = 0
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refuses_receiver: str | None = None
    refuses_mail: str | None = None
    hangs: bool = False
    logs_in: bool = False
    taken_now: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Somebody is handing a mail in."""

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses_receiver is not None:
            return self.refuses_receiver
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.asked.set()
        if self.logs_in and not session.authenticated:
            return "530 log in first"
        if self.hangs:
            await asyncio.Event().wait()
        if self.refuses_mail is not None:
            return self.refuses_mail
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.taken += [(to, message) for to in envelope.rcpt_tos]
        self.taken_now.set()
        return "250 OK"

    def text(self, number: int = -1) -> str:
        """What a mail says, as plain text."""
        body = self.taken[number][1].get_body(("plain",))
        assert body is not None
        return str(body.get_content()).replace("\r\n", "\n")

    def page(self, number: int = -1) -> str:
        """The same as HTML."""
        body = self.taken[number][1].get_body(("html",))
        assert body is not None
        return str(body.get_content())


def login(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    assert isinstance(data, LoginPassword)
    is_right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


@asynccontextmanager
async def mail_server_fake(
    *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None, auth: bool = False
) -> AsyncIterator[MailServerFake]:
    """The server, as long as this lasts; encrypted from the start, or by STARTTLS, or not."""
    fake, said = MailServerFake(logs_in=auth), list[SMTP]()

    def made() -> SMTP:
        who = login if auth else None
        one = SMTP(fake, tls_context=starttls, authenticator=who, auth_require_tls=False)
        said.append(one)
        return one

    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0, ssl=tls)
    fake.port = server.sockets[0].getsockname()[1]
    try:
        yield fake
    finally:
        server.close()
        for one in said:
            if one.transport is not None:
                one.transport.close()
        await asyncio.sleep(0)  # they notice
