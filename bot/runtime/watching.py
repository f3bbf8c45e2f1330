"""What somebody who watches the bot think is told of each turn: the simulator's workbench does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Contact
from bot.model.decision import Decision
from bot.model.event import Event


@dataclass(frozen=True, slots=True)
class Watched:
    """One turn whose write has been made: what was heard, by which playbook, and what came of it.

    `before` is the contact as this turn found it; `decision.contact` as it left it. `taken` are the places
    that were known to be taken.
    """

    playbook: Playbook
    before: Contact
    event: Event
    decision: Decision
    now: datetime
    taken: Mapping[str, int] = field(default_factory=dict)


Watch: TypeAlias = Callable[[Watched], None]
"""Told of each turn in the order of its contact; it must not raise, and not wait."""
