"""An event that was passed on to a merged contact, and that LINE delivers again, is decided once (D3).

On one server `_id` is one event's in the whole inbox; in a cluster it is on each shard. So two databases
stand for the shards of two parts here, each with its own `_id`s, and what the program asks goes by the part.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError

from bot.model.processes import part_of
from bot.store.database.mongo import Collection, Database
from bot.store.events.passed_on import pass_on

HER, OUTLET = "main:U1", "outlet:V1"


class TwoShards:
    """The inbox, whose parts lie on two shards."""

    def __init__(self, database: Database) -> None:
        self.other = database.client["the_other_shard"]
        self.of: dict[int, Any] = {
            part_of(OUTLET): database.collection("inbox"),
            part_of(HER): Collection(self.other["inbox"]),
        }

    def find(self, where: Mapping[str, Any], *given: Any, **named: Any) -> Any:
        return self.of[where["part"]].find(where, *given, **named)

    async def delete_many(self, where: Mapping[str, Any], **named: Any) -> None:
        await self.of[where["part"]].delete_many(where, **named)

    async def insert_many(self, documents: Sequence[Mapping[str, Any]], **named: Any) -> None:
        for document in documents:
            await self.of[document["part"]].insert_one(dict(document), **named)

    async def rows(self, contact: str) -> list[tuple[str, str]]:
        found = await self.of[part_of(contact)].find({"contact": contact}).sort("_id", 1).to_list(None)
        return [(one["_id"], one["state"]) for one in found]


def entry(event: str, contact: str, state: str) -> dict[str, Any]:
    return {"_id": event, "part": part_of(contact), "contact": contact, "state": state}


@pytest.fixture
async def shards(database: Database) -> AsyncIterator[TwoShards]:
    assert part_of(HER) != part_of(OUTLET)
    await database.collection("contacts").insert_one({"_id": HER, "part": part_of(HER), "waiting": []})
    made = TwoShards(database)
    yield made
    database.client.drop_database(made.other.name)


async def passed(database: Database, shards: Any) -> list[str]:
    """What waits for her once the outlet's open events were passed on."""
    contacts = database.collection("contacts")
    which = {"part": part_of(OUTLET), "contact": OUTLET, "state": "open"}
    with database.client.start_session() as session, session.start_transaction():
        await pass_on(shards, contacts, which, HER, session)
    found = await contacts.find_one({"_id": HER})
    assert found is not None
    return list(found["waiting"])


@pytest.mark.parametrize("state", ["open", "done"])
async def test_what_is_delivered_again_after_it_was_passed_on_is_not_passed_on_again(
    database: Database, shards: TwoShards, state: str
) -> None:
    await shards.insert_many([entry("E1", OUTLET, "open")])
    assert await passed(database, shards) == ["E1"]
    await shards.of[part_of(HER)].update_one({"_id": "E1"}, {"$set": {"state": state}})
    await database.collection("contacts").update_one({"_id": HER}, {"$set": {"waiting": []}})
    again = [entry("E1", OUTLET, "open"), entry("E2", OUTLET, "open")]
    await shards.insert_many(again)
    assert await passed(database, shards) == ["E2"], "the other one is known there"
    assert await shards.rows(OUTLET) == []
    assert await shards.rows(HER) == [("E1", state), ("E2", "open")]
    await shards.insert_many(again[:1])
    assert await passed(database, shards) == ["E2"]
    assert await shards.rows(OUTLET) == [], "where nothing else came with it, too"


async def test_the_shards_of_the_test_are_as_a_clusters(shards: TwoShards) -> None:
    await shards.insert_many([entry("E1", HER, "done"), entry("E1", OUTLET, "open")])
    with pytest.raises(DuplicateKeyError):
        await shards.insert_many([entry("E1", HER, "open")])
