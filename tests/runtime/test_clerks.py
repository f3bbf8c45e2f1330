"""D3, D5, M4: a clerk's code on a real database: whom it leads to, how often one may guess, what stays."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.model.clerk import GUESSES, ClerkCode, StoreClerk
from bot.model.contact import Clerk
from bot.model.effects import CheckClerk, FindClerk
from bot.model.event import Origin
from bot.runtime.effects.clerks import ClerkFinder
from bot.runtime.effects.effect_runner import AGAIN, EffectRouter
from bot.services.caller import Caller
from bot.store.contacts.clerks import StoreClerks
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW, ManualClock
from tests.depth import examples
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import ScriptedLine, followed, said

HERE = Origin("store_referral", "main", 1)
AN = StoreClerk("A01", "小安", store="xinyi", codes=(ClerkCode("7K3M9QX2TB"),))
NING = StoreClerk("A02", "小寧", store="banqiao", suspended=NOW, codes=(ClerkCode("4H8P2WZ6CD"),))
OLD = StoreClerk(
    "A03",
    "小舊",
    "store_manager",
    "xinyi",
    codes=(ClerkCode("ZZZZZ99999"), ClerkCode("EMP-0007", NOW + timedelta(days=30))),
)
OFFICE = StoreClerk("H01", "小總", "head_office", codes=(ClerkCode("HHHHHHHHHH"),))

PLAYBOOK = compiled(
    """
stores: {xinyi: {title: 信義店}, banqiao: {title: 板橋店}}
rules:
  - {when: {text_pattern: "聯絡專員 {code:word}"}, start: {flow: referral, with: {code: "{{ event.code }}"}}}
flows:
  referral:
    page: true
    inputs: {code: text}
    states:
      joining:
        do: [{bind_clerk: {code: "{{ answer.code }}"}}]
        rules:
          - {when: {clerk: bound}, to: joined}
          - {when: {clerk: already}, to: already}
          - {when: {clerk: suspended}, to: gone}
          - {when: {clerk: unknown}, to: failed}
        give_up_after: {1m: failed}
      joined: {do: [{push: "{{ store.title }}的{{ clerk.name }}"}], end: true}
      already: {do: [{push: "已經是{{ clerk.name }}"}], end: true}
      gone: {do: [{push: 他不在了}], end: true}
      failed: {do: [{push: 沒有這個代碼}], end: true}
"""
)


@dataclass
class Desk:
    stores: Stores
    clock: ManualClock
    finder: ClerkFinder
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def tries(self, code: str, user: str = "U1", *, rebind: bool = False, call: str = "") -> str:
        caller = Caller(f"main:{user}", "main", user, call or f"call-{next(self.numbers)}", self.clock.now())
        return (await self.finder.find(FindClerk(code, rebind, HERE), caller)).result


@pytest.fixture
async def desk(database: Database, seal: Seal, clock: ManualClock) -> Desk:
    stores = stores_of(database, seal)
    assert await stores.clerks.write([(one, None) for one in (AN, NING, OLD, OFFICE)]) == {}
    finder = ClerkFinder(stores.clerks, stores.clerk_guesses, stores.contacts, clock)
    return Desk(stores, clock, finder)


@pytest.mark.parametrize(
    ("code", "result"),
    [
        ("7K3M9QX2TB", "bound"),
        (" 7k3m9-qx2tb", "bound"),
        ("4H8P2WZ6CD", "suspended"),
        ("emp-ooo7", "bound"),
        ("HHHHHHHHHH", "unknown"),  # nobody in the head office takes customers
        ("7K3M9QX2TA", "unknown"),
        ("", "unknown"),
        ("7K3M9QX2TB" * 500, "unknown"),
        ("{$ne: null}", "unknown"),
    ],
)
async def test_whom_a_code_leads_to(desk: Desk, code: str, result: str) -> None:
    assert await desk.tries(code) == result
    assert desk.finder.ends.counts == {(result,): 1}


@pytest.mark.parametrize(
    ("code", "result"),
    [("7K3M9QX2TB", "valid"), ("4H8P2WZ6CD", "suspended"), ("7K3M9QX2TA", "unknown")],
)
async def test_a_code_that_is_only_checked_binds_nobody(desk: Desk, code: str, result: str) -> None:
    """D3: and a wrong one is a guess like any other."""
    caller = Caller("main:U1", "main", "U1", "call-check", desk.clock.now())
    outcome = await desk.finder.find(CheckClerk(code, False, HERE), caller)
    assert (outcome.result, outcome.clerk) == (result, None)
    for number in range(9):
        assert await desk.tries(f"WRONG{number}") == "unknown"
    assert await desk.tries("7K3M9QX2TB") == ("unknown" if result == "unknown" else "bound")


async def test_a_code_that_was_printed_before_leads_on_until_its_day(desk: Desk) -> None:
    """M4. The person is bound to the clerk's own code: that is the one that stays."""
    caller = Caller("main:U1", "main", "U1", "call", desk.clock.now())
    outcome = await desk.finder.find(FindClerk("EMP-0007", False, HERE), caller)
    assert outcome.clerk == Clerk("ZZZZZ99999", "小舊", "xinyi", NOW, "A03")
    desk.clock.advance(timedelta(days=30).total_seconds())
    assert await desk.tries("EMP-0007") == "unknown"
    assert await desk.tries("ZZZZZ99999") == "bound"


