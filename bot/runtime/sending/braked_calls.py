"""Pushes of journeys that were decided before pushes were stopped: they wait an hour at most (35)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.model.brake import Brake
from bot.model.clock import Clock
from bot.model.outgoing import Outgoing
from bot.runtime.retry import GiveUp
from bot.runtime.sending.person_line import PersonLine

AT_MOST = timedelta(hours=1)
"""From when it was decided: what goes out later than that would be late."""
LOOK = 60.0
"""Seconds between two looks at what waits."""
BRAKE, UNSURE = "brake", "unsure"


class BrakedCalls:
    """Keeps them beside their lines, so that nothing else of these people waits for them."""

    def __init__(self, brake: Callable[[], Brake], clock: Clock) -> None:
        self._brake = brake
        self._clock = clock
        self._lines: dict[str, PersonLine] = {}

    def holds(self, call: Outgoing) -> bool:
        """Whether it waits: a push, and of journeys alone that are stopped."""
        if call.kind != "push" or not call.journeys:
            return False
        brake = self._brake()
        return bool(brake) and all(
            of is not None and brake.holds(call.channel, (of.flow,)) for of in call.journeys
        )

    def keep(self, line: PersonLine, call: Outgoing, uncertain: bool) -> GiveUp | None:
        """Put it aside; how it ends where it has waited too long."""
        if self._clock.now() - call.created > AT_MOST:
            reason = UNSURE if uncertain else BRAKE
            return GiveUp(reason, "pushes were stopped before it was made", unsent=not uncertain)
        line.braked.append((call, uncertain))
        self._lines[line.contact] = line
        return None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(len(line.braked) for line in self._lines.values())

    def give_back(self) -> list[PersonLine]:
        """Have them looked at once more, first of their lines; these lines."""
        lines, self._lines = list(self._lines.values()), {}
        for line in lines:
            line.queue.extendleft(reversed(line.braked))
            line.braked.clear()
        return lines
