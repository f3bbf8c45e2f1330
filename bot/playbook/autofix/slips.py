"""Slips of spaces, line breaks and signs: reported by the smallest repair after which the file is right.

The parser often reports a slip at another line, so its own message is no advice that can be followed. Here
the lines are written otherwise, by a few kinds of repairs, and read again: the repair that mends the mistake
becomes the hint.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.model.problem import Problem, TextEdit
from bot.playbook.autofix.content import loses
from bot.playbook.autofix.draft import Draft
from bot.playbook.autofix.edits import edits_of
from bot.playbook.autofix.render import render_repair
from bot.playbook.autofix.repairs import Repair, repairs
from bot.playbook.codes import Code
from bot.playbook.hints import RepairHint
from bot.playbook.shape.vocabulary import Vocabulary
from bot.playbook.syntax.source import SourceFile

Key: TypeAlias = tuple[int, str, str]
"""Line, code and message of a problem: by these it is known again when the file is read again."""

_OF_SLIPS: frozenset[Code] = frozenset(
    (
        *("yaml-syntax", "tab-indent", "duplicate-key", "unknown-key"),
        *("unknown-section", "missing-key", "wrong-type", "colon-in-text"),
    )
)
"""Mistakes that may come of a space, a line break or a sign."""
_OF_A_WRONG_PLACE: frozenset[str] = frozenset(("wrong-type", "duplicate-key", "missing-key"))
"""What comes of a line that was put where it does not belong."""
_UNREAD = ("yaml-syntax", "tab-indent")
"""Mistakes because of which a part of the file could not be parsed."""
_NAMED = ("unknown-key", "unknown-section", "wrong-type")
"""Mistakes whose hint, where it holds a word or a line to write, says all there is to say."""
_ALIKE = ("signs", "front")
"""Kinds of repairs that are reported together where their lines touch."""
_SLIPS = 6
"""Slips of one file that are mended one after the other, at most."""
_READINGS, _READINGS_OF_SHAPE = 150, 60
"""Repairs that are tried for one mistake, at most: where the parser gave up, and where it did not."""
_LINES_READ, _LINES_LEAST = 10_000, 40
"""Lines that are parsed for all mistakes of a file, at most (they take half a second); and how many each
parsing counts at least."""
_IN_VAIN = 3
"""After so many mistakes of shape that no repair mends, the others of a file are none of spaces and signs."""
_LONGEST = 1_000
"""Characters of a line in a file that is looked at: longer lines have none of these slips."""
_LARGEST = 400
"""Lines in which repairs are looked for: more take too long to be read so often."""


@dataclass(frozen=True, slots=True)
class _Slip:
    """The problem reported for a slip, its repair, and the lines of all repairs that belong together."""

    problem: Problem
    repair: Repair
    lines: set[int]


def with_repairs(source: SourceFile, problems: Sequence[Problem], vocabulary: Vocabulary) -> list[Problem]:
    """The problems of a file's syntax and shape, with the slips among them reported by their repair."""
    if not any(_may_be_slip(one) for one in problems) or max(map(len, source.lines)) > _LONGEST:
        return list(problems)
    search = _RepairSearch(Draft.of(source, vocabulary), list(problems))
    repaired = search.slips()
    if not repaired:
        return list(problems)
    slips = [
        replace(one, repair=search.edits(source, problems, slip))
        for slip in _joined(repaired)
        for one in render_repair(source, search.draft, *_parts(slip))
    ]
    lines = {line for slip in repaired for line in slip.lines}
    cured = {_key(slip.problem) for slip in repaired}
    if search.draft.stop is None:
        cured |= set(map(_key, problems)) - set(map(_key, search.left))
    left = [problem for problem in problems if _key(problem) not in cured and problem.place.line not in lines]
    return [*slips, *left]  # further problems are reported once the repair is made


def _parts(slip: _Slip) -> tuple[Repair, Problem, set[int]]:
    return slip.repair, slip.problem, slip.lines


def _joined(slips: Sequence[_Slip]) -> Iterator[_Slip]:
    """The slips, those of the same lines as one; signs also where the lines touch."""
    groups: list[_Slip] = []
    for slip in slips:
        touched = {n + by for n in slip.lines for by in ((-1, 0, 1) if slip.repair.kind in _ALIKE else (0,))}
        for other in groups:
            if other.lines & (touched if other.repair.kind in _ALIKE else slip.lines):
                other.lines.update(slip.lines)
                break
        else:
            groups.append(slip)
    yield from groups


