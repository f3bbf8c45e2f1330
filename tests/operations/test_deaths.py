"""K1, J2: whoever carries out a change may die after each of its writes; the audit log is never without it.

MongoDB refuses the first write, the second, and so on, and all after that: what is there then is what a
process leaves that has died. https://www.mongodb.com/docs/manual/reference/command/configureFailPoint/
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from bson import Timestamp
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from bot.model.translatable import Refusal
from bot.operations.catalog.answers import Pending
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.parameters import Chat
from bot.operations.catalog.registry import all_operations
from bot.operations.find_contacts import LocatedContact
from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import DATABASE, Database
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import ManualClock
from tests.operations.valid_calls import BY, CALLS, ELSEWHERE, OPERATIONS, Values, small_shop
from tests.running import emptying
from tests.store.another_mongod import another
from tests.web.api.api_world import ApiWorld

WRITES = ["insert", "update", "delete", "findAndModify", "bulkWrite", "commitTransaction"]
NOT_RETRIED = 1
"""InternalError: no driver tries again."""
UNSEEN = re.compile(r"'_id': 'account:|'by': 'proposal:")
"""Rows that nothing shows: how often an account has tried codes; files of a draft not handed in yet.
As little those of `playbook_files` that no version names."""
DONE = ": done"
MOST = 30
"""Writes of one operation."""
MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{16,}|\b[0-9A-Z]{5}-?[0-9A-Z]{5}\b")
"""Ids, tokens, codes of coupons."""


def test_each_change_has_a_valid_call_or_its_reason() -> None:
    changes = {one.name for one in all_operations() if one.changes}
    assert CALLS.keys() | ELSEWHERE.keys() == changes
    assert not CALLS.keys() & ELSEWHERE.keys()


@pytest.mark.ring("all", "a mongod of its own, and hundreds of deaths")
async def test_no_change_is_without_its_line_and_the_same_request_ends_it(
    tmp_path: Path, seal: Seal, clock: ManualClock, unused_tcp_port: int
) -> None:
    async with _mortal(tmp_path, seal, clock, unused_tcp_port) as mortal:
        failed = {name: said for name in CALLS if (said := await mortal.failure_of(name))}
    assert not failed, "\n".join(f"{name}: {said}" for name, said in failed.items())


@asynccontextmanager
async def _mortal(folder: Path, seal: Seal, clock: ManualClock, port: int) -> AsyncIterator[Mortal]:
    options = ("--replSet", "rs", "--setParameter", "enableTestCommands=1")
    (folder / "shop").mkdir()
    async with another(folder, port, *options):
        uri = f"mongodb://127.0.0.1:{port}/?replicaSet=rs"
        database = Database(uri)
        await database.prepare()
        world = ApiWorld(database, seal, clock, folder / "shop")
        await world.start()
        try:
            with MongoClient[dict[str, Any]](uri) as client, emptying(uri) as empty:
                yield Mortal(world, client, empty)
        finally:
            await world.stop()
            database.close()


@dataclass(frozen=True)
class Found:
    """What is stored: the documents of the shop, without what is made up, and the lines of the audit log."""

    shop: Mapping[str, Sequence[str]]
    lines: Sequence[str]


class Mortal:
    """A shop whose operations die."""

    def __init__(
        self, world: ApiWorld, client: MongoClient[dict[str, Any]], empty: Callable[[], None]
    ) -> None:
        self._world, self._client, self._empty = world, client, empty

    async def failure_of(self, name: str) -> str:
        """What is wrong after some write of this operation; empty: nothing is."""
        values, call = await self._prepared(name)
        before = self._found()
        with suppress(Pending):  # no process runs here
            await self._does(name, call, values)
        whole = self._found()
        if whole.shop == before.shop:
            return "it changes nothing"
        for writes in range(MOST):
            values, call = await self._prepared(name)
            before = self._found()
            with self._refusing_after(writes):
                is_done = await self._ends(name, call, values)
            found = self._found()
            if is_done:
                return "" if writes else "it writes nothing"
            if found.shop != before.shop and found.lines == before.lines:
                return f"after {writes} writes: changed, and no line: {_difference(before, found)}"
            await self._ends(name, call, await self._renewed(values))
            if (ended := self._found()).shop != whole.shop:
                return (
                    f"after {writes} writes the same request ends it otherwise: {_difference(whole, ended)}"
                )
            if len(_done(ended)) > len(_done(whole)):
                return f"after {writes} writes the same request is recorded twice: {ended.lines}"
        return "it has no end"

    async def _prepared(self, name: str) -> tuple[Values, OperationCall]:
        self._empty()
        await small_shop(self._world)
        return await CALLS[name](self._world), self._world.operation_call(BY)

    async def _ends(self, name: str, call: OperationCall, values: Values) -> bool:
        """Whether it comes to an end, also to that of a refusal."""
        try:
            await self._does(name, call, values)
        except (PyMongoError, DatabaseUnavailable):
            return False
        except Refusal:
            return True
        return True

    async def _does(self, name: str, call: OperationCall, values: Values) -> None:
        tables = {key: iter(one) for key, one in values.items() if isinstance(one, list)}
        await OPERATIONS[name](call, **{**values, **tables})

    async def _renewed(self, values: Values) -> Values:
        """Read anew, as for another request."""
        return {name: await self._anew(value) for name, value in values.items()}

    async def _anew(self, value: Any) -> Any:
        match value:
            case Chat(found, channel):
                return Chat(await self._anew(found), channel)
            case LocatedContact():
                stored = await self._world.stores.contacts.person(value.contact.id)
                return value if stored is None else replace(value, stored=stored)
            case _:
                return value

    @contextmanager
    def _refusing_after(self, writes: int) -> Iterator[None]:
        refuse = {"failCommands": WRITES, "errorCode": NOT_RETRIED}
        admin = self._client.admin
        admin.command({"configureFailPoint": "failCommand", "mode": {"skip": writes}, "data": refuse})
        try:
            yield
        finally:
            admin.command({"configureFailPoint": "failCommand", "mode": "off"})

    def _found(self) -> Found:
        shop: dict[str, list[str]] = {}
        lines: list[str] = []
        first, *others = COLLECTIONS
        rows = [{"$unionWith": {"coll": name, "pipeline": _of(name)}} for name in others]
        for row in self._client[DATABASE][first].aggregate([*_of(first), *rows]):
            name, document = row["of"], row["row"]
            if name == "audit":
                lines.append(f"{document['what']} {document['contact']}{document.get('state', DONE)}")
            elif name != "playbook_files" and not UNSEEN.search(words := _words(document)):
                shop.setdefault(name, []).append(words)
        return Found({name: sorted(several) for name, several in shop.items()}, sorted(lines))


def _of(collection: str) -> list[dict[str, Any]]:
    """Its documents, each with the collection's name."""
    return [{"$project": {"_id": 0, "of": {"$literal": collection}, "row": "$$ROOT"}}]


def _done(found: Found) -> Sequence[str]:
    """Its lines, without those of what had begun and has no end."""
    return [one for one in found.lines if one.endswith(DONE)]


def _words(document: Mapping[str, Any]) -> str:
    """A document without what is another each time."""
    return MADE_UP.sub("…", repr({name: _plain(value) for name, value in document.items()}))


def _plain(value: Any) -> Any:
    match value:
        case bytes() | datetime() | Timestamp():
            return type(value).__name__
        case dict():
            return {name: _plain(one) for name, one in value.items()}
        case list():
            return [_plain(one) for one in value]
        case _:
            return value


def _difference(one: Found, other: Found) -> str:
    names = one.shop.keys() | other.shop.keys()
    return str(
        {
            name: (one.shop.get(name), other.shop.get(name))
            for name in names
            if one.shop.get(name) != other.shop.get(name)
        }
    )
