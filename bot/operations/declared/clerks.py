"""The clerks of the stores: from a table, listed, counted, suspended, handed over; their codes (D1 to D3)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypeAlias

from annotated_types import MinLen

from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Clock, Column, Help, Table
from bot.model.channel import Channel
from bot.model.clerk import ClerkRole, StoreClerk
from bot.model.translatable import Refusal, Translatable, row, tr
from bot.operations import clerks
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Name, Option, PlaybookName, TableParameter
from bot.operations.clerk_codes import ReferralMethod, accounts_with_codes, referral_way, renew
from bot.operations.clerk_entry import add_clerk, change_clerk
from bot.operations.clerk_file import ClerkTable, clerk_table, end_of_day, sent_clerks
from bot.operations.clerk_import import ClerkImport, import_clerks, stays_behind
from bot.operations.clerks import ClerkCount, ClerkView, HandingOver, handing_over, stores_named, those
from bot.operations.declared.flows import CountedDays
from bot.operations.links import account_of
from bot.store.stores import Stores

LINES_MOST = 1_000
"""Lines of one call of the API."""


def _known_stores(playbook: Playbook, named: str) -> str:
    stores_named(playbook, named)
    return named


StoresName: TypeAlias = Annotated[
    Name, PlaybookName(_known_stores), Help("a store or a group of stores only (all)")
]
ClerkNumber: TypeAlias = Annotated[Name, Help("number of a clerk")]
ClerkNumbers: TypeAlias = Annotated[tuple[Name, ...], MinLen(1), Help("numbers of clerks")]
ClerkLines: TypeAlias = Annotated[
    ClerkTable,
    TableParameter(clerk_table, sent_clerks, LINES_MOST),
    Help("the table (CSV), its first line names the columns"),
]


@operation(
    "clerks.import", changes=True, audit="clerks_imported", example="clerks.csv --old-codes-until 2027-01-31"
)
async def import_clerk_table(
    call: OperationCall,
    file: ClerkLines,
    old_codes_until: Annotated[
        date | None, Help("old codes without a date of their own are good until this day")
    ] = None,
) -> ClerkImport:
    """Clerks from a table; those that are not in it stay as they are."""
    until = None if old_codes_until is None else end_of_day(old_codes_until, call.playbook)
    return await import_clerks(
        *(call.stores, call.playbook, file.called, iter(file.lines), call.by),
        old_until=until,
        tell=lambda so_far: call.progress(tr("{number} lines", number=f"{so_far.done:,}")),
    )


ClerkStore: TypeAlias = Annotated[
    Name, Option(), Help("name or title of the store; of a group manager, of the group")
]
ClerkPhone: TypeAlias = Annotated[Name, Help("mobile number")]


@dataclass(frozen=True, slots=True)
class AddedClerk:
    """The new clerk."""

    number: str
    code: Annotated[str | None, Help("Where they work in a store.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Their code."""
        if self.code is None:
            yield tr("{number} is a clerk now", number=self.number)
        else:
            yield tr("{number} is a clerk now, with the code {code}", number=self.number, code=self.code)


@operation("clerks.add", changes=True, audit="clerk_added", example="A03 小新 --store 信義店")
async def add_one_clerk(
    call: OperationCall,
    number: ClerkNumber,
    name: Annotated[Name, Help("what customers see")],
    store: ClerkStore = "",
    role: Annotated[
        ClerkRole, Help("what they do; a group manager's store is a group, of head office none")
    ] = "clerk",
    phone: ClerkPhone = "",
) -> AddedClerk:
    """A new clerk, as a line of a table would bring them in."""
    cells = {"number": number, "name": name, "store": store, "role": role, "phone": phone}
    return filled(AddedClerk, await add_clerk(call.stores, call.playbook, cells, call.by))


