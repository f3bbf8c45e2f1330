"""That a scenario has failed: at which step, and what was expected instead of what."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.place import Place
from bot.model.said import Said


class Failed(Exception):
    """A step did not come out as it is written. The message is for people.

    `missing` are messages that were expected and did not come; `notes` is what else helps to understand.
    """

    def __init__(
        self, place: Place, message: Said, missing: Sequence[str] = (), notes: Sequence[Said] = ()
    ) -> None:
        super().__init__(str(message))
        self.place = place
        self.message = message
        self.missing = tuple(missing)
        self.notes = tuple(notes)
