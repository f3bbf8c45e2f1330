"""Taking over friends: what is asked for, and what has come of it (M1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.model.answer_fields import Clock
from bot.model.translatable import Translatable, tr
from bot.operations.import_report import ImportReport
from bot.playbook.csv_table import TableEncoding


@dataclass(frozen=True, slots=True)
class FriendsOrder:
    """Whom to take over on a channel: those of a file, or of LINE's list.

    `encoding`: the file's, where it is not to be found out.
    `profiles`: LINE is asked who they are. `anyway`: also where LINE knows none of a sample. `dry`: nothing
    is written.
    """

    channel: str
    file: Path | None = None
    profiles: bool = True
    anyway: bool = False
    dry: bool = False
    encoding: TableEncoding | None = None


@dataclass(slots=True)
class FriendsImport(ImportReport):
    """What has come of it so far. `blocked`: who had blocked the account, and stays so.

    `joined`: who was known from a list or a shop only. Of profiles: how many were `asked` for, and whom LINE
    did not know (`gone`): no friends. `dry`: nothing was written.
    """

    blocked: int = 0
    joined: int = 0
    asked: int = 0
    gone: int = 0
    resumed: int = 0
    channel: str = ""
    dry: bool = False

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """The same with all else that there is to know of it."""
        if self.dry:
            yield tr("nothing was written; so it would be:")
        if self.resumed:
            yield tr("LINE's list was read up to {number} before: this went on", number=f"{self.resumed:,}")
        yield from ImportReport.lines(self, at)
        if self.joined:
            yield tr(
                "{number} were known from a list or a shop, and are on LINE now", number=f"{self.joined:,}"
            )
        if self.blocked:
            yield tr("{number} have blocked the account, and stay so", number=f"{self.blocked:,}")
        if self.asked:
            yield tr("LINE was asked who {number} people are", number=f"{self.asked:,}")
        if self.gone:
            yield tr(
                "{number} of them LINE does not know as friends any more: nothing is sent to them",
                number=f"{self.gone:,}",
            )
        if self.dry and self.new + self.changed:
            yield tr("to take them over, the same command without  --dry-run")
