"""The playbook as the simulator's page gets it: its clock, and what came of its last edit.

Where that was not taken over, the page must say that the old bot goes on; where it was, what is warned of.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from bot.engine.compiled.playbook import TAIPEI
from bot.simulator.state.feed import Feed
from bot.simulator.workbench.inside import Inside

EditReport: TypeAlias = Mapping[str, Mapping[str, object]]
"""What `check` says, by language."""


class Edit:
    """`refused` is what is wrong with the files as they are; `None` where nothing is.

    `warned` has the warnings about the playbook that answers; `None` where there are none. `taken` counts the
    edits that were taken over: the page says so of each. `live()` tells of the playbook that answers: its
    zone. `mend(key)` writes the repair of a mistake into its file, and may raise `Refusal`.
    """

    def __init__(self, feed: Feed, live: Callable[[], Mapping[str, Any]]) -> None:
        self._feed = feed
        self._live = live
        self.refused: EditReport | None = None
        self.warned: EditReport | None = None
        self.taken = 0
        self.mend: Callable[[str], Awaitable[None]] | None = None

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


def playbook_json(inside: Inside) -> Mapping[str, Any]:
    """What the page needs to know of the playbook that answers: its clock."""
    playbook = inside.playbook()
    return {"zone": (TAIPEI if playbook is None else playbook.zone).key}
