"""The small repairs that may mend a line: each kind of slip, and how the lines are to be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.playbook.autofix.draft import SPACES, Draft, Line
from bot.playbook.autofix.signs import half_front, half_width

Kind: TypeAlias = Literal[
    "signs",  # full-width signs are written as half-width ones
    "front",  # full-width spaces or tabs in front of a line become spaces
    "dash",  # a missing `- ` is added
    "colon",  # a missing colon is added behind a key
    "text",  # a text that goes on in the next line is written below `|`
    "below",  # lines of a text below `|` are indented further
    "spaces",  # lines are moved to another column
    "braces",  # braces around a text are taken away
    "brackets",  # brackets are closed
    "list",  # braces become the only item of a list
    "split",  # a line is broken in two
]
STEP = 2
"""Spaces of one more level of indentation."""
_FARTHEST = 8
"""Spaces by which a line is moved, at most."""
_LOOKED_BACK = 40
"""Lines above a line whose columns are tried for it, at most."""
_ANCESTORS = 8
"""Lines that a line may stand below (its key, the key of that …), at most."""
_ROOMS = (2, 1, 4)
"""Spaces that a full-width space or a tab may stand for."""
_IN_BRACES = re.compile(r"^([^{#]*[A-Za-z_]+:) +\{(.*)\}(\s*(?:#.*)?)$")
"""A key with a value in braces, which is group 2."""
_JOINED_ON = re.compile(r"[ \t]+(?P<dash>-[ \t]+)?(?P<key>[a-z_]+):(?=[ \t])")
"""A further key, or item, within a line."""
_ENDED = "}]\"'"
"""What a value ends with behind which a name on the same line begins anew."""
_CLOSING = {"{": "}", "[": "]"}
_SIGNS_AND_QUOTED = re.compile(r"""\"(?:[^\"\\]|\\.)*\"|'[^']*'|.""")
"""Each sign by itself, and a text in quotes, whose brackets are no syntax, as one."""
_WIDE_BELOW = ("｜", "＞")
"""Full-width signs for `|` and `>`, below which a text begins."""
_WITHOUT_COLON = re.compile(r"(?P<before> *(?:- +)*)(?P<key>[a-z_]+)(?P<rest> +[^\s:].*| *)")
"""A line that begins with a word, and has no colon behind it."""
_WITH_KEY = re.compile(r"[A-Za-z_]+ *[:：]")
_TEXT_KEYS = frozenset(("reply", "push", "text", "ask", "otherwise", "hand_over", "alt", "label", "title"))
"""Keys whose values are texts that people read."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Lines to be written otherwise."""

    kind: Kind
    lines: Mapping[int, str]
    """The new texts by number of the line (from 1); one may be several lines, with line breaks."""
    cost: float
    """How far it is from what was written: repairs of less cost are tried first."""
    owner: int = 0
    """The line of the text's key, for a repair of a text; else 0."""


def repairs(draft: Draft, wrong: int, stop: int, first: int, last: int) -> list[Repair]:
    """The repairs that may mend the mistake in the line `wrong`, those of least cost first.

    They change lines from `first` to `last`; `stop` is the line where the parser gave up, maybe another one.
    """
    near = sorted({*_near(draft, wrong, first, last), *_near(draft, stop, first, last)})
    candidates = [
        *_signs(draft, wrong, first, last),
        *_texts(draft, near, wrong, last),
        *_braces(draft, wrong),
        *_brackets(draft, wrong),
        *_split(draft, wrong),
        *(one for number in near for one in (*_dashes(draft, number, last), *_colon(draft, number))),
        *(one for number in near for one in _moved(draft, number, wrong, first, last)),
    ]
    unlike = [one for one in candidates if any(draft.texts[n - 1] != text for n, text in one.lines.items())]
    return sorted(unlike, key=lambda one: one.cost)


