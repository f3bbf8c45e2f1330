"""Imports what another system has verified: phones that it has proven, and the clerks to whom it has bound
people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import LATE, as_listed, may_be_bound
from bot.model.clerk import StoreClerk
from bot.model.clock import Clock
from bot.model.contact import Clerk
from bot.model.translatable import Translatable, tr
from bot.playbook.similar import quoted
from bot.runtime.shops.member_plan import ListedClerk, MemberLine, PlannedLine
from bot.store.stores import Stores


class MemberProofs:
    """Adds clerks and proven phones to the lines of one file. `dry`: no phone is reserved.

    All methods may raise `DatabaseUnavailable`.
    """

    def __init__(self, stores: Stores, playbook: Playbook, clock: Clock, *, dry: bool) -> None:
        self._stores = stores
        self._playbook = playbook
        self._now = clock.now()
        self._clock = clock
        self._dry = dry
        self._clerks: dict[str, StoreClerk | None] = {}
        self._reserved: dict[int, tuple[str, str, datetime]] = {}

    async def with_clerks(self, lines: Mapping[int, MemberLine]) -> Mapping[int, MemberLine]:
        """The lines with the clerks that they name, as contacts have them."""
        named = {number: line.clerk for number, line in lines.items() if line.clerk is not None}
        found = {number: await self._clerk(one) for number, one in named.items()}
        return {number: _with_clerk(line, found.get(number)) for number, line in lines.items()}

    async def with_proofs(self, plan: Sequence[PlannedLine], done: Collection[int]) -> list[PlannedLine]:
        """The plan with the bindings of phones that another system has proven, each reserved for its person;
        where one is not bound, with the reason in `left_out`. Of several lines with one phone the first gets
        it. Lines whose number is in `done` stay as they are.
        """
        left = [one for one in plan if one.number not in done and one.line.listed.bound is not None]
        first: dict[str, PlannedLine] = {}
        for one in sorted(left, key=lambda one: one.number):
            if one.line.listed.phone is not None:
                first.setdefault(one.line.listed.phone, one)
        reserved = await self._reserve({p: one.after.id for p, one in first.items() if _is_bound(one)})
        proven = {one.number: self._proven(one, first, reserved) for one in left}
        return [proven.get(one.number, one) for one in plan]

    def _proven(
        self, one: PlannedLine, first: Mapping[str, PlannedLine], reserved: Mapping[str, datetime]
    ) -> PlannedLine:
        listed = one.line.listed
        why = _unbound(one)
        if (phone := listed.phone) is not None and _is_bound(one):
            if first[phone] is not one:
                why = phone_of_line(first[phone].number)
            elif phone in reserved:
                return self._bound(one, reserved[phone])
            else:
                why = _PROVEN_BY_ANOTHER
        left_out = one.line.left_out if why is None else (*one.line.left_out, why)
        return replace(one, line=replace(one.line, listed=replace(listed, bound=None), left_out=left_out))

    def _bound(self, one: PlannedLine, until: datetime) -> PlannedLine:
        assert one.before is not None, "nobody new has LINE"
        contact = one.before.contact
        if not self._dry:
            self._reserved[one.number] = (one.line.listed.phone or "", contact.id, until)
        line = replace(one.line.listed, bound_until=until)
        after = as_listed(contact, line, self._playbook, self._now)
        return replace(one, line=replace(one.line, listed=line), after=after)

    async def _reserve(self, wanted: Mapping[str, str]) -> Mapping[str, datetime]:
        """Those of these phones that are reserved for these contacts, until when.

        Taken again one is reserved anew, for the same person.
        """
        phones, now = self._stores.phones, self._clock.now()
        if not self._dry:
            return await phones.reserve_all(wanted, now, LATE)
        free = [phone for phone, contact in wanted.items() if await phones.is_free_for(phone, contact, now)]
        return dict.fromkeys(free, now + LATE)

    async def release(self, stored: Collection[int]) -> None:
        """End the reservations for lines of which no event was `stored`."""
        for number, (phone, contact, until) in self._reserved.items():
            if number not in stored:
                await self._stores.phones.shorten(phone, contact, until, self._clock.now())
        self._reserved.clear()

    async def _clerk(self, wanted: ListedClerk) -> Clerk | Translatable:
        """The clerk that a line names by code or number; or why there is none."""
        if wanted.text not in self._clerks:
            self._clerks[wanted.text] = await self._found(wanted.text)
        clerk = self._clerks[wanted.text]
        if clerk is None or clerk.code is None:
            return tr("no clerk has the code or number {code}", code=quoted(wanted.text[:40]))
        if clerk.suspended is not None:
            return tr("the clerk {number} is suspended", number=quoted(clerk.number))
        return Clerk(clerk.code, clerk.name, clerk.store, wanted.since or self._now, clerk.number)

    async def _found(self, text: str) -> StoreClerk | None:
        stored = (await self._stores.clerks.of([text])).get(text)
        return await self._stores.clerks.by_code(text, self._now) if stored is None else stored.clerk


def phone_of_line(number: int) -> Translatable:
    """Why a line binds nobody whose phone another has, too."""
    return tr("has the phone of line {line}, which is meant to be bound by it: only that one is", line=number)


def _is_bound(one: PlannedLine) -> bool:
    """Whether the line binds its person, where nobody else has the phone."""
    return one.before is not None and may_be_bound(one.before.contact, one.line.listed)


def _unbound(one: PlannedLine) -> Translatable | None:
    """Why the proof of another system binds nobody; `None`: there is nothing to say."""
    if one.line.listed.phone is None:
        return _NO_PHONE
    if one.before is None or not one.after.has_line:
        return _NOT_ON_LINE
    return None if "phone" in one.after.bindings else _UNBOUND_HERE


def _with_clerk(line: MemberLine, found: Clerk | Translatable | None) -> MemberLine:
    if isinstance(found, Clerk):
        return replace(line, listed=replace(line.listed, clerk=found))
    return line if found is None else replace(line, left_out=(*line.left_out, found))


_PROVEN_BY_ANOTHER = tr("somebody else has proven this phone here, or is just doing so: it stays theirs")
_NOT_ON_LINE = tr("is no friend here yet, so nothing is bound: import friends first, then this file again")
_NO_PHONE = tr("has no phone that could be bound")
_UNBOUND_HERE = tr("was bound here before, and is not any more: it stays so")
