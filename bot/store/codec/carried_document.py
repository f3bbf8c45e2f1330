"""How events that come with their turn look on the contact, until they are in the inbox."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.model.inbox import InboxEntry
from bot.store.database.mongo import Document
from bot.store.sealing.seal import Seal, SealBroken

log = logging.getLogger("oaflow.store")


def carried_items(entries: Sequence[InboxEntry], seal: Seal) -> list[Document]:
    """For the contact's `carried`: sealed and bound as in the inbox."""
    sealed = seal.seal_all([(entry.raw, entry.id.encode()) for entry in entries])
    return [
        {"id": entry.id, "ch": entry.channel, "at": entry.at, "raw": raw}
        for entry, raw in zip(entries, sealed, strict=True)
    ]


def carried_from(
    contact: str, part: int, items: Iterable[Mapping[str, Any]], seal: Seal
) -> tuple[dict[str, InboxEntry], set[str]]:
    """These entries by their ids, and the ids of those that do not open."""
    found, closed = dict[str, InboxEntry](), set[str]()
    for item in items:
        try:
            raw = seal.open(bytes(item["raw"]), item["id"].encode())
        except SealBroken:  # it stays on the contact, and must not keep everything else from going on
            log.error("an event that lies on a contact does not open: its key is missing, or it is damaged")
            closed.add(item["id"])
        else:
            found[item["id"]] = InboxEntry(item["id"], item["ch"], contact, part, item["at"], raw)
    return found, closed
