"""Imports members in batches, from a list (file) or from a shop's records: contacts are created, updated and
merged without news to the person.

Each round plans a batch on what the database has, writes it, and plans again; the batch is done when a plan
changes nothing. So what others do meanwhile (a turn, a binding, another import, a crash) is noticed in the
next round, and nothing has to be undone.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal

from bot.connectors.shops.platforms import LISTS
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.identification import (
    numbered,
)
from bot.engine.members.identity import of_shop
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.model.erasure import KnownBy
from bot.model.event import Listed, What
from bot.model.settings import ShopSettings
from bot.model.shop import MemberRecord, MemberRefusal
from bot.model.translatable import Translatable, tr
from bot.runtime.effects.merging import Merging
from bot.runtime.shops.crowd import Crowd
from bot.runtime.shops.member_events import MemberEvents
from bot.runtime.shops.member_plan import ImportedLine, MemberLine, PlannedLine, refused_line
from bot.runtime.shops.member_planner import MemberPlanner, texts
from bot.runtime.shops.member_proofs import MemberProofs
from bot.services.rewrites import RewriteJob
from bot.services.without_line import WithoutLineMerger
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
        self._shop = shop
        self._actor = actor
        self.now = clock.now()
        self.version = playbook.version
        self._clock = clock
        self._dry = dry
        self._proofs = MemberProofs(stores, playbook, clock, dry=dry)
        self._events = MemberEvents(stores, channel, self.now, as_news)
        self._planner = MemberPlanner(stores, playbook, channel, self.now, by_record=by_record)
        self._suspects: dict[str, int] = {}
        """Phones that two people seem to have, with the last line of each."""
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
        self._planner.begin()
        lines = await self._proofs.with_clerks(lines)
        for attempt in range(TRIES):
            crowd = await self._planner.around(lines)
            plan = await self._but_erased(list(self._planner.planned(lines, crowd, taken)), whose, taken)
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
            is_over = is_written and not joins and not not_free
            if is_over and await self._planner.is_as_written(lines, crowd, written):
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
            [] if line.line_id is None else [self._planner.own(line)],
            [] if listed.member_no is None else [(listed.shop, listed.member_no)],
            texts([listed.phone]),
            texts([listed.email]),
        )

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
        await self._stores.member_records.keep(name, records, self._planner.shared)

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


_SHARED = tr("another person has this phone, too: until that is mended it leads to neither")
_BOUND_OTHERWISE = tr("has bound another phone, which stays")
