"""The brake for whoever plays: what a terminal has, on the simulator's own people."""

from __future__ import annotations

from bot.app.live import Live
from bot.model.clock import Clock
from bot.operations.brake import StopScope, StopsShown, resume_pushes, stop_pushes, stops_shown
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.store.stores import Stores

ACTOR = "simulator"
"""Who it was, for the audit log: whoever sits before the page."""


class PretendBrake:
    """Stops pushes, and lets them go on; this process knows at once. May raise `DatabaseUnavailable`."""

    def __init__(self, stores: Stores, live: Live, watch: BrakeWatch, clock: Clock) -> None:
        self._stores = stores
        self._live = live
        self._watch = watch
        self._clock = clock

    async def shown(self) -> StopsShown:
        """What is stopped, and how many people wait for that."""
        return await stops_shown(self._stores, self._live.playbook)

    async def stop(self, scope: StopScope) -> None:
        """Stop these. Raises `StopRefused` for what is not there."""
        channels, playbook = self._live.settings.channels, self._live.playbook
        await stop_pushes(self._stores, scope, ACTOR, channels, playbook, self._clock.now())
        await self._watch.look()

    async def resume(self, scope: StopScope) -> None:
        """Let these go on. Raises `StopRefused` where just they are not stopped."""
        await resume_pushes(self._stores, scope, ACTOR, self._clock.now())
        await self._watch.look()
