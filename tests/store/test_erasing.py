"""Everything of one person is erased, and nothing of anybody else (J2, J4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bot.runtime.sweeps.erasures import ErasureWork
from bot.store.collections import COLLECTIONS, PeopleKeys, PersonKeys
from bot.store.contacts.erased_people import ErasedPerson
from bot.store.database.mongo import Database
from bot.store.rotation.places import sealed_values
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import ManualClock
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
ELSEWHERE = {
    "clerks.s",  # the story's clerk has the same phone
    "admins.s",
    "shop_news.raw",  # of a shop that has not been taken yet, for 14 days at most
    "playbook_files.s",  # a list that the playbook names: of the team's own files
    "contacts.flows.proven",  # another contact of the story has the same phone in hand
    "contacts.flows.found",
}
"""Where the same stands that is not of her."""


@pytest.fixture
def stores(database: Database, seal: Seal) -> Stores:
    return stores_of(database, seal)


@pytest.fixture
def work(stores: Stores, clock: ManualClock) -> ErasureWork:
    return ErasureWork(stores.eraser, stores.erasures, stores.sendings, clock)


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
    assert changed == {"audit", "sending_batches", "erasures"}
    gone = {key[0] for key in before.keys() - after.keys()}
    assert gone == {
        name
        for name, spec in COLLECTIONS.items()
        if isinstance(spec.person, PeopleKeys) and name not in ("audit", "sending_batches", "menu_batches")
    }
    certificate = await stores.erasures.one("A-1")
    assert certificate is not None
    assert (certificate.state, certificate.by) == ("done", "command:test")
    assert set(certificate.counts) == gone | {"audit", "sending_batches"}
    assert [one.version for one in certificate.consents] == ["2026-08"]
