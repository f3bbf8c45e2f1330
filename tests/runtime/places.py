"""What the tests of places share (`first: N`): playbooks, who has a place, how many are taken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.model.inbox import Received
from bot.model.stored import Claimed, TurnWrite
from bot.store.counters.claiming import Places
from tests.playbooks import compiled
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop, token

PLAYBOOK = compiled("""
rules:
  - {when: {text: 搶}, first: 5, name: 搶購, reply: 恭喜}
  - {when: {text: 搶}, reply: 額滿}
  - {when: {text: 嗨}, reply: 嗨嗨}
""")
ROOMY = compiled("""
rules:
  - {when: {text: 搶}, first: 50, name: 搶購, reply: 恭喜}
  - {when: {text: 嗨}, reply: 嗨嗨}
""")
RULE = "搶購"


def answered(shop: Shop, event: Received) -> bool:
    return token(event) in shop.line.answered


async def taken(shop: Shop) -> int:
    return (await Places(shop.database).taken([RULE])).get(RULE, 0)


async def winners(shop: Shop, users: list[str]) -> set[str]:
    """Who remembers a place."""
    found = {user: await shop.bots[0].stored(user) for user in users}
    return {user for user, stored in found.items() if f"{{first}} {RULE}" in stored.contact.used}


def counting(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many turns each transaction was asked to write, from now on."""
    asked: list[int] = []
    claim = bot.contacts.claim

    async def counted(writes: Sequence[TurnWrite]) -> Claimed:
        asked.append(len(writes))
        return await claim(writes)

    monkeypatch.setattr(bot.contacts, "claim", counted)
    return asked


async def met(shop: Shop, bot: Bot, users: list[str]) -> None:
    """These are known: LINE is asked for no name, and what they say together is decided in one batch."""
    hello = [shop.says(user, "嗨") for user in users]
    await bot.hear(*hello)
    await shop.answered(*hello)
