"""What the audit log has kept of a deed, in the reader's language: it is kept as data, in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime

from bot.model.audit import ELSEWHERE, Deed
from bot.model.brake import PushStop
from bot.model.said import Said, SaidValue, row, say
from bot.operations.actors import actor_words
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.brake import STOPPED
from bot.scenario.stop_words import which

_SCOPE = re.compile(r"(?:channel (?P<channel>\S+))? ?(?:flow (?P<flow>.+))?")
_COUNTS = re.compile(r"new (?P<new>\d+), changed (?P<changed>\d+), refused (?P<refused>\d+)")
_VERSION = re.compile(r"(?P<number>\d+) \((?P<version>\w+)\)")
_MADE_LIVE: Mapping[str, Said] = {
    "start": say("when the program started"),
    "untested": say("untested"),
    "unserved": say("unserved"),
    "leave-people": say("people left where they were"),
}
_SECOND_FACTOR: Mapping[str, Said] = {
    "on": say("turned on"),
    "off": say("turned off"),
    "codes": say("other codes for a lost phone"),
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
        case "admin_password_wrong" if not deed.about:
            return say("a name that nobody has")
        case _:
            return deed.about


def change(deed: Deed) -> SaidValue:
    """What was so before it and is so after it, where that says more than the kind does."""
    match deed.kind:
        case "pushes_stopped":
            return ""
        case "published" | "rolled_back":
            before, after = _version(deed.before), _version(deed.after)
            return say("{before} → {after}", before=before, after=after) if before else after
        case "pushes_resumed":
            who = deed.before.removeprefix(STOPPED).removeprefix(", ")
            return say("stopped by {who}", who=actor_words(who)) if who else ""
        case "admin_role":
            return say("{before} → {after}", before=_role(deed.before), after=_role(deed.after))
        case "admin_added":
            return _role(deed.after)
        case "admin_second_factor":
            return _SECOND_FACTOR.get(deed.after, deed.after)
        case "admin_recovery_code":
            return say("{number} of them left", number=deed.after)
        case "admin_signed_out":
            return say("everywhere else") if deed.after == ELSEWHERE else deed.after
        case _:
            counted = _COUNTS.fullmatch(deed.after)
    if counted is not None:
        return say("{new} new, {changed} changed, {refused} refused", **counted.groupdict())
    return " → ".join(one for one in (deed.before, deed.after) if one)


def how_often(deed: Deed, moment: Callable[[datetime], str]) -> SaidValue:
    """Of one that is counted: how often, and when last; nothing of what was done once."""
    if deed.times < 2 or deed.last is None:
        return ""
    return say("{number} times, last at {moment}", number=deed.times, moment=moment(deed.last))


def _version(recorded: str) -> SaidValue:
    """A version as the log records it: `2 (1197f66dd724)`."""
    found = _VERSION.fullmatch(recorded)
    return recorded if found is None else say("number {number} ({version})", **found.groupdict())


def _role(told: str) -> SaidValue:
    """A role, and whose people it sees, as the log keeps it: `group north`."""
    role, _, whose = told.partition(" ")
    named = next((said for one, said in ROLE_NAMES.items() if one == role), None)
    if named is None:
        return told
    return say("{role} ({whose})", role=named, whose=whose) if whose else named
