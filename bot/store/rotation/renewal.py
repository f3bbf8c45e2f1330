"""One document sealed anew: what is to be put in place of what, by the keys that are used now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

import bson
from bson.codec_options import CodecOptions

from bot.model.value import PRIVATE_SLOT
from bot.store.database.mongo import Document
from bot.store.rotation.places import sealed_values
from bot.store.sealing.private import PrivateFields
from bot.store.sealing.seal import Seal, SealInvalid, index_key_of

_READING: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)

HASHED: Mapping[str, Sequence[str]] = {"contacts": ("p", PRIVATE_SLOT), "member_records": ("p",)}
"""Where rows of a collection have keyed hashes; the values lie sealed below `s`."""


def renewed(collection: str, document: Mapping[str, Any], seal: Seal) -> tuple[Document, Document]:
    """What must lie there, and what is put in its place; both empty where all is by the keys of now.

    What does not open stays: whoever retires its key is told that it is there.
    """
    old: Document = {}
    new: Document = {}
    for one in sealed_values(collection, document):
        inside = (collection, one.path) == ("audit", "before")
        if seal.is_current(one.value) and not inside:
            continue
        try:
            plain = seal.open(one.value, one.bound_to)
        except SealInvalid:
            continue
        if inside:
            before, changed = _before(plain, seal)
            if seal.is_current(one.value) and not changed:
                continue
            plain = before
        old[one.path], new[one.path] = one.value, seal.seal(plain, one.bound_to)
    if collection in HASHED:
        for path, was, is_ in hashes(collection, document, seal):
            sealed = f"s.{path}"
            old |= {path: was, sealed: _at(document, sealed)}
            new[path] = is_
    return old, new


def hashes(collection: str, document: Mapping[str, Any], seal: Seal) -> Iterator[tuple[str, str, str]]:
    """A row's keyed hashes that are by another key than that of now: where, what, what they become."""
    privacy = PrivateFields(seal, document["_id"])
    for place in HASHED[collection]:
        for key, was in (document.get(place) or {}).items():
            if not isinstance(was, str) or index_key_of(was) == seal.used.indexing:
                continue
            value = privacy.open(_at(document, f"s.{place}.{key}"), f"{place}.{key}").get("v")
            if value is not None:
                yield f"{place}.{key}", was, privacy.hashed(value)


def _before(plain: bytes, seal: Seal) -> tuple[bytes, bool]:
    """Two contacts as they were, with what is sealed in them anew; and whether anything of it was."""
    told = bson.decode(plain, _READING)
    changed = False
    for contact in told["before"]:
        old, new = renewed("contacts", contact, seal)
        for path in old.keys() & new.keys():
            _put(contact, path, new[path])
            changed = True
    return bson.encode(told), changed


def _at(document: Any, path: str) -> Any:
    for key in path.split("."):
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def _put(document: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    for key in way:
        document = document[int(key)] if isinstance(document, list) else document[key]
    if isinstance(document, list):
        document[int(last)] = value
    else:
        document[last] = value
