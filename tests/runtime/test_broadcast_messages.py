"""Broadcasts and the month's messages, rates and LINE's units, as they are wired. I3, I5."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from bot.line.account import Quota
from bot.line.outcome import LineError
from bot.operations.broadcasts.progress import left_out_of
from bot.runtime.broadcasts.batch_calls import SendingUnits
from bot.runtime.limits.month_messages import MonthMessages
from bot.store.broadcasts.batches import SendingBatches
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.broadcast_world import ALIKE, OUT, Granted, Shop, through, users

SPLIT = f"""\
splits: {{s: {{甲: 45, 乙: 45, 不發: 10}}}}
broadcasts:
  b:
    to: everyone
    split: s
    push:
      甲: [早安, {OUT}]
      乙: ["{{{{ contact.name }}}} 早安", {OUT}]
      不發: nothing
"""
PART = ALIKE.replace("]}}", "], if_quota_short: send_part}}")


class Account:
    """LINE's figures."""

    told: Quota | None = Quota(1_000, 0)

    async def quota(self) -> Quota:
        if self.told is None:
            raise LineError(500, "no")
        return self.told

    async def units_used(self) -> int:
        return 0


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def used_up() -> list[str]:
    return []


@pytest.fixture
def shop(database: Database, seal: Seal, clock: ManualClock, account: Account, used_up: list[str]) -> Shop:
    shop = Shop(database, seal, clock, compiled(ALIKE))
    shop.months = MonthMessages(shop.stores.reserved_messages, {"main": account}.get, clock, used_up.append)
    shop.units = SendingUnits(shop.stores.unit_names, {"main": account}.get, clock)
    return shop


async def held(shop: Shop) -> dict[str, tuple[int, bool]]:
    rows = (await shop.stores.reserved_messages.of("main")).reserved
    return {one.sending: (one.counted, one.over is None) for one in rows}


async def test_s38_messages_are_reserved_before_the_first_call_and_given_back(shop: Shop) -> None:
    await shop.come(*users(600))
    sending, process, seen = await shop.order(), shop.process(), []

    async def look() -> None:
        seen.append((await held(shop))[sending.id])

    shop.line.before = look
    assert (await through(shop, sending, process)).state == "done"
    assert seen == [(600, True), (600, True)]
    assert await held(shop) == {sending.id: (600, False)}


async def test_s38_too_few_are_left(shop: Shop, account: Account) -> None:
    await shop.come(*users(30))
    account.told = Quota(1_000, 980)
    sending = await shop.order()
    over = await through(shop, sending, shop.process())
    assert (over.state, over.why, await held(shop)) == ("refused", "quota", {sending.id: (0, False)})
    shop.playbook = compiled(PART)
    shop.clock.advance(60)
    part = await through(shop, another := await shop.order(), shop.process())
    assert (part.state, part.month_used) == ("done", 980), "what was left of the plan stands in its report"
    assert await shop.told(another) == {"got": 20, "quota": 10}
    assert sum(shop.line.got.values()) == 20


async def test_s38_of_two_at_the_same_minute_one_gets_them(shop: Shop) -> None:
    await shop.come(*users(700))
    says = f"{{to: everyone, push: [早安, {OUT}]}}"
    shop.playbook = compiled(f"broadcasts: {{b: {says}, c: {says}}}\n")
    first, second = await shop.order("b"), await shop.order("c")
    processes = [shop.process(), shop.process()]  # both believe for a moment that they own part 0
    await asyncio.gather(*(process.goes_on() for process in processes))
    overs = [await through(shop, one, processes[0]) for one in (first, second)]
    assert sorted(over.state for over in overs) == ["done", "refused"]
    assert sum(shop.line.got.values()) == 700