def _near(draft: Draft, wrong: int, first: int, last: int) -> list[int]:
    """The lines that may be to blame: those around, and those above in which these stand."""
    around = [n for n in range(max(first, wrong - 4), min(last, wrong + 2) + 1) if not draft.line(n).blank]
    chain: list[int] = []
    least = 99
    for number in range(wrong, first - 1, -1):
        line = draft.line(number)
        begins = bool(line.key or line.dashes) and not line.blank
        if begins and (line.column < least or (line.dashes and line.column <= least)):
            least = line.column
            chain.append(number)
    chain = chain[:_ANCESTORS]
    firsts = {next((n for n in range(above + 1, wrong) if not draft.line(n).blank), above) for above in chain}
    first_item = next((n for n in range(first, wrong) if draft.line(n).dashes), wrong)  # all go by its column
    known = draft.vocabulary.sections
    sections = {n for n in range(first, last + 1) if draft.line(n).front and draft.line(n).key in known}
    return sorted({*around, *chain, *firsts, first_item, *sections})


def _signs(draft: Draft, wrong: int, first: int, last: int) -> Iterator[Repair]:
    """Full-width signs: in the line, and in all lines around that begin as those of the language do."""
    text = draft.texts[wrong - 1]
    below = _text_lines(draft, first, last)
    for number, room in enumerate(_ROOMS):
        yield Repair(_kind(draft, [wrong]), {wrong: half_width(text, draft.vocabulary, room)}, 1 + number)
        whole = {
            n: half_front(one, room) if n in below else half_width(one, draft.vocabulary, room)
            for n, one in enumerate(draft.texts[first - 1 : last], first)
        }
        whole = {n: meant for n, meant in whole.items() if meant != draft.texts[n - 1]}
        if len(whole) > 1:
            yield Repair(_kind(draft, whole), whole, 1.5 + number)
    yield Repair("signs", {wrong: half_width(text, draft.vocabulary, names=True)}, 3.5)


def _kind(draft: Draft, numbers: Iterable[int]) -> Kind:
    """Whether lines have other signs than spaces to be written otherwise."""
    texts = [half_front(draft.texts[n - 1], 2) for n in numbers]
    return "signs" if any(half_width(text, draft.vocabulary) != text for text in texts) else "front"


def _braces(draft: Draft, number: int) -> Iterator[Repair]:
    """Braces around a text; and around the only item of a list."""
    match = _IN_BRACES.match(draft.texts[number - 1])
    if match is None:
        return
    before, inner, comment = match.groups()
    if not _WITH_KEY.search(inner):
        yield Repair("braces", {number: f"{before} {inner.strip()}{comment}"}, 3)
    indent = " " * (draft.line(number).inner + STEP)
    yield Repair("list", {number: f"{before}{comment}\n{indent}- {{{inner}}}"}, 3)


def _brackets(draft: Draft, number: int) -> Iterator[Repair]:
    """Brackets that are not closed, closed where the line ends, or before a bracket around them."""
    text, hash_, comment = draft.texts[number - 1].partition(" #")
    opened: list[str] = []
    closed = ""
    for sign in _SIGNS_AND_QUOTED.findall(text.rstrip()):
        if sign in _CLOSING:
            opened.append(_CLOSING[sign])
        elif sign in ("}", "]"):
            while sign in opened and opened[-1] != sign:
                closed += opened.pop()
            if not opened:
                return
            opened.pop()
        closed += sign
    closed += "".join(reversed(opened))
    yield Repair("brackets", {number: closed + (f"  #{comment}" if hash_ else "")}, 3)


def _split(draft: Draft, number: int) -> Iterator[Repair]:
    """Two lines in one: a name behind a whole value, or a new item."""
    line = draft.line(number)
    for match in _JOINED_ON.finditer(line.text, line.inner):
        before = line.text[: match.start()].rstrip()
        if match["key"] in draft.vocabulary.keys and (match["dash"] or before[-1:] in _ENDED):
            owner = _item_above(draft, number) if match["dash"] else line.inner
            rest = line.text[match.start() :].strip()
            yield Repair("split", {number: f"{before}\n{' ' * owner}{rest}"}, 2)


