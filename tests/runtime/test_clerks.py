"""D3, D5: a clerk's code on a real database: a crowd that guesses, a database that is away, what stays."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from bot.model.clerk import GUESSES, StoreClerk
from bot.model.effects import FindClerk
from bot.model.event import Origin
from bot.runtime.effects.clerks import PatientClerks
from bot.runtime.effects.effect_runner import AGAIN, EffectRouter
from bot.services.caller import Caller
from bot.store.contacts.clerks import StoreClerks
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from bot.store.unavailable import DatabaseUnavailable
from tests.clerks import AN, NING, OFFICE, OLD
from tests.conftest import ManualClock
from tests.depth import examples
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import ScriptedLine, followed, said

HERE = Origin("store_referral", "main", 1)
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
    finder: PatientClerks
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def tries(self, code: str, user: str = "U1", *, rebind: bool = False, call: str = "") -> str:
        caller = Caller(f"main:{user}", "main", user, call or f"call-{next(self.numbers)}", self.clock.now())
        return (await self.finder.carries_out[FindClerk](FindClerk(code, rebind, HERE), caller)).result


@pytest.fixture
async def desk(database: Database, seal: Seal, clock: ManualClock) -> Desk:
    stores = stores_of(database, seal)
    assert await stores.clerks.write([(one, None) for one in (AN, NING, OLD, OFFICE)]) == {}
    finder = PatientClerks(stores.clerks, stores.clerk_guesses, stores.contacts, clock)
    return Desk(stores, clock, finder)


async def test_that_somebody_guesses_is_counted_and_logged_without_the_code(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for number in range(GUESSES):
        assert await desk.tries(f"GUESS{number:05}") == "unknown"
    assert not caplog.records
    assert await desk.tries("7K3M9QX2TB") == "unknown"
    assert desk.finder.ends.counts == {("unknown",): GUESSES, ("limited",): 1}
    assert "as many as one may" in caplog.text
    assert "7K3M9QX2TB" not in caplog.text


@pytest.mark.ring("all", "a crowd")
async def test_guessing_side_by_side_gives_no_more_guesses(desk: Desk) -> None:
    """An attacker with a thousand codes, at once: ten are looked up, also if the eleventh were right."""
    codes = [f"GUESS{number:05}" for number in range(examples(400))]
    assert set(await asyncio.gather(*(desk.tries(code) for code in codes))) == {"unknown"}
    counts = desk.finder.ends.counts
    assert (counts[("unknown",)], counts[("limited",)]) == (GUESSES, len(codes) - GUESSES)


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
    desk.finder = PatientClerks(clerks, desk.stores.clerk_guesses, desk.stores.contacts, clock)
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
