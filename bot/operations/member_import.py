"""Members from a file: each line is somebody with LINE, or becomes a contact without LINE (semantics 36).

Broken off and taken again it goes on where it was; begun anew, a line that is done changes nothing.

A batch of lines is planned on what the database has, written, and planned again until nothing is left. A mark
after each batch lets the same file go on behind it. Lines of one person are joined before anything is written
(`repeated_lines`), so the outcome does not depend on where a batch ends.
"""

from __future__ import annotations

import asyncio
import hashlib
from bisect import insort
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.answer_fields import Clock
from bot.model.audit import AuditEntry
from bot.model.settings import Settings, ShopSettings
from bot.model.shop import MEMBER_REFUSALS, MemberRefusal
from bot.model.translatable import Translatable, row, tr
from bot.operations.audit_trail import PendingAuditEntry, audited
from bot.operations.bulk_batches import bulk_batches
from bot.operations.column_map import NO_MAP, ColumnMap
from bot.operations.find_contacts import NotFound, not_called
from bot.operations.import_report import LISTED_LINES, ImportReport, RefusedLine
from bot.operations.joined_lines import LineGathering, PeopleOfLines
from bot.operations.member_table import MemberColumns
from bot.operations.repeated_lines import RepeatedLines, repeated_lines
from bot.operations.simulated_time import clock_among
from bot.operations.table_lines import TableWrong, named_lines
from bot.playbook.csv_table import TableEncoding
from bot.playbook.similar import hint_for, quoted
from bot.runtime.shops.member_batches import MemberTaker
from bot.runtime.shops.member_plan import ImportedLine, refused_line
from bot.store.contacts.import_marks import ImportMark, ImportMarks
from bot.store.stores import Stores

TOGETHER = 500
"""Lines that are written at a time."""
TellLine: TypeAlias = Callable[[int, str, Sequence[Translatable]], None]
"""Hears of each line its number, what became of it (`new`, `changed`, `same`, `refused`, `JOINED`, `DONE`),
and why."""
JOINED, DONE = "joined", "done"
"""Taken with a line before, about the same person; done before the import was broken off."""
FIGURES = ("new", "changed", "same", "refused", "erased", "united", "partly", "joined", "on_line")
"""What is counted on when an import goes on."""
_ERASED_BEFORE = MEMBER_REFUSALS[MemberRefusal.ERASED_BEFORE]


class ChannelUnsaid(TableWrong):
    """The file names LINE accounts, and no channel is named that they are of."""


@dataclass(frozen=True, slots=True)
class MemberFile:
    """What is to be taken: the file, whose list it is, and on which channel its LINE user ids are known.

    `column_map`: what its columns are meant as, where their names do not say it. `encoding`: the file's,
    where it is not to be found out.
    """

    path: Path
    shop: ShopSettings | None = None
    channel: str | None = None
    column_map: ColumnMap = NO_MAP
    encoding: TableEncoding | None = None


@dataclass(slots=True)
class MemberImport(ImportReport):
    """What has come of a file so far. `partly`: lines of which not all was taken, one by one in `notes`.

    `united`: further lines about somebody of a line before, taken with it; `resumed`: the line up to which
    all was done when it was broken off.
    `joined`: people without LINE who have turned out to be somebody who had bound; `on_line`: lines
    about somebody with LINE; `unused`: columns that are not read; `warnings`: what of the file or its map
    comes to nothing; `has_bindings`: it has bindings that are not trusted; `dry`: nothing was written.
    """

    partly: int = 0
    united: int = 0
    resumed: int = 0
    notes: list[RefusedLine] = field(default_factory=list)
    joined: int = 0
    on_line: int = 0
    unused: Sequence[str] = ()
    has_bindings: bool = False
    warnings: Sequence[Translatable] = ()
    dry: bool = False

    @property
    def done(self) -> int:
        """Lines that were looked at."""
        return self.new + self.changed + self.same + self.united + self.refused + self.erased

    def note(self, number: int, why: Translatable) -> None:
        """Something of a line that was taken."""
        if len(self.notes) < LISTED_LINES:
            insort(self.notes, RefusedLine(number, why), key=lambda one: one.line)

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """The same with all else that there is to know of it."""
        if self.dry:
            yield tr("nothing was written; so it would be:")
        if self.resumed:
            yield tr(
                "goes on after line {line}, where the same import was broken off; of the lines before only"
                " the figures are told: once more, it tells all",
                line=f"{self.resumed:,}",
            )
        yield from ImportReport.lines(self, at)
        for one in self.notes:
            if one.why is _ERASED_BEFORE:
                yield tr("line {line}: {why}", line=one.line, why=one.why)
            else:
                yield tr("line {line}, taken: {why}", line=one.line, why=one.why)
        if self.partly:
            yield tr("{number} lines were taken but for what stands above", number=f"{self.partly:,}")
        if self.united:
            yield tr(
                "{number} lines are about people of lines before: taken with them", number=f"{self.united:,}"
            )
        if self.on_line:
            yield tr("{number} lines are about people who are on LINE", number=f"{self.on_line:,}")
        if self.joined:
            yield tr("{number} people without LINE have turned out to be on it", number=f"{self.joined:,}")
        if self.unused:
            yield tr("columns that nobody reads: {names}", names=row(map(quoted, self.unused)))
        yield from self.warnings
        if self.has_bindings:
            yield tr(
                "its bindings bind nobody: each person is asked for a code once more; if the other system has"
                " proven each phone by a code, add  --trust-bindings"
            )
        if self.dry and self.new + self.changed:
            yield tr("to take them over, the same command without  --dry-run")


