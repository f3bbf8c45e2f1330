"""Builds and submits mail: encrypted, within a time limit; errors contain no address and no secret."""

from __future__ import annotations

import asyncio
import ssl
import unicodedata
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import TypeAlias

import aiosmtplib

from bot.connectors.mail.server import MailServer
from bot.model.outside import WHY_CLOSED, is_outside_closed
from bot.model.plain_text import TURNS_AROUND

LONGEST_SUBJECT = 120


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail. Its `id` never changes: sent again, it is the same letter."""

    id: str
    to: str = field(repr=False)
    sender: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    language: str = "en"
    page: str = field(repr=False, default="")
    """The same as HTML; empty: there is none."""


def in_one_line(text: str) -> str:
    """The same on one line, without what steers anything: characters, and words that a header decodes.

    An encoded word (RFC 2047) may hold line breaks, so none is left to begin.
    """
    cleaned = (
        "" if c in TURNS_AROUND else " " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c
        for c in text
    )
    return " ".join("".join(cleaned).replace("=?", "= ?").split())


def message_of(letter: Letter) -> EmailMessage:
    """As it is handed in (RFC 5322); by RFC 3834 no machine answers it."""
    subject = in_one_line(letter.subject)
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[: LONGEST_SUBJECT - 1]}…"
    message = EmailMessage(policy=SMTP)
    message["From"] = letter.sender
    message["To"] = letter.to
    message["Subject"] = subject
    message["Date"] = letter.at
    message["Message-ID"] = f"<{letter.id}@{letter.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text.encode("utf-8", "replace").decode(), charset="utf-8", cte="base64")
    if letter.page:
        message.add_alternative(letter.page.encode("utf-8", "replace").decode(), subtype="html", cte="base64")
    message["Content-Language"] = letter.language  # setting the content takes such headers away
    return message


SECONDS = 30.0
"""For a whole submission: a server that hangs delays no other mail, and is tried again."""
THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
OURSELVES = "[127.0.0.1]"
"""Who says hello: a machine that has no name for others (RFC 5321, 4.1.3); asking for one may take long."""


@dataclass(frozen=True, slots=True)
class MailSent:
    """The server has taken it."""


@dataclass(frozen=True, slots=True)
class MailNotSent:
    """Why it was not sent. `unsure`: it may have been, for the server's last answer did not come.

    `hopeless`: a retry cannot succeed.
    """

    why: str
    unsure: bool = False
    hopeless: bool = False


MailResult: TypeAlias = MailSent | MailNotSent


async def send(
    letter: Letter,
    server: MailServer,
    *,
    private: Container[str] = (),
    context: ssl.SSLContext | None = None,
    seconds: float = SECONDS,
) -> MailResult:
    """Submit it. `private` are hosts of our own network, where a server need not encrypt.

    Elsewhere nothing is sent without TLS, so an attacker on the way cannot strip it.
    """
    try:
        written = message_of(letter).as_bytes()
    except Exception as error:  # a name that breaks the writer must not delay the mails after it
        return MailNotSent(f"it cannot be written ({type(error).__name__})", hopeless=True)
    if is_outside_closed():
        return MailNotSent(WHY_CLOSED)
    step = _Step()
    try:
        async with asyncio.timeout(seconds):
            return await _handed_in(letter, written, server, private, context, step)
    except TimeoutError:
        return MailNotSent("it did not answer in time", step.is_handing_in)
    except aiosmtplib.SMTPAuthenticationError as error:
        return MailNotSent(f"it refuses user and password ({error.code})")
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = sorted({one.code for one in error.recipients})
        return MailNotSent(f"it refuses the receiver ({', '.join(map(str, codes))})")
    except aiosmtplib.SMTPSenderRefused as error:
        return MailNotSent(f"it refuses the sender ({error.code})")
    except aiosmtplib.SMTPResponseException as error:
        return MailNotSent(f"it answers {error.code}")
    except aiosmtplib.SMTPNotSupported:
        return MailNotSent("it offers no login that is known here")
    except aiosmtplib.SMTPException as error:
        tls = isinstance(error.__cause__ or error.__context__, ssl.SSLError)
        return MailNotSent(_NO_TLS) if tls else step.broken_off()
    except ssl.SSLError:
        return MailNotSent(_NO_TLS)
    except (OSError, ValueError):
        return step.broken_off()


_NO_TLS = "its certificate is not valid for its name, or it does not speak TLS"


class _Step:
    """How far it has come."""

    is_connected = False
    is_handing_in = False

    def broken_off(self) -> MailNotSent:
        """The result where the connection broke off."""
        why = "the connection broke off" if self.is_connected else "it cannot be reached"
        return MailNotSent(why, self.is_handing_in)


async def _handed_in(
    letter: Letter,
    written: bytes,
    server: MailServer,
    private: Container[str],
    context: ssl.SSLContext | None,
    step: _Step,
) -> MailResult:
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.protection == "tls",
        start_tls=False,
        tls_context=context or ssl.create_default_context(),
        timeout=SECONDS,
        local_hostname=OURSELVES,
    )
    try:
        await client.connect()
        step.is_connected = True
        if server.protection == "starttls" and not await _encrypted(client, server, private):
            return MailNotSent("it does not encrypt (STARTTLS), and is no host of private_hosts")
        if server.user is not None:
            await client.login(server.user, server.password or "")
        step.is_handing_in = True
        await client.sendmail(letter.sender, [letter.to], written)
        step.is_handing_in = False
    finally:
        client.close()
    return MailSent()


async def _encrypted(client: aiosmtplib.SMTP, server: MailServer, private: Container[str]) -> bool:
    """Whether to go on: it encrypts from now on, or need not."""
    await client.ehlo()
    if client.supports_extension("starttls"):
        await client.starttls()
        return True
    return server.host in THIS_MACHINE or server.host in private
