"""Contacts that may be one person, by what was written in forms; confirmed (a merge) or refused (E2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from bot.model.answer_fields import Help, Sentence
from bot.model.match import MatchedBy
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Name, OperationFace
from bot.operations.looks import record_search
from bot.operations.matches import confirm, named, possible, refuse

BY_HAND: Mapping[OperationFace, str] = {
    "command": "oaflow contact matches lists without a word, also the pretend people of simulators"
}
MatchName: TypeAlias = Annotated[Name, Help("which one, as the list has it")]


@dataclass(frozen=True, slots=True)
class ListedMatch:
    """`contact` wrote in a form what `other` has."""

    match: str
    at: datetime
    by: Sequence[MatchedBy]
    proven: Annotated[bool, Help("Of the other the phone in common is proven.")]
    obstacle: Annotated[Sentence | None, Help("Why the two cannot be merged now.")]
    contact: ContactRef
    other: ContactRef


@dataclass(frozen=True, slots=True)
class MatchList:
    """The oldest first."""

    matches: Sequence[ListedMatch]


@dataclass(frozen=True, slots=True)
class MatchConfirmed:
    """Whom the two are now."""

    contact: ContactRef


@dataclass(frozen=True, slots=True)
class MatchRefused:
    """Which one is not asked again."""

    match: str


@operation("matches.list", not_in=BY_HAND)
async def list_matches(
    call: OperationCall, refused: Annotated[bool, Help("those that were refused")] = False
) -> MatchList:
    """Contacts that may be one person, the oldest first."""
    await record_search(call.stores, call.by, call.now, "matches")
    return MatchList(
        [
            ListedMatch(
                *(one.match.id, one.match.at, one.by, one.proven, one.obstacle),
                *(ContactRef(one.contact.contact.id), ContactRef(one.other.contact.id)),
            )
            for one in await possible([call.stores], refused=refused)
        ]
    )


@operation("matches.confirm", changes=True, audit="merged", not_in=BY_HAND)
async def confirm_match(call: OperationCall, match: MatchName) -> MatchConfirmed:
    """The two are one person: a merge."""
    one = await confirm(await named([call.stores], match), call.playbook, call.by)
    return MatchConfirmed(ContactRef(one.id))


@operation("matches.refuse", changes=True, audit="match_refused", not_in=BY_HAND)
async def refuse_match(call: OperationCall, match: MatchName) -> MatchRefused:
    """The two are two; it is not asked again."""
    await refuse(await named([call.stores], match), call.by, call.now)
    return MatchRefused(match)
