"""The keys of a database, kept as it says, and rotated wherever somebody has asked for that."""

from __future__ import annotations

from dataclasses import dataclass

from bot.app.database import OpenDatabase
from bot.model.clock import PatientClock
from bot.runtime.cluster.key_rotation import KeyRotation, KeyWatch, RotationStores


@dataclass(frozen=True, slots=True)
class RotatingKeys:
    """What keeps the seal, and what takes part in a rotation."""

    watch: KeyWatch
    rotation: KeyRotation


async def rotating_keys(opened: OpenDatabase, clock: PatientClock) -> RotatingKeys:
    """Those of this database, as it says now. Raises `DatabaseUnavailable`."""
    stores = opened.stores
    watch = KeyWatch(opened.seal, stores.register, stores.rotations, opened.read_ring)
    await watch.look()
    parts = RotationStores(stores.register, stores.rotations, stores.processes, stores.resealer)
    return RotatingKeys(watch, KeyRotation(parts, watch, opened.process, clock))
