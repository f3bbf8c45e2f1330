"""Rotating to new keys, step by step: whoever does it may die, and another goes on from there.

No step is taken before every process that lives has seen the one before. So nobody is given what it cannot
open, nobody looks for a person by a hash that nobody writes any more, and when all is sealed anew, nobody is
left who would seal with an old key behind its back.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.model.clock import PatientClock
from bot.model.serving import Serving
from bot.runtime.cluster.key_watch import KeyWatch
from bot.store.database.processes import Processes
from bot.store.rotation.resealing import PHONES, Resealer, in_order
from bot.store.rotation.rotations import Rotations, RotationState
from bot.store.sealing.keyring import index_name
from bot.store.sealing.keys import KeyRegister
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.keys")

BETWEEN = 0.02
"""Seconds between two batches: turns go first."""
LOOK = 0.5
"""Seconds between two looks for others, or for something to do."""


@dataclass(frozen=True, slots=True)
class RotationStores:
    """What it works on."""

    register: KeyRegister
    rotations: Rotations
    processes: Processes
    resealer: Resealer


class KeyRotation:
    """Takes the steps of a rotation, if nobody else does just now."""

    def __init__(self, stores: RotationStores, watch: KeyWatch, me: str, clock: PatientClock) -> None:
        self._stores = stores
        self._watch = watch
        self._me = me
        self._clock = clock

    async def run(self) -> None:
        """For ever: take part wherever there is one to do."""
        while True:
            await self._watch.rotating.wait()
            with suppress(DatabaseUnavailable):  # the next time is soon
                await self.go_on(_nobody_asks)
            await self._clock.wait(LOOK)

    async def go_on(self, told: Callable[[RotationState], Awaitable[None]]) -> bool:
        """Do what can be done now, and say how far it is after each step; whether another has it."""
        while (state := await self._stores.rotations.claim(self._me)) is not None:
            await told(state)
            if state.stage != "alone" or self._watch.stage < state.number:
                await self._watch.look()
            if not await self._step(state):
                return False
            await self._clock.wait(BETWEEN)
        return True

    async def end(self) -> None:
        """Somebody else may go on."""
        with suppress(DatabaseUnavailable):  # then they may 15 s after our last step
            await self._stores.rotations.leave(self._me)

    async def _step(self, state: RotationState) -> bool:
        """One step; `False`: others have to see the one before first, or somebody else has it by now."""
        match state.stage:
            case "announced":
                new = await self.new_keys(state)
                if not await self._all(lambda one: new.issubset(one.keys)):
                    return False
                await self._stores.resealer.name_all()
                await self._stores.register.use(new)
                return await self._keep(state, stage="used")
            case "used":
                return await self._have_seen(state) and await self._keep(state, stage="alone")
            case "alone":
                return await self._have_seen(state) and await self._seal_anew(state)
            case "named" if await self._have_seen(state):
                await self._stores.resealer.forget_old_names()
                log.info("keys are rotated to %s: %d documents were sealed anew", state.to, state.changed)
                return await self._keep(state, stage="done", ended=self._clock.now())
            case _:
                return False

    async def new_keys(self, state: RotationState) -> set[str]:
        """The names of the new ones: a ring may have no new one for indexes."""
        return {state.to, index_name(state.to)} & (await self._stores.register.known()).keys()

    async def waits_for(self, state: RotationState) -> list[str]:
        """Where the processes are that have to see something first."""
        new = await self.new_keys(state) if state.stage == "announced" else set[str]()
        alive = await self._stores.processes.alive()
        return [one.where for one in alive if one.stage < state.number or not new.issubset(one.keys)]

    async def _have_seen(self, state: RotationState) -> bool:
        return await self._all(lambda one: one.stage >= state.number)

    async def _all(self, seen: Callable[[Serving], bool]) -> bool:
        return all(map(seen, await self._stores.processes.alive()))

    async def _seal_anew(self, state: RotationState) -> bool:
        order = in_order()
        name = state.collection or order[0]
        done = await self._stores.resealer.batch(name, state.after)
        more: dict[str, Any] = {
            "looked": state.looked + done.looked,
            "changed": state.changed + done.changed,
            "collection": name,
            "after": done.last,
        }
        if done.last is None:
            following = order[order.index(name) + 1 :]
            if name == PHONES and await self._stores.resealer.unnamed(self._clock.now()):
                await self._keep(state, **more)
                return False  # who is about to bind one is waited for: some minutes at most
            if not following:
                more["stage"] = "named"
            else:
                more["collection"] = following[0]
        return await self._keep(state, **more)

    async def _keep(self, state: RotationState, **changes: Any) -> bool:
        return await self._stores.rotations.keep(self._me, state, changes)


async def _nobody_asks(state: RotationState) -> None: ...
