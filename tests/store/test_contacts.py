"""Contacts in MongoDB: one write per turn, and exactly one turn wins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.model.contact import Contact, Identity, Tag
from bot.model.instance import Timer
from bot.model.message import JourneyPush
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.model.stored import Settled, TurnWrite
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.due import Waiting
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW

pytestmark = pytest.mark.both_ways

ANNA = "main:U1"


@pytest.fixture
def contacts(database: Database, seal: Seal) -> Contacts:
    return Contacts(database, seal)


def turn(contact: Contact, base: int = 0, *events: str, **more: Any) -> TurnWrite:
    fields: dict[str, Any] = {
        "before": Contact(contact.id),
        "after": contact,
        "part": part_of(contact.id),
        "base": base,
        "fence": 1,
        "opened": events,
        "outgoing": (),
        "born": base == 0,
        **more,
    }
    return TurnWrite(**fields)


def reply(event: str) -> Outgoing:
    return Outgoing(
        f"{event}#0",
        event,
        "main",
        "reply",
        "U1",
        b'{"messages":[]}',
        NOW,
        NOW,
        token="secret-token",
        journeys=(None, JourneyPush("welcome", "tip", 1)),
    )


async def test_what_is_saved_is_loaded(contacts: Contacts) -> None:
    anna = Contact(
        ANNA,
        name="安娜",
        language="zh-TW",
        picture="https://pic.example/1",
        identities=(Identity("main", "U1", friend=True, since=NOW, seen=NOW),),
        tags=(Tag("VIP", NOW, "rules[0]", NOW + timedelta(days=1)), Tag("看過優惠", NOW, "rules[1]")),
        timers=(Timer("quiz", "main", 3, "after 10m", NOW),),
        seed=77,
        turned=NOW,
    )
    assert await contacts.save([turn(anna, 0, "e1", outgoing=(reply("e1"),))]) == set()
    stored = (await contacts.load([ANNA]))[ANNA]
    assert stored.contact == anna
    assert stored.revision == 1
    assert stored.open == {"e1"}
    assert stored.outgoing == (reply("e1"),)


async def test_exactly_one_of_two_turns_wins(contacts: Contacts) -> None:
    anna = Contact(ANNA, turned=NOW)
    await contacts.save([turn(anna, 0, "e1")])
    first, second = turn(anna, 1, "e2"), turn(anna, 1, "e3")
    lost = [await contacts.save([first]), await contacts.save([second])]
    assert lost == [set(), {ANNA}]
    assert (await contacts.load([ANNA]))[ANNA].open == {"e1", "e2"}


async def test_two_births_at_once_are_one(contacts: Contacts) -> None:
    anna = Contact(ANNA, turned=NOW)
    assert await contacts.save([turn(anna, 0, "e1")]) == set()
    assert await contacts.save([turn(anna, 0, "e2")]) == {ANNA}


async def test_an_older_fence_cannot_write(contacts: Contacts) -> None:
    anna = Contact(ANNA, turned=NOW)
    await contacts.save([turn(anna, 0, "e1", fence=5)])
    assert await contacts.save([turn(anna, 1, "e2", fence=4)]) == {ANNA}
    assert await contacts.save([turn(anna, 1, "e2", fence=6)]) == set()


async def test_in_a_batch_only_the_loser_loses(contacts: Contacts) -> None:
    people = [Contact(f"main:U{i}", turned=NOW) for i in range(5)]
    await contacts.save([turn(p, 0, "e1") for p in people])
    writes = [turn(p, 1, "e2") for p in people]
    writes[3] = replace(writes[3], base=9)
    assert await contacts.save(writes) == {"main:U3"}


async def test_a_poke_beats_a_turn_that_did_not_look(contacts: Contacts) -> None:
    anna = Contact(ANNA, turned=NOW)
    await contacts.save([turn(anna, 0, "e1")])
    await contacts.poke([(ANNA, "e2")])
    assert await contacts.save([turn(anna, 1, "e3")]) == {ANNA}
    stored = (await contacts.load([ANNA]))[ANNA]
    assert stored.waiting == {"e2"}
    assert await contacts.save([turn(anna, 1, "e2", "e3", reread=True, handled=("e2",))]) == set()
    assert (await contacts.load([ANNA]))[ANNA].waiting == set()


async def test_a_poked_stranger_is_born_by_its_first_turn(contacts: Contacts) -> None:
    await contacts.poke([(ANNA, "e1"), ("main:U2", "e2")])
    await contacts.poke([(ANNA, "e1")])
    stored = (await contacts.load([ANNA]))[ANNA]
    assert (stored.revision, stored.waiting) == (0, frozenset({"e1"}))
    assert await contacts.save([turn(Contact(ANNA, turned=NOW), 0, "e9")]) == {ANNA}
    anna = Contact(ANNA, seed=5, turned=NOW)
    assert await contacts.save([turn(anna, 0, "e1", reread=True, handled=("e1",))]) == set()
    assert (await contacts.load([ANNA]))[ANNA].contact == anna


async def test_settling_forgets_only_what_is_named(contacts: Contacts) -> None:
    calls = (reply("e1"), reply("e2"))
    await contacts.save([turn(Contact(ANNA, turned=NOW), 0, "e1", "e2", outgoing=calls)])
    await contacts.settle([Settled(ANNA, part_of(ANNA), ("e1",), ("e1#0",))])
    stored = (await contacts.load([ANNA]))[ANNA]
    assert (stored.open, stored.outgoing) == (frozenset({"e2"}), (reply("e2"),))
    assert stored.revision == 1


async def test_unsent_and_timers_are_found_by_part(contacts: Contacts) -> None:
    timer = Timer("quiz", "main", 1, "after 10m", NOW)
    await contacts.save(
        [
            turn(Contact(ANNA, turned=NOW), 0, "e1", outgoing=(reply("e1"),)),
            turn(Contact("main:U2", timers=(timer,), turned=NOW), 0, "e2"),
        ]
    )
    every = list(range(256))
    assert [s.contact.id async for s in contacts.unsent(every)] == [ANNA]
    later = NOW + timedelta(seconds=1)
    assert [one async for one in contacts.unsent_before(every, later)] == [(ANNA, ["e1#0"])]
    assert [one async for one in contacts.unsent_before(every, NOW)] == []
    assert await contacts.stuck(later, 10) == {"main": (1, NOW)}
    assert await contacts.stuck(NOW, 10) == {}
    assert await contacts.timers(every, NOW) == [("main:U2", timer)]
    assert await contacts.timers(every, NOW - timedelta(seconds=1)) == []


async def test_who_is_woken_next_comes_in_pages_soonest_first(contacts: Contacts) -> None:
    """H3: by each contact's next timer, also among hundreds of one moment; far ones not at all."""
    people = {f"main:U{n:03}": NOW + timedelta(seconds=n % 7 if n % 3 else 3) for n in range(300)}
    far = Timer("f", "main", 1, "t", NOW + timedelta(days=9))
    everybody = [
        Contact(who, turned=NOW, timers=(far, Timer("f", "main", 1, "t", due))) for who, due in people.items()
    ]
    everybody.append(Contact("main:far", turned=NOW, timers=(far,)))
    assert await contacts.save([turn(person, 0, person.id) for person in everybody]) == set()
    every, until = list(range(256)), NOW + timedelta(days=1)
    found: list[Waiting] = []
    while page := await contacts.due(every, found[-1] if found else None, until, 41):
        assert len(page) == min(41, len(people) - len(found))
        found += page
    assert found == sorted((due, who) for who, due in people.items())


