"""Finds lines of a list that may be about one person, in a first pass that reads only the keys.

It has the keys of a file in memory as 64 bits each, and no text of any line.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.engine.conditions.people import ListColumn
from bot.model.translatable import tr
from bot.operations.member_table import KNOWN_BY, MemberColumns
from bot.operations.table_lines import TableRow, TableWrong, named_lines, reading
from bot.playbook.csv_table import TableEncoding
from bot.playbook.people_list import read_cell
from bot.runtime.shops.first_lines import FirstLines
from bot.store.contacts.people import MOST

REPEATED = 300_000
"""Lines with a key of a line before; a file with more is a log of events, and no list of people."""


@dataclass(frozen=True, slots=True)
class RepeatedLines:
    """What the first pass has found.

    `group`: the lines that share a key with another one, each with the first line of its group, `last`: the
    last line of each group. `crowded`: phones (by hash) of more than 20 people, which lead to nobody.
    `digest` is the SHA-256 of the file, `state` its size and time.
    """

    group: Mapping[int, int]
    last: Mapping[int, int]
    crowded: frozenset[int]
    digest: str
    state: tuple[int, int]

    def is_crowded(self, phone: str | None) -> bool:
        """Whether too many people have this phone to be one's."""
        return phone is not None and _hash("phone", phone) in self.crowded

    def check_unchanged(self, path: Path) -> None:
        """Raise `TableWrong` where somebody has written to the file meanwhile."""
        if _state(path) != self.state:
            raise TableWrong(tr("the file has been changed while it was read: take it once more"))


def repeated_lines(
    path: Path, columns: MemberColumns, encoding: TableEncoding | None = None
) -> RepeatedLines:
    """Read the keys of all lines, in that encoding where one is chosen. Raises `TableWrong`."""
    state, digest = _state(path), _digest(path)

    def keys(cells: Sequence[str]) -> Sequence[str]:
        names = columns.named(cells)
        ours = {columns.ours[one] for one in KNOWN_BY if one in columns.ours}
        return [name if name in ours else "" for name in names]

    first, number = FirstLines(), 0
    lines: dict[int, array[int]] = {}
    people = Counter[int]()
    crowded: set[int] = set()
    for row in named_lines(path, keys, encoding):
        known_by = [*row_keys(row, columns)]
        for column, text in known_by:
            key = _hash(column, text)
            before = first.of(key, row.number)
            if before == row.number or key in crowded:
                continue
            lines.setdefault(key, array("Q", [before])).append(row.number)
            number += 1
            if number > REPEATED:
                raise TableWrong(
                    tr(
                        "more than {most} lines are about somebody of a line before: this is a log, and no"
                        " list of people; make one line of each person",
                        most=f"{REPEATED:,}",
                    )
                )
            people[key] += column == "phone" and len(known_by) > 1
            if people[key] >= MOST:
                crowded.add(key)
                del lines[key]
    group = _groups(lines.values())
    last = Counter[int]()
    for line, of in group.items():
        last[of] = max(last[of], line)
    return RepeatedLines(group, last, frozenset(crowded), digest, state)


def row_keys(row: TableRow, columns: MemberColumns) -> Iterator[tuple[ListColumn, str]]:
    """By what the line's person is known, as far as it can be read."""
    for column in KNOWN_BY:
        text = row.cells.get(columns.ours.get(column, ""))
        if text and isinstance(found := read_cell(column, text), str):
            yield column, found


def _hash(column: ListColumn, text: str) -> int:
    return hash((column, text)) & 0xFFFF_FFFF_FFFF_FFFF


def _state(path: Path) -> tuple[int, int]:
    with reading(path):
        found = path.stat()
    return found.st_size, found.st_mtime_ns


def _digest(path: Path) -> str:
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _groups(keys: Iterable[array[int]]) -> Mapping[int, int]:
    """Each line with the first of its group; lines of one key are of one group."""
    of: dict[int, int] = {}

    def first(line: int) -> int:
        while (before := of.setdefault(line, line)) != line:
            of[line] = line = of[before]
        return line

    for lines in keys:
        firsts = sorted(map(first, lines))
        for line in firsts[1:]:
            of[line] = firsts[0]
    return {line: first(line) for line in list(of)}
