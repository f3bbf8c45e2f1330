"""Three texts become one: what somebody has changed in a file, and what was published there meanwhile.

A three-way merge by lines (Khanna, Kunal, Pierce: "A Formal Investigation of Diff3", 2007).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

LARGEST = 400_000
"""Characters of a text that is merged by lines: of a larger one both stand, one of them as comments."""


@dataclass(frozen=True, slots=True)
class MergedText:
    """The text; `conflicts`: places where both have changed the same lines."""

    text: str
    conflicts: int


def merged(base: str, mine: str, theirs: str, says: str) -> MergedText:
    """Both changes of `base` in one text.

    Where both have changed the same lines, mine stand, and theirs above them as comments, each block headed
    by what it `says`: nobody's words are lost, and the file is as much YAML as it was.
    """
    if max(map(len, (base, mine, theirs))) > LARGEST:
        return MergedText("".join(_commented(mine.splitlines(keepends=True), theirs.splitlines(), says)), 1)
    lines: list[str] = []
    conflicts = 0
    for old, ours, other in _chunks(*(text.splitlines(keepends=True) for text in (base, mine, theirs))):
        if ours == other or other == old:
            lines += ours
        elif ours == old:
            lines += other
        else:
            conflicts += 1
            lines += _commented(ours, other, says)
    return MergedText("".join(lines), conflicts)


def _chunks(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[Sequence[str], Sequence[str], Sequence[str]]]:
    """The three, cut where all of them agree: parts that differ and parts that do not, in turn."""
    at, ours, other = 0, 0, 0
    for start, in_mine, in_theirs, size in _common(base, mine, theirs):
        if (start, in_mine, in_theirs) != (at, ours, other):
            yield base[at:start], mine[ours:in_mine], theirs[other:in_theirs]
        same = base[start : start + size]
        if size:
            yield same, same, same
        at, ours, other = start + size, in_mine + size, in_theirs + size


def _common(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Lines that all three have, as places in each and a number; at last the ends of all."""
    ours, others = _matches(base, mine), _matches(base, theirs)
    at = 0
    while at < len(base):
        if at in ours and at in others:
            start, size = at, 1
            while all(found.get(start + size) == found[start] + size for found in (ours, others)):
                size += 1
            yield start, ours[start], others[start], size
            at = start + size
        else:
            at += 1
    yield len(base), len(mine), len(theirs), 0


def _matches(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """By line of `base` the line of the other that is the same."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + n: block.b + n for block in blocks for n in range(block.size)}


def _commented(mine: Sequence[str], theirs: Sequence[str], says: str) -> list[str]:
    other = [line.rstrip("\r\n") for line in theirs]
    return [f"# {says}\n", *(f"# {line}".rstrip() + "\n" for line in other), *mine]
