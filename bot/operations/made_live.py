"""Who made which playbook live, instead of which: the line of the audit log, written with the number."""

from __future__ import annotations

import uuid

from bot.model.accepted import AcceptedPlaybook, NowLive
from bot.model.audit import Deed


def made_live(before: AcceptedPlaybook | None, now: AcceptedPlaybook, what: NowLive) -> Deed:
    """What is recorded: what was live before and is now, by number and version; what spoke against it.

    Its id is its own: a log that was kept while the database was set back has lines of numbers to come.
    """
    return Deed(
        "rolled_back" if what.how == "rollback" else "published",
        what.by,
        now.at,
        about=" ".join((*what.despite, *(["start"] if what.how == "start" else []))),
        before=_named(before) if before is not None else "",
        after=_named(now),
        id=f"published:{now.number}:{uuid.uuid4().hex}",
    )


def _named(one: AcceptedPlaybook) -> str:
    return f"{one.number} ({one.version[:12]})"
