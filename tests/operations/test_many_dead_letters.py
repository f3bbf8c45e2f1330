"""Many dead letters are sent once more, or dropped, in batches: each once, also after a death. A2, K3"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.processes import part_of
from bot.operations.dead_letters import Which, given_up
from bot.operations.resending import drop, resend
from bot.store.database.mongo import Database
from bot.store.events.dead_letter_orders import DeadLetterOrders
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.harness import SETTLING, Bot, said

PLAYBOOK = compiled(
    """\
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
rules:
  - {when: {text: 你好}, reply: 歡迎}
  - {when: {text: 到貨通知}, do: [{push: 到貨了}]}
"""
)
WHO = "command:amy"
PEOPLE = 7
BODY = '{"messages": [{"type": "text", "text": "太晚了"}]}'.encode()
LATE = Which(days=30, reason=("too-late",))
ALL = Which(days=30)


class Died(Exception):
    """The command is no more."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch, by_our_clock: None) -> None:
    """Three at a time, by our clock."""
    monkeypatch.setattr("bot.operations.resending.BATCH", 3)


@pytest.fixture
async def bot(bots: Bots, clock: ManualClock) -> Bot:
    """It knows so many people; what it has said to them is forgotten."""
    bot = await bots(PLAYBOOK)
    for number in range(PEOPLE):
        await bot.hear(said("你好", f"U{number}", clock))
    await bot.settle(fastest=SETTLING)  # on a busy machine their reply tokens would not live so long
    bot.line.calls.clear()
    return bot


def late(bot: Bot, user: str, number: int = 0) -> DeadLetter:
    """An answer that this person has not got."""
    came, event = bot.clock.now() - timedelta(minutes=2), f"main:late{number}of{user}"
    call = Outgoing(f"{event}#0", event, "main", "reply", user, BODY, came, came, "t")
    contact = f"main:{user}"
    return DeadLetter(call, contact, part_of(contact), bot.clock.now(), "too-late", "")


async def aside(bot: Bot, stores: Stores, user: str) -> str:
    """An event of this person that is set aside; its name."""
    contact = f"main:{user}"
    entry = said("到貨通知", user, bot.clock, replyToken=None).entry
    await stores.inbox.store([entry], set())
    await stores.inbox.set_aside(entry.id, part_of(contact), "Traceback")
    return entry.id


async def lie(stores: Stores, letters: Sequence[DeadLetter]) -> list[str]:
    await stores.journal.dead(letters)
    return [one.name for one in letters]


async def settled(bot: Bot) -> None:
    await bot.settle()
    for number in range(PEOPLE):
        bot.runtime.recovery.reread(f"main:U{number}")
    await bot.settle()


def got(bot: Bot) -> Counter[str]:
    return Counter(one.to for one in bot.line.calls if one.texts == ["太晚了"])


def each_once() -> dict[str, int]:
    return {f"U{number}": 1 for number in range(PEOPLE)}


async def committed(database: Database) -> int:
    """Transactions, of all who use this mongod."""
    status = database.client.admin.command("serverStatus")
    number: int = status["transactions"]["totalCommitted"]
    return number


async def test_a_transaction_for_each_batch(bot: Bot, stores: Stores) -> None:
    """Not one for each: 14,000 took minutes. How far it is is told at each."""
    names = await lie(stores, [late(bot, f"U{number}") for number in range(PEOPLE)])
    events = [await aside(bot, stores, f"U{number}") for number in range(PEOPLE)]
    await bot.crash()
    send_at_once = partial(resend, patience=0)  # nobody serves who would take them up
    for do, some in (
        (send_at_once, names[:5]), (send_at_once, events[:5]), (drop, names[5:]), (drop, events[5:]),
    ):  # fmt: skip
        before, told = await committed(stores.database), list[int]()
        done = await do(stores, some, WHO, tell=told.append)
        assert [one.name for one in done] == some
        assert not [one.why for one in done if one.why is not None]
        batches = list(range(0, len(some), 3))
        assert (told, await committed(stores.database) - before) == (batches, len(batches))


@pytest.mark.ring("all", "several processes of a bot")
async def test_each_is_sent_once(bot: Bot, stores: Stores) -> None:
    """Of several commands at the same moment, too; who is named twice is meant once."""
    names = await lie(stores, [late(bot, f"U{number}") for number in range(PEOPLE)])
    orders = [names, names[::-1], names + names, names[3:] + names[:3]]
    done = await asyncio.gather(*(resend(stores, some, WHO, patience=0) for some in orders))
    await settled(bot)
    assert got(bot) == each_once()
    became = Counter(one.became for some in done for one in some)
    assert became == {"under-way": PEOPLE, "refused": 3 * PEOPLE}
    assert all("already, by amy (command line)" in str(one.why) for some in done for one in some if one.why)
    rows = [row for row in await bot.timeline("U0") if row.what == "resent: reply"]
    assert [row.ends[0].how for row in rows] == ["accepted"]
    assert [one.what for one in await stores.audit.of("main:U0")] == ["resent"]


