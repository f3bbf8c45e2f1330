"""That a scenario has failed: at which step, and what was expected instead of what."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.place import Place


class Failed(Exception):
    """A step did not come out as it is written. The message is for people.

    `missing` are messages that were expected and did not come; `notes` is what else helps to understand.
    """

    def __init__(
        self, place: Place, message: str, missing: Sequence[str] = (), notes: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.place = place
        self.message = message
        self.missing = tuple(missing)
        self.notes = tuple(notes)