async def test_who_has_no_timer_left_is_woken_no_more(contacts: Contacts) -> None:
    """What is due next is written with the timers: another one, a later one, none."""
    every, until = list(range(256)), NOW + timedelta(days=1)
    soon, later = (Timer("f", "main", 1, "t", NOW + timedelta(hours=n)) for n in (1, 2))
    states = [(later,), (later, soon), (later,), ()]
    before = Contact(ANNA, turned=NOW)
    for number, timers in enumerate(states):
        after = replace(before, timers=timers)
        write = TurnWrite(before, after, part_of(ANNA), number, 1, (f"e{number}",), (), born=not number)
        assert await contacts.save([write]) == set()
        expected = [(min(timer.due for timer in timers), ANNA)] if timers else []
        assert await contacts.due(every, None, until, 9) == expected
        before = after


async def test_nothing_secret_lies_open_in_the_database(contacts: Contacts, database: Database) -> None:
    """Outgoing messages and reply tokens are sealed."""
    item = replace(reply("e1"), body='{"messages":[{"text":"祕密"}]}'.encode())
    await contacts.save([turn(Contact(ANNA, turned=NOW), 0, "e1", outgoing=(item,))])
    document = await database.collection("contacts").find_one({"_id": ANNA})
    assert "祕密".encode() not in repr(document).encode()
    assert "secret-token" not in repr(document)
    assert document is not None
    assert "祕密".encode() not in bytes(document["out"][0]["body"])
