"""Clerks from a file: each line a clerk, taken or refused with why; taken again, nothing changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Annotated

from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Clock, Help
from bot.model.audit import AuditEntry
from bot.model.clerk import StoreClerk
from bot.model.translatable import Translatable, tr
from bot.operations.audit_trail import audited
from bot.operations.clerk_file import ClerkLine, clerk_after, other_zeros, parse_clerk_line
from bot.operations.clerks import NoClerk
from bot.operations.import_report import ImportReport, LineRefused
from bot.operations.simulated_time import now_among
from bot.operations.table_lines import TableRow, TableWrong
from bot.store.contacts.clerks import StoredClerk
from bot.store.stores import Stores

TOGETHER = 500
"""Lines that are written at a time."""
MOST = 100_000
"""Clerks of one file: a larger one is another file than was meant."""
TRIES = 5
"""Times that a line is tried of which somebody else changes the clerk meanwhile."""


@dataclass(slots=True)
class ClerkImport(ImportReport):
    """What has come of a file."""

    left_behind: Annotated[
        dict[str, int], Help("Who have another store now, and how many people stay with the old.")
    ] = field(default_factory=dict)

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """The same, and what may be done about people who stay."""
        yield from ImportReport.lines(self, at)
        for number, people in self.left_behind.items():
            yield stays_behind(number, people)


def stays_behind(number: str, people: int) -> Translatable:
    """What may be done about people of a clerk who works in another store now."""
    return tr(
        "{number} works in another store now; {people} people stay with the old one, unless you say"
        "  oaflow store clerks hand-over {number} {number}",
        number=number,
        people=f"{people:,}",
    )


async def import_clerks(
    people: Stores,
    playbook: Playbook,
    called: str,
    lines: Iterator[TableRow],
    actor: str,
    *,
    old_until: datetime | None = None,
    may: Callable[[StoreClerk], bool] = lambda clerk: True,
    tell: Callable[[ClerkImport], None] = lambda so_far: None,
) -> ClerkImport:
    """Store the clerks of a file that is `called` so; `tell` gets the figures so far.

    `may`: whether the actor looks after a clerk as they were and are to be.

    Raises `TableWrong`, `NoClerk` and `DatabaseUnavailable`.

    Clerks that are not in the file stay as they are. It may be repeated after an interruption.
    """
    if not playbook.stores:
        raise NoClerk(tr("the playbook has no stores: add  stores: {xinyi: {title: 信義店}}"))
    now = await now_among(people)
    done, seen = ClerkImport(), dict[str, int]()
    async with audited(people, AuditEntry("clerks_imported", actor, now, called)) as doing:
        reading = partial(_read, lines, playbook, now, old_until, seen, done)
        while (clerks := await asyncio.to_thread(reading)) is not None:  # a process that serves goes on
            if len(seen) > MOST:
                raise TableWrong(
                    tr("the file has more than {most} clerks; those before were taken", most=f"{MOST:,}")
                )
            await _take(people, clerks, now, may, done)
            doing.update(after=f"new {done.new}, changed {done.changed}, refused {done.refused}")
            tell(done)
    if done.left_behind:
        bound = await people.clerks.how_many_people(done.left_behind.keys())
        done.left_behind = {number: bound[number] for number in done.left_behind if bound.get(number)}
    return done


def _read(
    lines: Iterator[TableRow],
    playbook: Playbook,
    now: datetime,
    old_until: datetime | None,
    seen: dict[str, int],
    done: ClerkImport,
) -> Mapping[int, ClerkLine] | None:
    """What the next lines say, by line; `None`: there are no more."""
    some = list(islice(lines, TOGETHER))
    return dict(_clerks(some, playbook, now, old_until, seen, done)) if some else None


def _clerks(
    lines: Sequence[TableRow],
    playbook: Playbook,
    now: datetime,
    old_until: datetime | None,
    seen: dict[str, int],
    done: ClerkImport,
) -> Iterator[tuple[int, ClerkLine]]:
    """What the lines say that can be taken, by line."""
    for line in lines:
        if line.wrong is not None:
            done.refuse(line.number, line.wrong)
            continue
        try:
            clerk = parse_clerk_line(line.cells, playbook, now, old_until)
        except LineRefused as error:
            done.refuse(line.number, error.message)
            continue
        if clerk.number in seen:
            first = seen[clerk.number]
            done.refuse(line.number, tr("this clerk stands in line {line} already", line=first))
            continue
        seen[clerk.number] = line.number
        yield line.number, clerk


async def _take(
    people: Stores,
    clerks: Mapping[int, ClerkLine],
    now: datetime,
    may: Callable[[StoreClerk], bool],
    done: ClerkImport,
) -> None:
    """Keep what these lines say; who was changed by somebody else meanwhile is looked at anew."""
    waiting = await _without_twins(people, clerks, done)
    for _ in range(TRIES):
        known = await people.clerks.of([one.number for one in waiting.values()])
        after = {line: clerk_after(_clerk(known.get(one.number)), one, now) for line, one in waiting.items()}
        stored = {line: known.get(one.number) for line, one in waiting.items()}
        for line in [
            line for line, one in after.items() if not (may(one) and may(_clerk(stored[line]) or one))
        ]:
            done.refuse(line, tr("somebody else looks after this clerk"))
            del after[line]
        changed = {line: one for line, one in after.items() if one != _clerk(stored[line])}
        lost = await people.clerks.write([(one, _rev(stored[line])) for line, one in changed.items()])
        for line, clerk in after.items():
            _count(line, clerk, stored[line], lost.get(clerk.number), done)
        waiting = {line: waiting[line] for line, one in after.items() if lost.get(one.number) == "overtaken"}
        if not waiting:
            return
    for line in waiting:
        done.refuse(line, tr("somebody else changes this clerk just now: take the file once more"))


async def _without_twins(
    people: Stores, clerks: Mapping[int, ClerkLine], done: ClerkImport
) -> dict[int, ClerkLine]:
    """The lines but for new numbers that a known clerk, or a line above, has with other zeros in front."""
    numbers = {one.number for one in clerks.values()}
    known = {*await people.clerks.of(numbers.union(*map(other_zeros, numbers)))}
    taken = dict(clerks)
    for line, one in clerks.items():
        twins = sorted(other_zeros(one.number) & known)
        if not twins or one.number in known:
            known.add(one.number)
        else:
            done.refuse(line, is_twin(one.number, twins[0]))
            del taken[line]
    return taken


def is_twin(number: str, known: str) -> Translatable:
    """Why this new number is refused beside one that is `known`."""
    return tr(
        "the number {number} is new, and there is {known}: a spreadsheet may have taken zeros"
        " away; write the number as it was",
        number=number,
        known=known,
    )


def _count(
    line: int, clerk: StoreClerk, before: StoredClerk | None, lost: str | None, done: ClerkImport
) -> None:
    if lost == "overtaken":
        return
    if lost == "code":
        done.refuse(line, tr("an old code of this clerk leads to another one already"))
    elif before is None:
        done.new += 1
    elif before.clerk == clerk:
        done.same += 1
    else:
        done.changed += 1
        if before.clerk.store != clerk.store:
            done.left_behind[clerk.number] = 0


def _clerk(stored: StoredClerk | None) -> StoreClerk | None:
    return None if stored is None else stored.clerk


def _rev(stored: StoredClerk | None) -> int | None:
    return None if stored is None else stored.rev
