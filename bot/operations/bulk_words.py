"""What is done to many people at once, in words."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.bulk_run import BulkKind, BulkRun, BulkState, BulkTrouble
from bot.model.translatable import Translatable, tr

_CALLED: Mapping[BulkKind, Translatable] = {
    "tag": tr("Put on tag {tag}"),
    "untag": tr("Take off tag {tag}"),
    "export": tr("Export ({tag})"),
}
STATES: Mapping[BulkState, Translatable] = {
    "ready": tr("ready to be fetched"),
    "runs": tr("going on"),
    "stopping": tr("stopping"),
    "done": tr("done for all of them"),
    "stopped": tr("stopped before the end"),
    "failed": tr("broken off"),
}
TROUBLES: Mapping[BulkTrouble, Translatable] = {
    "": tr("It was broken off"),
    "names": tr("It was broken off: the playbook has the tag or audience no more"),
    "condition": tr("It was broken off: the playbook does not take the condition any more"),
    "left": tr("It was broken off: the browser did not take the whole file; export it again"),
    "broken": tr("It was broken off by an error; what was done stays"),
}


def called(run: BulkRun) -> Translatable:
    """What it does."""
    if run.undoes:
        return tr("Take back: tag {tag}", tag=run.about)
    return Translatable(_CALLED[run.kind].template, (("tag", run.about),))