async def test_several_of_one_person_keep_their_order(bot: Bot, stores: Stores) -> None:
    letters = [late(bot, "U1", number) for number in range(PEOPLE)]
    for number, letter in enumerate(letters):
        letters[number] = with_text(letter, f"第{number}則")
    await resend(stores, await lie(stores, letters), WHO, patience=0)
    await settled(bot)
    assert [one.texts for one in bot.line.calls] == [[f"第{number}則"] for number in range(PEOPLE)]


def with_text(letter: DeadLetter, text: str) -> DeadLetter:
    body = BODY.replace("太晚了".encode(), text.encode())
    return replace(letter, outgoing=replace(letter.outgoing, body=body))


async def test_it_dies_between_two_batches(bot: Bot, stores: Stores) -> None:
    """What is stored is sent; the same command again sends the others, and nothing twice."""
    await lie(stores, [late(bot, f"U{number}") for number in range(PEOPLE)])

    def dies(number: int) -> None:
        if number > 3:
            raise Died

    with pytest.raises(Died):
        await resend(stores, await names_of(stores), WHO, tell=dies)
    await settled(bot)
    assert got(bot).total() == 6
    assert len(await names_of(stores)) == PEOPLE - 6
    await resend(stores, await names_of(stores), WHO, patience=0)
    await settled(bot)
    assert got(bot) == each_once()
    assert await names_of(stores) == []


async def names_of(stores: Stores, which: Which = LATE) -> list[str]:
    return [one.name for one in (await given_up(stores, which)).found]


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize("last", ["_insert_audit", "_waiting"])
async def test_it_dies_within_a_batch(
    last: str, bot: Bot, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of that batch is stored."""
    names = sorted(await lie(stores, [late(bot, f"U{number}") for number in range(3)]))

    def dies(*given: Any) -> Any:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(DeadLetterOrders, last, dies)
        with pytest.raises(Died):
            await resend(stores, names, WHO)
    await settled(bot)
    assert (got(bot), await names_of(stores)) == ({}, names)
    assert [await stores.audit.of(f"main:U{number}") for number in range(3)] == [[]] * 3
    await resend(stores, names, WHO, patience=0)
    await settled(bot)
    assert got(bot) == {f"U{number}": 1 for number in range(3)}


async def test_one_that_cannot_be_done_leaves_the_others(bot: Bot, stores: Stores) -> None:
    """Nobody's, an unknown name, one that does not open, one handled before, one that needs a word."""
    letters = [late(bot, user) for user in ("U0", "nobody", "U2", "U3", "U4", "U5")]
    letters[4] = replace(letters[4], reason="unsure")
    mine, nobodys, broken, dropped, unsure, other = names = await lie(stores, letters)
    sealed = stores.database.collection("deadletters")
    await sealed.update_one({"name": broken}, {"$set": {"call.body": b"\x01damaged"}})
    await drop(stores, [dropped], "command:bob")
    done = await resend(stores, [*names, "unknown"], WHO, patience=0)
    await settled(bot)
    said = {one.name: str(one.why) for one in done if one.became == "refused"}
    assert "is not there any more" in said[nobodys]
    assert "does not open" in said[broken]
    assert "dropped already, by bob (command line)" in said[dropped]
    assert "may be the second one" in said[unsure]
    assert "under the name" in said["unknown"]
    assert got(bot) == {"U0": 1, "U5": 1}
    assert [one.name for one in done if one.became != "refused"] == [mine, other]


async def test_events_and_letters_together(bot: Bot, stores: Stores) -> None:
    """Events are decided once more, letters sent; what is dropped is neither."""
    letters = await lie(stores, [late(bot, f"U{number}") for number in range(4)])
    events = [await aside(bot, stores, f"U{number}") for number in range(4)]
    mixed = [name for pair in zip(letters, events, strict=True) for name in pair]
    done = await asyncio.gather(
        resend(stores, mixed[:6], WHO, patience=0), resend(stores, mixed[:6], WHO, patience=0)
    )
    dropped = await drop(stores, mixed, WHO)
    await settled(bot)
    assert Counter(one.became for some in done for one in some) == {"under-way": 6, "refused": 6}
    assert [one.became for one in dropped] == ["refused"] * 6 + ["dropped"] * 2
    assert got(bot) == {"U0": 1, "U1": 1, "U2": 1}
    assert Counter(one.to for one in bot.line.calls if one.texts == ["到貨了"]) == {"U0": 1, "U1": 1, "U2": 1}
    assert await names_of(stores, ALL) == []