def _item_above(draft: Draft, number: int) -> int:
    """The column of the dash of the item that a line belongs to."""
    above = (draft.line(n) for n in range(number, 0, -1))
    return next((line.column for line in above if line.dashes), STEP)


def _text_lines(draft: Draft, first: int, last: int) -> set[int]:
    """The lines of texts that begin below `|`."""
    numbers: set[int] = set()
    column: int | None = None
    for number in range(first, last + 1):
        line = draft.line(number)
        if column is not None and not line.blank:
            if line.column > column:
                numbers.add(number)
                continue
            column = None
        if line.opens_text:
            column = line.inner if line.key else line.column
    return numbers


def _texts(draft: Draft, near: list[int], wrong: int, last: int) -> Iterator[Repair]:
    """A text that goes on in the next line, or is below `|` with too few spaces."""
    for number in near:
        if draft.line(number).known or (owner := _owner(draft, number)) is None:
            continue
        key = draft.line(owner)
        lines = range(owner + 1, _end_of_text(draft, number, last) + 1)
        begun = [draft.line(n).column for n in lines if not draft.line(n).blank]
        if key.opens_text:
            wanted = begun[0] if begun[0] > key.inner else key.inner + STEP
            few = {n: _at(draft.line(n), wanted) for n in lines if _under(draft.line(n), wanted)}
            yield Repair("below", few, 1 + len(few) / 10, owner)
            continue
        before, _, value = key.text.partition(f"{key.key}:")
        begins = value.strip(SPACES)
        if begins[:1] in ('"', "'", *"[{|>&*#"):
            continue
        inner = " " * (key.inner + STEP)
        pieces = {n: draft.texts[n - 1].strip(SPACES) for n in lines}
        texts = {
            owner: f"{before}{key.key}: |",
            **{n: piece and inner + piece for n, piece in pieces.items()},
        }
        wide = begins in _WIDE_BELOW
        if begins and not wide:
            texts[owner] += f"\n{inner}{begins}"
        yield Repair("signs" if wide else "text", texts, 1 + len(pieces) / 10, owner)


def _under(line: Line, wanted: int) -> bool:
    return bool(line.text.strip(SPACES)) and line.column < wanted


def _owner(draft: Draft, number: int) -> int | None:
    """The line of the key whose text goes on here."""
    for above in range(number - 1, 0, -1):
        line = draft.line(above)
        if line.known:
            return above if line.key in _TEXT_KEYS or (not line.key and line.opens_text) else None
    return None


def _end_of_text(draft: Draft, number: int, last: int) -> int:
    """The last line of a text: the next begins as those of the language do."""
    below = number
    while below < last and not draft.line(below + 1).known:
        below += 1
    while draft.line(below).blank and below > number:
        below -= 1
    return below


def _dashes(draft: Draft, number: int, last: int) -> Iterator[Repair]:
    """The `- ` that is missing in front of an item."""
    line = draft.line(number)
    if (
        line.dashes
        or line.key not in draft.vocabulary.keys
        or (not line.column and line.key in draft.vocabulary.sections)
    ):
        return
    rest = line.text.strip(SPACES)
    if line.column > STEP:
        yield Repair("dash", {number: f"{' ' * (line.column - STEP)}- {rest}"}, 2)
    column = line.column or STEP
    item = {number: f"{' ' * column}- {rest}"}
    yield Repair("dash", item, 2.2)
    below = [
        n
        for n in _while(draft, number, last, lambda one: not one.dashes and one.column >= line.column)[1:]
        if draft.texts[n - 1].strip(SPACES) and draft.line(n).key not in draft.vocabulary.sections
    ]
    if below:
        by = column + STEP - draft.line(below[0]).column
        moved = {n: _at(draft.line(n), max(0, draft.line(n).column + by)) for n in below}
        yield Repair("dash", {**item, **moved}, 2.4)


