"""Leaves journeys' pushes out of calls (over a cap, or the person has stopped marketing), and records what
became of each push (H7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from bot.model.clock import Clock
from bot.model.counts import DECIDED, FAILED, SENT, SKIPPED, Counted
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.message import JourneyPush
from bot.model.outgoing import Outgoing
from bot.model.processes import part_of
from bot.runtime.journal import JournalWriter
from bot.runtime.limits.caps import Fitting, without
from bot.runtime.limits.spending import Spending
from bot.runtime.retry import Done, GiveUp

CapReason: TypeAlias = Literal["max_pushes", "marketing stopped"]
"""Why a push is left out: its journey's total is used up; the person has stopped marketing."""


def push_result(
    call: Outgoing, contact: str, result: Done | GiveUp, at: datetime, day: str
) -> TimelineRow | None:
    """The row of a call that has ended; `None` where no journey pushes anything in it.

    It has the call's id, so after a crash the first one stays. `day` is the team's day on which the call was
    decided: of what was decided on a day, one part was sent, another given up.
    """
    pushes = [of for of in dict.fromkeys(call.journeys) if of is not None]
    if not pushes:
        return None
    sent = isinstance(result, Done)
    what, how = (SENT, call.kind) if isinstance(result, Done) else (FAILED, result.reason)
    marks = tuple(Mark(call.channel, of.flow, what, (of.state, how)) for of in pushes)
    details = tuple(f"{of.flow}: {of.state}" for of in pushes)
    what = "journey sent" if sent else "journey not sent"
    return TimelineRow(
        call.id, contact, part_of(contact), at, what, (*details, how), None, Counted(call.id, day, marks)
    )


def push_left_out(
    call: Outgoing, contact: str, left_out: Iterable[JourneyPush], why: CapReason, at: datetime, day: str
) -> TimelineRow:
    """The row of the pushes that do not go out with a call.

    Their journeys have reached their caps, or the person has stopped marketing since they were decided.
    """
    pushes = list(left_out)
    marks = tuple(Mark(call.channel, of.flow, SKIPPED, (of.state, why, DECIDED)) for of in pushes)
    details = (*(f"{of.flow}: {of.state}" for of in pushes), why)
    row = f"{call.id}-left-out"
    what = "journey skipped"
    return TimelineRow(row, contact, part_of(contact), at, what, details, None, Counted(row, day, marks))


@dataclass(eq=False, repr=False)
class GoingOut:
    """Leaves pushes of journeys out of calls, with a row of the person's timeline for each."""

    _spending: Spending
    _journal: JournalWriter
    _clock: Clock
    _day: Callable[[datetime], str]

    async def fit(self, call: Outgoing, contact: str, *, stopped: bool) -> Outgoing | None:
        """What of a call goes out: still wanted, and within the caps; `None`: nothing of it.

        `stopped`: the person has stopped marketing.
        """
        wanted = self.wanted(call, contact, stopped=stopped)
        if wanted is None:
            return None
        return self._kept(wanted, contact, await self._spending.fit(wanted), "max_pushes")

    def wanted(self, call: Outgoing, contact: str, *, stopped: bool) -> Outgoing | None:
        """The part still wanted: no journey's push if the person has `stopped` marketing since the
        decision."""
        pushed = {of for of in call.journeys if of is not None}
        if not stopped or call.kind != "push" or not pushed:
            return call
        return self._kept(call, contact, without(call, pushed), "marketing stopped")

    def ended(self, call: Outgoing, contact: str, result: Done | GiveUp) -> None:
        """Record the result of the journeys' pushes in a call, before the call is settled: no crash loses
        it."""
        row = push_result(call, contact, result, self._clock.now(), self._day(call.created))
        if row is not None:
            self._journal.result(call, row)

    def _kept(self, call: Outgoing, contact: str, fitting: Fitting, why: CapReason) -> Outgoing | None:
        if fitting.left_out:
            now, day = self._clock.now(), self._day(call.created)
            self._journal.noted(push_left_out(call, contact, fitting.left_out, why, now, day))
        return fitting.call
