"""What is removed by itself (`privacy.keep`): what is due, what was removed, which people wait for staff.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import TextTable
from bot.model.audit import AuditEntry
from bot.model.retention import DEFAULT_DAYS, KINDS, PEOPLE, DayOfRetention, RetainedKind, are_many
from bot.model.translatable import Refusal, Translatable, TranslatableValue, row, tr
from bot.operations.audit_trail import audited
from bot.operations.simulated_time import now_among
from bot.runtime.sweeps.retention import bounds_of
from bot.store.stores import Stores

SHOWN = timedelta(days=30)
"""For so long back is shown what was removed."""
SOON = timedelta(days=7)
"""For so long ahead is shown what is due."""

KIND_NAMES: Mapping[RetainedKind, Translatable] = {
    "conversations": tr("what was said, with its files"),
    "timeline": tr("what happened"),
    "traces": tr("why the bot answered as it did"),
    "dead_letters": tr("calls that were given up"),
    "people_who_left": tr("people who left"),
}


@dataclass(frozen=True, slots=True)
class RetainedData:
    """One kind: stored for so many `days` (0: not at all; `None`: without a bound), since the `oldest` row.

    Of a bound that the playbook applies: how many are `due` now, and how many more `soon` (7 days).
    """

    kind: RetainedKind
    days: int | None
    oldest: datetime | None = None
    due: int | None = None
    soon: int | None = None

    @property
    def bound(self) -> Translatable:
        """For how long it is stored."""
        if self.days is None:
            return tr("no bound")
        return tr("{number} days", number=str(self.days)) if self.days else tr("not stored")


@dataclass(frozen=True, slots=True)
class PeopleDue:
    """People who left and are due, of about `everybody`; `waits`: they are erased once staff agree."""

    days: int
    people: int
    everybody: int
    waits: bool


@dataclass(frozen=True, slots=True)
class PrivacyView:
    """All kinds, what was removed lately, the last day first, and who is due."""

    kinds: list[RetainedData]
    removed: list[DayOfRetention]
    people: PeopleDue | None

    def lines(self, at: Callable[[datetime], str]) -> Iterator[Translatable | TextTable]:
        """A line for each kind, and for each day on which something was removed."""
        titles = (tr("kind of data"), tr("stored for"), tr("oldest"), tr("due now"), tr("more within 7 days"))
        rows = [[KIND_NAMES[one.kind], one.bound, one.oldest, one.due, one.soon] for one in self.kinds]
        yield TextTable(titles, rows)
        if self.people is not None and self.people.waits:
            yield tr(
                "{number} of {all} people are due: so many are erased only once somebody agrees:"
                "  oaflow privacy confirm",
                number=f"{self.people.people:,}",
                all=f"{self.people.everybody:,}",
            )
        for day in self.removed:
            numbers = [amount_words(kind, f"{number:,}") for kind, number in day.removed.items()]
            yield tr("removed on {day}: {what}", day=day.day, what=row(numbers))


class NothingToConfirm(Refusal):
    """There is no bound, or nobody waits; the sentence says so."""


def amount_words(kind: str, number: str) -> TranslatableValue:
    """So much of a kind; of one that another version of oaflow knows, as it is recorded."""
    name = next((name for one, name in KIND_NAMES.items() if one == kind), None)
    what: TranslatableValue = kind if name is None else name
    return tr("{what}: {number}", what=what, number=number)


async def privacy_view(stores: Stores, playbook: Playbook) -> PrivacyView:
    """As it is now."""
    now = await now_among(stores)
    people = await people_due(stores, playbook, now)
    kinds = [await _kind(stores, playbook, kind, people, now) for kind in KINDS]
    return PrivacyView(kinds, await stores.retention.days(now - SHOWN), people)


async def _kind(
    stores: Stores, playbook: Playbook, kind: RetainedKind, people: PeopleDue | None, now: datetime
) -> RetainedData:
    bounds = bounds_of(playbook)
    if kind == PEOPLE:
        if people is None:
            return RetainedData(kind, None)
        soon = await stores.left_people.number(now + SOON - timedelta(days=people.days))
        return RetainedData(kind, people.days, None, people.people, soon - people.people)
    oldest = await stores.expired_rows.oldest(kind)
    if kind not in bounds:
        return RetainedData(kind, DEFAULT_DAYS.get(kind), oldest)
    days = bounds[kind]
    before = now - timedelta(days=days)
    due = await stores.expired_rows.count(kind, before)
    soon = await stores.expired_rows.count(kind, before + SOON if days else before)
    return RetainedData(kind, days, oldest, due, soon - due)


async def people_due(stores: Stores, playbook: Playbook, now: datetime) -> PeopleDue | None:
    """Who left so long ago that they are due; `None`: the playbook has no bound."""
    days = playbook.keep.get(PEOPLE)
    if days is None:
        return None
    people = await stores.left_people.number(now - timedelta(days=days))
    everybody, confirmed = await stores.left_people.everybody(), await stores.retention.confirmed()
    waits = (confirmed is None or days < confirmed) and are_many(people, everybody)
    return PeopleDue(days, people, everybody, waits)


async def people_to_confirm(stores: Stores, playbook: Playbook) -> PeopleDue:
    """Who is erased once staff agree. Raises `NothingToConfirm`."""
    due = await people_due(stores, playbook, await now_among(stores))
    if due is None:
        raise NothingToConfirm(tr("what is live has no  privacy: {keep: {people_who_left: …}}"))
    if not due.waits:
        raise NothingToConfirm(tr("nobody waits for that: what is due is erased by itself"))
    return due


async def confirm_people(stores: Stores, due: PeopleDue, actor: str) -> None:
    """Have them erased, and whoever is due by this bound: by the process that serves, within a minute."""
    now = await now_among(stores)
    entry = AuditEntry("expiry_confirmed", actor, now, f"{PEOPLE} {due.days}d", after=str(due.people))
    async with audited(stores, entry):
        await stores.retention.confirm(due.days)
