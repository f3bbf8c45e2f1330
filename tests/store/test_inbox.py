"""The inbox in MongoDB: what was received, once, in order, sealed, until it is done."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.model.inbox import InboxEntry
from bot.model.processes import part_of
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.database.mongo import Database
from bot.store.events.inbox import Inbox
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from tests.conftest import NOW

pytestmark = pytest.mark.both_ways

ANNA, BERT = "main:U1", "main:U2"
PART = part_of(ANNA)
EVERY = range(256)


@pytest.fixture
def inbox(database: Database, seal: Seal) -> Inbox:
    return Inbox(database, seal)


@pytest.fixture
def contacts(database: Database, seal: Seal) -> Contacts:
    return Contacts(database, seal)


@pytest.fixture
def inbox_commit(database: Database, inbox: Inbox, contacts: Contacts) -> InboxCommit:
    return InboxCommit(database, inbox, contacts)


def entry(
    name: str, contact: str = ANNA, seconds: float = 0, raw: bytes = b'{"type":"message"}'
) -> InboxEntry:
    return InboxEntry(
        f"main:{name}", "main", contact, part_of(contact), NOW + timedelta(seconds=seconds), raw
    )


async def store(
    inbox_commit: InboxCommit, *entries: InboxEntry, foreign: frozenset[str] = frozenset()
) -> set[str]:
    known, refused = await inbox_commit.store(entries, foreign, ())
    assert refused == set()
    return known


async def open_ids(inbox: Inbox, contact: str = ANNA, limit: int = 100) -> list[str]:
    return [e.id for e in await inbox.open_of(contact, part_of(contact), limit)]


async def test_known_ids_are_told_and_the_others_stored(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    """A1: LINE delivers again, also in the same webhook. What is stored is read back as it was."""
    first = entry("e1", raw=b'{"text":"\xe5\x84\xaa\xe6\x83\xa0"}')
    await store(inbox_commit, first)
    again = entry("e1", seconds=9, raw=b"changed")
    assert await store(inbox_commit, entry("e0"), again, entry("e2"), entry("e2")) == {"main:e1", "main:e2"}
    assert await inbox.open_of(ANNA, PART, 1) == [first]  # the first one counts
    assert sorted(await open_ids(inbox)) == ["main:e0", "main:e1", "main:e2"]


async def test_twenty_at_once_store_it_once(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    """A1."""
    answers = await asyncio.gather(*(store(inbox_commit, entry("e1")) for _ in range(20)))
    assert sorted(map(len, answers)) == [0] + [1] * 19
    assert await open_ids(inbox) == ["main:e1"]


async def test_a_done_event_is_still_known(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    await store(inbox_commit, entry("e1"))
    await inbox.done(["main:e1"], [PART])
    assert await store(inbox_commit, entry("e1")) == {"main:e1"}
    assert await open_ids(inbox) == []


async def test_what_came_with_its_turn_is_kept_as_done_and_what_is_there_told(
    inbox: Inbox, inbox_commit: InboxCommit
) -> None:
    """A2: LINE has brought one again meanwhile, which was stored, and is open."""
    first = entry("e1")
    await store(inbox_commit, first)
    again = entry("e1", seconds=9, raw=b"changed")
    assert await inbox.keep([again, entry("e2")]) == {"main:e1"}
    assert await inbox.open_of(ANNA, PART, 10) == [first]
    assert await inbox.known_done(["main:e1", "main:e2"]) == {"main:e2"}


async def test_the_raw_event_is_sealed_for_its_place(
    inbox: Inbox, inbox_commit: InboxCommit, database: Database
) -> None:
    secret = "我的電話是 0912".encode()
    await store(inbox_commit, entry("e1", raw=secret), entry("e2", raw=b"other"))
    documents = await database.collection("inbox").find({}).to_list(None)
    assert all(secret not in bytes(d["raw"]) for d in documents)
    assert "0912" not in repr(documents)
    moved = next(d["raw"] for d in documents if d["_id"] == "main:e2")
    await database.collection("inbox").update_one({"_id": "main:e1"}, {"$set": {"raw": moved}})
    assert [e.id for e in await inbox.open_of(ANNA, PART, 10)] == ["main:e2"]  # and keeps nobody else


async def test_another_key_does_not_open_it(database: Database, inbox_commit: InboxCommit) -> None:
    await store(inbox_commit, entry("e1"))
    stranger = Inbox(database, Seal(parse(generate())))
    assert await stranger.open_of(ANNA, PART, 10) == []


@pytest.mark.ring("all", "many writes")
async def test_the_order_is_that_of_storing_whatever_the_clocks_say(
    inbox: Inbox, inbox_commit: InboxCommit
) -> None:
    """A2: two processes' clocks differ; the database's own order does not."""
    await store(inbox_commit, entry("e9", seconds=100), entry("e8", seconds=50))
    for number in range(7, 0, -1):
        await store(inbox_commit, entry(f"e{number}", seconds=-number))
    assert await open_ids(inbox) == [f"main:e{n}" for n in range(9, 0, -1)]


async def test_the_order_within_one_write_is_kept(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    names = [f"e{n * 7919 % 200:03}" for n in range(200)]
    await store(inbox_commit, *(entry(name) for name in names))
    assert await open_ids(inbox, limit=500) == [f"main:{name}" for name in names]


async def test_the_oldest_are_read_first_up_to_the_limit(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    await store(inbox_commit, *(entry(f"e{n}") for n in range(9)))
    await inbox.done(["main:e0", "main:e2"], [PART])
    assert await open_ids(inbox, limit=3) == ["main:e1", "main:e3", "main:e4"]


async def test_each_contact_has_its_own(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    await store(inbox_commit, entry("e1"), entry("e2", BERT))
    assert await open_ids(inbox, BERT) == ["main:e2"]


async def test_contacts_with_open_entries_are_found_by_part_and_age(
    inbox: Inbox, inbox_commit: InboxCommit
) -> None:
    await store(inbox_commit, entry("e1"), entry("e2"), entry("e3", BERT, seconds=60))
    assert sorted(await inbox.open_contacts(EVERY, None)) == [ANNA, BERT]
    assert [*await inbox.open_contacts([PART], None)] == [ANNA]
    assert [*await inbox.open_contacts(EVERY, NOW + timedelta(seconds=30))] == [ANNA]
    assert [*await inbox.open_contacts([], None)] == []
    around = sorted({0, 255} - {PART, part_of(BERT)})
    assert [*await inbox.open_contacts(around, None)] == [], (
        "nobody of the parts between the first and the last"
    )
    await inbox.done(["main:e1", "main:e2"], [PART])
    assert [*await inbox.open_contacts(EVERY, None)] == [BERT]


async def test_open_events_of_bulk_work_are_known_as_such(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    """M2: who has written as well waits for more than bulk work."""
    await inbox_commit.store_bulk([entry("e1"), entry("e2", BERT)])
    assert await inbox.open_contacts(EVERY, None) == {ANNA: True, BERT: True}
    assert await inbox.bulk_waiting() == 2
    await store(inbox_commit, entry("e3", BERT))
    assert await inbox.open_contacts(EVERY, None) == {ANNA: True, BERT: False}
    await inbox.done(["main:e1"], [PART])
    assert await inbox.bulk_waiting() == 1


async def test_an_owner_who_is_woken_too_late_leaves_no_stub(
    inbox: Inbox, inbox_commit: InboxCommit, database: Database
) -> None:
    """J2: the owner has dropped the event of somebody erased before the other process could wake it; or had
    done it before they were erased, and LINE delivers it again."""
    dropped, there, done = entry("e1"), entry("e2", BERT), entry("e3", "main:U3")
    await store(inbox_commit, there, done)
    await inbox.done([done.id], [done.part])
    await inbox_commit.wake_owners([dropped, there, done])
    assert [one["_id"] async for one in database.collection("contacts").find({})] == [BERT]


async def test_an_owner_who_is_woken_while_it_drops_leaves_no_stub(
    inbox_commit: InboxCommit, contacts: Contacts, database: Database
) -> None:
    """J2: woken between what it pulls from the stub and what it deletes, nothing stays either."""
    for number in range(60):
        dropped = entry(f"e{number}", f"main:U{number}")
        await contacts.poke([(dropped.contact, dropped.id)])
        await asyncio.gather(
            contacts.delete_if_empty(dropped.contact, [dropped.id]), inbox_commit.wake_owners([dropped])
        )
    assert [one["_id"] async for one in database.collection("contacts").find({})] == []


async def test_of_two_events_that_a_stub_waits_for_one_stays(contacts: Contacts, database: Database) -> None:
    await contacts.poke([(ANNA, "main:e1"), (ANNA, "main:e2")])
    await contacts.delete_if_empty(ANNA, ["main:e1"])
    assert [one["waiting"] async for one in database.collection("contacts").find({})] == [["main:e2"]]
    await asyncio.gather(*(contacts.delete_if_empty(ANNA, [event]) for event in ("main:e1", "main:e2")))
    assert [one["_id"] async for one in database.collection("contacts").find({})] == []


async def test_what_was_done_is_walked_past_once_not_once_for_each_part(
    database: Database, inbox: Inbox, inbox_commit: InboxCommit
) -> None:
    """After a rush the index is full of removed keys: to go past them 256 times takes seconds."""

    async def skipped() -> int:
        told = (database.client.admin.command("serverStatus"))["wiredTiger"]["cursor"]
        return int(told["Total number of entries skipped by cursor next calls"])

    entries = [entry(f"e{number}", f"main:U{number}") for number in range(600)]
    await store(inbox_commit, *entries)
    await inbox.done([each.id for each in entries], EVERY)
    before = await skipped()
    assert [*await inbox.open_contacts(EVERY, NOW + timedelta(days=1))] == []
    assert await skipped() - before < 10 * len(entries)


async def test_done_twice_is_done(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    await store(inbox_commit, entry("e1"), entry("e2"))
    for _ in range(2):
        await inbox.done(["main:e1", "main:unheard-of"], [PART])
    assert await open_ids(inbox) == ["main:e2"]


async def test_each_beginning_is_counted(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    await store(inbox_commit, entry("e1"), entry("e2"))
    [one, _] = await inbox.open_of(ANNA, PART, 10)
    await inbox.begin([one])
    await inbox.begin([one])
    assert [e.tries for e in await inbox.open_of(ANNA, PART, 10)] == [2, 0]


async def test_what_is_set_aside_is_out_of_the_way_and_says_why(
    inbox: Inbox, inbox_commit: InboxCommit, database: Database
) -> None:
    """A8: kept, with its traceback sealed; not decided again, not stored again, not marked done."""
    await store(inbox_commit, entry("e1"), entry("e2"))
    await inbox.set_aside("main:e1", PART, "Traceback …\nValueError: 小美 \ud83d")
    assert await open_ids(inbox) == ["main:e2"]
    why = await inbox.why_aside("main:e1", PART)
    assert why is not None
    assert why.startswith("Traceback …\nValueError: 小美 ")
    assert await inbox.why_aside("main:e2", PART) is None
    await inbox.done(["main:e1"], [PART])
    assert await inbox.why_aside("main:e1", PART) == why
    assert await store(inbox_commit, entry("e1")) == {"main:e1"}
    document = await database.collection("inbox").find_one({"_id": "main:e1"})
    assert "小美" not in repr(document)


async def test_an_owner_hears_of_what_others_store_for_it(inbox: Inbox, inbox_commit: InboxCommit) -> None:
    """Only of that: its own events it has in memory."""
    heard: asyncio.Queue[tuple[str, bool]] = asyncio.Queue()

    async def listen() -> None:
        async for stored in inbox.foreign():
            if stored is not None:
                heard.put_nowait(stored)

    listening = asyncio.ensure_future(listen())
    first = asyncio.ensure_future(heard.get())
    number = 0
    while not first.done():  # until the stream is open
        number += 1
        await store(
            inbox_commit,
            entry(f"own{number}"),
            entry(f"e{number}", BERT),
            foreign=frozenset({f"main:e{number}"}),
        )
        await asyncio.wait([first], timeout=0.05)
    assert first.result() == (BERT, False)
    while not heard.empty():
        assert heard.get_nowait() == (BERT, False)
    await inbox_commit.store_bulk([entry("listed", BERT)])
    assert await heard.get() == (BERT, True)
    listening.cancel()
    await asyncio.wait([listening])
