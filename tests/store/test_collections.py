"""The table of collections holds: nothing private lies open, and a person's rows are found, all of them."""

from __future__ import annotations

import ast
import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.model.broadcast import LeftOut, Recipient, SendingBatch
from bot.store.broadcasts.batches import batch_document
from bot.store.collection_spec import CollectionSpec, PeopleKeys, PersonKeys
from bot.store.collections import COLLECTIONS
from bot.store.database.mongo import Database
from bot.store.sealing.seal import VERSION, Seal
from tests.conftest import NOW, ManualClock
from tests.documents.collections import meanings
from tests.sources import BOT, ROOT, modules, nodes_of
from tests.store.whole_story import AMY, BOB, OPEN, PRIVATE, Story


class Looker:
    """Looks at every row of every collection, as somebody who has stolen the disk."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.wrong: dict[str, set[str]] = defaultdict(set)
        """What is wrong, by collection and place."""
        self.sealed: set[str] = set()
        """The places where sealed bytes were found."""

    async def look(self) -> None:
        for spec in COLLECTIONS.values():
            async for row in self._database.collection(spec.name).find({}):
                for path, value in leaves(row):
                    self._judge(spec, path, value)

    def _judge(self, spec: CollectionSpec, path: str, value: object) -> None:
        place = next((one for one in spec.sealed if f"{path}.".startswith(f"{one}.")), None)
        name = f"{spec.name}.{path}"
        if place is not None and is_sealed(value):
            self.sealed.add(f"{spec.name}.{place}")
        elif place is not None:
            self.wrong[name].add("is not sealed")
        elif isinstance(value, bytes):
            self.wrong[name].add("is sealed, and not in the table")
        for told in (path, str(value)):
            shown = {private for private in PRIVATE if private in told and (name, private) not in OPEN}
            self.wrong[name].update(f"shows {private}" for private in shown)
        if not self.wrong[name]:
            del self.wrong[name]


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Each single value of a document with its path, lists left out of it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value


def is_sealed(value: object) -> bool:
    """Whether this is what `Seal` makes."""
    return isinstance(value, bytes) and len(value) > 30 and value[0] == VERSION


@pytest.fixture
async def looker(database: Database) -> Looker:
    return Looker(database)


@pytest.mark.ring("all", "many writes")
async def test_after_a_whole_story_nothing_private_lies_open(
    database: Database, seal: Seal, clock: ManualClock, looker: Looker
) -> None:
    async with asyncio.timeout(120):
        await Story(database, seal, clock, looker.look).told()
    assert dict(looker.wrong) == {}
    declared = {f"{spec.name}.{place}" for spec in COLLECTIONS.values() for place in spec.sealed}
    assert looker.sealed == declared, "the story tells of each sealed field"


@pytest.mark.ring("all", "many writes")
async def test_what_is_written_unsealed_is_found(
    database: Database, clock: ManualClock, looker: Looker, monkeypatch: pytest.MonkeyPatch, seal: Seal
) -> None:
    """The test above can fail: so it would, were one field not sealed."""
    honest = Seal.seal

    def careless(self: Seal, plain: bytes, context: bytes) -> bytes:
        return plain if context.endswith(b"#note") else honest(self, plain, context)

    monkeypatch.setattr(Seal, "seal", careless)
    await Story(database, seal, clock, looker.look).told()
    assert looker.wrong == {"timeline.text": {"is not sealed"}}


@pytest.mark.ring("all", "many writes")
@pytest.mark.parametrize(("person", "other"), [(AMY, BOB), (BOB, AMY)], ids=["amy", "bob"])
async def test_a_persons_rows_are_found_all_of_them_and_nobody_elses(
    database: Database, seal: Seal, clock: ManualClock, person: PersonKeys, other: PersonKeys
) -> None:
    await Story(database, seal, clock, nothing).told()
    missed, strange, collections = set(), set(), set()
    for spec in COLLECTIONS.values():
        everything = await rows(database, spec, {})
        mine = {}
        if isinstance(spec.person, PeopleKeys):
            mine = await rows(database, spec, spec.person.rows_of(person, seal.blind_indexes))
        about = {key for key, row in everything.items() if mentions(row, person)}
        missed |= {(spec.name, key) for key in about - mine.keys()}
        strange |= {(spec.name, key) for key, row in mine.items() if mentions(row, other)}
        collections |= {spec.name} if mine else set()
    assert (missed, strange) == (set(), set())
    assert collections >= {"contacts", "inbox", "timeline", "trace"}
    if person is AMY:
        assert collections == {
            name for name, spec in COLLECTIONS.items() if isinstance(spec.person, PeopleKeys)
        }, "something of hers is in each"


async def test_who_is_erased_is_taken_out_of_what_others_are_in(database: Database, seal: Seal) -> None:
    """K, J2: of a broadcast all others stay, and what is counted of it."""
    hers, his = AMY.contacts[0], BOB.contacts[0]
    people = tuple(Recipient(contact, contact.partition(":")[2]) for contact in (hers, his))
    both: Mapping[str, LeftOut] = {hers: "refused", his: "refused"}
    batch = SendingBatch("b", "s", 0, "main", "", people, "over", at=NOW, left_out=both, got=(hers, his))
    menu = {"_id": "m", "people": [{"contact": hers}, {"contact": his}]}
    await database.collection("sending_batches").insert_one(batch_document(batch, NOW))
    await database.collection("menu_batches").insert_one(menu)
    await database.collection("bulk_runs").insert_one({"_id": "r", "chosen": menu["people"]})
    shared = {name: spec for name, spec in COLLECTIONS.items() if _are_several_peoples(spec)}
    assert set(shared) == {"bulk_runs", "sending_batches", "menu_batches"}
    for name, spec in shared.items():
        assert isinstance(spec.person, PeopleKeys)
        where = spec.person.rows_of(AMY, seal.blind_indexes)
        await database.collection(name).update_many(where, spec.person.without(AMY))
        [row] = (await rows(database, spec, {})).values()
        assert (mentions(row, AMY), mentions(row, BOB)) == (False, True)
    [row] = (await rows(database, COLLECTIONS["sending_batches"], {})).values()
    assert (row["size"], row["why"]) == (2, [{"k": "refused", "n": 2}])


def _are_several_peoples(spec: CollectionSpec) -> bool:
    """Whether a person is found by a list of a row."""
    return isinstance(spec.person, PeopleKeys) and any("." in field for field in spec.person.fields)


async def nothing() -> None: ...


async def rows(database: Database, spec: CollectionSpec, where: Mapping[str, Any]) -> dict[str, Any]:
    return {repr(row["_id"]): row async for row in database.collection(spec.name).find(where)}


def mentions(row: object, person: PersonKeys) -> bool:
    names = (*person.contacts, *person.users)
    return any(name in str(value).split(":") for _, value in leaves(row) for name in names)


@pytest.mark.ring("all", "many writes")
def test_the_code_uses_the_collections_of_the_table_and_no_other() -> None:
    used = {name for path in modules(BOT) for name in collections_in(path)}
    assert used == set(COLLECTIONS)


def collections_in(path: Path) -> Iterator[str]:
    """Those that a module asks for, or names as those of a repository."""
    for node in nodes_of(path, r"\.(?:collection|synchronous)\(|\bcollection=|\brows_of\("):
        match node:
            case ast.Call(ast.Attribute(attr="collection" | "synchronous"), [ast.Constant(str(name)), *_]):
                yield name
            case ast.Call(ast.Name("rows_of"), [ast.Constant(str(name))]):
                yield name
            case ast.ClassDef(keywords=[ast.keyword(arg="collection", value=ast.Constant(str(name)))]):
                yield name
            case _:
                pass


def test_of_each_stands_what_a_document_is_and_of_no_other() -> None:
    assert meanings().keys() == COLLECTIONS.keys()


def test_operations_say_of_each_how_long_it_is_kept() -> None:
    text = (ROOT / "docs" / "operations" / "privacy.md").read_text()
    lines = text.split("| collection | what | life |")[1].split("\n\n")[0].splitlines()[2:]
    told = {name for line in lines for name in line.split("|")[1].split("`")[1::2]}
    assert told == set(COLLECTIONS)
