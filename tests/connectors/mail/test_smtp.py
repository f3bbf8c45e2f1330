"""Handing a mail in at a real SMTP server: encrypted, logged in, in time; or why it was not taken. K4"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage

import pytest

from bot.connectors.mail.server import MailServer, mail_server
from bot.connectors.mail.smtp import Letter, MailNotSent, MailSent, send
from tests.eventually import PATIENCE
from tests.fakes.certificates import contexts
from tests.fakes.mail_server import PASSWORD, USER, mail_server_fake

AT = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
LETTER = Letter("b1", "ops@forest.example", "bot@forest.example", "小美在等客服", "請回覆\n", AT, "zh-TW")

NO_TLS = MailNotSent("its certificate is not valid for its name, or it does not speak TLS")


def server(port: int, scheme: str = "smtp", who: str = "") -> MailServer:
    found = mail_server(f"{scheme}://{who}127.0.0.1:{port}")
    assert found is not None
    return found


async def ended(writer: asyncio.StreamWriter, over: asyncio.Event) -> None:
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    over.set()


async def test_a_mail_arrives_as_it_was_written() -> None:
    async with mail_server_fake() as fake:
        assert await send(LETTER, server(fake.port)) == MailSent()
    [(to, mail)] = fake.taken
    assert to == mail["To"] == "ops@forest.example"
    assert (mail["From"], mail["Subject"]) == ("bot@forest.example", "小美在等客服")
    assert mail["Message-ID"] == "<b1@forest.example>", "sent again, it is the same mail"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "zh-TW")
    assert mail["Date"] == "Fri, 20 Nov 2026 04:00:00 +0000"
    assert fake.text() == "請回覆\n"


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_it_is_encrypted_and_logged_in(scheme: str) -> None:
    ours, theirs = contexts()
    starttls, tls = (ours, None) if scheme == "smtp" else (None, ours)
    async with mail_server_fake(tls=tls, starttls=starttls, auth=True) as fake:
        who = f"{USER.replace('@', '%40')}:{PASSWORD}@"
        assert await send(LETTER, server(fake.port, scheme, who), context=theirs) == MailSent()
        wrong = server(fake.port, scheme, "ops%40forest.example:wr%3Aong@")
        refused = await send(LETTER, wrong, context=theirs)
    assert refused == MailNotSent("it refuses user and password (535)")
    assert len(fake.taken) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_of_another_name_or_maker(scheme: str) -> None:
    """Nothing is said to whoever cannot prove who they are."""
    ours, theirs = contexts("mail.evil.example")
    starttls, tls = (ours, None) if scheme == "smtp" else (None, ours)
    async with mail_server_fake(tls=tls, starttls=starttls) as fake:
        for context in (theirs, None):
            result = await send(LETTER, server(fake.port, scheme), context=context)
            assert result == NO_TLS
    assert fake.taken == []


async def test_a_server_elsewhere_must_encrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes STARTTLS out of the conversation on its way is told neither password nor mail."""
    monkeypatch.setattr("bot.connectors.mail.smtp.THIS_MACHINE", frozenset())
    async with mail_server_fake() as fake:
        refused = MailNotSent("it does not encrypt (STARTTLS), and is no host of private_hosts")
        assert await send(LETTER, server(fake.port)) == refused
        assert await send(LETTER, server(fake.port), private={"127.0.0.1"}) == MailSent()
    assert len(fake.taken) == 1


async def test_what_a_server_refuses() -> None:
    async with mail_server_fake() as fake:
        fake.refuses_receiver = "550 no such user ops@forest.example"
        assert await send(LETTER, server(fake.port)) == MailNotSent("it refuses the receiver (550)")
        fake.refuses_receiver, fake.refuses_mail = None, "552 too large"
        assert await send(LETTER, server(fake.port)) == MailNotSent("it answers 552")


async def test_a_server_that_hangs_over_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody knows whether it has taken it. Its time is over when it hangs, however long all before took."""
    timeout, ends = asyncio.timeout, list[asyncio.Timeout]()

    def kept(seconds: float | None) -> asyncio.Timeout:
        ends.append(timeout(seconds))
        return ends[-1]

    monkeypatch.setattr(asyncio, "timeout", kept)
    async with mail_server_fake() as fake:
        fake.hangs = True
        sending = asyncio.create_task(send(LETTER, server(fake.port), seconds=PATIENCE))
        await fake.asked.wait()
        ends[0].reschedule(asyncio.get_running_loop().time())
        result = await sending
    assert result == MailNotSent("it did not answer in time", unsure=True)


async def test_a_server_that_never_says_a_word() -> None:
    over = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        await ended(writer, over)

    mute = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with mute:
        port = mute.sockets[0].getsockname()[1]
        result = await send(LETTER, server(port), seconds=0.2)
        await over.wait()
    assert result == MailNotSent("it did not answer in time")


async def test_a_server_that_hangs_up_over_the_mail() -> None:
    over = asyncio.Event()

    async def leaves(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hi\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                break
            writer.write(b"250 OK\r\n")
        await ended(writer, over)

    rude = await asyncio.start_server(leaves, "127.0.0.1", 0)
    async with rude:
        result = await send(LETTER, server(rude.sockets[0].getsockname()[1]))
        await over.wait()
    assert result == MailNotSent("the connection broke off", unsure=True)


async def test_nobody_listens() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        result = await send(LETTER, server(held.getsockname()[1]))
    assert result == MailNotSent("it cannot be reached")


async def test_a_mail_that_cannot_be_written_is_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """Newer Pythons raise where a header would break: no server is at fault, no other try helps."""

    def broken(letter: Letter) -> EmailMessage:
        raise MessageError("folded header contains newline: 小美")

    monkeypatch.setattr("bot.connectors.mail.smtp.message_of", broken)
    async with mail_server_fake() as fake:
        result = await send(LETTER, server(fake.port))
    assert result == MailNotSent("it cannot be written (MessageError)", hopeless=True)
