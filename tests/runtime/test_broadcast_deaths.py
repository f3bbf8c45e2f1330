"""Broadcasts over crashes: whenever a process dies, each person gets exactly one message (A8, I3)."""

from __future__ import annotations

import pytest

from bot.model.broadcast import Sending
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import ManualClock
from tests.depth import examples, one_of
from tests.playbooks import compiled
from tests.runtime import broadcast_world
from tests.runtime.broadcast_world import Fate, Fault, KeyedLine, Shop, marking, through, users

ALIKE, NAMED = marking(broadcast_world.ALIKE), marking(broadcast_world.NAMED)
PEOPLE = users(7)


@pytest.fixture
def shop(database: Database, seal: Seal, clock: ManualClock) -> Shop:
    """Three people to a batch."""
    shop = Shop(database, seal, clock, compiled(ALIKE))
    shop.most, shop.page = 3, 6
    return shop


@pytest.fixture
async def sending(shop: Shop) -> Sending:
    """It is ordered for everybody, and nobody was called yet."""
    await shop.come(*PEOPLE)
    return await shop.order()


async def is_right(shop: Shop) -> None:
    """Each has one message, one mark, one row, one tag."""
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    for user in PEOPLE:
        contact = await shop.contact(user)
        assert await shop.rows(user) == ["broadcast: b"]
        assert len(contact.pushes) == 1
        assert [(tag.name, tag.again) for tag in contact.tags] == [("送過", 0)]
        assert contact.identity("main").pushed == contact.pushes[0]


