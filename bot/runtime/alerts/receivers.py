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
    """A receiver of alerts: all entries of the playbook's `alerts` with the same address, joined."""

    id: str
    """A hash of the address, which it does not reveal."""
    to: AlertWay
    recipient: str = field(repr=False)
    """The address: a mail address, a tester's name, a URL."""
    number: int
    """Its first place in the list, from 1."""
    reasons: frozenset[str]
    """The kinds of alerts that it gets."""
    through: str | None = field(repr=False, default=None)
    """The mail server; the last entry that names one counts."""
    secret: str | None = field(repr=False, default=None)
    """The key that signs web hooks; the last entry that names one counts."""
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
    """The message was accepted by the mail server, LINE, or the web hook."""


@dataclass(frozen=True, slots=True)
class AlertNotSent:
    """The message was not accepted; `why` holds no address and no secret. `unsure`: perhaps it was accepted;
    the same message is sent again.

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
    """Sends messages by one way. Failures of the other side are results, and never raised."""

    def fitting(self, receiver: AlertReceiver, notes: Sequence[AlertNote]) -> int:
        """How many of the first notes fit into one message; at least one."""
        ...

    async def carry(self, receiver: AlertReceiver, telling: AlertTelling) -> AlertResult: ...
