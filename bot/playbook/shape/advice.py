"""What marketers write and what is meant by it: `advice.yaml`, read when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.engine.flows.answers import ANSWERS

FILE = Path(__file__).with_name("advice.yaml")
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
UNKNOWN = "unknown key {key}"


@dataclass(frozen=True, slots=True)
class KeyAdvice:
    """What to say of a key that is unknown in its place, and where it fits; the file explains each part."""

    titles: frozenset[str] = frozenset()
    around: str = ""
    keys: frozenset[str] = frozenset()
    named: str = ""
    value: re.Pattern[str] | None = None
    declared: str = ""
    beside: str = ""
    without: str = ""
    needs: str = ""
    alone: bool = False
    instead_of: str = ""
    says: str = UNKNOWN
    hint: str = ""
    called: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AdviceFile:
    """The whole file; the tables by everyday word, with what it may mean in order."""

    words: Mapping[str, tuple[str, ...]]
    keys_called: Mapping[str, tuple[str, ...]]
    keys_called_in: Mapping[str, Mapping[str, tuple[str, ...]]]
    keys: tuple[KeyAdvice, ...]
    hints: tuple[KeyAdvice, ...]


@cache
def advices() -> AdviceFile:
    """What stands in the file."""
    read = yaml.load(FILE.read_text("utf-8"), _LOADER)
    answers = {word: (name,) for name, kind in ANSWERS.items() for word in kind.words}
    return AdviceFile(
        words={**answers, **_by_word(read["words"])},
        keys_called=_by_word(read["keys_called"]),
        keys_called_in={section: _by_word(table) for section, table in read["keys_called_in"].items()},
        keys=tuple(map(_advice, read["keys"])),
        hints=tuple(map(_advice, read["hints"])),
    )


def _by_word(table: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    return {word: tuple(meant.split()) for meant, words in table.items() for word in words}


def _advice(read: Mapping[str, Any]) -> KeyAdvice:
    return KeyAdvice(
        titles=frozenset(read.get("in", ())),
        around=read.get("around", ""),
        keys=frozenset(read.get("keys", ())),
        named=read.get("named", ""),
        value=re.compile(read["value"], re.DOTALL) if "value" in read else None,
        declared=read.get("declared", ""),
        beside=read.get("beside", ""),
        without=read.get("without", ""),
        needs=read.get("needs", ""),
        alone="alone" in read,
        instead_of=read.get("for", ""),
        says=read.get("says", UNKNOWN),
        hint=read.get("hint", ""),
        called=read.get("called", ""),
        given=read.get("with", {}),
        names=read.get("names", {}),
    )
