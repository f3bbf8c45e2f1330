"""What carries an alert to whoever is to be told, and what can come of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.model.alert import AlertNote
from bot.runtime.alerts.receivers import AlertReceiver


@dataclass(frozen=True, slots=True)
class AlertSent:
    """It has arrived as far as anybody can know."""


@dataclass(frozen=True, slots=True)
class AlertNotSent:
    """Why it has not; no address, and no secret. `unsure`: perhaps it has, and the same is sent again.

    `hopeless`: it cannot be told by anybody at any time; each alone perhaps can, where these are several.
    """

    why: str
    unsure: bool = False
    hopeless: bool = False


AlertResult: TypeAlias = AlertSent | AlertNotSent


@dataclass(frozen=True, slots=True)
class AlertTelling:
    """Some things that are told at once. `id` is the same when it is tried again; `at` when it was begun."""

    id: str
    at: datetime
    notes: Sequence[AlertNote]


class AlertCarrier(Protocol):
    """Tells somebody. It raises nothing for what others do."""

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """How many of the first of these are told at once; one at least."""
        ...

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult: ...
