"""Encodes what a turn has changed of a contact as the fields to set and to remove in its MongoDB document."""

from __future__ import annotations

import dataclasses
from operator import attrgetter
from typing import Any

from bot.engine.texts.name_grams import name_grams
from bot.model.contact import Contact
from bot.store.codec.contact_fields import attribute_changes
from bot.store.codec.documents import ENDS, HELD, IDENTITY, PLAIN, PRIVATE, RECORDS, bindings_document
from bot.store.codec.record import all_same
from bot.store.database.mongo import Document
from bot.store.sealing.private import PrivateFields
from bot.store.sealing.seal import Seal

NAME_GRAMS = "name_grams"
"""The field with pieces of the name, for searching; it is never decoded."""
_plain = attrgetter(*(field for field in PLAIN if field != "turned"))  # which every turn changes
_DEFAULTS = {field.name: field.default for field in dataclasses.fields(Contact)}
_PATHS = [(path, _DEFAULTS[field]) for field, (path, _) in PLAIN.items() if field != "turned"]
_private = attrgetter(*PRIVATE)
_bound = attrgetter("bindings", "bound_before", "clerk")
_is_all_else_same = all_same(name for name in _DEFAULTS if name not in ("id", "turned", "identities"))
_WRITERS = [(path, write) for field, (path, write, _) in RECORDS.items() if field != "identities"]
_lists = attrgetter(*(field for field in RECORDS if field != "identities"))  # which most turns change


def changes(before: Contact, after: Contact, seal: Seal, *, born: bool) -> tuple[Document, Document]:
    """The difference between two states of a contact: the fields to `$set`, and those to `$unset`.

    `born`: the contact is not stored yet, so all of `after` is set.
    """
    fields: Document = {}
    gone: Document = {}
    if born:
        before = Contact(after.id)
        fields["kind"], fields["seed"] = after.kind, after.seed
    if after.turned != before.turned:
        _put("turned", after.turned, fields, gone)
    if after.identities != before.identities:
        _put("ids", [IDENTITY.write(one) for one in after.identities] or None, fields, gone)
    if not _is_all_else_same(before, after):  # most turns change nothing else, and this is on their way
        _other_changes(before, after, PrivateFields(seal, after.id), fields, gone)
    return fields, gone


def _other_changes(
    before: Contact, after: Contact, privacy: PrivateFields, fields: Document, gone: Document
) -> None:
    # each group as one comparison
    if _plain(after) != _plain(before):
        _plain_changes(before, after, fields, gone)
    if _lists(after) != _lists(before):
        for (path, write), old, new in zip(_WRITERS, _lists(before), _lists(after), strict=True):
            if new is not old and new != old:
                _put(path, write(new, privacy) if new else None, fields, gone)
    if after.held is not before.held and after.held != before.held:
        for name, (path, write, _) in HELD.items():
            had, has = before.held.get(name, ()), after.held.get(name, ())
            if has is not had and has != had:
                _put(path, write(has, privacy) if has else None, fields, gone)
    if after.timers is not before.timers and after.timers != before.timers:
        _due_changes(before, after, fields, gone)
    if after.attributes is not before.attributes:
        attribute_changes(before.attributes, after.attributes, privacy, fields, gone)
    if _private(after) != _private(before):
        _private_changes(before, after, privacy, fields, gone)
    if _bound(after) != _bound(before):
        _put("b", bindings_document(after) or None, fields, gone)


def _due_changes(before: Contact, after: Contact, fields: Document, gone: Document) -> None:
    """The fields `due` (the next timer that may fire) and `braked`, by which contacts are found."""
    _put("due", min((timer.due for timer in after.timers if not timer.braked), default=None), fields, gone)
    was, held = (any(timer.braked for timer in one.timers) for one in (before, after))
    if held != was:
        _put("braked", held or None, fields, gone)


def _plain_changes(before: Contact, after: Contact, fields: Document, gone: Document) -> None:
    for (path, unknown), old, new in zip(_PATHS, _plain(before), _plain(after), strict=True):
        if new != old:
            _put(path, None if new == unknown else new, fields, gone)
    if after.name != before.name:
        _put(NAME_GRAMS, name_grams(after.name or "") or None, fields, gone)


def _private_changes(
    before: Contact, after: Contact, privacy: PrivateFields, fields: Document, gone: Document
) -> None:
    for name, old, new in zip(PRIVATE.values(), _private(before), _private(after), strict=True):
        if new != old:
            known = new is not None
            _put(f"p.{name}", privacy.hashed(new) if known else None, fields, gone)
            if name in ENDS:
                _put(f"p.{ENDS[name]}", privacy.hashed_end(new) if known else None, fields, gone)
            _put(f"s.p.{name}", privacy.seal({"v": new}, f"p.{name}") if known else None, fields, gone)


def _put(path: str, value: Any, fields: Document, gone: Document) -> None:
    """Set a value, or take it away where it is `None`: unknown is absent."""
    if value is None:
        gone[path] = ""
    else:
        fields[path] = value
