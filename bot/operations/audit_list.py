"""The audit log as a page of a list and as a table: what was done to contacts and to the shop (K1, B11).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import MIDNIGHT, utc
from bot.model.admin import CONSOLE
from bot.model.answer_fields import Clock, Column, Help, Internal, Sentence, Table
from bot.model.api_token import BY_TOKEN
from bot.model.audit import MEMBER, AuditEntry, AuditEntryState, AuditFilter, AuditKind, AuditLine
from bot.model.clerk import ListCursor
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.actors import by_name
from bot.operations.audit_trail import MOST, audited
from bot.operations.audit_words import KINDS, STATES, about, change, how_often
from bot.operations.catalog.answers import answer_csv
from bot.operations.catalog.identities import ContactRef, PageCursor
from bot.operations.contact_words import DONE
from bot.operations.recorded_words import details_words
from bot.store.stores import Stores

PAGE = 50
"""Lines of a page."""
CONTACT_KINDS: Sequence[AuditKind] = tuple(kind for kind in get_args(AuditKind) if kind in DONE)
"""What is done to contacts, as the pages of people have it."""
WORDS: Mapping[str, Translatable] = {**DONE, **dict(KINDS.items())}


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some lines, the last one first. `names`: of the contacts that have one, by id; `next`: where it goes
    on, `None` at the end."""

    lines: Sequence[AuditLine]
    names: Mapping[str, str]
    next: ListCursor | None = None


@dataclass(frozen=True, slots=True)
class ListedAuditEntry:
    """A line of the log; of who was erased only the number of the certificate is left."""

    at: Annotated[datetime, Column(tr("when"))]
    actor: Annotated[Sentence, Column(tr("done by"))]
    what: Annotated[Sentence, Column(tr("what was done"))]
    shown_contact: Annotated[TranslatableValue, Internal(), Column(tr("contact"))]
    contact: ContactRef | None
    other: Annotated[ContactRef | None, Column(tr("second contact"))]
    about: Annotated[Sentence, Column(tr("about"))]
    change: Annotated[Sentence, Column(tr("before and after"))]
    often: Annotated[Sentence, Column(tr("how often"))]
    outcome: Annotated[Translatable | None, Column(tr("how it stands")), Help("`null`: it is done.")]
    kind: Annotated[AuditKind, Column(tr("code"))]
    certificate: str | None
    by: Annotated[str, Help("As the log has it.")]
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


async def audit_page(stores: Stores, wanted: AuditFilter, after: ListCursor | None = None) -> AuditPage:
    """The first lines that are wanted, or those behind a place."""
    found = await stores.audit.lines(wanted, PAGE + 1, after)
    lines = found[:PAGE]
    ids = {contact for line in lines for contact in (line.contact, line.other) if contact}
    people = await stores.contacts.persons(ids)
    names = {contact: stored.contact.name for contact, stored in people.items() if stored.contact.name}
    last = lines[-1].entry if len(found) > PAGE else None
    return AuditPage(lines, names, None if last is None else ListCursor(last.at, last.id))


def within_days(
    first: date | None, last: date | None, zone: ZoneInfo
) -> tuple[datetime | None, datetime | None]:
    """From when on, and before when, lines of these days are; the calendar's last day is no bound."""
    since = until = None
    with suppress(OverflowError):
        since = None if first is None else utc(first, MIDNIGHT, zone)
        until = None if last is None else utc(last + timedelta(days=1), MIDNIGHT, zone)
    return since, until


async def audit_actors(stores: Stores) -> Sequence[str]:
    """Whose deeds may be chosen: staff's accounts and tokens, as the log has them, and people's own."""
    accounts = [f"{CONSOLE}{one.name}" for one in await stores.admins.all()]
    tokens = [f"{BY_TOKEN}{one.name}" for one in await stores.api_tokens.all()]
    return [*sorted(accounts), *tokens, MEMBER]


async def audit_table(
    stores: Stores,
    wanted: AuditFilter,
    by: str,
    now: datetime,
    moment: Clock,
    words: Language,
) -> bytes:
    """The last `MOST` lines that are wanted as CSV; that somebody takes them away is a line first.

    It names contacts by id, and nobody by name. A file's name in it is no formula for a spreadsheet.
    """
    async with audited(stores, AuditEntry("audit_listed", by, now)) as doing:
        lines = await stores.audit.lines(wanted, MOST)
        table = answer_csv(AuditEntries([listed_entry(one, moment) for one in lines], None), words, moment)
        doing.update(after=f"{len(lines)}")
    return table.encode()


def listed_entry(line: AuditLine, moment: Clock) -> ListedAuditEntry:
    """A line, and what it says."""
    entry = line.entry
    is_shop = not (line.contact or line.erased) and entry.kind in KINDS
    return ListedAuditEntry(
        at=entry.at,
        actor=by_name(entry.by),
        what=WORDS.get(entry.kind, entry.kind),
        shown_contact=erased_words(line) if line.erased and not line.contact else line.contact,
        contact=ContactRef(line.contact) if line.contact else None,
        other=ContactRef(line.other) if line.other else None,
        about=about(entry) if is_shop else row(details_words(entry.kind, line.details)),
        change=change(entry) if is_shop else "",
        often=how_often(entry, moment),
        outcome=STATES.get(entry.state),
        kind=entry.kind,
        certificate=line.erased or None,
        by=entry.by,
        **{name: getattr(entry, name) for name in ("state", "before", "after", "channel", "times", "last")},
    )


def erased_words(line: AuditLine) -> Translatable:
    """In place of a contact who was erased."""
    return tr("erased (certificate {number})", number=line.erased)
