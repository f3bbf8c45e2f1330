"""Wires the workbench: the turns, the moving clock with its jumps, the recorder, and the bot's own side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.model.clock import Clock
from bot.simulator.state.exchanges import Exchanges
from bot.simulator.state.feed import Feed
from bot.simulator.workbench.clock import Jumps, MovingClock
from bot.simulator.workbench.inside import Inside
from bot.simulator.workbench.recorder import Recorder
from bot.simulator.workbench.turns import Turns


class Workbench:
    """The parts of the workbench. Until `inside` is set to a bot's own side there are no turns and no
    timers."""

    def __init__(
        self,
        clock: Clock,
        feed: Feed,
        exchanges: Exchanges,
        arrived: Callable[[], bool],
        afterwards: Callable[[], datetime | None],
    ) -> None:
        """`arrived()` and `afterwards()` are those of `Jumps`."""
        self.inside = Inside()
        self.clock = clock if isinstance(clock, MovingClock) else MovingClock(clock)
        self.turns = Turns(feed, lambda: self.inside.sources(), lambda: self.inside.folder)
        self.jumps = Jumps(self.clock, lambda: self.inside, arrived, afterwards)
        self.recorder = Recorder(lambda: self.inside)
        self.turns.on_turn = self.recorder.on_turn
        exchanges.on_kept = self.turns.answered
