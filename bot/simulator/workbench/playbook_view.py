"""The playbook as the simulator's page gets it: its time zone, and what came of its last edit.

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
    """The result of the last edit of the playbook's files, for the page.

    `_live()` gives what else the page has of the live playbook: its zone.
    """

    def __init__(self, feed: Feed, live: Callable[[], Mapping[str, Any]]) -> None:
        self._feed = feed
        self._live = live
        self.refused: EditReport | None = None
        """What is wrong with the files as they are; `None`: nothing."""
        self.warned: EditReport | None = None
        """The warnings about the live playbook; `None`: there are none."""
        self.taken = 0
        """Edits that were taken over; the page reports each."""
        self.mend: Callable[[str], Awaitable[None]] | None = None
        """Writes the repair of a problem, by its key, into its file. May raise `Refusal`."""

    def refuse(self, why: EditReport) -> None:
        """Note that the files cannot be taken over, and publish why, unless that is published already."""
        if why != self.refused:
            self.refused = why
            self._feed.publish("playbook", self.as_json())

    def take(self, warned: EditReport | None) -> None:
        """Note that the files are live from now on."""
        self.taken += 1
        self.refused, self.warned = None, warned
        self._feed.publish("playbook", self.as_json())

    def as_json(self) -> dict[str, object]:
        """The result for the JSON interface."""
        return {"refused": self.refused, "warned": self.warned, "taken": self.taken, **self._live()}


def playbook_json(inside: Inside) -> Mapping[str, Any]:
    """What the page needs of the live playbook: its zone."""
    playbook = inside.playbook()
    return {"zone": (TAIPEI if playbook is None else playbook.zone).key}
