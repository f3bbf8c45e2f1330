"""Possible matches of what people wrote in forms: listed, confirmed (a merge) or refused for good (E2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.match import Match, MatchedBy
from bot.model.stored import Stored
from bot.model.translatable import Quoted, Refusal, Translatable, tr
from bot.operations.contact_changes import check_mergeable, merge
from bot.operations.find_contacts import LocatedContact, NotFound
from bot.runtime.effects.matching import can_be_one, matched_by
from bot.store.stores import Stores

MOST = 100
"""Matches that are listed at a time: nobody reads more, and the oldest come first."""


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """`contact` wrote in a form what `other` has. `proven`: of the other the phone in common is proven."""

    match: Match
    contact: LocatedContact
    other: LocatedContact
    by: tuple[MatchedBy, ...]
    proven: bool

    @property
    def obstacle(self) -> Translatable | None:
        """Why the two cannot be merged now; `None`: they can, as far as it is known before."""
        try:
            check_mergeable(self.other, self.contact)
        except Refusal as refused:
            return refused.message
        return None


async def possible(everywhere: Sequence[Stores], *, refused: bool = False) -> list[PossibleMatch]:
    """What staff have to decide, or have refused. What is no longer so is forgotten."""
    found = []
    for stores in everywhere:
        for match in await stores.matches.oldest(MOST, refused=refused):
            one = await _seen(stores, match, simulated=stores is not everywhere[0])
            found += [one] if one is not None else []
    return found


async def named(everywhere: Sequence[Stores], name: str) -> PossibleMatch:
    """The match of this id. Raises `NotFound`."""
    for stores in everywhere:
        match = await stores.matches.one(name)
        one = None if match is None else await _seen(stores, match, simulated=stores is not everywhere[0])
        if one is not None:
            return one
    raise NotFound(tr("there is no possible match {id}, or no longer", id=Quoted(name)))


async def confirm(found: PossibleMatch, playbook: Playbook, actor: str) -> Contact:
    """The two are one person: merged, which can be undone like any merge. Raises `Refused`."""
    one = await merge(found.other, found.contact, playbook, actor)
    await found.other.stores.matches.forget(found.match)
    return one


async def refuse(found: PossibleMatch, actor: str, now: datetime) -> None:
    """The two are two, and it is not asked again; the audit log says who has decided so."""
    stores, match = found.other.stores, found.match
    if match.refused:
        raise NotFound(tr("{id} was refused already", id=Quoted(match.id)))
    one, other = found.contact.contact.id, found.other.contact.id
    await stores.audit.add(AuditRow(f"match_refused:{match.id}", now, actor, "match_refused", one, other))
    await stores.matches.refuse(match)


async def _seen(stores: Stores, match: Match, *, simulated: bool) -> PossibleMatch | None:
    one, other = await stores.contacts.person(match.contact), await stores.contacts.person(match.other)
    by = () if one is None or other is None else _by(one, other)
    if one is None or other is None or not by:
        if not match.refused:  # which holds, whatever is written again
            await stores.matches.forget(match)  # merged, erased, or corrected since
        return None
    proven = "phone" in other.contact.bindings and other.contact.phone == one.contact.stated_phone
    wrote, has = LocatedContact(one, stores, simulated), LocatedContact(other, stores, simulated)
    return PossibleMatch(match, wrote, has, by, proven)


def _by(one: Stored, other: Stored) -> tuple[MatchedBy, ...]:
    return matched_by(one.contact, other.contact) if can_be_one(one.contact, other.contact) else ()