async def import_members(
    stores: Stores,
    playbook: Playbook,
    file: MemberFile,
    actor: str,
    *,
    dry: bool = False,
    tell: Callable[[MemberImport], None] = lambda so_far: None,
    record: TellLine = lambda number, became, why: None,
) -> MemberImport:
    """Take over a file's data of its people; `tell` gets the figures so far. Silently: it is no news.

    `record` gets the number of each line, what became of it, and why not all or nothing of it was taken.

    Raises `TableWrong` and `DatabaseUnavailable`. Whoever is not in the file stays as they are. `dry`: only
    tell what would come of it.
    """
    clock = await clock_among(stores)
    first, columns = (MemberColumns(playbook, file.shop, file.column_map, actor) for _ in range(2))
    repeated = await asyncio.to_thread(repeated_lines, file.path, first, file.encoding)
    if "line_id" in first.ours and file.channel is None:
        raise ChannelUnsaid(tr("the file names LINE accounts: say on which channel they are"))
    taker = MemberTaker(stores, playbook, file.shop, file.channel, actor, clock, dry=dry)
    work = _FileTaker(
        file, columns, repeated, taker, stores, None if dry else stores.import_marks, tell, record
    )
    work.done.dry = dry
    if dry:
        return await work.take()
    about = f"{file.path.name} {file.shop.name}" if file.shop is not None else file.path.name
    async with audited(stores, AuditEntry("members_imported", actor, taker.now, about)) as doing:

        def hear(so_far: MemberImport) -> None:
            _update_entry(doing, so_far)
            tell(so_far)

        work.tell = hear
        return await work.take()


