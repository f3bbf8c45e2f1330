"""The errors that every repository raises while MongoDB is not available."""

from __future__ import annotations

from bot.model.translatable import Translatable


class DatabaseUnavailable(Exception):
    """The database cannot be reached or started; the message is one line that says why and what helps.

    `message`: the same as a translatable text, where there is one.
    """

    def __init__(self, why: str | Translatable = "") -> None:
        super().__init__(str(why))
        self.message = why if isinstance(why, Translatable) else None


class AccessDenied(DatabaseUnavailable):
    """MongoDB refuses the user of the database address, or the user lacks a right: waiting does not help."""
