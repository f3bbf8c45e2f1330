"""In which language a command speaks: `--language`, else the environment's, else that of the playbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from bot.model.translatable import ENGLISH, Language
from bot.playbook.syntax.folder_names import BOT_YAML
from bot.translations.chinese import CHINESE

_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set to something counts (POSIX, 8.2 Internationalization Variables)."""
_NO_LANGUAGE = frozenset({"", "C", "POSIX"})
"""Locales that only say how bytes are read, as WSL and containers have them (`C.UTF-8`)."""
_OF_PLAYBOOK = re.compile(r"^language:\s*[\"']?([\w-]+)", re.MULTILINE)
_FIRST_BYTES = 65536


def language(name: str | None, environment: Mapping[str, str], playbook: Path = Path()) -> Language:
    """The language of this name; without one, that of the environment, or of the playbook (without one,
    that of the current folder), or English."""
    found = name or _of_environment(environment) or _of_playbook(playbook)
    return CHINESE if found.lower().startswith("zh") else ENGLISH


def _of_environment(environment: Mapping[str, str]) -> str | None:
    """`None` where the environment tells no language."""
    spoken = next((environment[one] for one in _VARIABLES if environment.get(one)), "")
    return None if spoken.partition(".")[0] in _NO_LANGUAGE else spoken


def _of_playbook(playbook: Path) -> str:
    """Its `language:`, before it is read as a whole: mistakes found by that are written in it."""
    file = playbook if playbook.name == BOT_YAML else playbook / BOT_YAML
    try:
        with file.open("rb") as opened:
            text = opened.read(_FIRST_BYTES).decode("utf-8", "replace")
    except OSError:
        return "en"
    found = _OF_PLAYBOOK.search(text)
    return "zh-TW" if found is None else found[1]
