"""What the audit log has kept of a deed, in the reader's language: it is kept as data, in English."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.model.audit import Deed
from bot.model.brake import PushStop
from bot.model.said import Said, SaidValue, row, say
from bot.operations.brake import STOPPED
from bot.scenario.stop_words import which

_SCOPE = re.compile(r"(?:channel (?P<channel>\S+))? ?(?:flow (?P<flow>.+))?")
_COUNTS = re.compile(r"new (?P<new>\d+), changed (?P<changed>\d+), refused (?P<refused>\d+)")
_MADE_LIVE: Mapping[str, Said] = {
    "start": say("by a start"),
    "untested": say("untested"),
    "unserved": say("unserved"),
}


def about(deed: Deed) -> SaidValue:
    """What it was done to; what is a name of the shop's stays as it is."""
    match deed.kind:
        case "pushes_stopped" | "pushes_resumed":
            scope = _SCOPE.fullmatch(deed.about)
            named = ("", "") if scope is None else (scope["channel"], scope["flow"])
            return which(PushStop(named[0] or None, named[1] or None, deed.by, deed.at))
        case "published" | "rolled_back":
            told = [_MADE_LIVE.get(word, word) for word in deed.about.split()]
            return row(told)
        case _:
            return deed.about


def change(deed: Deed) -> SaidValue:
    """What was so before it and is so after it, where that says more than the kind does."""
    if deed.kind == "pushes_stopped":
        return ""
    if deed.kind == "pushes_resumed":
        who = deed.before.removeprefix(STOPPED).removeprefix(", ")
        return say("stopped by {who}", who=who) if who else ""
    if (counted := _COUNTS.fullmatch(deed.after)) is not None:
        return say("{new} new, {changed} changed, {refused} refused", **counted.groupdict())
    return " → ".join(one for one in (deed.before, deed.after) if one)
