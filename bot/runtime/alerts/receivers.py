"""Who is told what, as the playbook's `alerts` say it: one receiver for each address, however often named."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.model.alert import AlertWay
from bot.model.settings import Alert


@dataclass(frozen=True, slots=True)
class AlertReceiver:
    """Somebody who is told. `id` shows nothing of the address; `number` is its first place in the list.

    `through` and `secret` are those of the last place that says one.
    """

    id: str
    to: AlertWay
    who: str = field(repr=False)
    number: int
    reasons: frozenset[str]
    through: str | None = field(repr=False, default=None)
    secret: str | None = field(repr=False, default=None)

    @property
    def called(self) -> str:
        """What a log may call it."""
        return f"alerts[{self.number}] ({self.to})"


def alert_receivers(alerts: Iterable[Alert]) -> Mapping[str, AlertReceiver]:
    """All of them by id, in the order of the file."""
    found: dict[str, AlertReceiver] = {}
    for number, alert in enumerate(alerts, 1):
        name = hashlib.sha256(f"{alert.to}\0{alert.who}".encode()).hexdigest()[:16]
        known = found.get(name)
        if known is None:
            reasons = frozenset(alert.when)
            new = AlertReceiver(name, alert.to, alert.who, number, reasons, alert.through, alert.secret)
            found[name] = new
        else:
            found[name] = replace(
                known,
                reasons=known.reasons | set(alert.when),
                through=alert.through or known.through,
                secret=alert.secret or known.secret,
            )
    return found
