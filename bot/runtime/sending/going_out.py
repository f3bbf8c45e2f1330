"""What of a call's journeys goes out: what is still wanted, and fits under the caps. All of it is told of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.model.clock import Clock
from bot.model.outgoing import Outgoing
from bot.runtime.journal import JournalWriter
from bot.runtime.limits.caps import Fitting, without
from bot.runtime.limits.spending import Spending
from bot.runtime.retry import Done, GiveUp
from bot.runtime.sending.push_results import CapReason, push_left_out, push_result


class GoingOut:
    """Leaves pushes of journeys out of calls, with a row of the person's timeline for each."""

    def __init__(
        self, spending: Spending, journal: JournalWriter, clock: Clock, day: Callable[[datetime], str]
    ) -> None:
        self._spending = spending
        self._journal = journal
        self._clock = clock
        self._day = day

    async def fit(self, call: Outgoing, contact: str, *, stopped: bool) -> Outgoing | None:
        """What is wanted and fits; `None`: nothing of it."""
        wanted = self.wanted(call, contact, stopped=stopped)
        if wanted is None:
            return None
        return self._kept(wanted, contact, await self._spending.fit(wanted), "max_pushes")

    def wanted(self, call: Outgoing, contact: str, *, stopped: bool) -> Outgoing | None:
        """What is still wanted: no journey's push by who has `stopped` marketing since it was decided."""
        pushed = {of for of in call.journeys if of is not None}
        if not stopped or call.kind != "push" or not pushed:
            return call
        return self._kept(call, contact, without(call, pushed), "marketing stopped")

    def ended(self, call: Outgoing, contact: str, result: Done | GiveUp) -> None:
        """Written before the call is settled, so that no crash loses what became of a journey's push."""
        row = push_result(call, contact, result, self._clock.now(), self._day(call.created))
        if row is not None:
            self._journal.result(call, row)

    def _kept(self, call: Outgoing, contact: str, fitting: Fitting, why: CapReason) -> Outgoing | None:
        if fitting.left_out:
            now, day = self._clock.now(), self._day(call.created)
            self._journal.noted(push_left_out(call, contact, fitting.left_out, why, now, day))
        return fitting.call
