"""What each kind of promotion gives the sentences of a trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.promotions import Parts


@dataclass(frozen=True, slots=True)
class WordingPart:
    """The sentences of one kind, as keys of translations."""

    rows: Mapping[str, str]
    """What a row of a timeline says of one with a name, by its result or what was done; `""`: any news."""
    page: str
    """What its built-in page is called."""
    events: Mapping[str, str] = field(default_factory=dict)
    """What its news say, by result, beside the outcomes of requests for one."""
    lists: tuple[str, ...] = ()
    """Names of values of notes that are several names."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By name of a value of notes that is one word of a closed set, the sentence for each word."""


WORDING_PARTS = Parts("wording", WordingPart)
