"""Who made which playbook live, instead of which: the line of the audit log, written with the number."""

from __future__ import annotations

from bot.model.accepted import AcceptedPlaybook, NowLive
from bot.model.audit import AuditKind, AuditRow


def made_live_line(before: AcceptedPlaybook | None, now: AcceptedPlaybook, what: NowLive) -> AuditRow:
    """What is recorded: number and version, what spoke against it, and what was live before."""
    kind: AuditKind = "rolled_back" if what.how == "rollback" else "published"
    was = () if before is None else (f"before:{before.number}:{before.version}",)
    start = ("start",) if what.how == "start" else ()
    details = (str(now.number), now.version, *what.despite, *start, *was)
    return AuditRow(f"published:{now.number}", now.at, what.by, kind, "", details=details)
