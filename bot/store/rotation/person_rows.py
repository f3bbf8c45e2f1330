"""Reads all rows of one person, by the table of collections, with their seals opened: for exports."""

from __future__ import annotations

import re
import zlib
from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import bson
import orjson
from bson.codec_options import CodecOptions
from bson.errors import BSONError

from bot.model.admin import CONSOLE
from bot.model.api_token import BY_TOKEN
from bot.model.audit import MEMBER
from bot.store.codec.transcript_codec import decode_transcript
from bot.store.collection_spec import CollectionSpec, PeopleKeys, PersonKeys
from bot.store.collections import COLLECTIONS
from bot.store.contacts.erasing import Eraser
from bot.store.database.mongo import Database, Document, looking_at_all
from bot.store.people_collections import CONVERSATION_FILES, INBOX, PHONES, TIMELINE, TRACE
from bot.store.rotation.places import sealed_values
from bot.store.sealing.private import all_hashed
from bot.store.sealing.seal import Seal, SealInvalid, is_sealed

_READING: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)
OTHERS = "another person"
"""In place of the id of somebody else, with whom the person shares a row."""
STAFF = "staff"
"""Replaces the name of a member of staff, and the receiver of an alert."""
_INDEXED = frozenset(("p", "name_grams", "x", "h", "digest", "rev", "fence", "part"))
"""Fields of rows that only find them: keyed hashes, numbers of revisions."""
_ACTORS = ("command:", CONSOLE, BY_TOKEN)
"""How the name of an actor begins that is a member of staff, or a token of theirs."""
_OWN_EVENT = b"oaflow "
"""What an event of our own begins with where LINE's are JSON."""
_CONTACT = re.compile(r"(?<![\w:])(?:[a-z][a-z0-9_-]*:[UCR][0-9A-Za-z]+|M:[0-9a-f]{24})")
"""Matches the id of a contact, also in a longer text such as an event's id."""
_TOGETHER = 5_000
"""Ids in one query."""


class PersonRows:
    """What is stored of a person. Every call raises `DatabaseUnavailable`."""

    def __init__(self, database: Database, seal: Seal, eraser: Eraser) -> None:
        self._database = database
        self._seal = seal
        self._eraser = eraser

    async def keys(self, contact: str) -> PersonKeys:
        """What the rows of this person are found by, with those of all who were merged into them."""
        [person] = await self._eraser.read({contact: PersonKeys([contact])})
        return person.keys

    async def read(self, keys: PersonKeys) -> AsyncIterator[tuple[str, Document]]:
        """Each row, with the name of its collection, as plain values of JSON.

        Rows of several people are cut to this one. Values whose key is missing are `None`.
        """
        events: list[str] = []
        for spec in sorted(of_people(), key=lambda one: one is not TIMELINE):
            async for row in self._found(spec, keys, events):
                if spec is TIMELINE:
                    events.append(row["_id"])
                yield spec.name, self._plain(spec, row, keys)

    async def _found(
        self, spec: CollectionSpec, keys: PersonKeys, events: Sequence[str]
    ) -> AsyncIterator[Document]:
        theirs = dict(whose(spec).rows_of(keys, self._seal.blind_indexes))
        if spec in (INBOX, TRACE):
            asked: list[Document] = [{"_id": {"$in": some}, **theirs} for some in _some(events)]
            if spec is INBOX:
                asked.append({"state": "open", "_id": {"$nin": list(events)}, **theirs})
        elif spec is PHONES:
            names = [name for one in keys.phones for name in all_hashed(one, self._seal.blind_indexes)]
            asked = [{"$and": [{"h": {"$in": names}}, theirs]}]
        elif spec is CONVERSATION_FILES:  # not what staff have chosen, and not sent
            asked = [{"$and": [theirs, {"staged": {"$exists": False}}]}]
        else:
            asked = [theirs]
        for where in asked:
            rows = self._database.collection(spec.name).find(where, batch_size=500)
            while True:
                async with looking_at_all():
                    some = await rows.to_list(500)
                if not some:
                    break
                for row in some:
                    yield row

    def _plain(self, spec: CollectionSpec, row: Document, keys: PersonKeys) -> Document:
        """The row as JSON, without what is of others."""
        person = whose(spec)
        mine = {*keys.contacts}
        if spec.name == "conversation_files":
            row = {name: value for name, value in row.items() if name != "s"}  # a file beside
        for path in person.among:
            name, _, inner = path.partition(".")
            row[name] = [one for one in row.get(name, ()) if (one[inner] if inner else one) in mine]
        if spec.name == "audit" and row.get("contact") not in mine:
            row = {name: value for name, value in row.items() if name not in ("details", "before")}
        opened = {
            one.path: self._open(spec.name, one.path, one.value, one.bound_to)
            for one in sealed_values(spec.name, row)
        }
        if isinstance(before := opened.get("before"), list):
            opened["before"] = [one for one in before if one["id"] in mine]
        if spec.name == "alerts":
            row["to"] = STAFF
        for name in person.fields:
            if isinstance(row.get(name), str) and row[name] not in mine:
                row[name] = OTHERS
        plain: Document = _without_others(_as_json(row, "", opened), mine)
        return plain

    def _open(self, collection: str, path: str, value: bytes, bound_to: bytes) -> Any:
        try:
            content = self._seal.open(value, bound_to)
        except SealInvalid:
            return None
        if collection == "conversations":
            incoming, cause, calls = decode_transcript(content)
            said = {
                "in": incoming and incoming._asdict(),
                "cause": cause and cause.payload(),
                "out": [call._asdict() for call in calls],
            }
            return _as_json(said, "said", {})
        if (collection, path) == ("audit", "before"):
            return [self._contact(one) for one in bson.decode(content, _READING)["before"]]
        return _decoded(content)

    def _contact(self, document: Document) -> Any:
        """A contact as it was before a merge: its own seals are opened, too."""
        opened = {
            one.path: self._open("contacts", one.path, one.value, one.bound_to)
            for one in sealed_values("contacts", document)
        }
        return _as_json(document, "", opened)


