"""Reads variables of the environment: whole numbers, the limit of connections, and which variable gives a
setting its value."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from bot.model.settings import Settings
from bot.model.translatable import Quoted, Refusal, Translatable, TranslatableValue, row, tr
from bot.model.variables import CONNECTIONS, PLAIN
from bot.playbook.syntax.environment import line_of, variables_in
from bot.web.connections import DEFAULT_LIMIT

_MOST_DIGITS = 9
"""Digits of a number that is read."""


class SettingsWrong(Refusal):
    """A variable, key or database address is wrong; the message says how to correct it."""


def number_in_environment(environment: Mapping[str, str], name: str, least: int, most: int) -> int | None:
    """The value of this variable; `None` where it is not set.

    Raises `SettingsWrong` where it is no whole number from `least` to `most`.
    """
    if not (text := environment.get(name)):
        return None
    plain = len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit()
    if plain and least <= int(text) <= most:
        return int(text)
    raise SettingsWrong(
        tr(
            "{name} is a number from {least} to {most}, not {told}",
            name=name,
            least=least,
            most=most,
            told=Quoted(text),
        )
    )


def whence(
    settings: Settings, folder: Path, environment: Mapping[str, str], key: str = "keys"
) -> TranslatableValue:
    """The variables that give this setting, each with its source (environment, or line of `.env`); `bot.yaml`
    where none does."""
    written = settings.written.get((key,))
    names = [] if written is None else variables_in(written.text)
    found = [where for name in names if (where := _set_by(name, folder, environment)) is not None]
    return row(found, "and") if found else tr('"{key}" in bot.yaml', key=key)


def _set_by(name: str, folder: Path, environment: Mapping[str, str]) -> Translatable | None:
    """The source of this variable's value: the environment goes before `.env`; `None`: its default holds."""
    if name in environment:
        return tr("{name} in the environment", name=name) if environment[name] else None
    line = line_of(folder, name)
    return None if line is None else tr("{name} in .env, line {line}", name=name, line=line)


def is_plain(environment: Mapping[str, str]) -> bool:
    """Whether this process goes without its faster ways (`OAFLOW_PLAIN=1`): then aiohttp's server reads
    webhooks, MongoDB's driver makes all commands, and events are decided after they are stored.

    Raises `SettingsWrong`.
    """
    return number_in_environment(environment, PLAIN, 0, 1) == 1


RESERVED_FILES = 256
"""Open files reserved for the database, LINE, logs and the playbook."""
LEAST, LARGEST = 16, 1_000_000
"""The bounds of `OAFLOW_CONNECTIONS`."""


def connection_limit_from(environment: Mapping[str, str]) -> int:
    """How many connections the server has open at most: by the variable, else by how many files may be open.

    Raises `SettingsWrong`.
    """
    number = number_in_environment(environment, CONNECTIONS, LEAST, LARGEST)
    return min(DEFAULT_LIMIT, max(_open_files() - RESERVED_FILES, LEAST)) if number is None else number


def _open_files() -> int:
    """How many files this process may have open."""
    if sys.platform == "win32":
        return LARGEST
    import resource  # Windows has none

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return LARGEST if soft == resource.RLIM_INFINITY else soft
