"""What stands beside the phone: the turns, the clock that moves, and what the bot's process lends them."""

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
    """Its parts, wired. Without a bot (`inside` as it is at first) there are no turns and no timers."""

    def __init__(
        self,
        clock: Clock,
        feed: Feed,
        exchanges: Exchanges,
        arrived: Callable[[], bool],
        afterwards: Callable[[], datetime | None],
    ) -> None:
        """`arrived()`, `afterwards()`: see `Jumps`."""
        self.inside = Inside()
        self.clock = clock if isinstance(clock, MovingClock) else MovingClock(clock)
        self.turns = Turns(feed, lambda: self.inside.sources(), lambda: self.inside.folder)
        self.jumps = Jumps(self.clock, lambda: self.inside, arrived, afterwards)
        self.recorder = Recorder(lambda: self.inside)
        self.turns.on_turn = self.recorder.on_turn
        exchanges.on_kept = self.turns.answered
