"""Encodes and decodes outgoing calls, in a contact's document and in dead letters, and events that it
carries."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from bot.model.inbox import InboxEntry
from bot.model.outgoing import Outgoing
from bot.store.codec.flow_document import journey_push_from, journey_push_item
from bot.store.database.mongo import Document
from bot.store.sealing.seal import Seal, SealInvalid

log = logging.getLogger("oaflow.store")


def outgoing_documents(items: Sequence[Outgoing], seal: Seal) -> list[Document]:
    """Outgoing calls for a contact's `out`: token and body sealed together, bound to the call's id."""
    secrets = [(orjson.dumps(item.token) + b"\n" + item.body, item.id.encode()) for item in items]
    return [_document(item, sealed) for item, sealed in zip(items, seal.seal_all(secrets), strict=True)]


def outgoing_document(item: Outgoing, seal: Seal) -> Document:
    """The document of one outgoing call, as `outgoing_documents` makes it."""
    return outgoing_documents([item], seal)[0]


def _document(item: Outgoing, sealed: bytes) -> Document:
    document: Document = {
        "id": item.id,
        "ev": item.event,
        "ch": item.channel,
        "kind": item.kind,
        "to": item.to,
        "at": item.created,
        "recv": item.received,
        "body": sealed,
    }
    if item.retry_key is not None:
        document["key"] = item.retry_key
    if item.journeys:
        document["jn"] = [journey_push_item(of) for of in item.journeys]
    return document


def outgoing_from(document: Mapping[str, Any], seal: Seal) -> Outgoing:
    """The outgoing call in a stored document. Raises `SealInvalid` where its key is missing."""
    secret = seal.open(bytes(document["body"]), document["id"].encode())
    token, _, body = secret.partition(b"\n")
    return Outgoing(
        id=document["id"],
        event=document["ev"],
        channel=document["ch"],
        kind=document["kind"],
        to=document["to"],
        body=body,
        created=document["at"],
        received=document["recv"],
        token=orjson.loads(token),
        retry_key=document.get("key"),
        journeys=tuple(map(journey_push_from, document.get("jn", ()))),
    )


def readable_outgoing(items: Iterable[Mapping[str, Any]], seal: Seal) -> Iterator[Outgoing]:
    """The outgoing calls in stored documents; one that does not open is logged and left out."""
    for item in items:
        try:
            yield outgoing_from(item, seal)
        except SealInvalid:  # it stays on the contact, and must not keep everything else from going on
            log.error("a call that lies on a contact does not open: its key is missing, or it is damaged")


def carried_items(entries: Sequence[InboxEntry], seal: Seal) -> list[Document]:
    """Events for a contact's `carried`, each sealed and bound to its id as in the inbox."""
    sealed = seal.seal_all([(entry.raw, entry.id.encode()) for entry in entries])
    return [
        {"id": entry.id, "ch": entry.channel, "at": entry.at, "raw": raw}
        for entry, raw in zip(entries, sealed, strict=True)
    ]


def carried_from(
    contact: str, part: int, items: Iterable[Mapping[str, Any]], seal: Seal
) -> tuple[dict[str, InboxEntry], set[str]]:
    """The events in a contact's `carried`, by id, and the ids of those that do not open."""
    found, closed = dict[str, InboxEntry](), set[str]()
    for item in items:
        try:
            raw = seal.open(bytes(item["raw"]), item["id"].encode())
        except SealInvalid:  # it stays on the contact, and must not keep everything else from going on
            log.error("an event that lies on a contact does not open: its key is missing, or it is damaged")
            closed.add(item["id"])
        else:
            found[item["id"]] = InboxEntry(item["id"], item["ch"], contact, part, item["at"], raw)
    return found, closed
