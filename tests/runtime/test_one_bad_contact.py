"""What is wrong with one contact, in the database or in our code, keeps nobody else from being answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest

from bot.model.contact import Contact
from bot.model.event import Profile
from bot.model.inbox import Received
from bot.model.stored import Stored
from bot.runtime.turn_taking import batches
from bot.runtime.turn_taking.deciding import PendingTurn
from bot.runtime.turn_taking.draft_reading import HOPELESS, InboxBatch
from bot.runtime.turn_taking.lanes import Lane
from tests.runtime.harness import Bot
from tests.runtime.shop import Shop, gone, token

BAD, BAD_CONTACT = "U0", "main:U0"
OTHERS = [f"U{n}" for n in range(1, 30)]
DAMAGED = b"\x01damaged"
SOON = 0.3
"""Seconds, in place of a minute, for which a contact is out of the way."""


async def heir_of(shop: Shop, *dead: Bot, started: bool = True) -> Bot:
    """A process that begins after these have died."""
    heir = Bot(shop.database, shop.seal, shop.clock, shop.line)
    heir.dead.update(bot.id for bot in dead)
    shop.bots.append(heir)
    return await heir.start() if started else heir


async def known(shop: Shop, bot: Bot, *users: str) -> None:
    """These people have written before."""
    greetings = [shop.says(user) for user in users]
    await shop.hears(bot, *greetings)


# -- documents that do not open


async def test_a_call_that_does_not_open_keeps_nobody_from_being_answered(shop: Shop) -> None:
    """A8: its key is gone. Not even the person's own next events wait for it, nor does a restart."""
    first = await shop.opens()
    await known(shop, first, BAD, "U1")
    now = shop.clock.now()
    call = {"id": "x#0", "ev": "x", "ch": "main", "kind": "push", "to": BAD, "at": now, "recv": now}
    contacts = shop.database.collection("contacts")
    await contacts.update_one({"_id": BAD_CONTACT}, {"$push": {"out": {**call, "body": DAMAGED}}})
    first.runtime.turns.recent.drop(BAD_CONTACT)
    events = [shop.says(user) for user in (BAD, "U1", *OTHERS[1:5])]
    await shop.hears(first, *events)
    assert not any(first.runtime.metrics.task_failures.counts.values())
    await gone(shop, first)
    second = await heir_of(shop, first)
    after = [shop.says(user) for user in (BAD, "U1")]
    await shop.hears(second, *after)
    document = await contacts.find_one({"_id": BAD_CONTACT})
    assert document is not None
    assert [left["id"] for left in document["out"]] == ["x#0"]  # kept, for the day its key is found


async def test_an_entry_that_does_not_open_keeps_nobody_from_being_answered(shop: Shop) -> None:
    """A8: met after a restart, when it lies in the inbox only."""
    first = await shop.opens()
    damaged, behind = shop.says(BAD), shop.says(BAD)
    others = [shop.says(user) for user in OTHERS[:5]]
    async with first.runtime.batches.none():
        await first.hear(damaged, behind, *others)
        await gone(shop, first)
    inbox = shop.database.collection("inbox")
    await inbox.update_one({"_id": damaged.entry.id}, {"$set": {"raw": DAMAGED}})
    shop.unreadable.append(damaged.entry.id)
    second = await heir_of(shop, first)
    await shop.answered(behind, *others)
    assert not any(second.runtime.metrics.task_failures.counts.values())
    await gone(shop, second)
    third = await heir_of(shop, first, second)
    after = [shop.says(BAD), shop.says("U1")]
    await shop.hears(third, *after)
    assert token(damaged) not in shop.line.answered
    assert await inbox.count_documents({"_id": damaged.entry.id}) == 1


# -- an event that kills the process


@pytest.mark.ring("all", "a crowd")
@pytest.mark.parametrize(
    "last",
    [
        pytest.param(False, id="first", marks=pytest.mark.ring("soak", "more of the same")),
        pytest.param(True, id="last"),
    ],
)
async def test_only_the_event_that_kills_processes_is_set_aside(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, last: bool
) -> None:
    """A8: who waits in the same batch is suspected for a while, and answered in the end.

    They are strangers: their names are asked of LINE, while the killer is decided at once.
    """
    shop.line.profiles[BAD] = Profile("小明")
    first = await shop.opens()
    await known(shop, first, BAD)
    shop.line.answered.clear()
    first.runtime.turns.recent.drop(BAD_CONTACT)  # so that it is not decided ahead
    killer, *others = [shop.says(user) for user in (BAD, *OTHERS)]
    async with first.runtime.batches.none():
        await first.hear(*others[:15], killer, *others[15:])
        await gone(shop, first)
    dead = [first]
    for _ in range(HOPELESS):
        heir = await heir_of(shop, *dead, started=False)
        finds_in_order(heir, lambda contact: (contact == BAD_CONTACT) == last, monkeypatch)
        killed = dies_of(heir, BAD_CONTACT, monkeypatch)
        await heir.start()
        await shop.until(killed.is_set)
        await gone(shop, heir)
        dead.append(heir)
    survivor = await heir_of(shop, *dead, started=False)
    killed = dies_of(survivor, BAD_CONTACT, monkeypatch)
    await survivor.start()
    await shop.answered(*others)
    assert not killed.is_set()
    assert sorted(shop.line.answered) == sorted(map(token, others))
    aside = await shop.database.collection("inbox").find({"state": "aside"}).to_list(None)
    assert [document["_id"] for document in aside] == [killer.entry.id]


