"""Who receives which alerts, as the playbook's `alerts` say, and what carries an alert to them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Protocol, TypeAlias

from bot.model.alert import AlertNote, AlertWay
from bot.model.settings import Alert


@dataclass(frozen=True, slots=True)
class AlertReceiver:
    """A receiver of alerts. `id` reveals nothing of the address; `number` is its first place in the list.

    `through` and `secret` are those of the last place that says one.
    """

    id: str
    to: AlertWay
    recipient: str = field(repr=False)
    number: int
    reasons: frozenset[str]
    through: str | None = field(repr=False, default=None)
    secret: str | None = field(repr=False, default=None)
    digest: time | None = None
    """At this time of the team's day a digest is due."""

    @property
    def called(self) -> str:
        """What a log may call it."""
        return f"alerts[{self.number}] ({self.to})"


def alert_receivers(alerts: Iterable[Alert]) -> Mapping[str, AlertReceiver]:
    """All of them by id, in the order of the file."""
    found: dict[str, AlertReceiver] = {}
    for number, alert in enumerate(alerts, 1):
        name = hashlib.sha256(f"{alert.to}\0{alert.recipient}".encode()).hexdigest()[:16]
        known = found.get(name)
        if known is None:
            reasons = frozenset(alert.when)
            secrets = alert.through, alert.secret
            new = AlertReceiver(name, alert.to, alert.recipient, number, reasons, *secrets, alert.digest)
            found[name] = new
        else:
            found[name] = replace(
                known,
                reasons=known.reasons | set(alert.when),
                through=alert.through or known.through,
                secret=alert.secret or known.secret,
                digest=known.digest or alert.digest,
            )
    return found


@dataclass(frozen=True, slots=True)
class AlertSent:
    """It has arrived as far as anybody can know."""


@dataclass(frozen=True, slots=True)
class AlertNotSent:
    """Why it has not; no address, and no secret. `unsure`: perhaps it has, and the same is sent again.

    `hopeless`: no retry can succeed; of several notes some may succeed alone.
    """

    why: str
    unsure: bool = False
    hopeless: bool = False


AlertResult: TypeAlias = AlertSent | AlertNotSent


@dataclass(frozen=True, slots=True)
class AlertTelling:
    """Notes that are sent together. `id` is the same for every attempt; `at`: of the first one."""

    id: str
    at: datetime
    notes: Sequence[AlertNote]


class AlertCarrier(Protocol):
    """Tells somebody. It raises nothing for what others do."""

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """How many of the first notes fit into one message; at least one."""
        ...

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult: ...
