"""Whole numbers in environment variables."""

from __future__ import annotations

from collections.abc import Mapping

from bot.app.database import SettingsWrong
from bot.model.said import Quoted, say

_MOST_DIGITS = 9


def number_in_environment(environment: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """The value of this variable, `None` where it is not set. Raises `SettingsWrong` for anything else."""
    if not (told := environment.get(name)):
        return None
    plain = len(told) <= _MOST_DIGITS and told.isascii() and told.isdigit()
    if plain and least <= int(told) <= most:
        return int(told)
    raise SettingsWrong(
        say(
            "{name} is a number from {least} to {most}, not {told}",
            name=name,
            least=least,
            most=most,
            told=Quoted(told),
        )
    )
