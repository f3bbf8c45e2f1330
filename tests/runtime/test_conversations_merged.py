"""Conversations of people who are merged, parted, and take back what they said in between. E3, J2"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.model.conversation import TranscriptTurn
from bot.model.inbox import Received
from bot.operations.conversation import chats_of
from bot.store.events.conversations import Conversations
from tests.runtime.answers import time_passes
from tests.runtime.harness import event
from tests.runtime.shop import TICK
from tests.runtime.test_merging import heard_on
from tests.runtime.test_one_phone import STAFF, Binding, binding

__all__ = ["binding"]

SECRET = "說錯了的話"


def kept(binding: Binding) -> Conversations:
    return Conversations(binding.shop.database, binding.shop.seal)


async def heard(binding: Binding, channel: str, user: str, text: str, message: str = "1") -> Received:
    one = event(
        {"type": "message", "message": {"type": "text", "id": message, "text": text}},
        user,
        binding.shop.clock,
    )
    one = heard_on(channel, one)
    await is_done(binding, one)
    return one


async def is_done(binding: Binding, one: Received) -> None:
    """It is heard, and decided by whoever owns the part, however late that one hears of it."""
    await binding.bots[0].hear(one)
    inbox, shop = binding.shop.database.collection("inbox"), binding.shop
    async with asyncio.timeout(60):
        while await inbox.find_one({"_id": one.entry.id, "state": "done"}) is None:
            await time_passes(shop.clock, shop.database, TICK)
    await shop.quiet()


async def takes_back(binding: Binding, channel: str, user: str, message: str) -> None:
    one = event({"type": "unsend", "unsend": {"messageId": message}}, user, binding.shop.clock)
    await is_done(binding, heard_on(channel, one))


def contents(turns: list[TranscriptTurn]) -> list[object]:
    """What came in, oldest first."""
    return [turn.incoming.content for turn in reversed(turns) if turn.incoming is not None]


async def is_forgotten(binding: Binding, secret: Received) -> None:
    """Nothing of it lies anywhere."""
    turns = await kept(binding).page([secret.entry.contact], None, 100)
    assert SECRET not in contents(turns)
    entry = await binding.shop.database.collection("inbox").find_one({"_id": secret.entry.id})
    assert entry is not None
    assert SECRET not in binding.shop.seal.open(bytes(entry["raw"]), secret.entry.id.encode()).decode()
    assert await binding.bots[0].rows.steps_of(secret.entry.id) is None


async def test_a_merge_shows_both_chats_and_undoing_it_parts_them(binding: Binding) -> None:
    """E3, J2: in the order of time, and nothing of one stays with the other."""
    await heard(binding, "main", "U1", "一")
    await heard(binding, "outlet", "V1", "二")
    await binding.merging.merge("main:U1", "outlet:V1", STAFF)
    await heard(binding, "outlet", "V1", "三")
    await heard(binding, "main", "U1", "四")
    one = await binding.now("main:U1")
    assert contents(await kept(binding).page(chats_of(one), None, 100)) == ["一", "二", "三", "四"]
    await binding.merging.undo("main:U1", STAFF)
    await binding.shop.quiet()
    parted = {
        contact: contents(await kept(binding).page(chats_of(await binding.now(contact)), None, 100))
        for contact in ("main:U1", "outlet:V1")
    }
    assert parted == {"main:U1": ["一", "四"], "outlet:V1": ["二", "三"]}


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("keeps", [True, False])
async def test_what_was_said_before_the_merge_was_undone_is_taken_back_after(
    binding: Binding, keeps: bool
) -> None:
    """E3: it was decided for a contact that is another person's by now; also where nothing is kept."""
    if not keeps:
        for bot in binding.bots:
            bot.playbook = replace(bot.playbook, keep_conversations=None)
    for channel, user in (("main", "U1"), ("outlet", "V1")):
        await heard(binding, channel, user, "嗨")
    await binding.merging.merge("main:U1", "outlet:V1", STAFF)
    secrets = [
        await heard(binding, "main", "U1", SECRET, "998"),
        await heard(binding, "outlet", "V1", SECRET, "999"),
    ]
    await binding.merging.undo("main:U1", STAFF)
    await binding.shop.quiet()
    await takes_back(binding, "main", "U1", "998")
    await takes_back(binding, "outlet", "V1", "999")
    for secret in secrets:
        await is_forgotten(binding, secret)
