"""A part goes to another process while this one waits for the database: nothing of it stays behind (A2)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace

import pytest

from bot.line.outcome import CallResult
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.turn_taking.saving import Saved
from tests.runtime.harness import Bot
from tests.runtime.held_calls import held_before, held_behind
from tests.runtime.shop import Shop, parts, someone_of, token


async def taken_over(shop: Shop, first: Bot, second: Bot) -> None:
    """The second process believes the first one dead, which finds out that it was buried."""
    second.dead.add(first.id)
    await shop.until(lambda: parts(second) == 256)
    second.dead.clear()
    await shop.until(lambda: parts(first) == parts(second) == 128)


def remembers(bot: Bot, user: str) -> bool:
    """Whether anything of this person waits in this process."""
    contact = f"main:{user}"
    return contact in bot.runtime.lanes._lanes or bot.runtime.sender.lines.unsettled(contact) > 0


async def forgotten(shop: Shop, bot: Bot, *users: str) -> None:
    """Wait until nothing of them waits there: what was read of the part that went may still be under way."""
    await shop.until(lambda: not any(remembers(bot, user) for user in users))


@pytest.mark.usefixtures("no_backstop")
async def test_what_was_read_of_a_part_that_went_is_forgotten(shop: Shop) -> None:
    """The owner reads a contact that has calls to send, is buried meanwhile, and reads on."""
    first, second = await shop.two()
    user = someone_of(first)
    shop.line.hold = asyncio.Event()
    before, event = shop.says(user), shop.says(user)
    await first.hear(before)
    await shop.until(lambda: bool(shop.line.calls))
    reading = held_behind(first.contacts, "load")
    first.runtime.turns.recent.drop(f"main:{user}")
    await first.hear(event)
    await shop.until(reading.reached.is_set)
    await taken_over(shop, first, second)
    assert not first.runtime.ownership.knows(part_of(f"main:{user}"))
    shop.line.hold.set()
    reading.go_on.set()
    await shop.answered(before, event)
    await forgotten(shop, first, user)
    assert shop.line.answered == [token(before), token(event)]


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.usefixtures("no_backstop")
async def test_nothing_is_put_for_whoever_was_not_read_yet_when_the_part_went(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two who are read one after the other the part of both goes while the first is read."""
    monkeypatch.setattr("bot.runtime.turn_taking.draft_reading.READ_TOGETHER", 1)
    first, second = await shop.two()
    users = [someone_of(first), someone_of(first, but=1)]
    shop.line.hold = asyncio.Event()
    events = [shop.says(user) for user in users]
    await first.hear(*events)
    await shop.until(lambda: len(shop.line.calls) == 2)
    reading = held_behind(first.inbox, "open_of")
    for user in users:
        first.runtime.lanes.reread(f"main:{user}", part_of(f"main:{user}"))
    await shop.until(reading.reached.is_set)
    await taken_over(shop, first, second)
    shop.line.hold.set()
    reading.go_on.set()
    await shop.answered(*events)
    await forgotten(shop, first, *users)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.usefixtures("no_backstop")
async def test_a_part_goes_while_a_batch_is_told_that_it_is_written(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In between others have their turn: of two who are written the part of both goes before one is told."""
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def others_first(_: float) -> None:
        if not reached.is_set():
            reached.set()
            await go_on.wait()

    first, second = await shop.two()
    users = [someone_of(first), someone_of(first, but=1)]
    events = [shop.says(user) for user in users]
    save, turns = first.runtime.turns._saver.save, "bot.runtime.turn_taking.turns"

    async def then_slowly(writes: Sequence[TurnWrite]) -> AsyncIterator[Saved]:
        async for saved in save(writes):
            monkeypatch.setattr(f"{turns}.SLICE", 1)
            monkeypatch.setattr(f"{turns}.asyncio", SimpleNamespace(sleep=others_first))
            yield saved

    monkeypatch.setattr(first.runtime.turns._saver, "save", then_slowly)
    await first.hear(*events)
    await shop.until(reached.is_set)
    await taken_over(shop, first, second)
    go_on.set()
    await shop.answered(*events)
    await forgotten(shop, first, *users)
    assert sorted(shop.line.answered) == sorted(map(token, events))
    assert [(await second.stored(user)).revision for user in users] == [1, 1]


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("comes_back", [False, True], ids=["gone", "back again"])
async def test_an_own_event_whose_part_goes_while_the_owner_of_another_is_told(
    shop: Shop, comes_back: bool
) -> None:
    """Both came in one webhook; it is decided by whom the part is now, once."""
    first, second = await shop.two()
    own, others = someone_of(first), someone_of(second)
    telling = held_before(first.contacts, "poke")
    event, another = shop.says(own), shop.says(others)
    hearing = asyncio.create_task(first.hear(event, another))
    await shop.until(telling.reached.is_set)
    await taken_over(shop, first, second)
    await shop.until(lambda: token(event) in shop.line.answered)
    if comes_back:
        await shop.until(lambda: not second.runtime.journal._rows.count)
        first.dead.add(second.id)
        await shop.until(lambda: parts(first) == 256)
    telling.go_on.set()
    await hearing
    first.dead.clear()
    await shop.answered(event, another)
    if not comes_back:
        await forgotten(shop, first, own)
    assert (await first.stored(own)).revision == 1
    assert await shop.taken(own) == [event.entry.id]


async def test_a_reply_that_the_new_owner_has_sent_meanwhile_is_not_given_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: the old owner, paused on its way to LINE, wakes up and finds the token used."""
    first, second = await shop.two()
    user = someone_of(first)
    reached, go_on = asyncio.Event(), asyncio.Event()
    reply = shop.line.reply

    async def slowly(token: str, body: bytes) -> CallResult:
        if not reached.is_set():
            reached.set()
            await go_on.wait()
        return await reply(token, body)

    monkeypatch.setattr(shop.line, "reply", slowly)
    event = shop.says(user)
    await first.hear(event)
    await shop.until(reached.is_set)
    renewing = held_before(first.leases, "renew")
    first.runtime.ownership._until = 0.0
    second.dead.add(first.id)
    await shop.until(lambda: token(event) in shop.line.answered)
    sending = first.runtime.sender
    go_on.set()
    await shop.until(lambda: not sending.is_busy())
    renewing.go_on.set()
    second.dead.clear()
    await shop.quiet()
    assert await second.dead_letters() == []
    assert shop.line.answered == [token(event)]
