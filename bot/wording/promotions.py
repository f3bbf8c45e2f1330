"""What each kind of promotion gives the sentences of a trace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.promotions import Parts


@dataclass(frozen=True, slots=True)
class WordingPart:
    """The sentences of one kind.

    `rows`: what a row of a timeline says of one with a name, by what was done with it or came of it (`""`:
    any news). `events`: what comes in as this news, by its result, beside what comes of asking for it.
    `page` is what its built-in page is called. `lists` are values of notes that are several names,
    `words` those that are words of a closed set.
    """

    rows: Mapping[str, str]
    page: str
    events: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


WORDING_PARTS = Parts("wording", WordingPart)
