"""What a `mongos` makes of a command on a sharded collection: how many shards it asks, or why it refuses.

Pure: commands in, verdicts out. Where versions of MongoDB differ, the strictest (6.0 to 8.0) holds.

https://www.mongodb.com/docs/manual/core/distributed-queries/
https://www.mongodb.com/docs/manual/core/sharding-shard-key/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from bson.regex import Regex

Document: TypeAlias = Mapping[str, Any]
ShardKey: TypeAlias = Mapping[str, int | str]
"""A field and 1, or "hashed", in the order of the key."""
Reach: TypeAlias = Literal["one", "some", "all", "refused"]
"""Shards that a command asks: one; those of some values of the key; every one; none, for it is refused."""
Bound: TypeAlias = Literal["value", "values", "range", "none"]
"""What a filter says of a field."""
CLOSEST: tuple[Bound, ...] = ("value", "values", "range")

REPLICA_SET_ONLY = frozenset(
    {"replSetGetStatus", "replSetGetConfig", "replSetInitiate", "replSetReconfig", "applyOps", "dbHash"}
)
"""Commands that a `mongos` does not know."""
RANGES = frozenset({"$gt", "$gte", "$lt", "$lte"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far one command, or one write among its writes, goes. `fields` are those of its filter, sorted."""

    command: str
    collection: str
    reach: Reach
    fields: tuple[str, ...] = ()
    why: str = ""

    @property
    def shape(self) -> str:
        """What commands of one kind share: `find contacts(p.phone)`."""
        return f"{self.command} {self.collection}({', '.join(self.fields)})"


def verdicts(command: Document, keys: Mapping[str, ShardKey]) -> Iterator[Verdict]:
    """What becomes of a command's parts that concern a sharded collection (`keys`), or are refused anyway."""
    name = next(iter(command))
    if name in REPLICA_SET_ONLY:
        yield Verdict(name, "", "refused", why="no such command at a mongos")
        return
    if command.get("$db") == "local":
        yield Verdict(name, str(command[name]), "refused", why="a mongos has no database 'local'")
        return
    collection = command[name]
    if name == "aggregate":
        is_in_transaction = command.get("autocommit") is False
        yield from _of_pipeline(collection, command.get("pipeline", ()), keys, is_in_transaction)
        return
    if not isinstance(collection, str) or (key := keys.get(collection)) is None:
        return
    judge = _Judge(name, collection, key)
    match name:
        case "find":
            yield judge.read(command.get("filter", {}))
        case "count" | "distinct":
            yield judge.read(command.get("query", {}))
        case "insert":
            yield from map(judge.inserted, command["documents"])
        case "update":
            yield from map(judge.updated, command["updates"])
        case "delete":
            yield from map(judge.deleted, command["deletes"])
        case "findAndModify":
            change = command.get("update", {})
            yield judge.single(
                command.get("query", {}), change, upsert=command.get("upsert", False), by_id=False
            )
        case "createIndexes":
            yield from filter(None, map(judge.indexed, command["indexes"]))
        case _:
            pass  # it concerns no documents


def _of_pipeline(
    collection: Any, pipeline: Sequence[Document], keys: Mapping[str, ShardKey], is_in_transaction: bool
) -> Iterator[Verdict]:
    """An aggregation, with those inside it (`$unionWith`, `$lookup`); a change stream asks all, once."""
    if pipeline and "$changeStream" in pipeline[0]:
        return
    if isinstance(collection, str) and (key := keys.get(collection)) is not None:
        matches = []
        for stage in pipeline:
            if "$match" not in stage:
                break
            matches.append(stage["$match"])
        yield _Judge("aggregate", collection, key).read({"$and": matches} if matches else {})
    for stage in pipeline:
        match stage:
            case {"$unionWith": {"coll": str(other), "pipeline": [*inner]}}:
                yield from _of_pipeline(other, inner, keys, is_in_transaction)
            case {"$unionWith": {"coll": str(other)}} | {"$unionWith": str(other)}:
                yield from _of_pipeline(other, (), keys, is_in_transaction)
            case {"$lookup": {"from": str(other)}} if other in keys and is_in_transaction:
                yield Verdict("$lookup", other, "refused", why="from a sharded collection in a transaction")
            case {"$lookup": {"from": str(other)}} if other in keys:
                yield Verdict("$lookup", other, "all", why="for each document, wherever the other lies")
            case {"$merge": {"into": str(other)}} | {"$out": str(other)} if other in keys:
                yield Verdict("$merge", other, "refused", why="not looked at: no command of ours does it")


