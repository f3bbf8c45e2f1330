"""What is counted of web hooks."""

from __future__ import annotations

from collections import Counter

from bot.runtime.metrics import Levels, Metrics, Spans, Tally

_BOUNDS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


class HookFigures:
    """What came of calls, the `seconds` of each try, and how many are `open`: not answered yet."""

    def __init__(self) -> None:
        self.open = Counter[str]()
        self.results = Tally("oaflow_hooks", "Web hooks by name and what came of them.", "hook", "result")
        self.seconds = Spans("oaflow_hook_seconds", "How long each try of a hook took.", "hook", _BOUNDS)
        self._levels = Levels(
            "oaflow_hooks_open", "Calls that are not answered yet.", "hook", lambda: self.open
        )

    def join(self, metrics: Metrics) -> None:
        """They are among the figures of this process."""
        metrics.add(self.results, self.seconds, self._levels)
