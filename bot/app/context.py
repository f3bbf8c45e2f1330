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
    """`watch` updates the seal's keys from the register; `rotation` takes part in replacing them."""

    watch: KeyWatch
    rotation: KeyRotation


async def rotating_keys(opened: OpenDatabase, clock: PatientClock) -> RotatingKeys:
    """The keys of this database, updated from it now. Raises `DatabaseUnavailable`."""
    stores = opened.stores
    watch = KeyWatch(opened.seal, stores.register, stores.rotations, opened.read_ring)
    await watch.look()
    parts = RotationStores(stores.register, stores.rotations, stores.processes, stores.resealer)
    return RotatingKeys(watch, KeyRotation(parts, watch, opened.process, clock))


@dataclass(frozen=True, slots=True)
class AppContext:
    """What all parts of a service share."""

    begun: StartOptions
    """The options of this run."""
    clock: PatientClock
    """The time of people's events and timers; with the simulator it can be moved."""
    session: aiohttp.ClientSession
    """Calls LINE, and what stands in for other services."""
    outside: aiohttp.ClientSession
    """Calls the public internet only; connectors use it."""
    live: Live
    """The playbook and settings that are served."""
    reload: Reload
    """Serves another playbook when the live one changes."""
    ready: ReadyPlaybook
    """An announced playbook, read before it is live."""
    shops: Shops
    personal: PersonalAddresses
    """Makes and reads addresses that are a person's own."""
    menus: MenuIds
    """LINE's ids of the playbook's rich menus."""
    keys: RotatingKeys
    pretend: Simulator | None
    """The simulator; `None` without `--simulator`."""
    brake: BrakeWatch
    """What staff have stopped or paused, and unlinked accounts, as the database says."""
    skew: ClockSkew
    """How far this machine's clock is off the database's."""
