"""The audit log as a page of a list and as a table: what was done to contacts and to the shop (K1, B11).

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import MIDNIGHT, utc
from bot.model.admin import CONSOLE
from bot.model.api_token import BY_TOKEN
from bot.model.audit import MEMBER, AuditEntry, AuditFilter, AuditKind, AuditLine
from bot.model.clerk import ListCursor
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.actors import actor_words
from bot.operations.audit_trail import MOST, audited
from bot.operations.audit_words import KINDS, STATES, about, change, how_often
from bot.operations.contact_words import DONE
from bot.operations.recorded_words import details_words
from bot.playbook.csv_table import MARK, csv_line
from bot.store.stores import Stores

PAGE = 50
"""Lines of a page."""
CONTACT_KINDS: Sequence[AuditKind] = tuple(kind for kind in get_args(AuditKind) if kind in DONE)
"""What is done to contacts, as the pages of people have it."""
WORDS: Mapping[str, Translatable] = {**DONE, **dict(KINDS.items())}
COLUMNS: Sequence[Translatable] = (
    tr("When"),
    tr("By whom"),
    tr("What"),
    tr("Contact"),
    tr("Second contact"),
    tr("About"),
    tr("Before and after"),
    tr("How often"),
    tr("State"),
    tr("Code"),
)


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some lines, the last one first. `names`: of the contacts that have one, by id; `next`: where it goes
    on, `None` at the end."""

    lines: Sequence[AuditLine]
    names: Mapping[str, str]
    next: ListCursor | None = None


@dataclass(frozen=True, slots=True)
class LineWords:
    """What a line says beside who and when."""

    what: TranslatableValue
    about: TranslatableValue
    change: TranslatableValue
    often: TranslatableValue
    state: Translatable | None


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
    moment: Callable[[datetime], str],
    words: Language,
) -> bytes:
    """The last `MOST` lines that are wanted as CSV; that somebody takes them away is a line first.

    It names contacts by id, and nobody by name. A file's name in it is no formula for a spreadsheet.
    """
    async with audited(stores, AuditEntry("audit_listed", by, now)) as doing:
        lines = await stores.audit.lines(wanted, MOST)
        rows = [csv_line(map(words.text, COLUMNS))]
        rows += (csv_line(_cells(line, moment, words)) for line in lines)
        doing.update(after=f"{len(lines)}")
    return (MARK + "".join(rows)).encode()


def line_words(line: AuditLine, moment: Callable[[datetime], str]) -> LineWords:
    """What a line says."""
    entry = line.entry
    is_shop = not (line.contact or line.erased) and entry.kind in KINDS
    return LineWords(
        WORDS.get(entry.kind, entry.kind),
        about(entry) if is_shop else row(details_words(entry.kind, line.details)),
        change(entry) if is_shop else "",
        how_often(entry, moment),
        STATES.get(entry.state),
    )


def bare_actor_words(actor: str) -> TranslatableValue:
    """An actor as a page of the console says it: an account by its bare name."""
    return actor_words(actor.removeprefix(CONSOLE))


def erased_words(line: AuditLine) -> Translatable:
    """In place of a contact who was erased."""
    return tr("erased (certificate {number})", number=line.erased)


def _cells(line: AuditLine, moment: Callable[[datetime], str], words: Language) -> list[str]:
    entry, said = line.entry, line_words(line, moment)
    contact = words.text(erased_words(line)) if line.erased and not line.contact else line.contact
    shown = (said.about, said.change, said.often, said.state or "")
    return [
        moment(entry.at),
        words.words(bare_actor_words(entry.by)),
        words.words(said.what),
        contact,
        line.other,
        *map(words.words, shown),
        entry.kind,
    ]
