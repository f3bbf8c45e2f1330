"""What is raised when there is no database to be had."""

from __future__ import annotations

from bot.model.said import Said


class DatabaseUnavailable(Exception):
    """The database cannot be reached or started; the message is one line that says why and what helps.

    `said`: the same for whoever reads another language, where there are words for it.
    """

    def __init__(self, why: str | Said = "") -> None:
        super().__init__(str(why))
        self.said = why if isinstance(why, Said) else None