@dataclass(frozen=True, slots=True)
class _Judge:
    """Verdicts on the parts of one command."""

    command: str
    collection: str
    key: ShardKey

    def read(self, where: Document) -> Verdict:
        return self._says(where, _reach(where, self.key))

    def inserted(self, document: Document) -> Verdict:
        missing = [field for field in self.key if field not in document]
        if missing:
            return self._refuses({}, f"a document without {', '.join(missing)}")
        return Verdict(self.command, self.collection, "one")

    def updated(self, one: Document) -> Verdict:
        where, change = one["q"], one["u"]
        if not one.get("multi"):
            return self.single(where, change, upsert=one.get("upsert", False), by_id=True)
        if one.get("upsert"):
            return self._refuses(where, "upsert of many")
        if changed := self._changed(change):
            return self._refuses(where, f"many documents would get another {', '.join(changed)}")
        return self.read(where)

    def deleted(self, one: Document) -> Verdict:
        return (
            self.read(one["q"]) if not one["limit"] else self.single(one["q"], {}, upsert=False, by_id=True)
        )

    def single(self, where: Document, change: Any, *, upsert: bool, by_id: bool) -> Verdict:
        """One document: by the whole key; without it by its `_id`, of all shards, where nothing is put in."""
        reach = _reach(where, self.key)
        changed = [field for field in self._changed(change) if not _stays(field, where, change)]
        if changed:
            return self._refuses(where, f"the document would get another {', '.join(changed)}")
        if reach == "one":
            return self._says(where, "one")
        if by_id and not upsert and _bound(where, "_id") == "value":
            return self._says(where, "all")
        return self._refuses(where, f"one document without its whole shard key {', '.join(self.key)}")

    def indexed(self, index: Document) -> Verdict | None:
        if not index.get("unique"):
            return None
        first = list(index["key"])[: len(self.key)]
        if first == list(self.key) and "hashed" not in self.key.values():
            return None
        return self._refuses({}, f"the unique index {index['name']} does not begin with the shard key")

    def _changed(self, change: Any) -> list[str]:
        """The fields of the shard key that an update writes: operators, or a pipeline's."""
        stages = change if isinstance(change, list) else [change]
        operators = [values for stage in stages for name, values in stage.items() if name.startswith("$")]
        written = {field for values in operators if isinstance(values, Mapping) for field in values}
        if isinstance(change, Mapping) and change and not operators:  # a replacement
            return [field for field in self.key if field != "_id"]
        return [field for field in self.key if field in written]

    def _says(self, where: Document, reach: Reach) -> Verdict:
        return Verdict(self.command, self.collection, reach, tuple(sorted(_fields(where))))

    def _refuses(self, where: Document, why: str) -> Verdict:
        return Verdict(self.command, self.collection, "refused", tuple(sorted(_fields(where))), why)


def _stays(field: str, where: Document, change: Any) -> bool:
    """Whether an update writes the value of the key that it has looked for."""
    looked_for = _value(where, field)
    if isinstance(change, list) or looked_for is None:
        return False
    written = (
        change.get("$set", change.get("$setOnInsert", {})) if any(k[0] == "$" for k in change) else change
    )
    return bool(written.get(field) == looked_for)


def _reach(where: Document, key: ShardKey) -> Reach:
    if isinstance(ways := where.get("$or"), Sequence) and ways:
        rest = {name: value for name, value in where.items() if name != "$or"}
        reached = {_reach({**rest, "$and": [way, *where.get("$and", ())]}, key) for way in ways}
        if "all" not in reached:
            return "some" if len(ways) > 1 else reached.pop()
    bounds = [_bound(where, field) for field in key]
    if all(bound == "value" for bound in bounds):
        return "one"
    if "hashed" in key.values():
        return "some" if bounds == ["values"] else "all"
    return "all" if bounds[0] == "none" else "some"


def _bound(where: Document, field: str) -> Bound:
    """What a filter says of a field, in itself and in its `$and`."""
    found: set[Bound] = {_bound_of(where[field])} if field in where else set()
    found |= {_bound(one, field) for one in where.get("$and", ())}
    return next((bound for bound in CLOSEST if bound in found), "none")


def _bound_of(value: Any) -> Bound:
    if isinstance(value, re.Pattern | Regex):
        return "none"  # as `$regex`
    if not isinstance(value, Mapping) or not any(name.startswith("$") for name in value):
        return "value"
    if "$eq" in value:
        return "value"
    if "$in" in value:
        bounds = {_bound_of(one) for one in value["$in"]}
        return "none" if "none" in bounds else "value" if len(value["$in"]) == 1 else "values"
    return "range" if RANGES & value.keys() else "none"


def _value(where: Document, field: str) -> Any:
    value = where.get(field)
    return None if isinstance(value, Mapping) else value


def _fields(where: Document) -> set[str]:
    """The fields that a filter names."""
    found = set[str]()
    for name, value in where.items():
        if name in ("$and", "$or", "$nor"):
            for one in value:
                found |= _fields(one)
        else:
            found.add(name)
    return found
