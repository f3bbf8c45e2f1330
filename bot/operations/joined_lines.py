"""Lines of a list that are about one person, made one before anything of them is written.

Lines that agree or complete each other are joined; of those that contradict each other the first counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.model.event import Listed
from bot.model.shop import MEMBER_REFUSALS, MemberRefusal
from bot.model.translatable import Refusal, Translatable, tr
from bot.model.value import Value
from bot.operations.import_report import LineRefused
from bot.operations.member_lines import parse_member_line
from bot.operations.member_table import MemberColumns
from bot.operations.repeated_lines import RepeatedLines
from bot.operations.table_lines import TableRow
from bot.playbook.similar import quoted
from bot.runtime.shops.member_plan import ListedClerk, MemberLine
from bot.runtime.shops.member_proofs import phone_of_line
from bot.store.contacts.people import MOST

T = TypeVar("T")

HELD = 20_000
"""Lines that wait for others of their person, at most; then the people that wait longest are taken."""


@dataclass(slots=True)
class PeopleOfLines:
    """What some lines say of people. `lines`: by the number of a person's first line; `more`: the numbers of
    their further lines, each with what of it is left out; `refused`: lines that say nobody, and why.
    """

    lines: dict[int, MemberLine] = field(default_factory=dict)
    more: dict[int, list[tuple[int, Sequence[Translatable]]]] = field(default_factory=dict)
    refused: dict[int, Translatable] = field(default_factory=dict)
    over: list[int] = field(default_factory=list)
    """Lines that were done before (`LineGathering`)."""


class LineGathering:
    """Reads the lines of a file one after the other, and gives the people that are complete.

    Whatever came of the lines up to number `done` is done already.
    """

    def __init__(self, columns: MemberColumns, repeated: RepeatedLines, now: datetime, done: int = 0) -> None:
        self._columns = columns
        self._repeated = repeated
        self._now = now
        self._done = done
        self._held: dict[int, dict[int, MemberLine]] = {}
        self._number = 0
        self._early: set[int] = set()

    def take(self, rows: Iterable[TableRow]) -> PeopleOfLines:
        """The next lines; those that may be about a person of a later line wait for it."""
        found = PeopleOfLines()
        for row in rows:
            group = self._repeated.group.get(row.number)
            over = row.number <= self._done
            if group is None:
                if over:
                    found.over.append(row.number)
                elif isinstance(line := self._line(row), MemberLine):
                    found.lines[row.number] = line
                else:
                    found.refused[row.number] = line
                continue
            self._hold(group, row, found)
            if self._repeated.last[group] == row.number:
                self._give(group, found, over=over)
            elif self._number > HELD:
                oldest = next(iter(self._held))
                self._early.add(oldest)
                self._give(oldest, found, over=over)
        return found

    def rest(self) -> PeopleOfLines:
        """Who waits still, at the end of the file."""
        found = PeopleOfLines()
        for group in list(self._held):
            self._give(group, found, over=False)
        return found

    def _line(self, row: TableRow) -> MemberLine | Translatable:
        if row.wrong is not None:
            return row.wrong
        try:
            line = parse_member_line(row.cells, self._columns, self._now)
        except LineRefused as error:
            return error.message
        if not self._repeated.is_crowded(line.listed.phone):
            return line
        if line.line_id is None and line.listed.member_no is None:
            return MEMBER_REFUSALS[MemberRefusal.SEVERAL_MEMBERS]
        if line.listed.bound is not None:
            return _unbound(line, tr("more than {most} people have this phone: it binds nobody", most=MOST))
        return line

    def _hold(self, group: int, row: TableRow, found: PeopleOfLines) -> None:
        line = self._line(row)
        if isinstance(line, MemberLine) and group in self._early:
            line = tr("this person stands in line {line} already", line=group)
        if isinstance(line, MemberLine):
            self._held.setdefault(group, {})[row.number] = line
            self._number += 1
        elif row.number > self._done:
            found.refused[row.number] = line
        else:
            found.over.append(row.number)

    def _give(self, group: int, found: PeopleOfLines, *, over: bool) -> None:
        lines = self._held.pop(group, {})
        self._number -= len(lines)
        if over:
            found.over += lines
            return
        people, refused = joined(lines, self._columns)
        found.refused |= refused
        for one in people:
            found.lines[one.number] = one.line
            if one.more:
                found.more[one.number] = one.more


@dataclass(slots=True)
class JoinedPerson:
    """A person of several lines: `line` is what they say together; `phones` by which others say more."""

    number: int
    line: MemberLine
    phones: frozenset[str]
    more: list[tuple[int, Sequence[Translatable]]] = field(default_factory=list)


class LinesContradict(Refusal):
    """Two lines of one person say different things; the text names what."""


def joined(
    lines: Mapping[int, MemberLine], columns: MemberColumns
) -> tuple[Sequence[JoinedPerson], Mapping[int, Translatable]]:
    """The people of some lines, by their first ones, and the lines that are not taken, and why.

    One person is who has one LINE account or member number, or one phone in lines without an account, unless
    those name two numbers: a phone is no proof of an account. Of two lines that bind a phone the first does.
    """
    people: list[JoinedPerson] = []
    refused: dict[int, Translatable] = {}
    shared = _shared_phones(lines.values())
    for number, line in sorted(lines.items()):
        listed = line.listed
        if listed.phone in shared and line.line_id is None and listed.member_no is None:
            refused[number] = MEMBER_REFUSALS[MemberRefusal.SEVERAL_MEMBERS]
            continue
        same = [one for one in people if _is_same(one, line, shared)]
        phones = frozenset([listed.phone] if line.line_id is None and listed.phone is not None else [])
        try:
            person = _one_of(same, JoinedPerson(number, line, phones), columns)
        except LinesContradict as error:
            refused[number] = error.message
            continue
        people = sorted([*(one for one in people if one not in same), person], key=lambda one: one.number)
    bound: dict[str, int] = {}
    for one in people:
        listed = one.line.listed
        if listed.bound is None or listed.phone is None:
            continue
        first = bound.setdefault(listed.phone, one.number)
        if first != one.number:
            one.line = _unbound(one.line, phone_of_line(first))
    return people, refused


def _shared_phones(lines: Iterable[MemberLine]) -> frozenset[str]:
    """The phones of two member numbers, in lines without a LINE account."""
    numbers = defaultdict[str, set[str]](set)
    for one in lines:
        if one.line_id is None and one.listed.phone is not None and one.listed.member_no is not None:
            numbers[one.listed.phone].add(one.listed.member_no)
    return frozenset(phone for phone, of in numbers.items() if len(of) > 1)


def _is_same(person: JoinedPerson, line: MemberLine, shared: frozenset[str]) -> bool:
    if line.line_id is not None and line.line_id == person.line.line_id:
        return True
    number, phone = line.listed.member_no, line.listed.phone
    if number is not None and number == person.line.listed.member_no:
        return True
    return line.line_id is None and phone not in shared and phone in person.phones


def _one_of(same: Sequence[JoinedPerson], last: JoinedPerson, columns: MemberColumns) -> JoinedPerson:
    """All of these as one person. Raises `LinesContradict`."""
    if not same:
        return last
    person = same[0]
    line, more = person.line, list(person.more)
    for one in (*same[1:], last):
        line = _both(line, one.line, person.number, columns)
        more += [(one.number, one.line.left_out), *one.more]
    phones = frozenset[str]().union(*(one.phones for one in (*same, last)))
    return JoinedPerson(person.number, line, phones, sorted(more, key=lambda one: one[0]))


def _unbound(line: MemberLine, why: Translatable) -> MemberLine:
    return replace(line, listed=replace(line.listed, bound=None), left_out=(*line.left_out, why))


# -- what two lines say


def _both(one: MemberLine, other: MemberLine, number: int, columns: MemberColumns) -> MemberLine:
    """What both lines say; `number` is that of the first. Raises `LinesContradict`."""
    return _Both(number, columns).of(one, other)


@dataclass(frozen=True, slots=True)
class _Both:
    number: int
    columns: MemberColumns

    def of(self, one: MemberLine, other: MemberLine) -> MemberLine:
        clerk = _newest_clerk(one.clerk, other.clerk)
        if clerk is not None and other.clerk is not None and clerk.text != other.clerk.text:
            raise self._contradiction("clerk")
        return replace(
            one,
            listed=self._listed(one.listed, other.listed),
            line_id=self._either("line_id", one.line_id, other.line_id),
            fields=self._fields(one.fields, other.fields),
            clerk=clerk,
        )

    def _listed(self, one: Listed, other: Listed) -> Listed:
        return replace(
            one,
            phone=self._either("phone", one.phone, other.phone),
            member_no=self._either("member_no", one.member_no, other.member_no),
            name=self._either("name", one.name, other.name),
            email=self._either("email", one.email, other.email),
            values=self._values(one.values, other.values),
            tags=_newest_tags(one.tags, other.tags),
            shop_tags=self._shop_tags(one.shop_tags, other.shop_tags),
            marketing=_agreed(one.marketing, other.marketing),
            line=one.line or other.line,
            bound=max(filter(None, (one.bound, other.bound)), default=None),
            bound_tags=one.bound_tags or other.bound_tags,
            bound_by=one.bound_by or other.bound_by,
        )

    def _either(self, what: str, one: T | None, other: T | None) -> T | None:
        if one is not None and other is not None and one != other:
            raise self._contradiction(what)
        return other if one is None else one

    def _values(self, one: Mapping[str, Value], other: Mapping[str, Value]) -> Mapping[str, Value]:
        for slot in one.keys() & other.keys():
            if one[slot] != other[slot]:
                infos = (info for infos in self.columns.attributes.values() for info in infos)
                raise self._contradiction(*(info.title or info.key for info in infos if info.slot == slot))
        return {**one, **other}

    def _shop_tags(self, one: Mapping[str, bool], other: Mapping[str, bool]) -> Mapping[str, bool]:
        for tag in one.keys() & other.keys():
            if one[tag] != other[tag]:
                raise self._contradiction(tag)
        return {**one, **other}

    def _fields(self, one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
        """Those of the shop's record; of consent, and of nothing else that is left, a *no* counts."""
        both = {**one, **other}
        for name in one.keys() & other.keys():
            if isinstance(one[name], Mapping) and isinstance(other[name], Mapping):
                both[name] = self._fields(one[name], other[name])
            elif isinstance(one[name], bool) and isinstance(other[name], bool):
                both[name] = one[name] and other[name]
            else:
                both[name] = self._either("birthday" if name == "birthday" else name, one[name], other[name])
        return both

    def _contradiction(self, *what: str) -> LinesContradict:
        """`what`: a column of ours, or what else it is called."""
        name = next(iter(what), "")
        return LinesContradict(
            tr(
                "says another {what} than line {line}, which is about the same person: nothing of it is"
                " taken",
                what=quoted(self.columns.ours.get(name, name)),
                line=self.number,
            )
        )


def _newest_tags(
    one: Mapping[str, datetime | None], other: Mapping[str, datetime | None]
) -> Mapping[str, datetime | None]:
    """The tags of both, each since the newest date that is given."""
    return {tag: max(filter(None, (one.get(tag), other.get(tag))), default=None) for tag in {**one, **other}}


def _newest_clerk(one: ListedClerk | None, other: ListedClerk | None) -> ListedClerk | None:
    if one is None or other is None:
        return one or other
    return replace(one, since=max(filter(None, (one.since, other.since)), default=None))


def _agreed(one: bool | None, other: bool | None) -> bool | None:
    """Who has said no in any line has not agreed."""
    return other if one is None else one if other is None else one and other
