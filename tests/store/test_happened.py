"""What people did within a time is found whoever they are, past what broadcasts have left on theirs (I5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.model.broadcast import Recipient, Sending, SendingBatch
from bot.model.journal import TimelineRow
from bot.model.processes import part_of
from bot.store.broadcasts.recipients import SentMark
from bot.store.database.mongo import Database
from bot.store.stores import Stores
from tests.conftest import NOW

HOUR = timedelta(hours=1)
PEOPLE = tuple(Recipient(f"main:U{number}", f"U{number}") for number in range(6))


async def sent(stores: Stores, name: str, at: datetime, people: tuple[Recipient, ...] = PEOPLE) -> None:
    """A broadcast that went out at this moment, with what it has left on each."""
    sending = Sending(f"{name}@1", name, "main", at, at, "gathering")
    batch = SendingBatch(f"{name}@1#0", sending.id, 0, "main", "", people, "over", at=at)
    assert await stores.sendings.add(sending)
    assert await stores.sendings.gathered(sending, [batch], people[-1].contact)
    assert await stores.sendings.change(sending.id, ["gathering"], state="done", fixed=at, ended=at)
    await stores.sent_marks.leave(SentMark(sending.id, name, "main", "", at, limited=False), people)


def said(who: int, at: datetime, what: str = "text") -> TimelineRow:
    contact = f"main:U{who}"
    return TimelineRow(f"main:{who}{what}{at}", contact, part_of(contact), at, what)


async def found(stores: Stores, since: datetime, until: datetime) -> list[tuple[str, str]]:
    rows = [one async for one in stores.happened.of(["text", "unfollow"], since, until)]
    return sorted((one.contact, one.what) for one in rows)


async def test_what_people_did_is_found_among_what_broadcasts_have_left(stores: Stores) -> None:
    """Also in the very millisecond in which a batch went out, and beside another broadcast."""
    await sent(stores, "sale", NOW)
    await sent(stores, "news", NOW + HOUR, PEOPLE[:3])
    rows = [said(1, NOW), said(2, NOW + HOUR), said(3, NOW + 2 * HOUR), said(4, NOW + HOUR, "unfollow")]
    rows += [said(5, NOW - HOUR), said(5, NOW + 9 * HOUR), said(0, NOW + HOUR, "postback")]
    await stores.journal.timeline(rows)
    assert await found(stores, NOW, NOW + 8 * HOUR) == [
        ("main:U1", "text"),
        ("main:U2", "text"),
        ("main:U3", "text"),
        ("main:U4", "unfollow"),
    ]


async def test_who_was_erased_since_leaves_nobody_out(database: Database, stores: Stores) -> None:
    """Their row is gone, and so there are fewer at that moment than the batch has left."""
    await sent(stores, "sale", NOW)
    gone = PEOPLE[0].contact
    await database.collection("timeline").delete_many({"contact": gone, "part": part_of(gone)})
    await stores.journal.timeline([said(1, NOW), said(2, NOW)])
    assert await found(stores, NOW, NOW + HOUR) == [("main:U1", "text"), ("main:U2", "text")]


async def test_a_batch_whose_rows_are_not_written_yet_hides_nobody(stores: Stores) -> None:
    """LINE has taken it, and what it leaves is still to be written."""
    sending = Sending("sale@1", "sale", "main", NOW, NOW, "gathering")
    batch = SendingBatch("sale@1#0", sending.id, 0, "main", "", PEOPLE, "called", at=NOW)
    assert await stores.sendings.add(sending)
    assert await stores.sendings.gathered(sending, [batch], PEOPLE[-1].contact)
    assert await stores.sendings.change(sending.id, ["gathering"], state="sending", fixed=NOW)
    await stores.journal.timeline([said(1, NOW), said(2, NOW + HOUR)])
    assert await found(stores, NOW, NOW + HOUR) == [("main:U1", "text"), ("main:U2", "text")]


async def test_what_line_refused_is_told_by_its_words(stores: Stores) -> None:
    sending = Sending("sale@1", "sale", "main", NOW, NOW, "gathering")
    batch = SendingBatch("sale@1#0", sending.id, 0, "main", "", PEOPLE, "over", at=NOW)
    first, second, third = (one.contact for one in PEOPLE[:3])
    refused = replace(
        batch,
        left_out={first: "refused", second: "refused", third: "stopped"},
        refusals={first: "not found", second: "not found"},
    )
    nobody = replace(batch, id="sale@1#1", number=1, left_out={third: "nothing"})
    assert await stores.sendings.add(sending)
    assert await stores.sendings.gathered(sending, [refused, nobody], "")
    assert await stores.sending_batches.refused(sending.id) == {"not found": 2}


async def test_what_broadcasts_have_left_is_not_read(database: Database, stores: Stores) -> None:
    """I5: of a report of a million the index alone is looked through."""
    crowd = tuple(Recipient(f"main:C{number}", f"C{number}") for number in range(500))
    for number in range(3):
        await sent(stores, f"sale{number}", NOW + number * timedelta(seconds=1), crowd)
    await stores.journal.timeline([said(1, NOW + HOUR), said(2, NOW + HOUR)])
    own = database.collection("timeline").driver.database
    own.command({"profile": 2})
    try:
        assert len(await found(stores, NOW, NOW + 2 * HOUR)) == 2
    finally:
        own.command({"profile": 0})
    # read, that is: the tests of one process share a database, in which a write may come late
    asked = {"ns": f"{own.name}.timeline", "op": {"$in": ["query", "getmore", "command"]}}
    read = own["system.profile"].find(asked).to_list(None)
    own["system.profile"].drop()
    assert {one["op"] for one in read} == {"query", "command"}
    assert sum(one["docsExamined"] for one in read) == 2
