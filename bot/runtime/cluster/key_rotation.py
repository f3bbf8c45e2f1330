"""Which keys this process uses, and rotating to new ones, step by step.

The keys are read with each renewal of the lease. A process that lacks a key with which others seal decides
nothing until it has it: it would take what it cannot open for unknown.

No step is taken before every living process has seen the one before. So no process gets what it cannot
open, none looks for a person by a hash that is no longer written, and once everything is sealed anew, none
is left that seals with an old key.

A value is replaced only if it is still the bytes that were read, so neither revision nor fence changes and no
turn loses. A process frozen through a whole rotation and `--retire` may seal its first write with a key that
is in no ring: it opens once that key (`keys.retired`) is back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.model.clock import PatientClock
from bot.model.processes import Serving
from bot.model.translatable import Refusal
from bot.store.database.processes import Processes
from bot.store.rotation.resealing import PHONES, Resealer, in_order
from bot.store.rotation.rotations import NAMED, Rotations, RotationState
from bot.store.sealing.keyring import KeyRing, index_name
from bot.store.sealing.keys import KeyRegister, StoredKey, key_use, without_retired
from bot.store.sealing.seal import Seal
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.keys")


@dataclass(eq=False, repr=False)
class KeyWatch:
    """Keeps the seal by the register. `trouble`: for `/readyz`, why this process owns no parts.

    `read_ring()` is the ring as its file, or `.env`, has it now; it may raise `Refusal`.
    """

    _seal: Seal
    _register: KeyRegister
    _rotations: Rotations
    _read_ring: Callable[[], KeyRing]
    _refused: str = field(init=False, default="")
    _looking: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    rotation: RotationState | None = field(init=False, default=None)
    rotating: asyncio.Event = field(init=False, default_factory=asyncio.Event)
    """Set while a rotation is under way, as far as this process has seen."""
    trouble: str | None = field(init=False, default=None)
    on_change: Callable[[], None] = field(init=False, default_factory=lambda: lambda: None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all keys that this process has."""
        return tuple(self._seal.ring.fingerprints())

    @property
    def step(self) -> int:
        """The number of the rotation's step that this process has seen last; -1: none."""
        return -1 if self.rotation is None else self.rotation.number

    async def look(self) -> bool:
        """Update the seal by the register of keys; whether this process has all keys in use.

        Raises `DatabaseUnavailable`.
        """
        async with self._looking:  # what was read first is gone by first, also where a disk is slow
            return await self._look()

    async def _look(self) -> bool:
        rotation = await self._rotations.state()  # before the register: a stage is never newer than its keys
        known = await self._register.known()
        before = (self._seal.ring, self._seal.used, self.step)
        living = {name: key for name, key in known.items() if not key.retired}
        if not living.keys() <= self._seal.ring.fingerprints().keys():
            await self._read_anew(known)
        ring = without_retired(self._seal.ring, known)
        alone = rotation is not None and rotation.number >= NAMED
        use = key_use(ring, known, alone=alone)
        if use != self._seal.used or ring is not self._seal.ring:
            is_news = use.sealing != self._seal.used.sealing
            self._seal.take(ring, use)
            if is_news:
                log.info("what is written is sealed with the key %s from now on", use.sealing)
        self.rotation = rotation
        if rotation is not None and rotation.step != "done":
            self.rotating.set()
        else:
            self.rotating.clear()
        prints = ring.fingerprints()
        self._report_missing(
            sorted(name for name, key in living.items() if prints.get(name) != key.fingerprint)
        )
        if before != (self._seal.ring, self._seal.used, self.step):
            self.on_change()
        return self.trouble is None

    async def _read_anew(self, known: Mapping[str, StoredKey]) -> None:
        """Add the ring's present keys to ours, which may be needed to open stored values."""
        ours = self._seal.ring
        try:
            read = without_retired(await asyncio.to_thread(self._read_ring), known)
            is_wider = ours.fingerprints().items() <= read.fingerprints().items()
            ring = read if is_wider else _joined(ours, read)
        except (Refusal, OSError) as error:
            why = str(error)
            if why != self._refused:
                log.warning("the keys are not read anew, and those of before stay: %s", why)
            self._refused = why
            return
        self._refused = ""
        if new := ring.fingerprints().keys() - ours.fingerprints().keys():
            self._seal.take(ring, self._seal.used)
            log.info("new keys were read: %s", ", ".join(sorted(new)))

    def _report_missing(self, missing: list[str]) -> None:
        trouble = None
        if missing:
            trouble = (
                f"others seal with keys that this process does not have ({', '.join(missing)}): "
                "put them into its ring, and start it again if it reads that from its environment"
            )
        if trouble != self.trouble:
            if trouble is None:
                log.info("this process has all keys again")
            else:
                log.warning("this process takes no turns: %s", trouble)
        self.trouble = trouble


