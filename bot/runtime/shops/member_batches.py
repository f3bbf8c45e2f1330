"""Imports members in batches, from a list (file) or from a shop's records: contacts are created, updated and
merged without news to the person.

Each round plans a batch on what the database has, writes it, and plans again; the batch is done when a plan
changes nothing. So what others do meanwhile (a turn, a binding, another import, a crash) is noticed in the
next round, and nothing has to be undone.
"""

from __future__ import annotations

import asyncio
import random
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from bot.connectors.shops.platforms import LISTS
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.people import SEEDS
from bot.engine.members.identification import (
    ContactUnclear,
    identify_line,
    login_decides,
    numbered,
)
from bot.engine.members.identity import of_shop
from bot.engine.members.listed import as_listed
from bot.model.clock import Clock
from bot.model.contact import Contact, contact_id
from bot.model.erasure import KnownBy
from bot.model.event import Listed, What
from bot.model.settings import ShopSettings
from bot.model.shop import MEMBER_REFUSALS, MemberRecord, MemberRefusal
from bot.model.stored import Stored
from bot.model.translatable import Translatable, tr
from bot.runtime.effects.merging import Merging
from bot.runtime.shops.crowd import Crowd
from bot.runtime.shops.first_lines import FirstLines
from bot.runtime.shops.member_events import MemberEvents
from bot.runtime.shops.member_plan import ImportedLine, MemberLine, PlannedLine, refused_line
from bot.runtime.shops.member_proofs import MemberProofs
from bot.services.rewrites import RewriteJob
from bot.services.without_line import WithoutLineMerger
from bot.store.contacts.people import MOST
from bot.store.stores import Stores

TRIES = 5
"""Rounds for a batch, at most: the second confirms the first, later ones follow changes by others."""
SUSPECTS = 10_000
"""Phones that two people seem to have, remembered to be checked after the whole file, at most."""


