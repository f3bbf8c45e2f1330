"""Everything of one person is erased, and nothing of anybody else (J2, J4)."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.model.broadcast import Recipient, SendingBatch
from bot.model.processes import part_of
from bot.runtime.sweeps.erased_menus import remove_menus
from bot.runtime.sweeps.erasures import ErasureWork
from bot.store.broadcasts.batches import batch_document
from bot.store.collection_spec import PeopleKeys, PersonKeys
from bot.store.collections import COLLECTIONS
from bot.store.contacts.erased_people import ErasedPerson
from bot.store.database.mongo import Database
from bot.store.rotation.places import sealed_values
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.depth import examples
from tests.store.test_collections import leaves, mentions, nothing
from tests.store.whole_story import (
    ALLERGY,
    AMY,
    BOB,
    HER,
    HER_OUTLET,
    MAIL,
    NAME,
    NUMBER,
    PHONE,
    TALK,
    WRITTEN,
    Story,
)

HERS = (HER, HER_OUTLET, PHONE, WRITTEN, NAME, NUMBER, MAIL, ALLERGY, TALK)
"""What is found only of her: in the clear, or where a sealed value is opened."""
OF_OTHERS_TOO = ("audit", "bulk_runs", "sending_batches", "menu_batches")
"""Rows of these stay, without her."""
ELSEWHERE = {
    "clerks.s",  # the story's clerk has the same phone
    "admins.s",
    "bulk_runs.s",  # what is searched for just now, until that is over
    "bulk_runs.place",
    "bulk_runs.ahead",
    "shop_news.raw",  # of a shop that has not been taken yet, for 14 days at most
    "playbook_files.s",  # a list that the playbook names: of the team's own files
    "ready_answers.s",  # what staff have written for all customers
    "ready_answers.picture",
    "chat_views.s",  # a list with the name that staff gave it
    "proposals.s",  # what colleagues write to each other about a draft of the playbook
    "contacts.flows.proven",  # another contact of the story has the same phone in hand
    "contacts.flows.found",
}
"""Where the same stands that is not of her."""


@pytest.fixture
def work(stores: Stores, clock: ManualClock) -> ErasureWork:
    return ErasureWork(
        stores.eraser, stores.erasures, stores.sendings, clock, partial(remove_menus, lambda channel: None)
    )


async def everything(database: Database) -> dict[tuple[str, str], Any]:
    return {
        (name, repr(row["_id"])): row
        for name in COLLECTIONS
        async for row in database.collection(name).find({})
    }


def opened(rows: Mapping[tuple[str, str], Any], seal: Seal) -> dict[str, set[str]]:
    """What of hers stands in these rows, by collection and place, their seals opened."""
    found: dict[str, set[str]] = {}
    for (name, _), row in rows.items():
        told = [(path, str(value)) for path, value in leaves(row) if not isinstance(value, bytes)]
        told += [
            (one.path, seal.open(one.value, one.bound_to).decode("utf-8", "replace"))
            for one in sealed_values(name, row)
        ]
        for path, text in told:
            plain = ".".join(part for part in path.split(".") if not part.isdigit())
            place = next(
                (one for one in COLLECTIONS[name].sealed if f"{plain}.".startswith(f"{one}.")), plain
            )
            if hers := {mark for mark in HERS if mark in text}:
                found.setdefault(f"{name}.{place}", set()).update(hers)
    return found


async def erase(work: ErasureWork, stores: Stores, number: str, contact: str) -> ErasedPerson:
    [person] = await stores.eraser.read({number: PersonKeys([contact])})
    await work.begin([person], "command:test")
    await work.carry_out([person])
    return person


@pytest.mark.ring("all", "many writes")
async def test_nothing_of_hers_is_left_and_his_is_as_it_was(
    database: Database, seal: Seal, clock: ManualClock, stores: Stores, work: ErasureWork
) -> None:
    """J2, J4: in no document, opened seals too, but for what is not hers."""
    await Story(database, seal, clock, nothing).told()
    await database.collection("sending_batches").update_many({}, {"$set": {"state": "over"}})
    await database.collection("menu_batches").delete_many({})  # LINE has linked it
    before = await everything(database)
    assert set(HERS) <= {mark for marks in opened(before, seal).values() for mark in marks}
    clock.advance(1)
    await erase(work, stores, "A-1", AMY.contacts[0])
    clock.advance(61)
    assert await work.see_through() == 1, "the story's own has only begun"
    after = await everything(database)
    left = opened(after, seal)
    assert set(left) <= ELSEWHERE, left
    theirs = {key: row for key, row in before.items() if mentions(row, BOB) and not mentions(row, AMY)}
    assert theirs
    assert theirs.items() <= after.items()
    changed = {key[0] for key in before.keys() & after.keys() if before[key] != after[key]}
    assert changed == {"audit", "bulk_runs", "sending_batches", "erasures"}
    gone = {key[0] for key in before.keys() - after.keys()}
    assert gone == {
        name
        for name, spec in COLLECTIONS.items()
        if isinstance(spec.person, PeopleKeys) and name not in OF_OTHERS_TOO
    }
    certificate = await stores.erasures.one("A-1")
    assert certificate is not None
    assert (certificate.state, certificate.by) == ("done", "command:test")
    assert set(certificate.counts) == gone | {"audit", "bulk_runs", "sending_batches"}
    assert [one.version for one in certificate.consents] == ["2026-08"]


@pytest.mark.ring("all", "many writes")
async def test_whose_broadcast_is_under_way_is_taken_out_when_it_is_over(
    database: Database, stores: Stores, work: ErasureWork, clock: ManualClock
) -> None:
    """The call of a key goes to the same people again: nobody is taken out before."""
    both = (Recipient("main:U1", "U1"), Recipient("main:U2", "U2"))
    batches = database.collection("sending_batches")
    batch = SendingBatch("b", "s", 0, "main", "", both, "calling", key="k", got=("main:U1", "main:U2"))
    await batches.insert_one(batch_document(batch, clock.now()))
    clock.advance(1)
    await erase(work, stores, "A-1", "main:U1")
    clock.advance(61)
    assert await work.see_through() == 1
    assert len((await batches.find_one({}) or {})["people"]) == 2
    await batches.update_one({}, {"$set": {"state": "over"}})
    clock.advance(61)
    assert await work.see_through() == 1, "it is looked at again after some minutes"
    clock.advance(300)
    assert await work.see_through() == 0
    row = await batches.find_one({}) or {}
    assert [one["contact"] for one in row["people"]] == ["main:U2"]
    assert (row["got"], row["size"]) == (["main:U2"], 2)


async def test_of_a_phone_that_moves_only_hers_is_freed(
    stores: Stores, work: ErasureWork, clock: ManualClock
) -> None:
    """She has bound it, he is about to; and the other way round."""
    phones = stores.database.collection("phones")
    hashes = [all_hashed(phone, stores.eraser._seal.blind_indexes) for phone in ("+886911", "+886922")]
    until = clock.now() + timedelta(minutes=2)
    rows = [
        {"_id": hashes[0][0], "h": hashes[0], "contact": "main:U1", "claimed": "main:U2", "until": until},
        {"_id": hashes[1][0], "h": hashes[1], "contact": "main:U2", "claimed": "main:U1", "until": until},
    ]
    await phones.insert_many([{**row, "state": "confirmed"} for row in rows])
    await erase(work, stores, "A-1", "main:U1")
    clock.advance(61)
    assert await work.see_through() == 0
    left = {row["_id"]: row async for row in phones.find({}, {"h": 0})}
    assert left[hashes[0][0]] == {
        "_id": hashes[0][0],
        "claimed": "main:U2",
        "until": until,
        "state": "reserved",
    }
    assert left[hashes[1][0]] == {"_id": hashes[1][0], "contact": "main:U2", "state": "confirmed"}


@pytest.mark.ring("test", "a law")
@pytest.mark.parametrize("seed", range(examples(4)))
async def test_whatever_rows_there_are_of_two_people_those_of_the_other_stay_as_they_are(
    database: Database, seal: Seal, stores: Stores, work: ErasureWork, clock: ManualClock, seed: int
) -> None:
    """A row of each person in each collection, also in one that is new, each field of theirs."""
    chance, at = random.Random(seed), clock.now()
    people = PersonKeys(["main:A"], ["A"], ["+8869"]), PersonKeys(["main:B"], ["B"], ["+8868"])
    for spec in COLLECTIONS.values():
        if not isinstance(spec.person, PeopleKeys):
            continue
        for number in range(chance.randint(2, 6)):
            keys = people[number % 2]
            for row in planted(spec.person, keys, f"{number}-{chance.random()}", seal):
                more = {"part": part_of(keys.contacts[0]), "state": "over", "u": chance.random()}
                more |= {spec.person.stored: at} if spec.person.stored else {"at": at}
                await database.collection(spec.name).insert_one({**more, **row})
    await database.collection("menu_batches").delete_many({"people.contact": "main:A"})
    before = await everything(database)
    clock.advance(1)
    await erase(work, stores, "A-1", "main:A")
    clock.advance(61)
    assert await work.see_through() == 0
    after = await everything(database)
    his = {key: row for key, row in before.items() if mentions(row, people[1])}
    assert len(his) > 15
    assert his.items() <= after.items()
    assert not {key for key, row in after.items() if mentions(row, people[0])}


def planted(whose: PeopleKeys, keys: PersonKeys, name: str, seal: Seal) -> Iterator[dict[str, Any]]:
    """A row for each way in which a person's rows are found."""
    contact = keys.contacts[0]
    for field in whose.fields:
        outer, _, inner = field.partition(".")
        if outer in ("_id", "to"):  # a contact, and one that was merged into it
            own = contact if outer == "_id" else f"main:{name}"
            if name[0] in "01" or outer == "to":
                yield {
                    "_id": own,
                    "part": part_of(own),
                    "rev": 1,
                    **({"to": contact} if outer == "to" else {}),
                }
        elif inner:
            lists: dict[str, Any] = {"left_out": [{"contact": contact}], "got": [contact]}
            extra = {one.partition(".")[0] for one in whose.among} - {outer}
            yield {"_id": name, outer: [{inner: contact}], **{one: lists[one] for one in extra}}
        else:
            yield {"_id": f"{name} {field}", "h": [f"{name} {field}"], outer: contact}
    for key in whose.keys:
        value = keys.phones[0] if key.kind == "phone" else keys.users[0]
        if name[0] in "01":
            yield {"_id": key.of(value, seal.blind_index)}
