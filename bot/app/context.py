"""What all parts of a service share, and the keys of its database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from bot.app.database import OpenDatabase
from bot.app.live import Live
from bot.app.preloaded_playbook import ReadyPlaybook
from bot.app.reload import Reload
from bot.app.shops import Shops
from bot.app.start_options import StartOptions
from bot.model.clock import PatientClock
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.runtime.cluster.clock_skew import ClockSkew
from bot.runtime.cluster.key_rotation import KeyRotation, KeyWatch, RotationStores
from bot.runtime.menus.menu_ids import MenuIds
from bot.runtime.sending.personal_addresses import PersonalAddresses

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


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


@dataclass(frozen=True, slots=True)
class AppContext:
    """What all parts of a service share; `pretend` comes with `--simulator`.

    `session` calls LINE, and what stands in for others; `outside` calls the public internet alone.
    Connectors have that one.
    """

    begun: StartOptions
    clock: PatientClock
    session: aiohttp.ClientSession
    outside: aiohttp.ClientSession
    live: Live
    reload: Reload
    ready: ReadyPlaybook
    shops: Shops
    personal: PersonalAddresses
    menus: MenuIds
    keys: RotatingKeys
    pretend: Simulator | None
    brake: BrakeWatch
    skew: ClockSkew