def silently(contact: Contact, listed: Listed) -> Sequence[What]:
    """The events of a person with LINE whose record is taken over silently: the facts, which no rule
    hears."""
    return (listed,)


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
        as_news: Callable[[Contact, Listed], Sequence[What]] = silently,
    ) -> None:
        """`shop` (`None`: of no shop) and `channel` (that of LINE user ids) are those of the lines, `actor`
        is the account that imports them.

        `dry`: only the first plan is made, and nothing is written. `by_record`: the lines are a shop's
        records, and their LINE accounts come from logins. `as_news`: the events that a person with LINE gets
        for a line.
        """
        self._stores = stores
        self._playbook = playbook
        self._shop = shop
        self._channel = channel
        self._actor = actor
        self.now = clock.now()
        self.version = playbook.version
        self._clock = clock
        self._dry = dry
        self._by_record = by_record
        self._proofs = MemberProofs(stores, playbook, clock, dry=dry)
        self._events = MemberEvents(stores, channel, self.now, as_news)
        self._seen = FirstLines()
        """Of the whole file: in which line a contact came first that other lines may mean, too."""
        self._suspects: dict[str, int] = {}
        """Phones that two people seem to have, with the last line of each."""
        self._shared: set[str] = set()
        """Phones of so many contacts that they identify none."""
        self._here: dict[str, int] = {}
        """Of this batch: the first line of each contact."""
        self._ids: dict[tuple[str | None, ...], str] = {}
        """Of this batch: contact ids made of shop, member number and phone."""
        contacts, audit = stores.contacts, stores.audit
        merging = Merging(stores.rewriter, contacts, audit, clock, lambda: of_shop(playbook))
        self._without_line = WithoutLineMerger(stores.people, stores.phones, contacts, merging)

    async def take(
        self, lines: Mapping[int, MemberLine], had: Mapping[int, str] | None = None
    ) -> Mapping[int, ImportedLine]:
        """Take over these lines, by line number; gives the result of each.

        `had`: the contact that a line meant before, by line number: if it is gone, it was erased since, and
        is not created again. Raises `DatabaseUnavailable`.
        """
        taken: dict[int, ImportedLine] = {}
        whose = dict(had or {})
        events: set[int] = set()
        apart: set[tuple[str, str]] = set()
        crowd = Crowd()
        self._here, self._ids = dict[str, int](), dict[tuple[str | None, ...], str]()
        lines = await self._proofs.with_clerks(lines)
        for attempt in range(TRIES):
            crowd = await self._around(lines)
            plan = await self._but_erased(list(self._planned(lines, crowd, taken)), whose, taken)
            plan = await self._but_known_as_erased(plan, taken)
            plan = await self._proofs.with_proofs(plan, events)
            for one in plan if attempt == 0 else ():
                taken[one.number] = _taken(one)
            if self._dry:
                break
            if attempt == 0:
                await self._keep_records(plan)
            left = [one for one in plan if one.is_new_of and one.number not in events]
            joins = [
                (one, other) for one in plan for other in one.also if (one.after.id, other.id) not in apart
            ]
            if not left and not joins:
                break
            if attempt == TRIES - 1:
                taken |= {one.number: refused_line(MemberRefusal.OVERTAKEN) for one in left}
                break
            written = [(one.before, one.after) for one in left if not one.after.has_line]
            is_written = await self._stores.people_without_line.write(written)
            with_line = [one for one in left if one.after.has_line]
            free = await self._free(with_line)
            await self._events.append(
                [(one.before, one.line.listed) for one in free if one.before is not None]
            )
            appended = {one.number for one in free}
            events |= appended
            not_free = {one.number for one in with_line} - appended
            for one, other in joins:
                if one.number in not_free:  # the contact merged in would bring the number
                    continue
                apart.add((one.after.id, other.id))
                await self._join(one, other, taken)
            if is_written and not joins and not not_free and await self._is_as_written(lines, crowd, written):
                break
        await self._proofs.release(events)
        self._suspect({n: line for n, line in lines.items() if taken[n].became != "refused"}, crowd)
        return taken

    async def shared_phones(self) -> Sequence[tuple[int, Translatable]]:
        """After the whole file: the numbers of lines whose phone another person has, too, each with a
        warning."""
        if self._dry:  # nothing is written: go by what the lines of each batch have shown
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
        """The plan without lines whose contact (`whose`, by line) was there before and is gone: refused."""
        ids = {whose[one.number] for one in plan if one.before is None and one.number in whose}
        there = await self._stores.contacts.people_of(ids) if ids else {}
        gone = ids - there.keys()
        whose |= {one.number: one.before.contact.id for one in plan if one.before is not None}
        over = {one.number for one in plan if one.before is None and whose.get(one.number) in gone}
        taken |= {number: refused_line(MemberRefusal.ERASED) for number in over}
        return [one for one in plan if one.number not in over]

    async def _but_known_as_erased(
        self, plan: list[PlannedLine], taken: dict[int, ImportedLine]
    ) -> list[PlannedLine]:
        """The plan without lines of erased people, which are refused: they come back only by themselves."""
        may_be = {one.number: self._known_by(one.line) for one in plan if _is_unbound(one)}
        erased = await self._stores.erasures.erased(may_be)
        taken |= {number: refused_line(MemberRefusal.ERASED_BEFORE) for number in erased}
        return [one for one in plan if one.number not in erased]

    def _known_by(self, line: MemberLine) -> KnownBy:
        listed = line.listed
        return KnownBy(
            [] if line.line_id is None else [self._own(line)],
            [] if listed.member_no is None else [(listed.shop, listed.member_no)],
            _texts([listed.phone]),
            _texts([listed.email]),
        )

    # -- planning

    async def _around(self, lines: Mapping[int, MemberLine]) -> Crowd:
        """The contacts that these lines may mean, as the database has them; merged ones with their target."""
        crowd = Crowd(shared=await self._shared_of(set(_texts({one.listed.phone for one in lines.values()}))))
        found = await self._stores.people_without_line.around(*self._keys(lines))
        crowd.read = {one.contact.id: one.revision for one in found}
        alive = {one.contact.id: one for one in found if one.to is None and one.revision}
        became = {one.contact.id: one.to for one in found if one.to is not None}
        others = {to for to in became.values() if to not in alive}  # mostly they are in `found` themselves
        people = {**alive, **(await self._stores.contacts.persons(others) if others else {})}
        for stored in alive.values():
            crowd.put(stored.contact, stored)
        for gone, to in became.items():
            crowd.gone.add(gone)
            if (person := people.get(to)) is not None:
                crowd.became[gone] = person.contact.id
                crowd.put(person.contact, person)
        return crowd

    def _keys(self, lines: Mapping[int, MemberLine]) -> tuple[set[str], list[str], set[str]]:
        """The ids, member numbers and phones of those whom the lines may mean."""
        ids = {self._own(line) for line in lines.values()} | {self._known_as(line) for line in lines.values()}
        numbers = _texts({line.listed.member_no for line in lines.values()})
        return ids, numbers, set(_texts({line.listed.phone for line in lines.values()})) - self._shared

    async def _is_as_written(
        self,
        lines: Mapping[int, MemberLine],
        crowd: Crowd,
        written: Sequence[tuple[Stored | None, Contact]],
    ) -> bool:
        """Whether these contacts are as they were read and written, and no other matches the lines now.

        Then nothing is left to do: a person who binds from now on is matched with contacts without LINE.
        """
        if crowd.became:
            return False
        revisions = {after.id: 1 if before is None else before.revision + 1 for before, after in written}
        return {**crowd.read, **revisions} == await self._stores.people_without_line.revisions(
            *self._keys(lines)
        )

    async def _shared_of(self, phones: set[str]) -> Collection[str]:
        """Those of these phones (and of earlier batches) that more than `MOST` contacts have: reading all of
        them for each line would be slow."""
        having = await self._stores.people_without_line.having(phones - self._shared)
        self._shared |= {phone for phone, people in having.items() if people > MOST}
        return self._shared

    def _own(self, line: MemberLine) -> str:
        """The person's contact id: by LINE account, or as it would be made from number or phone."""
        if line.line_id is not None:
            assert self._channel is not None, "the reader of the file has checked"
            return contact_id(self._channel, line.line_id)
        return self._known_as(line)

    def _known_as(self, line: MemberLine) -> str:
        """The contact id that is made of the line's shop, member number and phone."""
        listed = line.listed
        key = (listed.shop, listed.member_no, listed.phone)
        if (known := self._ids.get(key)) is None:
            known = self._ids[key] = self._stores.people_without_line.id_of(*key)
        return known

    def _planned(
        self, lines: Mapping[int, MemberLine], crowd: Crowd, taken: dict[int, ImportedLine]
    ) -> Iterator[PlannedLine]:
        for number, line in lines.items():
            if number in taken and taken[number].became == "refused":
                continue
            try:
                yield self._plan(number, line, crowd)
            except ContactUnclear as error:
                taken[number] = refused_line(error.code, error.message)

    def _plan(self, number: int, line: MemberLine, crowd: Crowd) -> PlannedLine:
        line = self._by_login(line, crowd)
        listed, own = line.listed, self._own(line)
        if listed.phone in crowd.shared and listed.member_no is None and not listed.line:
            raise ContactUnclear(MemberRefusal.SEVERAL_MEMBERS)
        if listed.line:
            own = crowd.became.get(own, own)
        meant = identify_line(listed, own, crowd.of(own, listed.member_no, listed.phone), self.now)
        contact = meant.contact or self._newborn(line, own, crowd)
        before = crowd.stored.get(contact.id)
        first = self._here.setdefault(contact.id, number)
        if before is not None and _is_known_otherwise(before.contact, listed):
            first = min(first, self._seen.of(hash(contact.id), number))
        if first != number:
            if self._by_record:
                raise ContactUnclear(MemberRefusal.SAME_PERSON)
            before_it = tr("this person stands in line {line} already", line=first)
            raise ContactUnclear(MemberRefusal.LISTED_BEFORE, before_it)
        unproven = replace(listed, bound=None) if listed.bound is not None else listed
        after = as_listed(contact, unproven, self._playbook, self.now)
        crowd.put(after, before)
        return PlannedLine(number, line, before, after, meant.also)

    def _by_login(self, line: MemberLine, crowd: Crowd) -> MemberLine:
        """The line, without a record's LINE account where that does not identify the person."""
        if not self._by_record or line.line_id is None:
            return line
        listed, own = line.listed, self._own(line)
        around = crowd.of(crowd.became.get(own, own), listed.member_no, listed.phone)
        if login_decides(listed, crowd.became.get(own, own), around, self.now):
            return line
        return replace(line, listed=replace(listed, line=False, login=False), line_id=None)

    def _newborn(self, line: MemberLine, own: str, crowd: Crowd) -> Contact:
        """A new contact for a line that means none so far."""
        listed = line.listed
        if own in crowd.gone or own in crowd.stored:  # the contact of this id is another member by now
            own = self._stores.people_without_line.id_of(
                listed.shop, listed.member_no, listed.phone, again=uuid.uuid4().hex
            )
        return Contact(own, seed=random.randrange(SEEDS))

    # -- writing

    async def _keep_records(self, plan: Sequence[PlannedLine]) -> None:
        """Store the records of a shop that is a list: first of all, for binding reads them."""
        if self._shop is None or self._shop.platform not in LISTS:
            return
        name = self._shop.name
        records = [
            MemberRecord(name, one.after.id, one.line.listed.phone, one.after.member_no, one.line.fields)
            for one in plan
            if one.after.member_shop == name
        ]
        await self._stores.member_records.keep(name, records, self._shared)

    async def _free(self, plan: Sequence[PlannedLine]) -> Sequence[PlannedLine]:
        """These lines without those whose member number is reserved for another LINE account, by an event
        that is not decided yet; reserves the others' numbers."""
        may = await asyncio.gather(*(self._has_number(one) for one in plan))
        return [one for one, so in zip(plan, may, strict=True) if so]

    async def _has_number(self, planned: PlannedLine) -> bool:
        before, after = planned.before, planned.after
        number, phones = after.member_no, self._stores.phones
        if number is None or (before is not None and before.contact.member_no == number):
            return True
        return await phones.reserve_number(after.member_shop, number, after.id, self._clock.now())

    async def _join(self, one: PlannedLine, other: Contact, taken: dict[int, ImportedLine]) -> None:
        """Merge a contact without LINE into that of a line, and note it in the line's result."""
        doing = RewriteJob(self._actor, self.now, uuid.uuid4().hex)
        listed, before = one.line.listed, taken[one.number]
        if await self._without_line.join_one(
            one.after, other, doing, lambda contact: numbered(contact, listed)
        ):
            taken[one.number] = replace(before, became="changed", joined=before.joined + 1)
        elif not one.is_new_of and not before.joined:
            taken[one.number] = replace(before, became="same")

    def _suspect(self, lines: Mapping[int, MemberLine], crowd: Crowd) -> None:
        for number, line in lines.items():
            phone = line.listed.phone
            if phone is None or len(self._suspects) >= SUSPECTS:
                continue
            if crowd.is_shared(phone):
                self._suspects[phone] = number