@pytest.mark.ring("all", "a crowd")
async def test_s38_line_does_not_tell_what_is_left(
    shop: Shop, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody is called until it does, and it is told why."""
    await shop.come(*users(3))
    account.told = None
    sending, process = await shop.order(), shop.process()
    for _ in range(3):
        await process.goes_on()
    waits = await shop.sending(sending)
    assert (waits.state, waits.held, shop.line.calls) == ("gathering", "line", [])
    assert len([one for one in caplog.messages if "does not tell" in one]) == 1
    account.told = Quota(1_000, 0)
    over = await through(shop, sending, process)
    assert (over.state, over.held) == ("done", None)


async def test_s38_they_run_out_in_the_middle_all_the_same(
    shop: Shop, account: Account, used_up: list[str]
) -> None:
    """Staff have sent something in LINE's own manager: the rest waits, and the journeys are told."""
    account.told = Quota(2_000, 0)
    await shop.come(*users(1_200))
    shop.line.faults.extend([None, "quota"])
    sending, process = await shop.order(), shop.process()
    await process.goes_on()
    waits = await shop.sending(sending)
    assert (waits.state, waits.held, used_up) == ("sending", "quota", ["main"])
    assert await held(shop) == {sending.id: (1_200, True)}
    shop.clock.advance(300)
    assert (await through(shop, sending, process)).state == "done"
    assert shop.line.got == dict.fromkeys(users(1_200), 1)


async def test_s38_each_group_is_counted_under_a_name_of_its_own(shop: Shop) -> None:
    shop.playbook = compiled(SPLIT)
    await shop.come(*users(40))
    over = await through(shop, await shop.order(), shop.process())
    assert over.state == "done"
    assert set(over.units) == {"甲", "乙"}
    assert len(set(over.units.values())) == 2
    assert shop.line.units.total() == sum(shop.line.got.values())
    assert set(shop.line.units) <= set(over.units.values())
    assert (await shop.sending(over)).units == over.units


async def test_what_who_is_over_holds_goes_back(shop: Shop) -> None:
    """A crash between the end of a sending and giving back."""
    await shop.come(*users(5))
    sending, process = await shop.order(), shop.process()
    await through(shop, sending, process)
    await shop.months.reserve("main", sending.id, 500)
    await shop.months.reserve("main", "no such sending", 500)
    shop.clock.advance(61)
    await process.broadcasts.conduct()
    assert {counted for counted, _ in (await held(shop)).values()} == {0, 5}


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize(
    "text", [PART, PART.replace("早安", "'{{ contact.name }} 早安'")], ids=["alike", "personal"]
)
async def test_s38_send_part_uses_up_what_is_left_when_they_run_out_in_the_middle(
    shop: Shop, account: Account, text: str
) -> None:
    """A batch of 500 with 130 left: 130 get it, the others do not, and not in the next month either."""
    shop.playbook = compiled(text)
    account.told = Quota(2_000, 0)
    await shop.come(*users(1_200))
    shop.line.left = 630
    sending = await shop.order()
    assert (await through(shop, sending, shop.process())).state == "done"
    assert await shop.told(sending) == {"got": 630, "quota": 570}
    assert sum(shop.line.got.values()) == 630
    assert set(shop.line.got.values()) == {1}
    assert await held(shop) == {sending.id: (630, False)}
    out = await left_out_of(shop.stores, sending.id, 500)
    assert (len(out.people), out.rest) == (500, 70)


class Frozen:
    """A collection for whoever is frozen between two batches that it has read: `thaw` is done meanwhile."""

    def __init__(self, inner: Any, thaw: Callable[[], Awaitable[object]]) -> None:
        self._inner, self._thaw = inner, thaw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def find(self, where: Any, *more: Any) -> Any:
        self._found = self._inner.find(where, *more)
        return self if where.get("state") == {"$in": ["new", "dropped"]} else self._found

    def sort(self, *how: Any) -> AsyncIterator[Any]:
        return self._each(self._found.sort(*how))

    async def _each(self, found: Any) -> AsyncIterator[Any]:
        thaw: Callable[[], Awaitable[object]] | None = self._thaw
        async for one in found:
            yield one
            if thaw is not None:
                await thaw()
                thaw = None


@pytest.mark.parametrize(("first", "then"), [(4, 10), (7, 4)], ids=["more", "fewer"])
async def test_who_was_frozen_while_it_kept_the_first_changes_nothing_of_what_is_sent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, first: int, then: int
) -> None:
    """Another has taken over, with more or fewer messages, and has sent it by then."""
    shop.most = 2
    shop.playbook = compiled(PART)
    await shop.come(*users(10))
    sending = await shop.order()
    shop.months = Granted(then)
    other = shop.process()
    shop.months = Granted(first)
    batches = SendingBatches(shop.database)
    stopped = Frozen(batches._batches, lambda: through(shop, sending, other))
    monkeypatch.setattr(batches, "_batches", stopped)
    frozen = shop.process(around=lambda name, part: batches if name == "sending_batches" else part)
    await frozen.broadcasts.conduct()
    over = await through(shop, sending, other)
    assert over.state == "done"
    assert shop.line.got.total() == then
    quota = {"quota": 10 - then} if then < 10 else {}
    assert await shop.told(sending) == {"got": then, **quota}