@dataclass(frozen=True, slots=True)
class ChangedClerk:
    """What has come of it."""

    number: str
    changed: Annotated[bool, Help("`false`: it was so already.")]
    left_behind: Annotated[int, Help("People who stay with the store that was theirs.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """The same, and what may be done about people who stay."""
        if not self.changed:
            yield tr("that was so already")
            return
        yield tr("{number} is changed", number=self.number)
        if self.left_behind:
            yield stays_behind(self.number, self.left_behind)


@operation("clerks.change", changes=True, audit="clerk_changed", example="A01 --store 板橋店")
async def change_one_clerk(
    call: OperationCall,
    number: ClerkNumber,
    name: Annotated[Name, Option(), Help("what customers see")] = "",
    store: ClerkStore = "",
    role: Annotated[ClerkRole | None, Help("another one")] = None,
    phone: ClerkPhone = "",
) -> ChangedClerk:
    """A clerk's name, store, role or phone; what is not said stays."""
    cells = {"name": name, "store": store, "role": role or "", "phone": phone}
    done = await change_clerk(call.stores, call.playbook, number, cells, call.by)
    return ChangedClerk(done.after.number, done.before != done.after, done.left_behind)


@dataclass(frozen=True, slots=True)
class ClerkList:
    """By store and number."""

    clerks: Annotated[Sequence[ClerkView], Table(tr("there are no clerks: import a table of them"))]


@operation("clerks.list", example="my-shop --store 信義店")
async def list_clerks(
    call: OperationCall, store: StoresName | None = None, days: CountedDays = 30
) -> ClerkList:
    """A line for each clerk."""
    return ClerkList(await clerks.all_clerks(call.stores, call.playbook, store, days))


@dataclass(frozen=True, slots=True)
class ClerkCountList:
    """By day, store and clerk."""

    counts: Annotated[Sequence[ClerkCount], Table(tr("nobody was bound to a clerk in these days"))]


@operation("clerks.counts", example="--days 7 --csv")
async def count_clerks(
    call: OperationCall, store: StoresName | None = None, days: CountedDays = 30
) -> ClerkCountList:
    """Who was bound to whom, by day, store and clerk."""
    return ClerkCountList(await clerks.counts(call.stores, call.playbook, store, days))


@dataclass(frozen=True, slots=True)
class SuspendedClerks:
    """Whom it has changed."""

    changed: Sequence[str]
    lifted: bool

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Their numbers."""
        numbers = " ".join(self.changed)
        if not self.changed:
            yield tr("that was so already")
        elif self.lifted:
            yield tr("their codes are good again: {numbers}", numbers=numbers)
        else:
            yield tr("suspended, their codes bind nobody any more: {numbers}", numbers=numbers)


@operation("clerks.suspend", changes=True, audit="clerk_suspended", example="A01")
async def suspend_clerks(
    call: OperationCall, numbers: ClerkNumbers, lift: Annotated[bool, Help("they do again")] = False
) -> SuspendedClerks:
    """Codes of clerks bind nobody any more."""
    return SuspendedClerks(await clerks.suspend(call.stores, numbers, call.by, lift=lift), lift)


@dataclass(frozen=True, slots=True)
class HandOverOffer:
    """How many people there are."""

    people: int
    question: Annotated[Translatable | None, Help("`null`: there is nobody.")]


@dataclass(frozen=True, slots=True)
class ClerkHandedOver:
    """How many people are given to the other: a bot that runs does it."""

    people: int
    said: Spoken


@operation("clerks.hand_over.offer")
async def offer_to_hand_over(call: OperationCall, was: ClerkNumber, to: ClerkNumber) -> HandOverOffer:
    """How many people of a clerk would become another's."""
    handing = await handing_over(call.stores, was, to)
    people = f"{handing.people:,}"
    asks = tr("give {people} people of {was} to {to}?", people=people, **_called(handing))
    return HandOverOffer(handing.people, asks if handing.people else None)


@operation(
    "clerks.hand_over",
    changes=True,
    audit="clerk_handed_over",
    offer=offer_to_hand_over,
    example="A01 A02 --yes",
)
async def hand_over_people(call: OperationCall, was: ClerkNumber, to: ClerkNumber) -> ClerkHandedOver:
    """People of a clerk become another's; of the same: they come along to the store of today."""
    handing = await handing_over(call.stores, was, to)

    def tell(done: int) -> None:
        call.progress(tr("{done} of {total} people", done=f"{done:,}", total=f"{handing.people:,}"))

    done = await clerks.hand_over(call.stores, handing, call.by, tell)
    said = tr(
        "{number} people of {was} are told to be with {to}: a bot that runs does it now, else the next",
        number=f"{done:,}",
        **_called(handing),
    )
    return ClerkHandedOver(done, Spoken((said,)))


def _called(handing: HandingOver) -> dict[str, Translatable]:
    both = {"was": handing.was, "to": handing.to}
    return {role: tr("{name} ({number})", name=one.name, number=one.number) for role, one in both.items()}


# -- their codes


@dataclass(frozen=True, slots=True)
class ListedCode:
    """The code of a clerk, and where it leads in LINE."""

    number: Annotated[str, Column(tr("number"))]
    name: Annotated[str, Column(tr("name"))]
    store: Annotated[str, Column(tr("store"))]
    code: Annotated[str, Column(tr("code"))]
    link: Annotated[str, Column(tr("link"))]


@dataclass(frozen=True, slots=True)
class ClerkCodes:
    """Codes that are good, by store and number, or as they were named."""

    codes: Annotated[Sequence[ListedCode], Table(tr("nobody here has a code"))]


class NoCode(Refusal):
    """A clerk of whom it was asked has no code."""


@operation(
    "clerks.codes", not_in={"command": "oaflow store clerks codes writes sheets and cards to be printed"}
)
async def list_codes(
    call: OperationCall,
    numbers: Annotated[tuple[Name, ...], Help("numbers of clerks")] = (),
    store: StoresName | None = None,
    channel: Annotated[Name | None, Help("the account that the codes lead to (the first that can)")] = None,
) -> ClerkCodes:
    """Codes and links of clerks."""
    way = code_way(call.playbook, call.settings.channels, channel)
    found = await clerks_with_codes(call.stores, call.playbook, numbers, store)
    return clerk_codes(found, call.playbook, way)


def clerk_codes(found: Sequence[StoreClerk], playbook: Playbook, way: ReferralMethod) -> ClerkCodes:
    """The answer of what was found."""
    return ClerkCodes(
        [
            filled(*(ListedCode, one), store=playbook.store_title(one.store), link=way.link(one.code or ""))
            for one in found
        ]
    )


def code_way(playbook: Playbook, accounts: Mapping[str, Channel], channel: str | None) -> ReferralMethod:
    """How codes are brought, on this channel or the first that can. Raises `NoReferral`."""
    if channel is None:
        first = next(accounts_with_codes(playbook, list(accounts.values())), None)
        if first is not None:
            return first
    return referral_way(playbook, account_of(accounts, channel))


async def clerks_with_codes(
    people: Stores, playbook: Playbook, numbers: Collection[str], store: str | None
) -> Sequence[StoreClerk]:
    """Those whose codes are good. Raises `NoClerk`, and `NoCode` where one who was named has none."""
    only = stores_named(playbook, store)
    asked = await those(people, [*numbers]) if numbers else [one async for one in people.clerks.all(only)]
    found = [one for one in asked if _has_good_code(one) and (only is None or one.store in only)]
    shown = {one.number.casefold() for one in found}
    if missing := [one for one in numbers if one.casefold() not in shown]:
        raise NoCode(tr("no code that is good: {numbers}", numbers=row(missing)))
    return found


def _has_good_code(one: StoreClerk) -> bool:
    return one.has_code and one.code is not None and one.suspended is None


@dataclass(frozen=True, slots=True)
class RenewedCode:
    """The new code of a clerk."""

    number: Annotated[str, Column(tr("number"))]
    code: Annotated[str, Column(tr("code"))]


@dataclass(frozen=True, slots=True)
class RenewedCodes:
    """As they were named."""

    codes: Annotated[Sequence[RenewedCode], Table(tr("nobody here has a code"))]


@operation("clerks.renew", changes=True, audit="clerk_codes", example="A01 --old-until 2026-12-31")
async def renew_codes(
    call: OperationCall,
    numbers: ClerkNumbers,
    old_until: Annotated[date | None, Help("the old ones are good until this day (no more)")] = None,
) -> RenewedCodes:
    """New codes for clerks who work in a store."""
    until = None if old_until is None else end_of_day(old_until, call.playbook)
    found = await renew(call.stores, numbers, call.by, old_until=until)
    return RenewedCodes([filled(RenewedCode, one) for one in found])
