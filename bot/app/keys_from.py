"""Where the keys of sealed fields were found: told to whoever has to mend them, never with their value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.model.said import Said, SaidValue, row, say
from bot.model.settings import Settings
from bot.playbook.syntax.dotenv import line_of
from bot.playbook.syntax.environment import variables_in


def keys_from(settings: Settings, folder: Path, environment: Mapping[str, str]) -> SaidValue:
    """The variables that give them, each with who sets it; `bot.yaml` where none does."""
    written = settings.written.get(("keys",))
    names = [] if written is None else variables_in(written.text)
    found = [where for name in names if (where := _set_by(name, folder, environment)) is not None]
    return row(found, "and") if found else say('"keys" in bot.yaml')


def _set_by(name: str, folder: Path, environment: Mapping[str, str]) -> Said | None:
    """Who gives this variable its value: the environment comes first; `None`: its default holds."""
    if name in environment:
        return say("{name} in the environment", name=name) if environment[name] else None
    line = line_of(folder, name)
    return None if line is None else say("{name} in .env, line {line}", name=name, line=line)
