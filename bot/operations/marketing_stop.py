"""No more marketing to one person, by staff, and taking that back. In the database, with or without a bot.

All of it raises `MarketingUnchanged` where it cannot be done, `Refused`, and `DatabaseUnavailable`.
"""

from __future__ import annotations

from datetime import datetime

from bot.engine import notes
from bot.engine.actions import marketing
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.by_staff import with_stop
from bot.model.processes import part_of
from bot.model.translatable import Refusal, tr
from bot.operations.contact_changes import Carried, amended, carried_out, staff_changes
from bot.operations.find_contacts import LocatedContact
from bot.runtime.effects.staff_changes import marketing_kind

_SAID = frozenset(
    kind.row
    for kind in (notes.MARKETING_STOPPED, notes.MARKETING_ALLOWED, marketing.STOPPED, marketing.ALLOWED)
)
"""How the timeline tells that the person has decided."""
_LOOKED_AT = 1_000
"""The last rows of the timeline in which that is looked for."""


class MarketingUnchanged(Refusal):
    """It is so already, or the person's own word; the sentence says so."""


async def stop_marketing(
    found: LocatedContact, playbook: Playbook, actor: str, *, undo: bool = False
) -> Carried:
    """Stop marketing to this person, or take back what staff have stopped: never the person's own *no*."""
    if undo:
        await _may_undo(found)
    elif found.contact.marketing_here is False:
        raise MarketingUnchanged(tr("no marketing goes to this person already"))
    kind = marketing_kind(undo=undo)
    if await amended(found, lambda contact, now: with_stop(contact, playbook, undo=undo), kind, actor):
        return "done"
    event = await (await staff_changes(found)).stop_marketing(found.contact.id, actor, undo=undo)
    return await carried_out(found, lambda stored: event not in stored.waiting)


async def _may_undo(found: LocatedContact) -> None:
    lines = [
        line for line in await found.stores.audit.of(found.contact.id) if line.what.startswith("marketing_")
    ]
    last = max(lines, key=lambda line: line.at, default=None)
    if found.contact.marketing_here is not False or last is None or last.what != "marketing_stopped":
        raise MarketingUnchanged(tr("staff have not stopped marketing to this person"))
    if await _has_said_since(found, last.at):
        raise MarketingUnchanged(
            tr("the person has said so since: only they can take it back, by writing 「恢復推播」")
        )


async def _has_said_since(found: LocatedContact, at: datetime) -> bool:
    contact = found.contact.id
    rows = await found.stores.journal.latest_of(contact, part_of(contact), _LOOKED_AT)
    return any(row.at >= at and not _SAID.isdisjoint(row.details) for row in rows)
