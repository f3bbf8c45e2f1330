"""Clerks of a scenario by their codes, in memory (language, 8.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.clerks import clerk_outcome
from bot.model.clerk import GUESSES, GUESSES_IN, ClerkRecord
from bot.model.effects import CheckClerk, FindClerk
from bot.model.event import Origin, Outcome
from bot.model.short_code import code_key
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.scenario.recorded_turn import RecordedTurn
from bot.scenario.world import PretendAnswers, PretendCaller

SOMEBODY = "門市人員"
"""Who has a code of which no more came out than that it is somebody's."""


class PretendClerks:
    """Clerks by their codes, in memory; guesses are counted as they are of real ones."""

    def __init__(self, clerks: Iterable[ClerkRecord]) -> None:
        self._clerks = {code_key(clerk.code): clerk for clerk in clerks}
        self._guesses: dict[str, list[datetime]] = {}

    def by_code(self, code: str, who: str, now: datetime) -> ClerkRecord | None:
        """Whom it leads to; `who` (a contact's id) asks."""
        guesses = [at for at in self._guesses.get(who, ()) if at > now - GUESSES_IN]
        found = self._clerks.get(code_key(code)) if len(guesses) < GUESSES else None
        if found is None and len(guesses) < GUESSES:
            self._guesses[who] = [*guesses, now]
        return found


def clerk_answers(clerks: PretendClerks) -> PretendAnswers:
    """What these clerks are asked for."""

    def find(request: FindClerk | CheckClerk, by: PretendCaller) -> Outcome:
        record = clerks.by_code(request.code, by.contact.id, by.now)
        return clerk_outcome(request, record, by.contact.clerk, by.now)

    return {FindClerk: find, CheckClerk: find}


def clerk_lines(turns: Iterable[RecordedTurn], playbook: Playbook) -> Iterator[str]:
    """Of a recording: the clerks whose codes were looked up, and whom people had before."""
    found: dict[str, ClerkRecord] = {}
    requests: dict[Origin, FindClerk | CheckClerk] = {}
    for turn in turns:
        has, what = turn.before.clerk, turn.event.what
        if has is not None:
            found.setdefault(code_key(has.code), ClerkRecord(has.code, has.name, has.store))
        requests |= {
            one.origin: one for one in turn.decision.actions if isinstance(one, FindClerk | CheckClerk)
        }
        if isinstance(what, Outcome) and what.asked == "clerk" and what.origin in requests:
            code = requests[what.origin].code
            if what.clerk is not None:
                found[code_key(code)] = ClerkRecord(code, what.clerk.name, what.clerk.store)
            elif what.result != "unknown":
                found.setdefault(code_key(code), ClerkRecord(code, SOMEBODY, "", what.result == "suspended"))
    if found and playbook.stores:
        yield f"  clerks: [{', '.join(_given(clerk, playbook) for clerk in found.values())}]"


def _given(clerk: ClerkRecord, playbook: Playbook) -> str:
    store = clerk.store if clerk.store in playbook.stores else next(iter(playbook.stores))
    fields = {"code": scalar(clerk.code), "name": scalar(clerk.name or SOMEBODY), "store": scalar(store)}
    return braces({**fields, "suspended": "true"} if clerk.suspended else fields)