class _RepairSearch:
    """A file while it is mended: its state after the repairs so far, and the problems left."""

    def __init__(self, draft: Draft, problems: list[Problem]) -> None:
        self.draft = draft
        """The file with the repairs so far."""
        self.left = problems
        """Its problems after them."""
        self._lines_left = _LINES_READ
        """Lines that may still be parsed."""

    def slips(self) -> list[_Slip]:
        """The slips that were found, one repair after the other."""
        repaired: list[_Slip] = []
        tried: set[Key] = set()
        first = set(map(_key, self.left))
        vain = 0
        while len(repaired) < _SLIPS and self._lines_left > 0:
            slips = (
                one
                for one in self.left
                if _may_be_slip(one)
                and _key(one) not in tried
                and (one.code in _UNREAD or (_key(one) in first and vain < _IN_VAIN))
            )
            problem = min(slips, key=lambda one: (one.code not in _UNREAD, one.place.line), default=None)
            if problem is None:
                break
            tried.add(_key(problem))
            if (repair := self._repair(problem)) is not None:
                self.draft = self.draft.changed(repair.lines)
                self.left = self.draft.problems()
                repaired.append(_Slip(problem, repair, set(repair.lines)))
            elif problem.code not in _UNREAD:
                vain += 1
        return repaired

    def edits(self, source: SourceFile, problems: Sequence[Problem], slip: _Slip) -> tuple[TextEdit, ...]:
        """The edits that mend a slip; with it all others, where it cannot be mended alone."""
        before, known = Draft.of(source, self.draft.vocabulary), set(map(_key, problems))
        own = {n: self.draft.texts[n - 1] for n in slip.lines}
        alone = before.changed(own)
        for draft, lines in ((alone, own), (self.draft, dict(enumerate(self.draft.texts, 1)))):
            left = set(map(_key, draft.problems()))
            if draft.stop is None and left <= known and _key(slip.problem) not in left:
                return edits_of(source, lines)
        return ()

    def _repair(self, problem: Problem) -> Repair | None:
        """The smallest repair that mends this mistake, and makes no other."""
        draft, wrong = self.draft, min(problem.place.line, len(self.draft.texts))
        while wrong > 1 and draft.line(wrong).blank:
            wrong -= 1
        near = draft.around(max(1, wrong - 4), min(wrong + 2, len(draft.texts)))
        for first, last in dict.fromkeys((near, (1, len(draft.texts)))):
            part = draft.part(first, last)
            if last - first < _LARGEST and (part.stop is not None or _key(problem) in _keys(part)):
                repair = self._smallest(part, problem, wrong, (first, last))
                if repair is not None and _key(problem) not in _keys(draft.changed(repair.lines)):
                    return repair
        return None

    def _smallest(self, part: Draft, problem: Problem, wrong: int, lines: tuple[int, int]) -> Repair | None:
        """The best repair of a part of the file: after it no problem is left, or only such of other parts."""
        before = set() if part.stop is not None else _keys(part)
        steps: list[tuple[tuple[float, ...], Repair]] = []
        most = _READINGS_OF_SHAPE if part.stop is None else _READINGS
        for repair in repairs(part, wrong, part.stop or wrong, *lines)[:most]:
            self._lines_left -= max(_LINES_LEAST, lines[1] - lines[0] + 1)
            if self._lines_left < 0:
                break
            after = part.changed(repair.lines)
            if after.stop is not None:
                rank = _further(part, after, repair, lines[0])
                if rank is not None and not loses(part.text, after.text, part.vocabulary.keys):
                    steps.append((rank, repair))
                continue
            left = _keys(after)
            swallowed = repair.kind in ("spaces", "dash") and after.swallowed() & set(repair.lines)
            if _key(problem) in left or not after.sections >= part.sections or swallowed:
                continue
            if (
                loses(part.text, after.text, part.vocabulary.keys)
                or after.within_texts() - part.within_texts()
            ):
                continue
            if not left - before:
                return repair
            of_it = any(line in repair.lines or code in _OF_A_WRONG_PLACE for line, code, _ in left)
            if part.stop is not None and not of_it:
                steps.append(((1, len(left), repair.cost), repair))
        return min(steps, key=lambda one: one[0])[1] if steps else None


def _further(part: Draft, after: Draft, repair: Repair, first: int) -> tuple[float, ...] | None:
    """How far a repair helps after which the parser gives up at a later line; `None` where it does not."""
    assert after.stop is not None, "else it is read to its end"
    if part.stop is None or after.stop < part.stop:
        return None
    if repair.kind == "signs":
        return 0, -len(repair.lines), repair.cost
    last = max(repair.lines)
    if after.stop <= last:
        return None
    begins = [n - 1 for n in after.entries(after.stop) if last < n <= after.stop]
    for end in (*reversed(begins[-3:]), last):
        was_wrong = after.stop > part.stop or not _is_right(part.part(first, end))
        if was_wrong and _is_right(after.part(first, end)):
            return 2, -after.stop, repair.cost
    return None


def _is_right(draft: Draft) -> bool:
    return draft.stop is None and not _keys(draft)


def _may_be_slip(problem: Problem) -> bool:
    hint = problem.hint if problem.code in _NAMED else None
    is_general = isinstance(hint, RepairHint) and hint.kind == "general"
    exact = hint is not None and bool(hint.values) and not is_general
    return problem.level == "error" and problem.code in _OF_SLIPS and not exact


def _keys(draft: Draft) -> set[Key]:
    return {_key(problem) for problem in draft.problems() if problem.level == "error"}


def _key(problem: Problem) -> Key:
    return problem.place.line, problem.code, str(problem.message)
