"""K1: what happens beside a request: a suspension while one sends, and the event loop while argon2 works."""

from __future__ import annotations

import asyncio
import time
from typing import Literal

import pytest
from argon2 import PasswordHasher

from bot.model.translatable import tr
from bot.operations.admins.passwords import HASHER, Passwords
from bot.web.admin.cookies import NAME, proof
from bot.web.admin.visit import AdminAnswer, RenderedPage, Visit
from tests.web.admin.conftest import StaffWorlds


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_is_suspended_while_still_sending_does_nothing(worlds: StaffWorlds) -> None:
    """The last byte of the form comes when they are out: who they are is looked at then, and not before."""
    done: list[str] = []

    async def sign_out(visit: Visit) -> AdminAnswer:
        done.append(visit.signed.name)
        return RenderedPage("message.html", tr("Start"))

    staff = await worlds({"sign_out": sign_out})
    account = await staff.account("admin")
    browser = await staff.signed_in(account)
    body = f"proof={proof(browser.held)}"
    reader, writer = await asyncio.open_connection(browser.url.host, browser.url.port)
    head = (
        f"POST /admin/sign-out HTTP/1.1\r\nHost: {browser.url.authority}\r\nCookie: {NAME}={browser.held}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode() + body[:-1].encode())
    await writer.drain()
    assert (await browser.get("/admin"))[0] == 200
    await staff.change(account.name, suspended=staff.clock.now())
    writer.write(body[-1:].encode())
    await writer.drain()
    assert b" 401 " in await reader.readline()
    writer.close()
    assert done == []


async def test_what_is_done_much_later_looks_once_more(worlds: StaffWorlds) -> None:
    """A supervisor who is demoted while they consent: `still` is what a handler asks before it writes."""
    staff = await worlds()
    account = await staff.account("supervisor")
    signed = await staff.sessions.signed((await staff.signed_in(account)).held)
    assert signed is not None
    assert await staff.sessions.still(signed) == signed
    await staff.change(account.name, role="agent", epoch="another")
    assert await staff.sessions.still(signed) is None


@pytest.mark.ring("all", "page after page")
async def test_argon2_leaves_the_event_loop_alone() -> None:
    """At the real price: meanwhile the loop goes round, as often as it likes."""
    passwords = Passwords(HASHER)
    kept = await passwords.hashed("correct horse battery staple")
    began = time.process_time()
    look = asyncio.ensure_future(passwords.is_right("another one", kept))
    rounds = 0
    while not look.done():
        await asyncio.sleep(0)
        rounds += 1
    assert not await look
    assert time.process_time() > began
    assert rounds > 100
    passwords.close()


class Watched(PasswordHasher):
    """Knows what was looked at."""

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.looked_at: list[str] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
        self.looked_at.append(str(hash))
        return super().verify(hash, password)


async def test_with_no_account_something_of_the_same_price_is_looked_at() -> None:
    """The time of an answer tells nobody whether there is an account."""
    watched = Watched()
    passwords = Passwords(watched)
    kept = await passwords.hashed("correct horse battery staple")
    assert await passwords.is_right("correct horse battery staple", kept)
    assert not await passwords.is_right("correct horse battery staple", "")
    assert [one.rsplit("$", 2)[0] for one in watched.looked_at] == [kept.rsplit("$", 2)[0]] * 2
    passwords.close()
