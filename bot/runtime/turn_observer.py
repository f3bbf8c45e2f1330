"""What an observer of turns gets, such as the simulator's workbench."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.model.broadcast import Sending, SendingBatch
from bot.model.contact import Contact
from bot.model.decision import Decision
from bot.model.event import Event


@dataclass(frozen=True, slots=True)
class Watched:
    """One turn that has been written: its event, the playbook, and the decision.

    `before` is the contact as this turn found it; `decision.contact` as it left it. `taken` are the places
    that were known to be taken.
    """

    playbook: Playbook
    before: Contact
    event: Event
    decision: Decision
    now: datetime
    taken: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WatchedBroadcast:
    """A broadcast has reached people of a batch; its marks on them are written."""

    playbook: Playbook
    sending: Sending
    batch: SendingBatch


WatchBroadcast: TypeAlias = Callable[[WatchedBroadcast], Awaitable[None]]
"""Told of each batch once, or twice after a crash; it must not raise."""

Watch: TypeAlias = Callable[[Watched], None]
"""Told of each turn in the order of its contact; it must not raise, and not wait."""
