"""A listing of a shop's members, for programs."""

from __future__ import annotations

from bot.model.shop_sync import SyncRun


def run_told(run: SyncRun) -> dict[str, object]:
    """How far it is, and what came of it."""
    figures, stop = run.figures, run.stop
    return {
        "kind": run.kind,
        "state": run.state,
        "by": run.by,
        "ordered": run.ordered,
        "began": run.began,
        "ended": run.ended,
        "total": run.total,
        "calls": run.calls,
        "seconds": run.seconds,
        "read": figures.read,
        "new": figures.new,
        "changed": figures.changed,
        "same": figures.same,
        "on_line": figures.met,
        "joined": figures.joined,
        "refused": dict(figures.refused),
        "unread": [
            {"attribute": one.ours, "field": one.theirs, "why": one.why, "members": many}
            for one, many in figures.unread.items()
        ],
        "stopped": None
        if stop is None or run.state != "stopped"
        else {"why": stop.why, "said": stop.said, "at": stop.at, "again": stop.again},
    }
