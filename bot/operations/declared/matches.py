"""Contacts that may be one person, by what was written in forms; confirmed (a merge) or refused (E2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeAlias

from bot.model.answer_fields import Clock, Help, Sentence
from bot.model.match import MatchedBy
from bot.model.translatable import Language, Translatable, row, tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Name
from bot.operations.contact_document import ContactInLine, in_a_line
from bot.operations.contact_view import masked_view
from bot.operations.declared.contacts import MergedContact, MergeOffer, merge_offer, merged_contact
from bot.operations.looks import record_search
from bot.operations.matches import PossibleMatch, confirm, named, possible, refuse
from bot.operations.simulated_time import now_among

MatchName: TypeAlias = Annotated[Name, Help("which one, as the list has it")]
_BY: Mapping[MatchedBy, Translatable] = {"phone": tr("phone"), "email": tr("e-mail")}


@dataclass(frozen=True, slots=True)
class ListedMatch:
    """`contact` wrote in a form what `other` has."""

    match: str
    at: datetime
    by: Sequence[MatchedBy]
    proven: Annotated[bool, Help("Of the other the phone in common is proven.")]
    obstacle: Annotated[Sentence | None, Help("Why the two cannot be merged now.")]
    contact: ContactInLine
    other: ContactInLine

    def lines(self, words: Language) -> Iterator[str]:
        by = row((_BY[way] for way in self.by), "and")
        known = tr("same {by}, which the other has proven", by=by) if self.proven else tr("same {by}", by=by)
        yield f"{self.match}  {words.text(known)}"
        yield f"  {words.text(tr('wrote it: {contact}', contact=self.contact.line))}"
        yield f"  {words.text(tr('has it: {contact}', contact=self.other.line))}"


@dataclass(frozen=True, slots=True)
class MatchList:
    """The oldest first."""

    matches: Sequence[ListedMatch]
    said: Spoken


@dataclass(frozen=True, slots=True)
class MatchRefused:
    """Which one is not asked again."""

    match: str

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield tr("refused: {id} is not asked again", id=self.match)


@operation("matches.list", everywhere=True, called="matches")
async def list_matches(
    call: OperationCall, refused: Annotated[bool, Help("those that were refused")] = False
) -> MatchList:
    """Contacts that may be one person, the oldest first."""
    await record_search(call.stores, call.by, call.now, "matches")
    found = await possible(await call.context.everywhere(), refused=refused)
    listed = list(map(_listed, found))
    lines = [line for one in listed for line in one.lines(call.language)]
    return MatchList(listed, Spoken(tuple(lines) or (tr("there are no possible matches"),)))


def _listed(one: PossibleMatch) -> ListedMatch:
    contact, other = (in_a_line(masked_view(of)) for of in (one.contact, one.other))
    return ListedMatch(one.match.id, one.match.at, one.by, one.proven, one.obstacle, contact, other)


async def _named(call: OperationCall, match: str) -> PossibleMatch:
    return await named(await call.context.everywhere(), match)


@operation("matches.confirm.offer", everywhere=True)
async def offer_match(call: OperationCall, match: MatchName) -> MergeOffer:
    """Which two become one, before they do."""
    found = await _named(call, match)
    return merge_offer(found.other, found.contact)


@operation(
    "matches.confirm",
    changes=True,
    audit="merged",
    offer=offer_match,
    example="3f2a9c01b7de",
    everywhere=True,
    called="matches confirm",
)
async def confirm_match(call: OperationCall, match: MatchName) -> MergedContact:
    """The two are one person: a merge."""
    found = await _named(call, match)
    return merged_contact(found.contact, await confirm(found, call.playbook, call.by))


@operation(
    "matches.refuse",
    changes=True,
    audit="match_refused",
    example="3f2a9c01b7de",
    everywhere=True,
    called="matches refuse",
)
async def refuse_match(call: OperationCall, match: MatchName) -> MatchRefused:
    """The two are two; it is not asked again."""
    found = await _named(call, match)
    await refuse(found, call.by, await now_among(found.other.stores))
    return MatchRefused(match)
