"""No more marketing to one person, by staff, and taking that back. In the database, with or without a bot.

All of it raises `MarketingUnchanged` where it cannot be done, `Refused`, and `DatabaseUnavailable`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.by_staff import with_stop
from bot.engine.members.identity import takes_consent
from bot.engine.turn.changes import folded_consent
from bot.model.contact import Contact
from bot.model.translatable import Refusal, tr
from bot.operations.contact_changes import Carried, amended, carried_out, staff_changes
from bot.operations.find_contacts import LocatedContact
from bot.runtime.effects.staff_changes import marketing_kind

AtShop: TypeAlias = Literal["none", "asked", "says_no"]
"""The shop's record is not concerned; it is asked to say so, too; it says *no*, which staff do not change."""


class MarketingUnchanged(Refusal):
    """It is so already, or the person's own word; the sentence says so."""


@dataclass(frozen=True, slots=True)
class MarketingChange:
    """What has become of it here, and what at the shop."""

    carried: Carried
    at_shop: AtShop


async def stop_marketing(
    found: LocatedContact, playbook: Playbook, actor: str, *, undo: bool = False
) -> MarketingChange:
    """Stop marketing to this person, or take back what staff have stopped: never the person's own *no*, which
    the person's turn looks for, too.
    """
    _check(found.contact, undo=undo)
    kind = marketing_kind(undo=undo)

    def amend(contact: Contact, _: datetime) -> Contact:
        _check(contact, undo=undo)
        return with_stop(contact, playbook, undo=undo)

    if await amended(found, amend, kind, actor):
        return MarketingChange("done", _at_shop(found.contact, playbook, undo=undo, is_written=False))
    event = await (await staff_changes(found)).stop_marketing(found.contact.id, actor, undo=undo)
    carried = await carried_out(found, lambda stored: event not in stored.waiting)
    if undo and carried == "done":
        now = await found.stores.contacts.person(found.contact.id)
        if now is not None and now.contact.marketing_here is False:
            raise _own_word()
    return MarketingChange(carried, _at_shop(found.contact, playbook, undo=undo, is_written=True))


def _check(contact: Contact, *, undo: bool) -> None:
    if not undo:
        if contact.marketing_here is False:
            raise MarketingUnchanged(tr("no marketing goes to this person already"))
    elif contact.staff_stop is None:
        if contact.marketing_here is False:
            raise _own_word()
        raise MarketingUnchanged(tr("staff have not stopped marketing to this person"))


def _own_word() -> MarketingUnchanged:
    return MarketingUnchanged(
        tr("the person has said so themselves: only they can take it back, by writing 「恢復推播」")
    )


def _at_shop(before: Contact, playbook: Playbook, *, undo: bool, is_written: bool) -> AtShop:
    """`is_written`: by a turn, which somebody without LINE does not have."""
    writes = is_written and takes_consent(before, playbook)
    stop = before.staff_stop
    if stop is None or not undo:
        return "asked" if writes else "none"
    if writes and stop.shop:
        return "asked"
    is_no = folded_consent(playbook.consent_from, stop.here, before.marketing_shop) is False
    return "says_no" if is_no else "none"