def _colon(draft: Draft, number: int) -> Iterator[Repair]:
    """The colon that is missing behind a name."""
    match = _WITHOUT_COLON.fullmatch(draft.texts[number - 1])
    if match is not None and match["key"] in draft.vocabulary.keys:
        yield Repair("colon", {number: f"{match['before']}{match['key']}:{match['rest']}"}, 2)


def _moved(draft: Draft, number: int, wrong: int, first: int, last: int) -> Iterator[Repair]:
    """A line at another column: alone, with its block, or with all lines behind it that are as deep."""
    line = draft.line(number)
    astray = not line.front and (line.key in draft.vocabulary.sections or not draft.in_section(number))
    if not (line.known or line.key) or astray:
        return
    block, run = _block(draft, number, last), _run(draft, number, last)
    spans = {len(lines): lines for lines in ([number], block, run)}
    odd = line.front.strip(" ") != ""
    for column in _columns(draft, number, first, last):
        by = column - line.column
        for lines in spans.values():
            texts = {n: _at(draft.line(n), max(0, draft.line(n).column + by)) for n in lines}
            cost: float = 4 + abs(by) + (0 if odd else 1) + column % STEP
            cost += 0 if column else -3 if line.key in draft.vocabulary.sections and not line.dashes else 3
            cost += min(len(lines), 20) / 10 + min(abs(number - wrong), 20) / 40
            yield Repair("spaces", texts, cost)


def _at(line: Line, column: int) -> str:
    """The text of a line, moved to a column."""
    rest = line.text.strip(SPACES)
    return " " * column + rest if rest else ""


def _block(draft: Draft, number: int, last: int) -> list[int]:
    """A line and its block: all lines that are indented as far as the one below it, or further."""
    below = next((n for n in range(number + 1, last + 1) if not draft.line(n).blank), number)
    line, inner = draft.line(number), draft.line(below)
    if inner.column <= line.column:
        return [number]

    least = inner.inner if inner.dashes else inner.column
    lines = [number]
    for after in range(number + 1, last + 1):
        other = draft.line(after)
        if not other.blank:
            beside = other.column == inner.column and bool(other.dashes) == bool(inner.dashes)
            next_item = bool(line.dashes) and other.dashes != "" and other.label == line.label
            if next_item or not (beside or other.column >= least + bool(other.dashes)):
                break
        lines.append(after)
    while draft.line(lines[-1]).blank and len(lines) > 1:
        lines.pop()
    return lines


def _run(draft: Draft, number: int, last: int) -> list[int]:
    """A line, and those behind it up to the first that is indented less."""
    column = draft.line(number).column
    return _while(draft, number, last, lambda line: line.column >= column)


def _while(draft: Draft, number: int, last: int, belongs: Callable[[Line], bool]) -> list[int]:
    """A line, and those behind it up to the first that does not belong; without blank lines at the end."""
    lines = [number]
    for below in range(number + 1, last + 1):
        if not draft.line(below).blank and not belongs(draft.line(below)):
            break
        lines.append(below)
    while draft.line(lines[-1]).blank and len(lines) > 1:
        lines.pop()
    return lines


def _columns(draft: Draft, number: int, first: int, last: int) -> list[int]:
    """Where the line may belong: as its neighbours, or one step further in; the nearest first."""
    line = draft.line(number)
    begin, end = max(first, number - _LOOKED_BACK), min(last, number + 6)
    others = [draft.line(n) for n in range(begin, end + 1) if n != number]
    columns = {STEP} | ({0} if line.key in draft.vocabulary.sections else set())
    for other in others:
        if not other.blank:
            columns |= {other.column, other.inner, other.inner + STEP}
    spaced = line.text[: len(line.text) - len(line.text.lstrip(SPACES))].strip(" ") != ""
    far = [
        column
        for column in columns
        if abs(column - line.column) <= _FARTHEST and (column != line.column or spaced)
    ]
    return sorted(far, key=lambda column: (abs(column - line.column), -column))[:8]
