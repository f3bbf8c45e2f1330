"""The playbook as the page is told of it: what its things are called, and its last edit.

Where that was not taken over, the page must say that the old bot goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bot.simulator.state.feed import Feed

Refused: TypeAlias = Mapping[str, Mapping[str, object]]
"""What is wrong, by language."""


class Edit:
    """`refused` is what is wrong with the files as they are; `None` where nothing is.

    `taken` counts the edits that were taken over: the page says so of each. `live()` tells of the playbook
    that answers: its titles and its zone.
    """

    def __init__(self, feed: Feed, live: Callable[[], Mapping[str, Any]]) -> None:
        self._feed = feed
        self._live = live
        self.refused: Refused | None = None
        self.taken = 0

    def told(self, refused: Refused | None) -> None:
        """Keep it, and tell the page if it is news."""
        if refused is None:
            self.taken += 1
        elif refused == self.refused:
            return
        self.refused = refused
        self._feed.publish("playbook", self.shown())

    def shown(self) -> dict[str, object]:
        """For the JSON interface."""
        refused = None if self.refused is None else dict(self.refused)
        return {"refused": refused, "taken": self.taken, **self._live()}
