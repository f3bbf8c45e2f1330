"""Encodes and decodes parts of a contact's document: attributes, marks (what is counted), open pages, staff
chats.

An attribute has a slot, `LETTER.KEY`, where the letter is that of its type. The number `points` is at
`n.points`, the moment at which it was set at `at.n.points`; of the date `birthday` `md.birthday` has the
`MM-DD`. A private attribute has its keyed hash at `x.KEY`, and is sealed, with its moment, at `s.x.KEY`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.engine.types.table import BY_SLOT
from bot.model.contact import AttributeValue
from bot.model.counts import Counted
from bot.model.mark import Mark
from bot.model.page_state import PageState
from bot.model.staff_chat import StaffChat
from bot.model.value import PRIVATE_SLOT, month_day, storable
from bot.store.codec.record import (
    RawPart,
    RecordCodec,
    each,
    inner,
    moment,
    text,
    texts,
    worth,
)
from bot.store.database.mongo import Document
from bot.store.sealing.private import PrivateFields

Attributes = Mapping[str, AttributeValue]

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""The moment of a value for which none is stored: any other is later."""

_SLOT = re.compile(rf"[{''.join(BY_SLOT)}{PRIVATE_SLOT}]\.[a-z][a-z0-9_]*")
"""Matches a slot: the letter of a type, a dot, and a name, as `n.points`."""


def attribute_changes(
    before: Attributes, after: Attributes, privacy: PrivateFields, fields: Document, gone: Document
) -> None:
    """Add the attributes that differ: to `fields` what is to be set, to `gone` what is to be removed."""
    for slot, known in after.items():
        old = before.get(slot)
        if known is not old and known != old:
            new = _value_document(slot, known, privacy)
            fields.update(new)
            if old is not None:
                gone.update({path: "" for path in _paths(slot) if path not in new})
    for slot in before.keys() - after.keys():
        gone.update(dict.fromkeys(_paths(slot), ""))


def _paths(slot: str) -> tuple[str, ...]:
    """The paths in the document at which an attribute may have something."""
    if not _SLOT.fullmatch(slot):
        return ()
    letter, key = slot.split(".")
    if letter == PRIVATE_SLOT:
        return slot, f"s.{slot}"
    return (slot, f"at.{slot}", f"md.{key}") if BY_SLOT[letter].comes_round else (slot, f"at.{slot}")


def _value_document(slot: str, known: AttributeValue, privacy: PrivateFields) -> Document:
    """The fields to set for one value; none where it does not fit its slot: then it counts as unknown."""
    if not _SLOT.fullmatch(slot):
        return {}
    letter, key = slot.split(".")
    if letter == PRIVATE_SLOT:
        if not storable(known.value):
            return {}
        sealed = privacy.seal({"v": known.value, "at": known.at}, slot)
        return {slot: privacy.hashed(known.value), f"s.{slot}": sealed}
    if not BY_SLOT[letter].fits(known.value):
        return {}
    written: Document = {slot: known.value, f"at.{slot}": known.at}
    if BY_SLOT[letter].comes_round and (shadow := month_day(known.value)) is not None:
        written[f"md.{key}"] = shadow
    return written


def attributes_from(document: RawPart, privacy: PrivateFields) -> dict[str, AttributeValue]:
    """The attributes in a document, by slot; what does not fit its slot is unknown."""
    found: dict[str, AttributeValue] = {}
    since = inner(document, "at")
    for letter in document.keys() & BY_SLOT.keys():
        moments = inner(since, letter)
        for key, value in inner(document, letter).items():
            plain = worth(value)
            if plain is not None and BY_SLOT[letter].fits(plain):
                found[f"{letter}.{key}"] = AttributeValue(plain, moment(moments.get(key)) or LONG_AGO)
    for key, sealed in inner(inner(document, "s"), PRIVATE_SLOT).items():
        slot = f"{PRIVATE_SLOT}.{key}"
        content = privacy.open(sealed, slot)
        plain = worth(content.get("v"))
        if plain is not None:
            found[slot] = AttributeValue(plain, moment(content.get("at")) or LONG_AGO)
    return found


def marks_document(counted: Counted) -> Document:
    """The day (`d`) and the marks (`c`, each as `[channel, flow, what, *about]`), as they are stored."""
    return {
        "d": counted.day,
        "c": [[mark.channel, mark.flow, mark.what, *mark.about] for mark in counted.marks],
    }


def counted_from(event: str, document: RawPart) -> Counted | None:
    """What an event adds to the counts, from its document; `None`: nothing is stored of that."""
    day = text(document.get("d"))
    return None if day is None else Counted(event, day, each(document.get("c"), mark_from))


def mark_from(item: Any) -> Mark | None:
    """The mark in a stored list; `None` where it has another form."""
    match item:
        case [str(channel), str(flow), str(what), *about] if all(isinstance(name, str) for name in about):
            return Mark(channel, flow, what, tuple(about))
        case _:
            return None


_PAGE = RecordCodec(PageState, "page:p channel:ch step at flow:f ended:end incomplete:inc resumed:res")


def page_document(page: PageState, privacy: PrivateFields) -> Document:
    """The document of an open page, for `pages`; what the person wrote on it (`texts`) is sealed."""
    document = _PAGE.write(page)
    if page.texts:
        document["x"] = privacy.seal({"texts": page.texts}, page_place(document))
    return document


def page_from(document: RawPart, privacy: PrivateFields) -> PageState | None:
    """The page in an item of `pages`; `None` where there is none."""
    if "x" not in document:
        return _PAGE.read(document)
    return _PAGE.read(document, texts=texts(privacy.open(document["x"], page_place(document)).get("texts")))


def page_place(document: RawPart) -> str:
    """The place that the sealed part of a page is bound to, within its contact: elsewhere it does not
    open."""
    return f"pages.{document.get('ch')}.{document.get('p')}"


_STAFF_CHAT = RecordCodec(
    StaffChat,
    "channel:ch state:s since last by heard token_at given_by:given asked back answered follow_up reason",
)


def staff_chat_document(chat: StaffChat, privacy: PrivateFields) -> Document:
    """The document of a staff conversation, for `chats`; note and token are sealed."""
    document = _STAFF_CHAT.write(chat)
    if chat.note or chat.token:
        content = {"note": chat.note, "token": chat.token}
        document["x"] = privacy.seal(content, staff_chat_place(document))
    return document


def staff_chat_from(document: RawPart, privacy: PrivateFields) -> StaffChat | None:
    """The staff conversation in an item of `chats`; `None` where it has another form."""
    if "x" not in document:
        return _STAFF_CHAT.read(document)
    content = privacy.open(document["x"], staff_chat_place(document))
    return _STAFF_CHAT.read(document, note=text(content.get("note")) or "", token=text(content.get("token")))


def staff_chat_place(document: RawPart) -> str:
    """The place that the sealed part of a staff conversation is bound to, within its contact."""
    return f"chats.{document.get('ch')}"