def of_people() -> list[CollectionSpec]:
    """The collections that have rows of people."""
    return [spec for spec in COLLECTIONS.values() if isinstance(spec.person, PeopleKeys)]


def whose(spec: CollectionSpec) -> PeopleKeys:
    """How a person's rows are found in a collection of `of_people`."""
    assert isinstance(spec.person, PeopleKeys)
    return spec.person


def _decoded(content: bytes) -> Any:
    """JSON, BSON, or a text."""
    if content.startswith(b"x"):
        with suppress(zlib.error):  # a text that begins with this letter
            content = zlib.decompress(content)
    with suppress(orjson.JSONDecodeError):
        if content.startswith(_OWN_EVENT):
            return _as_json(orjson.loads(content.removeprefix(_OWN_EVENT)), "event", {})
        found = orjson.loads(content)
        if isinstance(found, dict | list):  # a text of digits is a text
            return found
    try:
        return _as_json(bson.decode(content, _READING), "s", {})
    except BSONError:
        return content.decode("utf-8", "replace")


def _as_json(value: Any, path: str, opened: Mapping[str, Any]) -> Any:
    if path in opened:
        return opened[path]
    match value:
        case Mapping():
            return {
                ("id" if name == "_id" else name): STAFF
                if (name == "who" and one != MEMBER) or (name == "by" and str(one).startswith(_ACTORS))
                else _as_json(one, f"{path}.{name}" if path else name, opened)
                for name, one in value.items()
                if path or name not in _INDEXED
            }
        case list():
            return [
                _as_json(one, f"{path}.{number}" if path else str(number), opened)
                for number, one in enumerate(value)
            ]
        case datetime():
            return value.isoformat()
        case str() if value.startswith("command:"):
            return STAFF
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return None if is_sealed(value) else value.hex()
        case _:
            return str(value)


def _without_others(value: Any, mine: Collection[str]) -> Any:
    """The same JSON, in whose texts no other contact's id stands."""
    match value:
        case dict():
            return {name: _without_others(one, mine) for name, one in value.items()}
        case list():
            return [_without_others(one, mine) for one in value]
        case str():
            return _CONTACT.sub(lambda found: found[0] if found[0] in mine else OTHERS, value)
        case _:
            return value


def _some(ids: Sequence[str]) -> Iterable[list[str]]:
    return (list(ids[start : start + _TOGETHER]) for start in range(0, len(ids), _TOGETHER))
