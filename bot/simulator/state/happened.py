"""The log beside the phone: webhooks delivered and API calls answered, the latest of them."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from bot.simulator.state.feed import Feed

KEPT = 300


class Happened:
    """Entries by id; an entry told again (a webhook's next try) replaces the earlier one in its place."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._entries: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def tell(self, entry: dict[str, Any]) -> None:
        """Keep the entry (it has an `id`) and publish it."""
        self._entries[entry["id"]] = entry
        while len(self._entries) > KEPT:
            self._entries.popitem(last=False)
        self._feed.publish("happened", entry)

    def latest(self) -> list[dict[str, Any]]:
        """All that is kept, oldest first."""
        return list(self._entries.values())
