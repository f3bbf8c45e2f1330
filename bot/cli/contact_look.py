"""`oaflow contact find` and `show`: who somebody is, what is known of them, what happened and was done."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from bot.cli.answer import show_answer
from bot.cli.call_told import Told, ends_of
from bot.cli.contact import Asked, commander
from bot.cli.contact_found import FoundContact, NotFound, everybody, nobody
from bot.cli.contact_text import line, page
from bot.cli.contact_told import done, happened, in_a_line, in_full
from bot.model.audit import AuditRow
from bot.model.journal import TimelineRow
from bot.model.part import part_of
from bot.store.audit import AuditLog

ROWS = 20
"""Lines of the timeline that are shown."""


async def find(asked: Asked) -> None:
    """Print a line for everybody who may be meant. Raises `NotFound` where that is nobody."""
    found = await everybody(asked.opened, asked.playbook, asked.who, asked.options.channel)
    if not found:
        raise NotFound(nobody(asked.who, asked.options.channel))
    told = [in_a_line(each.contact, simulated=each.simulated) for each in found]
    show_answer(told, (line(each, asked.speech) for each in told), for_programs=asked.options.json)


async def show(asked: Asked) -> None:
    """Print all that is known of one contact; in full only what is recorded first. Raises `NotFound`."""
    found, reveal = await asked.one(), asked.options.reveal
    log, now = found.stores.audit, datetime.now(UTC)
    if reveal:
        await log.add(
            AuditRow(f"revealed:{uuid.uuid4().hex}", now, commander(), "revealed", found.contact.id)
        )
    told = in_full(found.contact, asked.playbook, now, simulated=found.simulated, reveal=reveal)
    told |= await _history(found, log, asked)
    show_answer(told, page(told, asked.playbook.zone, asked.speech), for_programs=asked.options.json)


async def _history(found: FoundContact, log: AuditLog, asked: Asked) -> Told:
    """What was done to the contact and last happened to it, and to those that are part of it now."""
    lines: dict[str, AuditRow] = {}
    parts = [found.contact.id]
    for part in parts:  # which grows: who was merged may have been merged from others
        rows = await log.of(part)
        lines |= {row.id: row for row in rows}
        merges = (row for row in rows if row.what == "merged" and row.undone_by is None)
        parts += [row.other for row in merges if row.contact == part and row.other is not None]
    journal = found.stores.journal
    happening = [row for part in parts for row in await journal.latest_of(part, part_of(part), ROWS)]
    happening = sorted(happening, key=_when, reverse=True)[:ROWS]
    ends = await ends_of(happening, journal, found.stores.contacts, datetime.now(UTC))
    return {
        "waiting": len(found.stored.waiting),
        "parts": parts[1:],
        "audit": [done(row) for row in sorted(lines.values(), key=_when, reverse=True)],
        "timeline": [happened(row, ends, reveal=asked.options.reveal) for row in happening],
    }


def _when(row: AuditRow | TimelineRow) -> datetime:
    return row.at
