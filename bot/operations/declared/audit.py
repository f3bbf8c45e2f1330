"""Who has done what, to the shop and to contacts, and when (K1, B11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, TypeAlias

from annotated_types import MaxLen, MinLen

from bot.model.answer_fields import Column, Help, Sentence, Table
from bot.model.audit import AuditEntryState, AuditFilter, AuditKind, AuditLine
from bot.model.clerk import ListCursor
from bot.model.translatable import Translatable, tr
from bot.operations.audit_list import audit_page, bare_actor_words, line_words, within_days
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef, PageCursor
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import SHORT, ChannelName, CountedBack, Customer, GoesOn

AuditSince: TypeAlias = Annotated[date | None, CountedBack(), Help("from this day on, or the last 7d")]
AuditUntil: TypeAlias = Annotated[date | None, CountedBack(), Help("to the end of this day, or until 7d ago")]
AuditKinds: TypeAlias = Annotated[tuple[AuditKind, ...], Help("those of this kind")]
AuditActor: TypeAlias = Annotated[str, MinLen(1), MaxLen(SHORT), Help("of whoever has this in their name")]
AuditPlace: TypeAlias = Annotated[Sequence[str] | None, GoesOn("audit"), Help("`next` of the page before")]


@dataclass(frozen=True, slots=True)
class ListedAuditEntry:
    """A line of the log; of who was erased only the number of the certificate is left."""

    at: Annotated[datetime, Column(tr("When"))]
    actor: Annotated[Sentence, Column(tr("By whom"))]
    what: Annotated[Sentence, Column(tr("What"))]
    contact: Annotated[ContactRef | None, Column(tr("Contact"))]
    other: Annotated[ContactRef | None, Column(tr("Second contact"))]
    about: Annotated[Sentence, Column(tr("About"))]
    change: Annotated[Sentence, Column(tr("Before and after"))]
    often: Annotated[Sentence, Column(tr("How often"))]
    outcome: Annotated[Translatable | None, Column(tr("State")), Help("`null`: it is done.")]
    certificate: str | None
    by: Annotated[str, Help("As the log has it.")]
    kind: Annotated[AuditKind, Column(tr("Code"))]
    state: AuditEntryState
    before: str
    after: str
    channel: Annotated[str, Help("The one that it was done to; empty: none, or all.")]
    times: int
    last: datetime | None


@dataclass(frozen=True, slots=True)
class AuditEntries:
    """The last first."""

    entries: Annotated[Sequence[ListedAuditEntry], Table(tr("nothing of this kind was done in this time"))]
    next: PageCursor | None


@dataclass(frozen=True, slots=True)
class ContactAuditEntries:
    """What was done to a contact, the last first."""

    entries: Annotated[Sequence[ListedAuditEntry], Table(tr("nothing of this kind was done in this time"))]
    next: PageCursor | None


@operation("audit", example="--since 2026-11-01 --kind pushes_stopped")
async def audit(
    call: OperationCall,
    since: AuditSince = None,
    until: AuditUntil = None,
    kind: AuditKinds = (),
    by: AuditActor | None = None,
    channel: ChannelName | None = None,
    after: AuditPlace = None,
) -> AuditEntries:
    """Who has done what to the shop and to contacts, the last first."""
    return AuditEntries(*await _page(call, _filter(call, since, until, kind, by, channel or ""), after))


@operation("audit.show", not_in={"command": "oaflow contact show has it"})
async def audit_of_contact(
    call: OperationCall,
    contact: Customer,
    since: AuditSince = None,
    until: AuditUntil = None,
    kind: AuditKinds = (),
    by: AuditActor | None = None,
    after: AuditPlace = None,
) -> ContactAuditEntries:
    """Who has done what to a contact, the last first."""
    wanted = _filter(call, since, until, kind, by, contact=contact.contact.id)
    return ContactAuditEntries(*await _page(call, wanted, after))


def _filter(
    call: OperationCall,
    first: date | None,
    last: date | None,
    kinds: Sequence[AuditKind],
    by: str | None,
    channel: str = "",
    contact: str = "",
) -> AuditFilter:
    since, until = within_days(first, last, call.playbook.zone)
    return AuditFilter(tuple(kinds), by or "", contact, channel, since, until, is_part=True)


async def _page(
    call: OperationCall, wanted: AuditFilter, after: Sequence[str] | None
) -> tuple[Sequence[ListedAuditEntry], PageCursor | None]:
    place = None if after is None else ListCursor(datetime.fromisoformat(after[0]), after[1])
    page = await audit_page(call.stores, wanted, place)
    last = page.next
    goes_on = None if last is None else PageCursor("audit", (last.at.isoformat(), last.id))
    return [_listed(call, one) for one in page.lines], goes_on


def _listed(call: OperationCall, line: AuditLine) -> ListedAuditEntry:
    zone = call.playbook.zone
    said = line_words(line, lambda moment: f"{moment.astimezone(zone):%Y-%m-%d %H:%M}")
    return filled(
        *(ListedAuditEntry, line.entry),
        actor=bare_actor_words(line.entry.by),
        what=said.what,
        contact=ContactRef(line.contact) if line.contact else None,
        other=ContactRef(line.other) if line.other else None,
        about=said.about,
        change=said.change,
        often=said.often,
        outcome=said.state,
        certificate=line.erased or None,
    )
