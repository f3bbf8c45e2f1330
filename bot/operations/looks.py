"""Staff look at people: written down for the day on which somebody asks what an account has seen (J4).

A line an hour for each account and person, or kind of search: looking on writes no more, and counts for a
search only, as pages renew by themselves what they show of a person. All of it may raise
`DatabaseUnavailable`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, TypeAlias

from bot.model.audit import AuditEntry
from bot.operations.find_contacts import phone_end
from bot.operations.promotions import PeopleList
from bot.store.stores import Stores

Look: TypeAlias = Literal["looked_at", "conversation_read"]
SearchWay: TypeAlias = Literal[
    "list",
    "name",
    "phone",
    "end",
    "find",
    "matches",
    "audit",
    "bindings",
    "broadcast",
    "forms",
]
"""A list of people on the staff's pages; a search there by a name, a phone, how one ends; by a command; the
possible matches; the names in the audit log; who was bound lately; who did not get a broadcast; the answers
of a form. What was searched for is not written down: it is somebody's name or phone."""


def way_of(text: str) -> SearchWay:
    """How people are searched for by this text."""
    if phone_end(text) is not None:
        return "end"
    return "find" if text else "list"


async def record_look(stores: Stores, contact: str, actor: str, now: datetime, what: Look) -> None:
    """This is shown of somebody, masked."""
    await stores.audit.record_look(contact, actor, now, what)


async def record_search(stores: Stores, actor: str, now: datetime, way: SearchWay | PeopleList) -> None:
    """People are listed, or searched for, this way."""
    await stores.audit.count(_search(actor, now, way, way))


async def record_list(stores: Stores, actor: str, now: datetime, way: SearchWay, of: str) -> None:
    """The people `of` something (an id) are listed by a page that renews itself: one search an hour."""
    await stores.audit.record(_search(actor, now, way, f"{way}:{of}"))


def _search(actor: str, now: datetime, way: SearchWay | PeopleList, of: str) -> AuditEntry:
    hour = now.astimezone(UTC).strftime("%Y-%m-%dT%H")
    return AuditEntry("people_searched", actor, now, way, id=f"people_searched:{actor}:{of}:{hour}")
