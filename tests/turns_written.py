"""Turns as they were really written: read from MongoDB's own log of writes, whatever was forgotten since.

https://www.mongodb.com/docs/v6.0/core/replica-set-oplog/
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pymongo import DESCENDING, MongoClient

from bot.store.database.mongo import Document, reaching

CONTACTS, CHANGES = "oaflow.contacts", ["i", "u"]


@dataclass
class Written:
    """What turns have written to one contact: the events decided and the revisions, in order."""

    events: list[str] = field(default_factory=list)
    revisions: list[int] = field(default_factory=list)


async def now_in_log(client: MongoClient[Document]) -> Any:
    """The place in the log where it ends now."""
    async with reaching():
        return (_log(client).find_one({}, sort=[("$natural", DESCENDING)]) or {})["ts"]


async def turns_written(client: MongoClient[Document], since: Any = None) -> dict[str, Written]:
    """The turns of each contact (after this place of the log).

    An id stands among the events once for each time that a turn was written for it.
    """
    which: Document = {"$or": [{"ns": CONTACTS, "op": {"$in": CHANGES}}, {"o.applyOps.ns": CONTACTS}]}
    if since is not None:
        which["ts"] = {"$gt": since}
    async with reaching():
        entries = list(_log(client).find(which).sort("$natural", 1))
    written: dict[str, Written] = {}
    held: dict[str, list[str]] = {}
    for write in _writes(entries):
        contact = (write.get("o2") or write["o"])["_id"]
        of = written.setdefault(contact, Written())
        before = held.get(contact, [])
        after = held[contact] = _open_after(write, before)
        known = Counter(before)
        for event in after:
            if known[event]:
                known[event] -= 1
            else:
                of.events.append(event)
        of.revisions += _revision(write)
    return written


def _writes(entries: Iterable[Document]) -> Iterator[Document]:
    """The writes of contacts, those of transactions as well."""
    for entry in entries:
        for write in entry["o"].get("applyOps", [entry]):
            if write["ns"] == CONTACTS and write["op"] in CHANGES:
                yield write


def _log(client: MongoClient[Document]) -> Any:
    return client.get_database("local").get_collection("oplog.rs")


def _revision(write: Mapping[str, Any]) -> list[int]:
    told = write["o"]
    places = [told] if write["op"] != "u" else [told["diff"].get("i", {}), told["diff"].get("u", {})]
    return [place["rev"] for place in places if "rev" in place]


def _open_after(write: Mapping[str, Any], before: list[str]) -> list[str]:
    """The contact's `open` after this write of the log."""
    told = write["o"]
    if write["op"] != "u":
        return list(told.get("open", ()))
    diff = told["diff"]
    for whole in (diff.get("i", {}), diff.get("u", {})):
        if "open" in whole:
            return list(whole["open"])
    change = diff.get("sopen")
    if change is None:
        return before
    after = before[: change["l"]] if "l" in change else list(before)
    for name, value in change.items():
        if name[0] == "u" and name[1:].isdigit():
            place = int(name[1:])
            after[place : place + 1] = [value]
    return after