@dataclass(slots=True)
class _FileTaker:
    """Takes a file; without `marks` it begins at the first line, and nothing says how far it is."""

    file: MemberFile
    columns: MemberColumns
    repeated: RepeatedLines
    taker: MemberTaker
    stores: Stores
    marks: ImportMarks | None
    tell: Callable[[MemberImport], None]
    record: TellLine
    done: MemberImport = field(default_factory=MemberImport)

    async def take(self) -> MemberImport:
        name, done = self._name(), self.done
        mark = ImportMark() if self.marks is None else await self.marks.mark_of(name)
        done.resumed = mark.line
        for figure in FIGURES:
            setattr(done, figure, mark.figures.get(figure, 0))
        gathering = LineGathering(self.columns, self.repeated, self.taker.now, mark.line)
        lines = named_lines(self.file.path, self.columns.named, self.file.encoding)
        async for some in bulk_batches(lines, TOGETHER, self.stores):
            await self._take(gathering.take(some))
            if self.marks is not None and some[-1].number > mark.line:
                mark = ImportMark(some[-1].number, {figure: getattr(done, figure) for figure in FIGURES})
                await self.marks.keep(name, mark, self.taker.now)
            self.tell(done)
        await self._take(gathering.rest())
        self.repeated.check_unchanged(self.file.path)
        done.unused, done.has_bindings = self.columns.unused, self.columns.has_unproven_bindings
        done.warnings = self.columns.warnings
        for number, why in await self.taker.shared_phones():
            done.note(number, why)
        if self.marks is not None:
            await self.marks.drop(name)
        self.tell(done)
        return done

    def _name(self) -> str:
        """By which the same import is known: all that decides what is made of the file."""
        file, taker = self.file, self.taker
        shop = None if file.shop is None else file.shop.name
        what = (self.repeated.digest, shop, file.channel, file.column_map, file.encoding, taker.version)
        return hashlib.sha256(repr(what).encode()).hexdigest()

    async def _take(self, found: PeopleOfLines) -> None:
        lines: dict[int, tuple[str, Sequence[Translatable]]] = dict.fromkeys(found.over, (DONE, ()))
        for number, why in found.refused.items():
            lines[number] = self._counted(number, ImportedLine("refused", why))
        taken = await self.taker.take(found.lines)
        for number in found.lines:
            one = taken.get(number) or refused_line(MemberRefusal.OVERTAKEN)
            lines[number] = self._counted(number, one)
            for further, left_out in found.more.get(number, ()):
                lines[further] = self._united(further, number, one, left_out)
        for number in sorted(lines):
            self.record(number, *lines[number])

    def _counted(self, number: int, one: ImportedLine) -> tuple[str, Sequence[Translatable]]:
        _count(number, one, self.done)
        return one.became, (*one.left_out, *([one.why] if one.why is not None else []))

    def _united(
        self, number: int, first: int, one: ImportedLine, left_out: Sequence[Translatable]
    ) -> tuple[str, Sequence[Translatable]]:
        """A further line of the person of line `first`, of which `one` has come."""
        if one.became == "refused":
            return self._counted(number, one)
        self.done.united += 1
        self.done.partly += bool(left_out)
        for why in left_out:
            self.done.note(number, why)
        return JOINED, (tr("is about the person of line {line}, and taken with it", line=first), *left_out)


def _count(number: int, taken: ImportedLine, done: MemberImport) -> None:
    match taken.became:
        case "new":
            done.new += 1
        case "changed":
            done.changed += 1
        case "same":
            done.same += 1
        case "refused" if taken.refusal is MemberRefusal.ERASED_BEFORE:
            done.erased += 1
            done.note(number, _ERASED_BEFORE)
            return
        case "refused":
            done.refuse(number, taken.why or MEMBER_REFUSALS[MemberRefusal.OVERTAKEN])
            return
    done.joined += taken.joined
    done.on_line += taken.has_line
    left_out = [*taken.left_out, *([taken.why] if taken.why is not None else [])]
    done.partly += bool(taken.left_out)
    for why in left_out:
        done.note(number, why)


def _update_entry(doing: PendingAuditEntry, so_far: MemberImport) -> None:
    doing.update(after=f"new {so_far.new}, changed {so_far.changed}, refused {so_far.refused}")


class SeveralShops(NotFound):
    """No shop is named for the list, and the playbook has several."""


def member_file(
    playbook: Playbook, settings: Settings, path: Path | None, shop: str | None, channel: str | None
) -> MemberFile:
    """The list that is meant, of the one shop that there is unless it is named. Raises `NotFound`.

    Without a path it is the file that the shop names, relative to the playbook's folder.
    """
    whose = _shop(settings, shop)
    if path is None:
        if whose is None or whose.file is None:
            raise NotFound(tr("name a file, or write it to the shop:  file: members.csv"))
        path = Path(whose.file)
    return MemberFile(path, whose, _channel(playbook, whose, channel))


def _shop(settings: Settings, name: str | None) -> ShopSettings | None:
    shops = settings.shops
    if name is not None:
        if name not in shops:
            there = tr("its shops are {names}", names=row(shops)) if shops else tr("it has no shops")
            raise NotFound(not_called(tr("shop"), name, hint_for(name, shops) or there))
        return shops[name]
    if len(shops) > 1:
        raise SeveralShops(
            tr("say whose list this is: the playbook has the shops {names}", names=row(map(quoted, shops)))
        )
    return next(iter(shops.values()), None)


def _channel(playbook: Playbook, shop: ShopSettings | None, name: str | None) -> str | None:
    """The channel that is named, else that of the shop's LINE login, else the only one."""
    channels = playbook.channels
    if name is not None and name not in channels:
        there = tr("its channels are {names}", names=row(channels))
        raise NotFound(not_called(tr("channel"), name, hint_for(name, channels) or there))
    if name is not None:
        return name
    if shop is not None and shop.channel is not None:
        return shop.channel
    return next(iter(channels)) if len(channels) == 1 else None
