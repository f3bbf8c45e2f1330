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
from bot.playbook.hints import HintKind

FILE = Path(__file__).with_name("advice.yaml")
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""A loader that reads all values as texts; that of libyaml where PyYAML has it."""
UNKNOWN = "unknown key {key}"
"""The message where the advice has none of its own."""


@dataclass(frozen=True, slots=True)
class KeyAdvice:
    """What to say of a key that is unknown in its place, and where it fits: empty conditions always hold."""

    titles: frozenset[str] = frozenset()
    """Titles of places in the schema, of which the place has one."""
    around: str = ""
    """The section or block around the place."""
    keys: frozenset[str] = frozenset()
    """The unknown keys that this is for."""
    like: re.Pattern[str] | None = None
    """Beside `keys`: what the key matches."""
    named: str = ""
    """Instead of `keys`: all actions (`actions`), all triggers, or the names in this section."""
    value: re.Pattern[str] | None = None
    """What the text behind the key matches."""
    declared: str = ""
    """The section in which that text is a name."""
    beside: str = ""
    """A key that stands beside it."""
    without: str = ""
    """A key that does not stand beside it."""
    needs: str = ""
    """The piece of the playbook (`PIECES` of `suggest_advice`) that must be there."""
    alone: bool = False
    """Whether no action may stand beside it."""
    whole: bool = False
    """Whether nothing else is said of the keys of the place."""
    instead_of: str = ""
    """The key of this place that it stands for."""
    says: str = UNKNOWN
    """The template of the message."""
    hint: str = ""
    """The template of the hint."""
    kind: HintKind | None = None
    """What a repair may do with the hint."""
    called: str = ""
    """The key that was meant, for the hint "here it is called …"."""
    given: Mapping[str, str] = field(default_factory=dict)
    """The values of `hint`; `$NAME` in them is a piece of the playbook."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The values of `says` that are shown in quotes."""


@dataclass(frozen=True)
class AdviceFile:
    """The content of `advice.yaml`. Of several words that may be meant, the first that fits counts."""

    words: Mapping[str, tuple[str, ...]]
    """Values of the language, by everyday word."""
    keys_called: Mapping[str, tuple[str, ...]]
    """Keys of the language, by everyday word."""
    keys_called_in: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Keys of single sections and blocks, by section and everyday word."""
    keys: tuple[KeyAdvice, ...]
    """Message and hint for unknown keys; the first that fits counts."""
    hints: tuple[KeyAdvice, ...]
    """Hints alone, for unknown keys that none of `keys` fits."""
    values: tuple[KeyAdvice, ...]
    """Hints for texts that cannot stand behind these keys; the first that fits counts."""


@cache
def advices() -> AdviceFile:
    """The content of `advice.yaml`, read once."""
    read = yaml.load(FILE.read_text("utf-8"), _LOADER)
    answers = {word: (name,) for name, kind in ANSWERS.items() for word in kind.words}
    return AdviceFile(
        words={**answers, **_by_word(read["words"])},
        keys_called=_by_word(read["keys_called"]),
        keys_called_in={section: _by_word(table) for section, table in read["keys_called_in"].items()},
        keys=tuple(map(_advice, read["keys"])),
        hints=tuple(map(_advice, read["hints"])),
        values=tuple(map(_advice, read["values"])),
    )


def _by_word(table: Mapping[str, Sequence[str]]) -> Mapping[str, tuple[str, ...]]:
    return {word: tuple(meant.split()) for meant, words in table.items() for word in words}


def _advice(read: Mapping[str, Any]) -> KeyAdvice:
    kind: HintKind | None = "meant" if "meant" in read else "written" if "written" in read else None
    return KeyAdvice(
        titles=frozenset(read.get("in", ())),
        around=read.get("around", ""),
        keys=frozenset(read.get("keys", ())),
        like=_pattern(read, "like"),
        named=read.get("named", ""),
        value=_pattern(read, "value"),
        declared=read.get("declared", ""),
        beside=read.get("beside", ""),
        without=read.get("without", ""),
        needs=read.get("needs", ""),
        alone="alone" in read,
        whole="whole" in read,
        instead_of=read.get("for", ""),
        says=read.get("says", UNKNOWN),
        hint=read.get("hint", "write  {meant}" if kind else ""),
        kind=kind,
        called=read.get("called", ""),
        given={"meant": read[kind]} if kind else read.get("with", {}),
        names=read.get("names", {}),
    )


def _pattern(read: Mapping[str, Any], key: str) -> re.Pattern[str] | None:
    return re.compile(read[key], re.DOTALL) if key in read else None
