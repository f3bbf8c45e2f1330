"""The playbook by which a sending began: an edit meanwhile changes nothing of what it says."""

from __future__ import annotations

from collections.abc import Collection

from bot.engine.broadcasts.content import fingerprint, people_fingerprint
from bot.engine.compiled.broadcast import Broadcast
from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending


class AsBegun:
    """In memory: a process that was started since knows it only where the playbook says the same again."""

    def __init__(self) -> None:
        self._kept: dict[str, Playbook] = {}

    def look(self, sendings: Collection[Sending], live: Playbook) -> None:
        """These are open, and this is live."""
        kept = {one.id: self._kept[one.id] for one in sendings if one.id in self._kept}
        for one in sendings:
            broadcast = live.broadcasts.get(one.broadcast)
            if one.id in kept or broadcast is None or not one.content:
                continue
            if _says_the_same(broadcast, one):
                kept[one.id] = live
        self._kept = kept

    def playbook(self, sending: Sending) -> Playbook | None:
        """By which it says what it began to say; `None`: nobody here knows."""
        return self._kept.get(sending.id)


def _says_the_same(broadcast: Broadcast, began: Sending) -> bool:
    """The same texts as it began with; while people are looked for, to the same people in the same groups."""
    if began.state == "gathering" and people_fingerprint(broadcast) != began.asked:
        return False
    return fingerprint(broadcast) == began.content