@pytest.mark.ring("test", "the death of a broadcast in this ring")
@pytest.mark.parametrize("text", [ALIKE, NAMED], ids=["alike", "personal"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_whatever_step_a_process_dies_at(shop: Shop, text: str, after: bool) -> None:
    """A8: every single step in the database and at LINE (one of four, quickly); the next one goes on."""
    shop.playbook = compiled(text)
    for last in range(1, 1_000, 1 if examples(100) >= 100 else 4):
        await shop.empty()
        await shop.come(*PEOPLE)
        sending, fate = await shop.order(), Fate(last, after)
        await shop.process(fate=fate).lives()
        if fate.steps < last:
            assert last > 20, "it has some steps"
            break
        await shop.claims_end()
        over = await through(shop, sending, shop.process())
        assert over.state == "done", f"died at step {last}"
        await is_right(shop)
        assert await shop.told(sending) == {"got": 7}


async def test_two_processes_and_each_dies_in_the_middle(shop: Shop, sending: Sending) -> None:
    for last in range(6, 40, 3):
        first, second = shop.process(fate=Fate(last)), shop.process(owner=False, fate=Fate(last // 2, True))
        await first.lives()
        await second.lives()
        await shop.claims_end()
    assert (await through(shop, sending, shop.process(), shop.process(owner=False))).state == "done"
    await is_right(shop)


@pytest.mark.parametrize("text", [ALIKE, NAMED], ids=["alike", "personal"])
async def test_who_stands_still_and_wakes_after_its_claim_is_gone(
    shop: Shop, sending: Sending, text: str
) -> None:
    """While its call is under way others claim the batch, make the call, and write what it leaves."""
    shop.playbook = compiled(text)
    frozen, line = shop.process(), shop.line
    stood = False

    async def stand_still() -> None:
        nonlocal stood
        if not stood:
            stood = True
            await shop.claims_end()
            await through(shop, sending, shop.process())

    line.before = stand_still
    await frozen.goes_on()
    assert stood
    assert (await shop.sending(sending)).state == "done"
    await is_right(shop)


async def test_who_was_frozen_before_its_call_makes_none(shop: Shop, sending: Sending) -> None:
    """A claim ends by the machine's time, which goes on while it sleeps; others have sent it all by then."""
    frozen = shop.process()
    slept = False

    async def sleep() -> None:
        nonlocal slept
        if not slept:
            slept = True
            await shop.claims_end()
            await through(shop, sending, shop.process())
            frozen.seconds[0] += 3_600

    frozen.fate.then = sleep
    await frozen.goes_on()
    assert slept
    assert len(shop.line.calls) == 3
    await is_right(shop)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        (ALIKE, ["lost", "unheard", "lost", "throttled", "away", "lost"]),
        (NAMED, [None, "lost", None, "throttled", "lost", "away"]),
    ],
    ids=["alike", "personal"],
)
async def test_line_takes_it_and_its_answers_are_lost(
    shop: Shop, sending: Sending, text: str, faults: list[Fault | None]
) -> None:
    shop.playbook = compiled(text)
    shop.line.faults.extend(faults)
    assert (await through(shop, sending, shop.process(), shop.process(owner=False))).state == "done"
    await is_right(shop)


async def test_after_23_hours_nobody_is_called_again_and_they_are_listed(
    shop: Shop, sending: Sending
) -> None:
    """LINE forgets a key after 24 hours: what it may have heard of is not repeated."""
    process = shop.process()
    shop.line.faults.extend(["lost"])
    await process.goes_on()
    shop.clock.advance(23 * 3600 + 1)
    await shop.claims_end()
    assert (await through(shop, sending, shop.process())).state == "done"
    got = sum(shop.line.got.values())
    assert got == 7
    assert await shop.told(sending) == {"got": 4, "unsure": 3}


async def test_a_clock_that_was_set_back_makes_no_key_young_again(shop: Shop) -> None:
    """Nobody knows then how old it is: those are listed, and not called again."""
    await shop.come(*PEOPLE)
    shop.clock.advance(2 * 86_400)
    sending = await shop.order()
    shop.line.faults.extend(["lost"])
    await shop.process().goes_on()
    shop.line.keys.clear()  # as after more than a day
    shop.clock.advance(-2 * 86_400)
    await shop.claims_end()
    assert (await through(shop, sending, shop.process())).state == "done"
    assert shop.line.got == dict.fromkeys(PEOPLE, 1)
    assert await shop.told(sending) == {"got": 4, "unsure": 3}


async def test_a_clock_that_was_set_back_lets_nobody_wait_for_it(shop: Shop, sending: Sending) -> None:
    process = shop.process()
    shop.clock.advance(600)
    shop.line.faults.append("throttled")
    await process.goes_on()
    shop.clock.advance(-500)
    await process.goes_on()
    assert (await shop.sending(sending)).state == "done"
    await is_right(shop)


async def test_it_is_a_line_that_counts(shop: Shop) -> None:
    """The tests above can fail: without a key LINE sends twice."""
    line = KeyedLine()
    body = b'{"messages": [{"type": "text", "text": "x"}]}'
    await line.multicast(["U1"], body, "k1")
    await line.multicast(["U1"], body, "k1")
    await line.multicast(["U1"], body, "k2")
    assert line.got == {"U1": 2}


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize(
    ("why", "after"), one_of(2, [("refused", True), ("refused", False), ("quota", False), ("quota", True)])
)
async def test_dead_while_a_refused_list_is_halved(shop: Shop, why: str, after: bool) -> None:
    """And LINE takes the whole list the next time: who got it in a half is not called with all of them."""
    part = ALIKE.replace("push:", "if_quota_short: send_part, push:")
    shop.playbook = compiled(part if why == "quota" else ALIKE)
    halved = 0
    for last in range(1, 1_000, 1 if examples(100) >= 100 else 3):
        await shop.empty()
        await shop.come(*PEOPLE)
        shop.line.bad = {PEOPLE[2]} if why == "refused" else set()
        shop.line.left = 2 if why == "quota" else None
        sending, fate = await shop.order(), Fate(last, after)
        await shop.process(fate=fate).lives()
        if fate.steps < last:
            break
        halved += 0 < shop.line.got.total() < len(PEOPLE)
        shop.line.bad, shop.line.left = set(), None
        await shop.claims_end()
        over = await through(shop, sending, shop.process())
        assert over.state == "done", f"died at step {last}"
        assert not set(shop.line.got.values()) - {1}, f"died at step {last}"
        told = await shop.told(sending)
        assert told.pop("got") == shop.line.got.total(), f"died at step {last}"
        assert sum(told.values()) + shop.line.got.total() == len(PEOPLE), f"died at step {last}"
    assert halved, "it has died between two halves"
