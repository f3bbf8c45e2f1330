"""Where alerts come in: each is kept for all whom it is for, before anybody is told."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from bot.model.alert import AlertNote, TroubleReason
from bot.model.clock import Clock
from bot.model.effects import TellAlert
from bot.runtime.alerts.receivers import AlertReceiver
from bot.runtime.ports import Caller
from bot.store.events.alerts import Alerts, LastingTrouble

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-616c65727401")


class AlertDesk:
    """All of it may raise `DatabaseUnavailable`, and is done again then: what is kept is kept once."""

    def __init__(
        self,
        alerts: Alerts,
        receivers: Callable[[], Mapping[str, AlertReceiver]],
        clock: Clock,
    ) -> None:
        self._alerts = alerts
        self._receivers = receivers
        self._clock = clock
        self.wake: Callable[[], None] = lambda: None
        """Called when there is something to tell."""

    async def tell(self, told: TellAlert, caller: Caller) -> None:
        """What a playbook says to staff of a person."""
        name = str(uuid.uuid5(_IDS, caller.id))
        note = AlertNote(name, told.reason, caller.at, caller.channel, caller.contact, told.name, told.text)
        await self._keep(note)

    async def begun(self, reason: TroubleReason, subject: str, text: str, channel: str | None = None) -> None:
        """Something lasts from now on: told once, whoever finds it and however often, until it is over.

        `subject` is what the trouble is with, `text` what is said, in the language of the playbook.
        """
        now = self._clock.now()
        trouble = await self._alerts.lasts(reason, subject, LastingTrouble(uuid.uuid4().hex, now))
        await self._keep(AlertNote(trouble.id, reason, trouble.since, channel, text=text))

    async def over(self, reason: TroubleReason, subject: str, text: str, channel: str | None = None) -> None:
        """It is over: told once, where it had begun."""
        trouble = await self._alerts.lasting(reason, subject)
        if trouble is None:
            return
        name = f"{trouble.id}-over"
        await self._keep(AlertNote(name, reason, self._clock.now(), channel, text=text, over=True))
        await self._alerts.over(reason, subject, trouble)

    async def once(self, reason: TroubleReason, what: str, text: str) -> None:
        """Something has happened, called `what`: told once, whichever process finds it, however often."""
        name = str(uuid.uuid5(_IDS, f"{reason}\0{what}"))
        await self._keep(AlertNote(name, reason, self._clock.now(), text=text))

    async def _keep(self, note: AlertNote) -> None:
        receivers = [one.id for one in self._receivers().values() if note.reason in one.reasons]
        if receivers:
            await self._alerts.add([note], receivers)
            self.wake()
