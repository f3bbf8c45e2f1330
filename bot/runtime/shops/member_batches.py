"""Some members at a time, as a list or a shop tells of them: planned on what the database has, silently
written, and planned again.

A batch is done when nothing is left to do. So whatever comes between (a turn, a binding, another import, a
crash) is met on the next look, and nothing has to be undone.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.people import SEEDS
from bot.engine.members.identification import (
    NobodyIdentified,
    identify_line,
    login_decides,
    numbered,
)
from bot.engine.members.identity import of_shop
from bot.engine.members.listed import as_listed
from bot.model.clock import Clock
from bot.model.contact import Contact, contact_id
from bot.model.event import Listed, What
from bot.model.settings import ShopSettings
from bot.model.shop import MEMBER_REFUSALS, MemberRecord, MemberRefusal
from bot.model.stored import Stored
from bot.model.translatable import Translatable, tr
from bot.runtime.effects.merging import Merging
from bot.runtime.effects.rewrites import RewriteJob
from bot.runtime.effects.without_line import WithoutLine
from bot.runtime.shops.crowd import Crowd
from bot.runtime.shops.member_events import MemberEvents
from bot.shops.platforms import LIST
from bot.store.contacts.people import MOST
from bot.store.stores import Stores

TRIES = 5
"""Looks at a batch, of which each but the first finds what somebody else has done meanwhile."""
SUSPECTS = 10_000
"""Phones that seem to be two people's; they are looked at once more when the whole file is taken."""


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What a line, or a record, says. `line_id` is the LINE user id that it names; `fields` are of the shop's
    record.

    `left_out`: what of it is not taken, and why; all else is.
    """

    listed: Listed
    line_id: str | None = field(default=None, repr=False)
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    left_out: tuple[Translatable, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """What has come of a line. `why`: why it was `refused`, or what of it was not taken.

    `met`: it is about somebody with LINE, who is told by an event. `joined`: how many without LINE were they.
    """

    became: Literal["new", "changed", "same", "refused"]
    why: Translatable | None = None
    met: bool = False
    joined: int = 0
    refusal: MemberRefusal | None = None


def refused_line(code: MemberRefusal, message: Translatable | None = None) -> ImportedLine:
    """A line that is not taken; `message` where the sentence of the code has values in it."""
    return ImportedLine("refused", message or MEMBER_REFUSALS[code], refusal=code)


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """What is to be done for a line: `before` is `None` for somebody new."""

    number: int
    told: MemberLine
    before: Stored | None
    after: Contact
    also: tuple[Contact, ...] = ()

    @property
    def is_new_of(self) -> bool:
        """Whether the line says anything that is not known."""
        return self.before is None or self.after != self.before.contact


def silently(contact: Contact, said: Listed) -> Sequence[What]:
    """As facts, which are no news."""
    return (said,)


class MemberTaker:
    """Takes the lines of one file. Raises `DatabaseUnavailable`: then all before may have been taken."""

    def __init__(
        self,
        stores: Stores,
        playbook: Playbook,
        shop: ShopSettings | None,
        channel: str | None,
        actor: str,
        clock: Clock,
        *,
        dry: bool = False,
        by_record: bool = False,
        told_as: Callable[[Contact, Listed], Sequence[What]] = silently,
    ) -> None:
        """`by_record`: what is told are a shop's records, and their LINE accounts those of logins.

        `told_as`: what somebody with LINE hears of what is said; one event for each.
        """
        self._stores = stores
        self._playbook = playbook
        self._shop = shop
        self._channel = channel
        self._actor = actor
        self.now = clock.now()
        self._clock = clock
        self._dry = dry
        self._by_record = by_record
        self._events = MemberEvents(stores, channel, self.now, told_as)
        self._seen: dict[str, int] = {}
        self._suspects: dict[str, int] = {}
        self._shared: set[str] = set()
        self._phones: dict[str, str] = {}
        contacts, audit = stores.contacts, stores.audit
        merging = Merging(stores.rewriter, contacts, audit, clock, lambda: of_shop(playbook))
        self._without_line = WithoutLine(stores.people, stores.phones, contacts, merging)

    async def take(
        self, told: Mapping[int, MemberLine], had: Mapping[int, str] | None = None
    ) -> Mapping[int, ImportedLine]:
        """Take these lines, by their numbers; what has come of each. `had`: whose they were before: who is
        not there any more was erased since, and is not made anew."""
        taken: dict[int, ImportedLine] = {}
        whose = dict(had or {})
        events: set[int] = set()
        apart: set[tuple[str, str]] = set()
        crowd = Crowd()
        for look in range(TRIES):
            crowd = await self._around(told)
            plan = await self._but_erased(list(self._planned(told, crowd, taken)), whose, taken)
            for one in plan if look == 0 else ():
                taken[one.number] = _taken(one)
            if self._dry:
                break
            if look == 0:
                await self._keep_records(plan)
            left = [one for one in plan if one.is_new_of and one.number not in events]
            joins = [
                (one, other) for one in plan for other in one.also if (one.after.id, other.id) not in apart
            ]
            if not left and not joins:
                break
            if look == TRIES - 1:
                taken |= {one.number: refused_line(MemberRefusal.OVERTAKEN) for one in left}
                break
            await self._stores.people_without_line.write(
                [(one.before, one.after) for one in left if not one.after.has_line]
            )
            met = [one for one in left if one.after.has_line]
            tellable = await self._free(met)
            await self._events.append(
                [(one.before, one.told.listed) for one in tellable if one.before is not None]
            )
            told_now = {one.number for one in tellable}
            events |= told_now
            not_free = {one.number for one in met} - told_now
            for one, other in joins:
                if one.number in not_free:  # their number would come with whom they are joined with
                    continue
                apart.add((one.after.id, other.id))
                await self._join(one, other, taken)
        self._suspect({n: one for n, one in told.items() if taken[n].became != "refused"}, crowd)
        return taken

    async def shared_phones(self) -> Sequence[tuple[int, Translatable]]:
        """The lines whose phone is another person's, too, now that all is taken."""
        if self._dry:  # nobody has written them: what the lines that were looked at together have shown
            return [(number, _SHARED) for number in self._suspects.values()]
        found: list[tuple[int, Translatable]] = []
        phones = list(self._suspects)
        for first in range(0, len(phones), 500):
            some = phones[first : first + 500]
            having = await self._stores.people_without_line.having(some)
            found += [(self._suspects[phone], _SHARED) for phone in some if having[phone] > 1]
        return found

    async def _but_erased(
        self, plan: list[PlannedLine], whose: dict[int, str], taken: dict[int, ImportedLine]
    ) -> list[PlannedLine]:
        ids = {whose[one.number] for one in plan if one.before is None and one.number in whose}
        there = await self._stores.contacts.people_of(ids) if ids else {}
        gone = ids - there.keys()
        whose |= {one.number: one.before.contact.id for one in plan if one.before is not None}
        over = {one.number for one in plan if one.before is None and whose.get(one.number) in gone}
        taken |= {number: refused_line(MemberRefusal.ERASED) for number in over}
        return [one for one in plan if one.number not in over]

    # -- planning

    async def _around(self, told: Mapping[int, MemberLine]) -> Crowd:
        ids = {self._own(one) for one in told.values()} | {self._known_as(one) for one in told.values()}
        numbers = {one.listed.member_no for one in told.values()} - {None}
        phones = set(_texts({one.listed.phone for one in told.values()}))
        crowd = Crowd(shared=await self._shared_of(phones))
        found = await self._stores.people_without_line.around(ids, _texts(numbers), phones - self._shared)
        alive = {one.contact.id: one for one in found if one.to is None and one.revision}
        became = {one.contact.id: one.to for one in found if one.to is not None}
        others = {to for to in became.values() if to not in alive}  # mostly they are found themselves
        people = {**alive, **(await self._stores.contacts.persons(others) if others else {})}
        for stored in alive.values():
            crowd.put(stored.contact, stored)
        for gone, to in became.items():
            crowd.gone.add(gone)
            if (person := people.get(to)) is not None:
                crowd.became[gone] = person.contact.id
                crowd.put(person.contact, person)
        return crowd

    async def _shared_of(self, phones: set[str]) -> Collection[str]:
        """Those of them that too many have, whom it would take a while to look at for each line."""
        having = await self._stores.people_without_line.having(phones - self._shared)
        self._shared |= {phone for phone, people in having.items() if people > MOST}
        return self._shared

    def _own(self, told: MemberLine) -> str:
        """The id that this person has by LINE account, or would get by number or phone."""
        if told.line_id is not None:
            assert self._channel is not None, "whoever reads the file has looked"
            return contact_id(self._channel, told.line_id)
        return self._known_as(told)

    def _known_as(self, told: MemberLine) -> str:
        said = told.listed
        return self._stores.people_without_line.id_of(said.shop, said.member_no, said.phone)

    def _planned(
        self, told: Mapping[int, MemberLine], crowd: Crowd, taken: dict[int, ImportedLine]
    ) -> Iterator[PlannedLine]:
        for number, one in told.items():
            if number in taken and taken[number].became == "refused":
                continue
            try:
                yield self._plan(number, one, crowd)
            except NobodyIdentified as error:
                taken[number] = refused_line(error.code, error.message)

    def _plan(self, number: int, told: MemberLine, crowd: Crowd) -> PlannedLine:
        told = self._by_login(told, crowd)
        said, own = told.listed, self._own(told)
        if said.phone in crowd.shared and said.member_no is None and not said.line:
            raise NobodyIdentified(MemberRefusal.SEVERAL_MEMBERS)
        if said.line:
            own = crowd.became.get(own, own)
        meant = identify_line(said, own, crowd.of(own, said.member_no, said.phone))
        contact = meant.contact or self._newborn(told, own, crowd)
        first = self._seen.setdefault(contact.id, number)
        if first != number:
            if self._by_record:
                raise NobodyIdentified(MemberRefusal.SAME_PERSON)
            before_it = tr("this person stands in line {line} already", line=first)
            raise NobodyIdentified(MemberRefusal.LISTED_BEFORE, before_it)
        after = as_listed(contact, said, self._playbook, self.now)
        before = crowd.stored.get(contact.id)
        crowd.put(after, before)
        return PlannedLine(number, told, before, after, meant.also)

    def _by_login(self, told: MemberLine, crowd: Crowd) -> MemberLine:
        """Without the LINE account where that of a record does not say whose it is."""
        if not self._by_record or told.line_id is None:
            return told
        said, own = told.listed, self._own(told)
        around = crowd.of(crowd.became.get(own, own), said.member_no, said.phone)
        if login_decides(said, crowd.became.get(own, own), around):
            return told
        return replace(told, listed=replace(said, line=False, login=False), line_id=None)

    def _newborn(self, told: MemberLine, own: str, crowd: Crowd) -> Contact:
        said = told.listed
        if self._dry and said.phone is not None and not said.line:
            known = self._phones.get(said.phone)
            if known is not None and (said.member_no is None or known == self._by_phone(said.phone)):
                own = known  # somebody of an earlier batch, whom nobody has written
            self._phones.setdefault(said.phone, own)
        if own in crowd.gone or own in crowd.stored:  # who had this id is not this member any more
            own = self._stores.people_without_line.id_of(
                said.shop, said.member_no, said.phone, again=uuid.uuid4().hex
            )
        return Contact(own, seed=random.randrange(SEEDS))

    def _by_phone(self, phone: str) -> str:
        return self._stores.people_without_line.id_of(None, None, phone)

    # -- writing

    async def _keep_records(self, plan: Sequence[PlannedLine]) -> None:
        """What the shop says, where it is a list: before all else, for binding reads it."""
        if self._shop is None or self._shop.platform != LIST:
            return
        name = self._shop.name
        records = [
            MemberRecord(name, one.after.id, one.told.listed.phone, one.after.member_no, one.told.fields)
            for one in plan
            if one.after.member_shop == name
        ]
        await self._stores.member_records.keep(name, records, self._shared)

    async def _free(self, plan: Sequence[PlannedLine]) -> Sequence[PlannedLine]:
        """Without those whose number another LINE account was told of just now: no turn of it says so yet."""
        may = await asyncio.gather(*(self._has_number(one) for one in plan))
        return [one for one, so in zip(plan, may, strict=True) if so]

    async def _has_number(self, planned: PlannedLine) -> bool:
        before, after = planned.before, planned.after
        number, phones = after.member_no, self._stores.phones
        if number is None or (before is not None and before.contact.member_no == number):
            return True
        return await phones.reserve_number(after.member_shop, number, after.id, self._clock.now())

    async def _join(self, one: PlannedLine, other: Contact, taken: dict[int, ImportedLine]) -> None:
        doing = RewriteJob(self._actor, self.now, uuid.uuid4().hex)
        said, before = one.told.listed, taken[one.number]
        if await self._without_line.join_one(one.after, other, doing, lambda kept: numbered(kept, said)):
            taken[one.number] = ImportedLine("changed", before.why, before.met, before.joined + 1)
        elif not one.is_new_of and not before.joined:
            taken[one.number] = replace(before, became="same")

    def _suspect(self, told: Mapping[int, MemberLine], crowd: Crowd) -> None:
        for number, one in told.items():
            phone = one.listed.phone
            if phone is None or len(self._suspects) >= SUSPECTS:
                continue
            earlier = {self._phones[phone]} if phone in self._phones else set()
            if crowd.is_shared(phone) or len(crowd.phones[phone] | earlier) > 1:
                self._suspects[phone] = number


def _taken(one: PlannedLine) -> ImportedLine:
    phone = one.told.listed.phone
    keeps = one.after.has_line and "phone" in one.after.bindings and phone not in (None, one.after.phone)
    why = _BOUND_OTHERWISE if keeps else None
    became: Literal["new", "changed", "same"] = "same"
    if one.is_new_of or one.also:
        became = "new" if one.before is None else "changed"
    return ImportedLine(became, why, one.after.has_line)


def _texts(values: Collection[str | None]) -> list[str]:
    return [one for one in values if one is not None]


OVERTAKEN = MEMBER_REFUSALS[MemberRefusal.OVERTAKEN]
_SHARED = tr("another person has this phone, too: until that is mended it leads to neither")
_BOUND_OTHERWISE = tr("has bound another phone, which stays")
