"""Plans a batch of members: which contact each line means, on what the database has, and what it becomes."""

from __future__ import annotations

import random
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.people import SEEDS
from bot.engine.members.identification import ContactUnclear, identify_line, login_decides
from bot.engine.members.listed import as_listed
from bot.model.contact import Contact, contact_id
from bot.model.event import Listed
from bot.model.shop import MemberRefusal
from bot.model.stored import Stored
from bot.model.translatable import tr
from bot.runtime.shops.crowd import Crowd
from bot.runtime.shops.first_lines import FirstLines
from bot.runtime.shops.member_plan import ImportedLine, MemberLine, PlannedLine, refused_line
from bot.store.contacts.people import MOST
from bot.store.stores import Stores


class MemberPlanner:
    """Plans batch after batch of one file. Raises `DatabaseUnavailable`."""

    def __init__(
        self, stores: Stores, playbook: Playbook, channel: str | None, now: datetime, *, by_record: bool
    ) -> None:
        """`channel` and `by_record` are those of `MemberTaker`."""
        self._stores = stores
        self._playbook = playbook
        self._channel = channel
        self._now = now
        self._by_record = by_record
        self.shared: set[str] = set()
        """Phones of more than `MOST` contacts, in this batch or before: they identify none."""
        self._seen = FirstLines()
        """Of the whole file: in which line a contact came first that other lines may mean, too."""
        self._here: dict[str, int] = {}
        """Of this batch: the first line of each contact."""
        self._ids: dict[tuple[str | None, ...], str] = {}
        """Of this batch: contact ids made of shop, member number and phone."""

    def begin(self) -> None:
        """Begin a new batch."""
        self._here, self._ids = {}, {}

    async def around(self, lines: Mapping[int, MemberLine]) -> Crowd:
        """The contacts that these lines may mean, as the database has them; merged ones with their target."""
        phones = set(texts({one.listed.phone for one in lines.values()}))
        having = await self._stores.people_without_line.having(phones - self.shared)
        # reading all of them for each line would be slow
        self.shared |= {phone for phone, people in having.items() if people > MOST}
        crowd = Crowd(shared=self.shared)
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
        ids = {self.own(line) for line in lines.values()} | {self._known_as(line) for line in lines.values()}
        numbers = texts({line.listed.member_no for line in lines.values()})
        return ids, numbers, set(texts({line.listed.phone for line in lines.values()})) - self.shared

    async def is_as_written(
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

    def own(self, line: MemberLine) -> str:
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

    def planned(
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
        listed, own = line.listed, self.own(line)
        if listed.phone in crowd.shared and listed.member_no is None and not listed.line:
            raise ContactUnclear(MemberRefusal.SEVERAL_MEMBERS)
        if listed.line:
            own = crowd.became.get(own, own)
        meant = identify_line(listed, own, crowd.of(own, listed.member_no, listed.phone), self._now)
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
        after = as_listed(contact, unproven, self._playbook, self._now)
        crowd.put(after, before)
        return PlannedLine(number, line, before, after, meant.also)

    def _by_login(self, line: MemberLine, crowd: Crowd) -> MemberLine:
        """The line, without a record's LINE account where that does not identify the person."""
        if not self._by_record or line.line_id is None:
            return line
        listed, own = line.listed, self.own(line)
        around = crowd.of(crowd.became.get(own, own), listed.member_no, listed.phone)
        if login_decides(listed, crowd.became.get(own, own), around, self._now):
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


def _is_known_otherwise(contact: Contact, listed: Listed) -> bool:
    """Whether the contact can be found by something that the line does not have: so another line may mean the
    same person without a value in common."""
    by_line = (contact.has_line or bool(contact.accounts)) and not listed.line
    other_number = contact.member_no not in (None, listed.member_no)
    return by_line or other_number or contact.phone not in (None, listed.phone)


def texts(values: Collection[str | None]) -> list[str]:
    """Those that are given."""
    return [one for one in values if one is not None]
