"""What every compiler of a part is given: the book of this compilation, a position in the playbook, and
methods to read nodes in their types, to look names up, and to report what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path
from typing import Any, TypeVar

from bot.engine.compiled.broadcast import Rhythm
from bot.engine.compiled.card import Card
from bot.engine.compiled.playbook import ChannelRules
from bot.engine.compiled.step import Steps
from bot.engine.texts.template import Placeholder, Template
from bot.engine.times import time_texts
from bot.engine.times.local_time import Duration, Wait
from bot.engine.types.plain import number_of
from bot.engine.types.table import PICKED
from bot.model.problem import Level
from bot.model.translatable import Translatable, tr
from bot.model.value import Type
from bot.playbook.codes import Code, mistake
from bot.playbook.compile import times
from bot.playbook.compile.scope.book import Book
from bot.playbook.compile.scope.placeholder_names import depends_on_use, missing_name, placeholder_of
from bot.playbook.compile.scope.placeholders import ParsedPlaceholder, pieces_of
from bot.playbook.compile.scope.position import NOWHERE, EntryEvent, Need, Where
from bot.playbook.compile.scope.unknown_names import NameFault, is_refused
from bot.playbook.shape.actions import ADDING_TAGS
from bot.playbook.shape.sections import Section
from bot.playbook.shape.suggest_words import listed, unquoted_values
from bot.playbook.syntax.entries import mentions, names_in
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of

Read = TypeVar("Read")
Choice = TypeVar("Choice", bound=str)
DEEPEST = 16
"""Most levels of cards within cards, and of audiences within audiences."""
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
"""A whole placeholder, `{{ … }}`."""
_WORD = re.compile(r"\w+")
"""A name or word within one."""
_VALUE_ELSEWHERE = r"(?<!reply)(?<!push)(?<!text)(?<!ask):\s+(?:\{\{|\*)"
"""The end of a key that is no text of a message, and of its value `{{` (a placeholder) or `*` (an alias)."""
_GIVEN_BY: Mapping[Code, re.Pattern[str]] = {
    "unknown-tag": re.compile(rf"(?<!\w)(?:{'|'.join(sorted(ADDING_TAGS))})(?!\w)|{_VALUE_ELSEWHERE}"),
    "unknown-menu": re.compile(rf"menu{_VALUE_ELSEWHERE}"),
}
"""By code: what in an unreadable file might declare such a name without writing it, as a placeholder or alias
may stand for actions or for the name."""
SWITCH = {"true": True, "false": False}
"""The words of a switch."""


@dataclass(frozen=True, slots=True)
class Makers:
    """The compilers of actions and of cards, which use each other and cannot import each other."""

    steps: Callable[[Scope, Node | None], Steps]
    card: Callable[[Scope, Map, str | None], Card]


@dataclass(frozen=True, slots=True)
class Scope:
    """A book and a position in it. Immutable and cheap: a new one is made wherever something else may be
    read."""

    book: Book
    makers: Makers
    where: Where = NOWHERE

    def put(self, where: Where) -> Scope:
        """A scope of the same book at another position."""
        return Scope(self.book, self.makers, where)

    def at(self, **changes: Any) -> Scope:
        """A scope of the same book at this position with other values for these fields of `Where`."""
        return self.put(replace(self.where, **changes))

    def knowing(self, names: frozenset[str]) -> Scope:
        """A scope of the same position where these placeholders are known to have a value, too."""
        return self.at(known=self.where.known | names) if names else self

    @property
    def folder(self) -> Path:
        """The playbook's folder."""
        return self.book.folder

    @property
    def channels(self) -> Mapping[str, ChannelRules]:
        """The rules of the channels by name."""
        return self.book.channels

    def wrong(
        self,
        node: Node,
        code: Code,
        message: Translatable,
        hint: Translatable | None = None,
        note: Translatable | None = None,
        level: Level = "error",
        written: str | None = None,
    ) -> None:
        """Report a finding at a node, or at the piece `written` of its text. Not for a value from an unset
        variable, and not for an unknown name that an unreadable file may declare."""
        if isinstance(node, Scalar) and node.unset:
            return
        if code.startswith("unknown-") and self._may_be_lost(node, code, message):
            return
        place, width = place_of(node), node.width
        if written is not None and isinstance(node, Scalar):
            at = self.book.find(written, node)
            place, width = (at, len(written)) if at else (place, width)
        self.book.problems.append(
            mistake(place, code, message, hint=hint, note=note, level=level, width=width)
        )

    def _may_be_lost(self, node: Node, code: Code, message: Translatable) -> bool:
        """Whether an unknown name may be declared in a file that could not be read."""
        lost = self.book.lost
        if not lost:
            return False
        if code in _GIVEN_BY and _GIVEN_BY[code].search(lost):
            return True
        names = list(names_in(message, quoted=True))
        if isinstance(node, Scalar):
            names += [node.value, *_WORD.findall(" ".join(_PLACEHOLDER.findall(node.value)))]
        return mentions(lost, names)

    def fault(
        self, node: Node, fault: NameFault, written: str | None = None, note: Translatable | None = None
    ) -> None:
        """Report a fault of a name at a node."""
        self.wrong(node, fault.code, fault.message, fault.hint, note, fault.level, written)

    def names(self, section: Section) -> Collection[str]:
        """All names of a section."""
        return self.book.names[section]

    def has_name(self, section: Section, node: Scalar) -> bool:
        """Whether the text is a name of the section; reported where not, unless that name was refused."""
        name = node.value
        if is_refused(self.book, section, name):
            return False
        fault = missing_name(self.book, section, name)
        if fault is not None:
            values = unquoted_values(node)
            if any(value in self.names(section) for value in values):
                fault = replace(fault, hint=tr("for several write  {listed}", listed=listed(values)))
            self.fault(node, fault)
        return fault is None

    def name(self, section: Section, node: Node | None) -> str | None:
        """The name that a node has, if it is one of the section; `None` where nothing is written, or it is
        reported."""
        single = self.scalar(node)
        return single.value if single is not None and self.has_name(section, single) else None

    def scalar(self, node: Node | None) -> Scalar | None:
        """The node as a single text; `None` where nothing is written. The shape has checked that it is
        one."""
        assert node is None or isinstance(node, Scalar), node
        return node

    def scalars(self, node: Node | None) -> Iterator[Scalar]:
        """The texts of a list, or a single one."""
        for item in node.items if isinstance(node, List) else [] if node is None else [node]:
            assert isinstance(item, Scalar), item
            yield item

    def pairs(self, node: Node | None) -> Iterator[tuple[Scalar, Node]]:
        """The entries of a block; none where nothing is written, or an unset variable."""
        if node is not None and not _is_unset(node):
            assert isinstance(node, Map), node
            yield from node.pairs.values()

    def items(self, node: Node | None) -> Iterator[Map]:
        """The blocks of a list, or a single one."""
        for item in node.items if isinstance(node, List) else [] if node is None else [node]:
            if not _is_unset(item):
                assert isinstance(item, Map), item
                yield item

    def duration(self, node: Node | None) -> Duration | None:
        """A duration."""
        return self._read(node, times.duration)

    def moment(self, node: Node | None) -> datetime | None:
        """A moment in the playbook's time zone, as UTC."""
        return self._read(node, lambda text: time_texts.moment(text, self.book.zone))

    def rhythm(self, node: Node | None) -> Rhythm | None:
        """When something is repeated, such as `week on mon at 10:00`."""
        return self._read(node, times.rhythm)

    def clock(self, node: Node | None) -> time | None:
        """A time of day."""
        return self._read(node, time_texts.clock)

    def wait(self, node: Node | None) -> Wait | None:
        """How long a state waits, or until when, such as `1d at 10:00`."""
        return self._read(node, times.wait)

    def whole(self, node: Node | None) -> int | None:
        """A whole number."""
        return self._read(node, times.whole)

    def word(self, node: Node | None, words: Iterable[Choice], default: Choice) -> Choice:
        """The one of these words that is written; `default` where none is."""
        return next((word for word in words if word == self.text(node)), default)

    def words(self, node: Node | None, words: Iterable[Choice]) -> frozenset[Choice]:
        """Those of these words that a list has."""
        texts = {single.value for single in self.scalars(node)}
        return frozenset(word for word in words if word in texts)

    def number(self, node: Node | None) -> int | float | None:
        """A number, whole or not."""
        return self._read(node, number_of)

    def switch(self, node: Node | None) -> bool:
        """Whether a switch is on; off where there is none."""
        return self._read(node, SWITCH.get) or False

    def _read(self, node: Node | None, read: Callable[[str], Read | None]) -> Read | None:
        """The value of a text whose format the shape has checked; `None` where nothing, or an unset variable,
        is written."""
        single = self.scalar(node)
        if single is None or single.unset:
            return None
        value = read(single.value)
        assert value is not None, single.value
        return value

    def text(self, node: Node | None) -> str:
        """A fixed text, in which a placeholder is reported; empty where nothing is written."""
        single = self.scalar(node)
        if single is None:
            return ""
        if "{{" in single.value:
            hint = tr("write the text itself; a literal {{ is written \\{{")
            self.wrong(single, "placeholder-unknown", tr("no placeholder is filled in here"), hint)
        return single.value

    def template(self, node: Scalar) -> Template:
        """A text with its placeholders resolved; faults are reported."""
        pieces, bad = pieces_of(node.value)
        for wrong in bad:
            self.wrong(node, wrong.code, wrong.message, wrong.hint, level=wrong.level, written=wrong.written)
        parts = [part for piece in pieces if (part := self._part(node, piece)) is not None]
        return Template(tuple(parts) or ("",))

    def _part(self, node: Scalar, piece: str | ParsedPlaceholder) -> str | Placeholder | None:
        """A fixed piece, or the placeholder resolved; `None` where it cannot be filled."""
        if isinstance(piece, str):
            return piece
        placeholder, faults = placeholder_of(self.book, self.where, piece)
        for fault in faults:
            self.fault(node, fault, piece.written)
        if self.where.needs is not None and depends_on_use(self.where, piece.group):
            self.where.needs.append(Need(node, piece))
        return placeholder

    def use(self, needs: Collection[Need], user: Node) -> None:
        """Check the placeholders of a named card or hook's body at this position, from which `user` uses
        it."""
        for need in needs:
            if self.where.needs is not None:
                self.where.needs.append(need)
                continue
            _, faults = placeholder_of(self.book, self.where, need.written)
            reported: set[int] = self.book.cache.setdefault("reported where used", set())
            for fault in faults:
                if fault.level == "warning" and id(need) in reported:
                    continue  # a warning at one place of use is enough
                reported.add(id(need))
                self.fault(
                    need.node,
                    fault,
                    need.written.written,
                    note=tr("used at {place}", place=str(place_of(user))),
                )

    def steps(self, node: Node | None) -> Steps:
        """The steps of a list of actions."""
        return self.makers.steps(self, node)

    def tap_steps(self, node: Node | None, pick: str | None = None) -> Steps:
        """The steps of the actions of a tap; `pick` is the mode of a date picker, whose value they may
        read."""
        if node is None:
            return ()
        fields: dict[str, Type] = {type_: type_ for type_ in PICKED if type_ == pick}
        where = Where(kind="tap", ways=(EntryEvent(tr("a tap"), fields),))
        return self.put(where).steps(node)


def _is_unset(node: Node) -> bool:
    return isinstance(node, Scalar) and node.unset
