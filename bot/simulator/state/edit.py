"""The playbook as the page is told of it: what its things are called, and its last edit.

Where that was not taken over, the page must say that the old bot goes on; where it was, what is warned of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from bot.simulator.state.feed import Feed

EditReport: TypeAlias = Mapping[str, Mapping[str, object]]
"""What `check` says, by language."""


class Edit:
    """`refused` is what is wrong with the files as they are; `None` where nothing is.

    `warned` is what is told of the playbook that answers; `None` where that is nothing. `taken` counts the
    edits that were taken over: the page says so of each. `live()` tells of the playbook that answers: its
    titles and its zone.
    """

    def __init__(self, feed: Feed, live: Callable[[], Mapping[str, Any]]) -> None:
        self._feed = feed
        self._live = live
        self.refused: EditReport | None = None
        self.warned: EditReport | None = None
        self.taken = 0

    def refuse(self, why: EditReport) -> None:
        """The files cannot be taken over: keep why, and tell the page if it is news."""
        if why != self.refused:
            self.refused = why
            self._feed.publish("playbook", self.as_json())

    def take(self, warned: EditReport | None) -> None:
        """The files are what answers from now on."""
        self.taken += 1
        self.refused, self.warned = None, warned
        self._feed.publish("playbook", self.as_json())

    def as_json(self) -> dict[str, object]:
        """For the JSON interface."""
        return {"refused": self.refused, "warned": self.warned, "taken": self.taken, **self._live()}