async def test_ten_guesses_an_hour_then_a_good_code_is_unknown_too(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for number in range(GUESSES):
        assert await desk.tries(f"GUESS{number:05}") == "unknown"
    assert await desk.tries("7K3M9QX2TB") == "unknown"
    assert desk.finder.ends.counts[("limited",)] == 1
    assert "7K3M9QX2TB" not in caplog.text
    assert await desk.tries("7K3M9QX2TB", "U2") == "bound", "another person has guessed nothing"
    desk.clock.advance(3600)
    assert await desk.tries("7K3M9QX2TB") == "bound"


async def test_a_code_that_somebody_has_is_no_guess(desk: Desk) -> None:
    for _ in range(GUESSES + 5):
        assert await desk.tries("4H8P2WZ6CD") == "suspended"
    assert await desk.tries("7K3M9QX2TB") == "bound"


@pytest.mark.ring("all", "a crowd")
async def test_guessing_side_by_side_gives_no_more_guesses(desk: Desk) -> None:
    """An attacker with a thousand codes, at once: ten are looked up, also if the eleventh were right."""
    codes = [f"GUESS{number:05}" for number in range(examples(400))]
    assert set(await asyncio.gather(*(desk.tries(code) for code in codes))) == {"unknown"}
    counts = desk.finder.ends.counts
    assert (counts[("unknown",)], counts[("limited",)]) == (GUESSES, len(codes) - GUESSES)


async def test_carried_out_again_after_a_crash_it_counts_once(desk: Desk) -> None:
    for _ in range(GUESSES + 5):
        assert await desk.tries("GUESS", call="the same") == "unknown"
    assert await desk.tries("7K3M9QX2TB") == "bound"


async def test_it_waits_for_the_database(desk: Desk, clock: ManualClock) -> None:
    """Saying `unknown` because of that would send a customer away."""
    away = [True, True]

    class AwayForATime(StoreClerks):
        async def by_code(self, written: str, now: datetime) -> StoreClerk | None:
            if away:
                away.pop()
                raise DatabaseUnavailable("away")
            return await desk.stores.clerks.by_code(written, now)

    clerks = AwayForATime.__new__(AwayForATime)
    desk.finder = ClerkFinder(clerks, desk.stores.clerk_guesses, desk.stores.contacts, clock)
    trying = asyncio.ensure_future(desk.tries("7K3M9QX2TB"))
    while not trying.done():
        clock.advance(AGAIN)
        await asyncio.sleep(0)
    assert trying.result() == "bound"


async def test_the_whole_way_a_text_a_clerk_and_the_persons_timeline(
    bots: Bots, clock: ManualClock, desk: Desk
) -> None:
    """From what LINE brings to the person's document, timeline and counts; a second clerk is refused."""
    line = ScriptedLine()
    finder = EffectRouter(desk.finder)
    bot = await bots(PLAYBOOK, line, effects=finder)
    await bot.hears(followed("U1", clock))
    for code in ("7K3M9QX2TB", "EMP-0007", "4H8P2WZ6CD", "0000000000"):
        await bot.hears(said(f"聯絡專員 {code}", "U1", clock))
    assert line.texts() == ["信義店的小安", "已經是小安", "他不在了", "沒有這個代碼"]
    clerk = (await bot.stored("U1")).contact.clerk
    assert clerk is not None
    assert (clerk.known_by, clerk.store) == ("A01", "xinyi")
    rows = [row.what for row in await bot.timeline("U1") if row.what.startswith("clerk")]
    assert sorted(rows) == ["clerk: already", "clerk: bound", "clerk: suspended", "clerk: unknown"]
    await desk.stores.counts.fold_all()
    counted = await desk.stores.counts.since("2026-01-01", "clerks:")
    assert {(one.mark.what, one.mark.about, one.number) for one in counted} == {
        ("bound", ("A01", "xinyi"), 1),
        ("joined", ("A01", "xinyi"), 1),  # who has followed just now
    }
    assert await desk.stores.clerks.how_many_people() == {"A01": 1}
    assert await desk.stores.clerks.people_of("A01", "", 10) == ["main:U1"]
    await bot.runtime.stop()
