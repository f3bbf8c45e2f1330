"""Which keys this process uses: those that the database says, as soon as it has them.

Asked with each renewal of the lease. Who lacks a key that others seal with decides nothing until it has it:
it would take what it cannot open for unknown.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from bot.model.said import Refusal
from bot.store.rotation.rotations import NAMED, Rotations, RotationState
from bot.store.sealing.keyring import KeyRing
from bot.store.sealing.keys import KeyRegister, key_use
from bot.store.sealing.seal import Seal

log = logging.getLogger("oaflow.keys")


class KeyWatch:
    """Keeps the seal by the register. `trouble` says for `/readyz` why this process stands aside."""

    def __init__(
        self, seal: Seal, register: KeyRegister, rotations: Rotations, read_ring: Callable[[], KeyRing]
    ) -> None:
        """`read_ring()` is the ring as its file, or `.env`, has it now; it may raise `Refusal`."""
        self._seal = seal
        self._register = register
        self._rotations = rotations
        self._read_ring = read_ring
        self._refused = ""
        self.rotation: RotationState | None = None
        self.rotating = asyncio.Event()
        """Set while a rotation is under way, as far as this process has seen."""
        self.trouble: str | None = None
        self.on_change: Callable[[], None] = lambda: None

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all keys that this process has."""
        return tuple(self._seal.ring.fingerprints())

    @property
    def stage(self) -> int:
        """How far it has seen the rotation go."""
        return -1 if self.rotation is None else self.rotation.number

    async def look(self) -> bool:
        """Go by what the database says; whether this process has all keys. Raises `DatabaseUnavailable`."""
        rotation = await self._rotations.state()  # before the register: a stage is never newer than its keys
        known = await self._register.known()
        before = (self._seal.ring, self._seal.used, self.stage)
        living = {name: key for name, key in known.items() if not key.retired}
        if not living.keys() <= self._seal.ring.fingerprints().keys():
            await self._read_anew()
        ring = self._seal.ring
        alone = rotation is not None and rotation.number >= NAMED
        use = key_use(ring, known, alone=alone)
        if use != self._seal.used:
            is_news = use.sealing != self._seal.used.sealing
            self._seal.take(ring, use)
            if is_news:
                log.info("what is written is sealed with the key %s from now on", use.sealing)
        self.rotation = rotation
        if rotation is not None and rotation.stage != "done":
            self.rotating.set()
        else:
            self.rotating.clear()
        prints = ring.fingerprints()
        self._tell(sorted(name for name, key in living.items() if prints.get(name) != key.fingerprint))
        if before != (self._seal.ring, self._seal.used, self.stage):
            self.on_change()
        return self.trouble is None

    async def _read_anew(self) -> None:
        try:
            ring = await asyncio.to_thread(self._read_ring)
        except (Refusal, OSError) as error:
            why = str(error)
            if why != self._refused:
                log.warning("the keys are not read anew, and those of before stay: %s", why)
            self._refused = why
            return
        self._refused = ""
        ours, theirs = self._seal.ring.fingerprints(), ring.fingerprints()
        if not ours.items() <= theirs.items():
            ring = self._joined(ring)
        if theirs.keys() - ours.keys():
            self._seal.take(
                ring, key_use(ring, {}) if self._seal.used.sealing not in ring.seal else self._seal.used
            )
            log.info("new keys were read: %s", ", ".join(sorted(theirs.keys() - ours.keys())))

    def _joined(self, ring: KeyRing) -> KeyRing:
        """What was read, with what we had: it may be needed to open what lies there."""
        return KeyRing({**self._seal.ring.seal, **ring.seal}, {**self._seal.ring.index, **ring.index})

    def _tell(self, missing: list[str]) -> None:
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
