"""In which language a command speaks: `--language`, else that of the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.model.said import ENGLISH, Language

NAMES = ("en", "zh-TW")
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""The first that is set to something counts (POSIX, 8.2 Internationalization Variables)."""


def language(name: str | None, environment: Mapping[str, str]) -> Language:
    """The language of this name; without one, Chinese where the environment's begins with `zh`."""
    if name is None:
        spoken = next((environment[one] for one in _VARIABLES if environment.get(one)), "")
        name = "zh-TW" if spoken.lower().startswith("zh") else "en"
    if name == "en":
        return ENGLISH
    return _chinese()


def _chinese() -> Language:
    """With the sentences of all rooms; read only where somebody speaks it."""
    from bot.cli.beginning_words import ZH as OF_BEGINNING
    from bot.cli.counting_words import ZH as OF_COUNTING
    from bot.cli.words import ZH as OF_COMMANDS
    from bot.playbook.words.chinese import CHINESE
    from bot.scenario.words import ZH

    return replace(
        CHINESE, sentences={**CHINESE.sentences, **ZH, **OF_COMMANDS, **OF_BEGINNING, **OF_COUNTING}
    )