def _taken(one: PlannedLine) -> ImportedLine:
    phone = one.line.listed.phone
    phone_stays = (
        one.after.has_line and "phone" in one.after.bindings and phone not in (None, one.after.phone)
    )
    why = _BOUND_OTHERWISE if phone_stays else None
    became: Literal["new", "changed", "same"] = "same"
    if one.is_new_of or one.also:
        became = "new" if one.before is None else "changed"
    return ImportedLine(became, why, one.after.has_line, left_out=one.line.left_out)


def _is_unbound(one: PlannedLine) -> bool:
    """Whether the line matches no contact, or only one by its LINE account that has bound nothing."""
    return one.before is None or (one.line.listed.line and not one.before.contact.bindings)


def _is_known_otherwise(contact: Contact, listed: Listed) -> bool:
    """Whether the contact can be found by something that the line does not have: so another line may mean the
    same person without a value in common."""
    by_line = (contact.has_line or bool(contact.accounts)) and not listed.line
    other_number = contact.member_no not in (None, listed.member_no)
    return by_line or other_number or contact.phone not in (None, listed.phone)


def _texts(values: Collection[str | None]) -> list[str]:
    return [one for one in values if one is not None]


OVERTAKEN = MEMBER_REFUSALS[MemberRefusal.OVERTAKEN]
ERASED_BEFORE = MEMBER_REFUSALS[MemberRefusal.ERASED_BEFORE]
_SHARED = tr("another person has this phone, too: until that is mended it leads to neither")
_BOUND_OTHERWISE = tr("has bound another phone, which stays")
