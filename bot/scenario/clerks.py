"""Clerks of a scenario, given and recorded (language, 8.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.model.clerk import ClerkCode, StoreClerk
from bot.model.effects import CheckClerk, FindClerk
from bot.model.event import Origin, Outcome
from bot.model.short_code import code_key
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.scenario.given import GivenClerk
from bot.scenario.recorded_turn import RecordedTurn

UNNAMED = "門市人員"
"""The name of a recorded clerk of whom only the code is known."""


def clerks_of(given: Iterable[GivenClerk], now: datetime) -> Iterator[StoreClerk]:
    """The clerks of a scenario that begins at this moment."""
    for one in given:
        yield _clerk(one.code, one.name, one.store, now if one.suspended else None)


def _clerk(code: str, name: str, store: str, suspended: datetime | None = None) -> StoreClerk:
    return StoreClerk("", name, store=store, suspended=suspended, codes=(ClerkCode(code),))


def clerk_lines(turns: Iterable[RecordedTurn], playbook: Playbook) -> Iterator[str]:
    """The line `clerks` of a recording: those whose codes were looked up, and those to whom people were bound
    before."""
    found: dict[str, StoreClerk] = {}
    requests: dict[Origin, FindClerk | CheckClerk] = {}
    for turn in turns:
        has, what = turn.before.clerk, turn.event.what
        if has is not None:
            found.setdefault(code_key(has.code), _clerk(has.code, has.name, has.store))
        requests |= {
            one.origin: one for one in turn.decision.actions if isinstance(one, FindClerk | CheckClerk)
        }
        if isinstance(what, Outcome) and what.asked == "clerk" and what.origin in requests:
            code = requests[what.origin].code
            if what.clerk is not None:
                found[code_key(code)] = _clerk(code, what.clerk.name, what.clerk.store)
            elif what.result != "unknown":
                off = turn.event.at if what.result == "suspended" else None
                found.setdefault(code_key(code), _clerk(code, UNNAMED, "", off))
    if found and playbook.stores:
        yield f"  clerks: [{', '.join(_given(clerk, playbook) for clerk in found.values())}]"


def _given(clerk: StoreClerk, playbook: Playbook) -> str:
    store = clerk.store if clerk.store in playbook.stores else next(iter(playbook.stores))
    fields = {
        "code": scalar(clerk.code or ""),
        "name": scalar(clerk.name or UNNAMED),
        "store": scalar(store),
    }
    return braces({**fields, "suspended": "true"} if clerk.suspended else fields)