def _joined(ours: KeyRing, read: KeyRing) -> KeyRing:
    """What was read behind what we had, which stays as it was. Raises `BadKeys`."""
    return KeyRing({**ours.seal, **read.seal, **ours.seal}, {**ours.index, **read.index, **ours.index})


BETWEEN = 0.02
"""Seconds between two batches: turns go first."""
LOOK = 0.5
"""Seconds between two checks whether other processes have seen a step, or there is a rotation to do."""


@dataclass(frozen=True, slots=True)
class RotationStores:
    """The stores of a rotation."""

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
        """Take steps of rotations, for ever."""
        while True:
            await self._watch.rotating.wait()
            with suppress(DatabaseUnavailable):  # the next time is soon
                await self.go_on(_no_request)
            await self._clock.wait(LOOK)

    async def go_on(self, on_state: Callable[[RotationState], Awaitable[None]]) -> bool:
        """Do what can be done now, and say how far it is after each step; whether another has it."""
        while (state := await self._stores.rotations.claim(self._me)) is not None:
            await on_state(state)
            if state.step != "alone" or self._watch.step < state.number:
                await self._watch.look()
            if not await self._step(state):
                return False
            await self._clock.wait(BETWEEN)
        return True

    async def end(self) -> None:
        """Release the rotation, so that another process may go on."""
        with suppress(DatabaseUnavailable):  # then they may 15 s after our last step
            await self._stores.rotations.leave(self._me)

    async def _step(self, state: RotationState) -> bool:
        """One step; `False`: others have to see the one before first, or somebody else has it by now."""
        match state.step:
            case "announced":
                new = await self.new_keys(state)
                if not await self._all(lambda one: new.issubset(one.keys)):
                    return False
                await self._stores.register.use(new)
                return await self._keep(state, {"stage": "used"})
            case "used":
                return await self._have_seen(state) and await self._keep(state, {"stage": "alone"})
            case "alone":
                return await self._have_seen(state) and await self._seal_anew(state)
            case "named" if await self._have_seen(state):
                await self._stores.resealer.forget_old_names()
                log.info("keys are rotated to %s: %d documents were sealed anew", state.to, state.changed)
                return await self._keep(state, {"stage": "done", "ended": self._clock.now()})
            case _:
                return False

    async def new_keys(self, state: RotationState) -> set[str]:
        """The names of the new keys: one for sealing, and one for indexes where the ring has it."""
        return {state.to, index_name(state.to)} & (await self._stores.register.known()).keys()

    async def waits_for(self, state: RotationState) -> list[str]:
        """The places (host) of processes that have not seen the present step, or lack a new key."""
        new = await self.new_keys(state) if state.step == "announced" else set[str]()
        alive = await self._stores.processes.alive()
        return [one.where for one in alive if one.step < state.number or not new.issubset(one.keys)]

    async def _have_seen(self, state: RotationState) -> bool:
        return await self._all(lambda one: one.step >= state.number)

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
                await self._keep(state, more)
                return False  # who is about to bind one is waited for: some minutes at most
            if not following:
                more["stage"] = "named"
            else:
                more["collection"] = following[0]
        return await self._keep(state, more)

    async def _keep(self, state: RotationState, changes: Mapping[str, Any]) -> bool:
        return await self._stores.rotations.keep(self._me, state, changes)


async def _no_request(state: RotationState) -> None: ...
