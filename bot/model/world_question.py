"""What an action asks of the outside world: its possible outcomes, with their sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.model.value import Type


@dataclass(frozen=True, slots=True)
class WorldQuestion:
    """A request of an action to the outside world: its possible outcomes, and their sentences.

    `action` is its word in the language, `answer` the news by which it comes back. `outcomes` are all that
    these can say, in their order, each with its sentence (`wording/trace_sentences`); `failed` is the one
    where it could not be carried out. `later` tells what is waited for meanwhile. `fields` come with an
    outcome, where something does. `subject` is the field of the request with the name that rules hear the
    outcome by; empty: it has none. `in_order`: what one person asks of this answer is done in its order.
    """

    action: str
    answer: str
    outcomes: Mapping[str, str]
    failed: str
    later: str
    fields: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    subject: str = ""
    in_order: bool = False