def finds_in_order(bot: Bot, order: Callable[[str], bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Contacts with open entries; the database gives them in any order."""
    open_contacts = bot.inbox.open_contacts

    async def ordered(parts: Sequence[int], before: datetime | None) -> dict[str, bool]:
        found = await open_contacts(parts, before)
        return {contact: found[contact] for contact in sorted(found, key=order)}

    monkeypatch.setattr(bot.inbox, "open_contacts", ordered)


def dies_of(bot: Bot, contact: str, monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Let this process end, as by a crash of the interpreter, when it decides an event of this contact."""
    decider, killed = bot.runtime.turns._decider, asyncio.Event()
    go_on = decider.go_on

    def crash(draft: PendingTurn) -> Received | None:
        if draft.lane.contact == contact and draft.items:
            killed.set()
            raise asyncio.CancelledError
        return go_on(draft)

    monkeypatch.setattr(decider, "go_on", crash)
    return killed


# -- bugs of ours that one contact meets


class Bug:
    """Something of ours that raises for one contact, until it is mended."""

    def __init__(self) -> None:
        self.raised = 0
        self.mended = False

    def meet(self, contact: str) -> None:
        if contact == BAD_CONTACT and not self.mended:
            self.raised += 1
            raise ZeroDivisionError("a bug")


def in_reading(bot: Bot, bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    rereader = bot.runtime._rereader
    read = rereader.read

    async def broken(lane: Lane, stored: Stored | None) -> InboxBatch:
        bug.meet(lane.contact)
        return await read(lane, stored)

    monkeypatch.setattr(rereader, "read", broken)


def in_profiles(bot: Bot, bug: Bug, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = bot.runtime.profiles
    wants = profiles.wants

    def broken(contact: Contact, received: Received) -> bool:
        bug.meet(contact.id)
        return wants(contact, received)

    monkeypatch.setattr(profiles, "wants", broken)


@pytest.mark.ring("all", "a bot of its own, and many turns")
@pytest.mark.parametrize("place", [in_reading, in_profiles])
async def test_a_bug_that_one_contact_meets_harms_nobody_else(
    shop: Shop, place: Callable[[Bot, Bug, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A8: the rest of the batch goes on at once, and that contact is tried again later."""
    monkeypatch.setattr(batches, "OUT_OF_THE_WAY", SOON)
    bot, bug = await shop.opens(), Bug()
    place(bot, bug, monkeypatch)
    bad = shop.says(BAD)
    others = [shop.says(user) for user in OTHERS]
    async with bot.runtime.batches.none():
        await bot.hear(*others[:15], bad, *others[15:])
        for event in (bad, *others):
            bot.runtime.lanes.reread(event.entry.contact, event.entry.part)
    tokens = set(map(token, others))
    await shop.until(lambda: tokens <= set(shop.line.answered) and bug.raised >= 2)  # with the others, alone
    assert token(bad) not in shop.line.answered
    assert bug.raised <= 10  # and then not in a busy loop
    again = bug.raised
    await shop.until(lambda: bug.raised > again)
    bug.mended = True
    await shop.answered(bad)
    assert sorted(shop.line.answered) == sorted(map(token, (bad, *others)))


async def test_a_bug_that_a_known_contact_meets_harms_nobody_else(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1, A8: decided ahead, while it is being stored: it is stored, and so are the others."""
    monkeypatch.setattr(batches, "OUT_OF_THE_WAY", SOON)
    bot, bug = await shop.opens(), Bug()
    await known(shop, bot, "U1", BAD, "U2")
    in_profiles(bot, bug, monkeypatch)
    first, bad, last = [shop.says(user) for user in ("U1", BAD, "U2")]
    await bot.hear(first, bad, last)
    await shop.until(lambda: {token(first), token(last)} <= set(shop.line.answered))
    assert bug.raised
    bug.mended = True
    await shop.answered(bad)
