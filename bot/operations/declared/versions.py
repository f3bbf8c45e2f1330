"""Which playbooks were live on a database, since when, by whom, from which commit (L8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from bot.model.answer_fields import Clock, Help, TextTable
from bot.model.published_version import SHORT, AcceptedBy, AcceptedPlaybook, GitCommit
from bot.model.translatable import Translatable, TranslatableValue, tr
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.rollback import NONE_YET

COMMIT = 9
"""Digits of a commit that people are shown."""
HOW: Mapping[AcceptedBy, Translatable] = {
    "start": tr("start"),
    "publish": tr("publish"),
    "reload": tr("saved edit"),
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A playbook that was made live."""

    number: int
    version: str
    at: datetime
    by: str | None
    how: AcceptedBy
    of: Annotated[int | None, Help("The number that was brought back.")]
    commit: GitCommit | None
    live: bool
    kept: Annotated[bool, Help("Its files are there.")]
    whole: Annotated[bool, Help("It can be brought back: no secret stood in its files.")]

    def cells(self) -> Sequence[object]:
        """The same for people."""
        how = tr("back to {number}", number=self.of) if self.of is not None else HOW[self.how]
        commit = self.commit and self.commit.sha[:COMMIT] + ("+" if self.commit.changed else "")
        return (str(self.number), self.version[:SHORT], self.at, how, self.by, commit, self._state())

    def _state(self) -> TranslatableValue:
        if self.live:
            return tr("live now")
        return "" if self.whole else tr("cannot be brought back: a secret stood in its files")


@dataclass(frozen=True, slots=True)
class VersionList:
    """The last first."""

    versions: Sequence[VersionRow]

    def lines(self, at: Clock) -> Iterator[TranslatableValue | TextTable]:
        """Those whose files are stored, and how many others there were."""
        shown = [one.cells() for one in self.versions if one.kept or one.live]
        if not shown:
            yield NONE_YET
            return
        heads = tr("number"), tr("version"), tr("When"), tr("how"), tr("By whom"), tr("commit"), tr("State")
        yield TextTable(heads, shown)
        if others := len(self.versions) - len(shown):
            yield tr("and {number} before, whose files are not kept (--json)", number=f"{others:,}")


@operation("versions", goes_by="database", example="my-shop")
async def list_versions(call: OperationCall) -> VersionList:
    """Which playbooks were live on this database, the last first: since when, by whom, how."""
    accepted = await call.stores.playbooks.all()
    return VersionList([_row(one, is_live=not number) for number, one in enumerate(accepted)])


def _row(one: AcceptedPlaybook, *, is_live: bool) -> VersionRow:
    by = one.made_by or None
    return filled(VersionRow, one, by=by, live=is_live, kept=one.is_kept, whole=one.is_whole)
