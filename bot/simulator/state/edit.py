"""The last edit of the playbook, where it was not taken over: the page must say that the old bot goes on."""

from __future__ import annotations

from collections.abc import Mapping

from bot.simulator.state.feed import Feed


class Edit:
    """`refused` is what is wrong with the files as they are, by language; `None` where nothing is."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self.refused: Mapping[str, str] | None = None

    def told(self, refused: Mapping[str, str] | None) -> None:
        """Keep it, and tell the page if it is news."""
        if refused != self.refused:
            self.refused = refused
            self._feed.publish("playbook", self.shown())

    def shown(self) -> dict[str, object]:
        """For the JSON interface."""
        return {"refused": None if self.refused is None else dict(self.refused)}
