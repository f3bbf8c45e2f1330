"""Who has done what, to the shop and to contacts, and when (K1, B11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Annotated, TypeAlias

from annotated_types import MaxLen, MinLen

from bot.model.answer_fields import Help
from bot.model.audit import AuditFilter, AuditKind
from bot.model.clerk import ListCursor
from bot.operations.audit_list import (
    AuditEntries,
    audit_page,
    listed_entry,
    within_days,
)
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import PageCursor
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import SHORT, ChannelName, CountedBack, Customer, GoesOn
from bot.operations.report_figures import moment_words

AuditSince: TypeAlias = Annotated[date | None, CountedBack(), Help("from this day on, or the last 7d")]
AuditUntil: TypeAlias = Annotated[date | None, CountedBack(), Help("to the end of this day, or until 7d ago")]
AuditKinds: TypeAlias = Annotated[tuple[AuditKind, ...], Help("those of this kind")]
AuditActor: TypeAlias = Annotated[str, MinLen(1), MaxLen(SHORT), Help("of whoever has this in their name")]
AuditPlace: TypeAlias = Annotated[Sequence[str] | None, GoesOn("audit"), Help("`next` of the page before")]


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
    return await _page(call, _filter(call, since, until, kind, by, channel or ""), after)


@operation("audit.show", not_in={"command": "oaflow contact show has it"})
async def audit_of_contact(
    call: OperationCall,
    contact: Customer,
    since: AuditSince = None,
    until: AuditUntil = None,
    kind: AuditKinds = (),
    by: AuditActor | None = None,
    after: AuditPlace = None,
) -> AuditEntries:
    """Who has done what to a contact, the last first."""
    wanted = _filter(call, since, until, kind, by, contact=contact.contact.id)
    return await _page(call, wanted, after)


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


async def _page(call: OperationCall, wanted: AuditFilter, after: Sequence[str] | None) -> AuditEntries:
    place = None if after is None else ListCursor(datetime.fromisoformat(after[0]), after[1])
    page = await audit_page(call.stores, wanted, place)
    last = page.next
    goes_on = None if last is None else PageCursor("audit", (last.at.isoformat(), last.id))
    moment = partial(moment_words, zone=call.playbook.zone)
    return AuditEntries([listed_entry(one, moment) for one in page.lines], goes_on)
