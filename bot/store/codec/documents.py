"""How contacts are stored in MongoDB: the names of their fields, and how each is encoded and decoded.

Filters of conditions (language, 5.1) use the same names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.engine.times.local_time import LAST
from bot.model.contact import (
    Binding,
    BindingKind,
    CameBy,
    Clerk,
    Consent,
    Contact,
    Identity,
    PhotoSet,
    StaffStop,
    Tag,
)
from bot.model.counts import Counted
from bot.model.instance import Notice, Timer
from bot.model.promotions import one_table
from bot.model.stored import Stored
from bot.store.codec.contact_fields import (
    attributes_from,
    counted_from,
    marks_document,
    page_document,
    page_from,
    staff_chat_document,
    staff_chat_from,
)
from bot.store.codec.flow_document import (
    instance_document,
    instance_from,
    result_document,
    result_from,
)
from bot.store.codec.outgoing_document import carried_from, readable_outgoing
from bot.store.codec.record import (
    RawPart,
    RecordCodec,
    inner,
    moment,
    records,
    shape_of,
    text,
)
from bot.store.database.mongo import Document
from bot.store.promotion_rows import ROWS_PARTS
from bot.store.sealing.private import PrivateFields
from bot.store.sealing.seal import Seal

Writer = Callable[[Any, PrivateFields], list[Document] | Document]
"""Encodes a field of a contact."""
Reader = Callable[[Any, PrivateFields], Any]
"""Decodes what a `Writer` has encoded."""

NEVER = LAST
"""Stored as the expiry of a tag that never expires, so that one comparison finds all tags that are on."""

IDENTITY = RecordCodec(
    Identity,
    "channel:ch user:uid friend since seen staff pushed staffed talked conversation:conv menu tab "
    "pinned:pin pinned_until:pin_until",
)
"""How a person on one channel is stored."""
_TAG = RecordCodec(
    Tag,
    "name:n at by expires:exp again last",
    expires=lambda value: None if value == NEVER else moment(value),
)
_TIMER = RecordCodec(Timer, "flow:f channel:ch visit:v timer:t due first deferred braked")
_BINDING = RecordCodec(Binding, "at tags keep_tags:keep flow:f")
_CLERK = RecordCodec(Clerk, "code name store at number:no")
_CAME = RecordCodec(CameBy, "code at")
_CONSENT = RecordCodec(Consent, "version:v at channel:ch on_page:page")
_STOP = RecordCodec(StaffStop, "here shop")
_PHOTOS = RecordCodec(PhotoSet, "channel:ch id event:e at private")
_NOTICE = RecordCodec(Notice, "channel:ch what at")

PLAIN = shape_of(
    Contact,
    "name language:lang picture:pic profiled turned version:v kind seed marketing marketing_here "
    "marketing_shop last_order:order shop_read shop_updated shop_polled audiences lists "
    "member_shop:shop pushes signed_out befriended",
)
"""The fields of `Contact` that are stored unsealed as plain values: for each the stored name and the
reader."""

PRIVATE = {"phone": "phone", "stated_phone": "told_phone", "email": "email", "member_no": "member_no"}
"""The private fields of `Contact`, and their `NAME`: a keyed hash is at `p.NAME`, the sealed value at
`s.p.NAME`."""
ENDS = {"phone": "phone_end", "told_phone": "told_phone_end"}
"""The private fields that are phones, by `NAME`: a keyed hash of their last digits is at `p.` and this."""
_PRIVATE_FIELDS = {name: field for field, name in PRIVATE.items()}

_BINDINGS: tuple[BindingKind, ...] = ("phone", "shop")


def _tag_document(tag: Tag) -> Document:
    return {**_TAG.write(tag), "exp": tag.expires or NEVER}


def _use_from(document: RawPart) -> tuple[str, datetime] | None:
    name, at = text(document.get("k")), moment(document.get("at"))
    return None if name is None or at is None else (name, at)


def _all(write: Callable[[Any], Document], read: Callable[[RawPart], Any]) -> tuple[Writer, Reader]:
    """Writer and reader of a list of records that have nothing private."""
    return lambda items, _: [write(item) for item in items], lambda value, _: records(value, read)


def _all_private(
    write: Callable[[Any, PrivateFields], Document], read: Callable[[RawPart, PrivateFields], Any]
) -> tuple[Writer, Reader]:
    return (
        lambda items, privacy: [write(item, privacy) for item in items],
        lambda value, privacy: records(value, lambda item: read(item, privacy)),
    )


def _all_by(shape: RecordCodec[Any]) -> tuple[Writer, Reader]:
    return _all(shape.write, shape.read)


def _one(shape: RecordCodec[Any]) -> tuple[Writer, Reader]:
    """Writer and reader of one record, or none."""
    return (
        lambda item, _: shape.write(item),
        lambda value, _: shape.read(value) if isinstance(value, Mapping) else None,
    )


RECORDS: Mapping[str, tuple[str, Writer, Reader]] = {
    "identities": ("ids", *_all_by(IDENTITY)),
    "tags": ("tags", *_all(_tag_document, _TAG.read)),
    "timers": ("timers", *_all_by(_TIMER)),
    "consents": ("consents", *_all_by(_CONSENT)),
    "used": (
        "used",
        lambda uses, _: [{"k": name, "at": at} for name, at in uses.items()],
        lambda value, _: dict(records(value, _use_from)),
    ),
    "flows": ("flows", *_all_private(instance_document, instance_from)),
    "pages": ("pages", *_all_private(page_document, page_from)),
    "notices": ("notices", *_all_by(_NOTICE)),
    "photos": ("photos", *_all_by(_PHOTOS)),
    "chats": ("chats", *_all_private(staff_chat_document, staff_chat_from)),
    "first_source": ("came_first", *_one(_CAME)),
    "last_source": ("came_last", *_one(_CAME)),
    "staff_stop": ("staff_stop", *_one(_STOP)),
    "results": ("results", *_all_private(result_document, result_from)),
}
"""The fields of `Contact` that are stored as records, most as lists: the stored name, writer and reader of
each."""

HELD: Mapping[str, tuple[str, Writer, Reader]] = ROWS_PARTS.table(
    lambda part: {held.name: (rows.path, *_all(rows.write, rows.read)) for held, rows in part.held.items()}
)
"""Stored name, writer and reader of each list in `Contact.held`, which kinds of promotions declare."""

_READ_PLAIN = {path: (field, read) for field, (path, read) in PLAIN.items()}
_READ_LISTS = {path: (field, read) for field, (path, _, read) in RECORDS.items()}
_READ_HELD = one_table({path: (name, read)} for name, (path, _, read) in HELD.items())


def contact_from(document: RawPart, seal: Seal) -> Contact:
    """The contact in a stored document; what is absent, or of another type, is unknown."""
    contact = Contact(document["_id"])
    privacy = PrivateFields(seal, contact.id)
    held: dict[str, tuple[Any, ...]] = {}
    for path, value in document.items():  # only what is there: most contacts have little of all this
        if (plain := _READ_PLAIN.get(path)) is not None:
            field, read = plain
            if (found := read(value)) is not None:
                setattr(contact, field, found)
        elif (several := _READ_LISTS.get(path)) is not None:
            field, read_all = several
            setattr(contact, field, read_all(value, privacy))
        elif (promised := _READ_HELD.get(path)) is not None:
            name, read_held = promised
            if items := read_held(value, privacy):
                held[name] = items
    contact.held = held
    contact.attributes = attributes_from(document, privacy)
    for name, sealed in inner(inner(document, "s"), "p").items():
        if (private := _PRIVATE_FIELDS.get(name)) is not None:
            setattr(contact, private, text(privacy.open(sealed, f"p.{name}").get("v")))
    _read_bindings(contact, inner(document, "b"))
    return contact


def timers_from(document: RawPart) -> tuple[Timer, ...]:
    """The timers in a stored document."""
    return records(document.get("timers"), _TIMER.read)


def bindings_document(contact: Contact) -> Document:
    """What the person is bound to, as it is stored."""
    document: Document = {
        kind: _BINDING.write(contact.bindings[kind]) for kind in _BINDINGS if kind in contact.bindings
    }
    if contact.clerk is not None:
        document["clerk"] = _CLERK.write(contact.clerk)
    if contact.bound_before is not None:
        document["before"] = contact.bound_before
    return document


def _read_bindings(contact: Contact, document: RawPart) -> None:
    if not document:
        return
    found = {kind: _BINDING.read(inner(document, kind)) for kind in _BINDINGS}
    contact.bindings = {kind: binding for kind, binding in found.items() if binding is not None}
    contact.clerk = _CLERK.read(inner(document, "clerk"))
    contact.bound_before = moment(document.get("before"))


def counted_item(counted: Counted) -> Document:
    """What an event adds to the counts, for the contact's `counted`."""
    return {"e": counted.event, **marks_document(counted)}


def _counted_from(item: RawPart) -> Counted | None:
    event = text(item.get("e"))
    return None if event is None else counted_from(event, item)


def stored_from(document: Mapping[str, Any], seal: Seal) -> Stored:
    """All that the runtime needs of a contact's document."""
    lying = document.get("carried", ())
    carried, closed = carried_from(document["_id"], document["part"], lying, seal) if lying else ({}, set())
    return Stored(
        contact=contact_from(document, seal),
        revision=document.get("rev", 0),
        open=dict.fromkeys((*document.get("open", ()), *carried)).keys(),
        outgoing=tuple(readable_outgoing(document.get("out", ()), seal)),
        waiting=frozenset(document.get("waiting", ())),
        to=text(document.get("to")),
        counted={one.event: one for one in records(document.get("counted"), _counted_from)},
        carried=carried,
        closed=closed,
        fence=document.get("fence", 0),
    )
