"""What is known of what became of calls, beside the rows of the timeline that they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.model.journal import TimelineRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.store.contacts.contacts import Contacts
from bot.store.events.journal import Journal


@dataclass(frozen=True, slots=True)
class Ends:
    """What else was known of the calls of some rows when it was `asked`: those on contacts, dead letters."""

    asked: datetime
    lying: Mapping[str, Outgoing]
    letters: Mapping[str, DeadLetter]


async def ends_of(rows: Iterable[TimelineRow], journal: Journal, contacts: Contacts, now: datetime) -> Ends:
    """Two questions to the database, however many rows there are."""
    rows = [row for row in rows if row.calls]
    if not rows:
        return Ends(now, {}, {})
    # the contacts first: what is settled meanwhile is found among the letters, or in nothing
    found = await contacts.load({row.contact for row in rows})
    letters = await journal.letters_of(
        [call_id(row, number) for row in rows for number in range(len(row.calls))]
    )
    return Ends(now, {call.id: call for stored in found.values() for call in stored.outgoing}, letters)


def call_id(row: TimelineRow, number: int) -> str:
    """The id of one of the calls of a row."""
    return f"{row.id}#{number}"
