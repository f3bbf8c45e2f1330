"""Parts of a contact's document: attributes, marks (what is counted), pages that are open.

`n.points` holds the value, `at.n.points` the moment, `md.birthday` the `MM-DD` of a date. A private one has
its keyed hash at `x.K` and is itself sealed, with its moment, at `s.x.K`.
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
"""When a value was set of which nobody knows that: any other is later."""

_SLOT = re.compile(rf"[{''.join(BY_SLOT)}{PRIVATE_SLOT}]\.[a-z][a-z0-9_]*")


def attribute_changes(
    before: Attributes, after: Attributes, privacy: PrivateFields, fields: Document, gone: Document
) -> None:
    """Add to `fields` what is to be set, and to `gone` what is to be taken away."""
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
    """All that an attribute may have in the document."""
    if not _SLOT.fullmatch(slot):
        return ()
    letter, key = slot.split(".")
    if letter == PRIVATE_SLOT:
        return slot, f"s.{slot}"
    return (slot, f"at.{slot}", f"md.{key}") if BY_SLOT[letter].comes_round else (slot, f"at.{slot}")


def _value_document(slot: str, known: AttributeValue, privacy: PrivateFields) -> Document:
    """What is set for one value: nothing where it does not fit its slot, for then it is unknown."""
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
    """The day and the marks."""
    return {
        "d": counted.day,
        "c": [[mark.channel, mark.flow, mark.what, *mark.about] for mark in counted.marks],
    }


def counted_from(event: str, document: RawPart) -> Counted | None:
    """What this event adds to the counts; `None` where nothing is said of it."""
    day = text(document.get("d"))
    return None if day is None else Counted(event, day, each(document.get("c"), mark_from))


def mark_from(item: Any) -> Mark | None:
    """One mark; `None` where it is not as we write it."""
    match item:
        case [str(channel), str(flow), str(what), *about] if all(isinstance(name, str) for name in about):
            return Mark(channel, flow, what, tuple(about))
        case _:
            return None


_PAGE = RecordCodec(PageState, "page:p channel:ch step at flow:f ended:end incomplete:inc resumed:res")


def page_document(page: PageState, privacy: PrivateFields) -> Document:
    """One page, for `pages`."""
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
    """What the sealed part of a page is bound to, beside the contact."""
    return f"pages.{document.get('ch')}.{document.get('p')}"


_STAFF_CHAT = RecordCodec(
    StaffChat, "channel:ch state:s since last by heard token_at given_by:given asked back"
)


def staff_chat_document(chat: StaffChat, privacy: PrivateFields) -> Document:
    """A conversation of staff, for `desk`."""
    document = _STAFF_CHAT.write(chat)
    if chat.note or chat.token:
        content = {"note": chat.note, "token": chat.token}
        document["x"] = privacy.seal(content, staff_chat_place(document))
    return document


def staff_chat_from(document: RawPart, privacy: PrivateFields) -> StaffChat | None:
    """The conversation in an item of `desk`; `None` where there is none."""
    if "x" not in document:
        return _STAFF_CHAT.read(document)
    content = privacy.open(document["x"], staff_chat_place(document))
    return _STAFF_CHAT.read(document, note=text(content.get("note")) or "", token=text(content.get("token")))


def staff_chat_place(document: RawPart) -> str:
    """What the sealed part of a conversation of staff is bound to, beside the contact."""
    return f"chats.{document.get('ch')}"
