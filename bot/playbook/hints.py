"""Hints that a repair can follow, with what is to be done with their words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.model.translatable import Translatable, tr

HintKind: TypeAlias = Literal["name", "meant", "written", "quotes", "into", "general"]
"""`name`: its one value is what the underlined word was meant to be. `meant`: what to write, for sure.
`written`: what to write, perhaps with an example in it. `quotes`: the text is put in quotes. `into`: a key
goes into the block that is named. `general`: what belongs in the place, which is not what was meant."""


@dataclass(frozen=True, slots=True)
class RepairHint(Translatable):
    """A hint of one of these kinds, which a repair can follow unless it is `general`."""

    kind: HintKind = "general"


def of_kind(kind: HintKind, sentence: Translatable) -> Translatable:
    """The sentence as a hint of this kind."""
    return RepairHint(sentence.template, sentence.values, kind)


def write(meant: str) -> Translatable:
    """What was meant, to be written in the place of what stands there."""
    return of_kind("meant", tr("write  {meant}", meant=meant))
