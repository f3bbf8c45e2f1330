"""Takes over what another system has made sure of: phones that it has proven, clerks to whom it has bound
people."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import LATE, as_listed, may_be_bound
from bot.model.clerk import StoreClerk
from bot.model.clock import Clock
from bot.model.contact import Clerk, Contact
from bot.model.event import Listed
from bot.model.translatable import Translatable, tr
from bot.playbook.similar import quoted
from bot.runtime.shops.member_plan import ListedClerk, MemberLine, PlannedLine
from bot.store.stores import Stores


class MemberProofs:
    """For the lines of one file. `dry`: nothing is reserved. Raises `DatabaseUnavailable`."""

    def __init__(self, stores: Stores, playbook: Playbook, clock: Clock, *, dry: bool) -> None:
        self._stores = stores
        self._playbook = playbook
        self._now = clock.now()
        self._clock = clock
        self._dry = dry
        self._clerks: dict[str, StoreClerk | None] = {}
        self._claimed: dict[str, str] = {}

    async def with_clerks(self, lines: Mapping[int, MemberLine]) -> Mapping[int, MemberLine]:
        """The lines with the clerks that they name, as contacts have them."""
        named = {number: line.clerk for number, line in lines.items() if line.clerk is not None}
        found = {number: await self._clerk(one) for number, one in named.items()}
        return {number: _with_clerk(line, found.get(number)) for number, line in lines.items()}

    async def with_proofs(self, plan: Sequence[PlannedLine], done: Collection[int]) -> list[PlannedLine]:
        """The plan with a reservation of each phone that another system has proven; else without the binding,
        and the reason. Lines that are `done` stay as they are."""
        ways = (self._with_proof(one) for one in plan if one.number not in done and one.line.listed.bound)
        proven = {one.number: one for one in await asyncio.gather(*ways)}
        return [proven.get(one.number, one) for one in plan]

    async def _with_proof(self, one: PlannedLine) -> PlannedLine:
        listed, before = one.line.listed, one.before
        if before is None or not may_be_bound(before.contact, listed):
            why = _unbound(one)
        elif (reserved := await self._reserved(before.contact, listed)).bound is not None:
            return replace(one, line=replace(one.line, listed=reserved))
        else:
            why = _PROVEN_BY_ANOTHER
        line = replace(one.line, listed=replace(listed, bound=None))
        if why is not None:
            line = replace(line, left_out=(*line.left_out, why))
        if before is None:
            return replace(one, line=line)
        after = as_listed(before.contact, line.listed, self._playbook, self._now)
        return replace(one, line=line, after=after)

    async def _reserved(self, contact: Contact, line: Listed) -> Listed:
        """The line with the reservation of its phone for this contact; unbound where the phone is another's.

        Taken again it is reserved anew, for the same person.
        """
        phone = line.phone
        assert phone is not None, "what is bound has a phone"
        if self._dry:
            holder = await self._stores.phones.holder(phone) or self._claimed.setdefault(phone, contact.id)
            return line if holder == contact.id else replace(line, bound=None)
        until = await self._stores.phones.reserve(phone, contact.id, self._clock.now(), lasts=LATE)
        return replace(line, bound=None) if until is None else replace(line, bound_until=until)

    async def _clerk(self, wanted: ListedClerk) -> Clerk | Translatable:
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


_PROVEN_BY_ANOTHER = tr("somebody else has proven this phone here, or in a line before: it stays theirs")
_NOT_ON_LINE = tr("is no friend here yet, so nothing is bound: import friends first, then this file again")
_NO_PHONE = tr("has no phone that could be bound")
_UNBOUND_HERE = tr("was bound here before, and is not any more: it stays so")
