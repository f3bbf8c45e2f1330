"""What all parts of a service share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from bot.app.live import Live
from bot.app.preloaded_playbook import ReadyPlaybook
from bot.app.reload import Reload
from bot.app.rotating_keys import RotatingKeys
from bot.app.shops import Shops
from bot.app.start_options import StartOptions
from bot.model.clock import PatientClock
from bot.runtime.cluster.brake_watch import BrakeWatch
from bot.runtime.cluster.clock_skew import ClockSkew
from bot.runtime.menus.menu_ids import MenuIds
from bot.runtime.sending.personal_addresses import PersonalAddresses

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


@dataclass(frozen=True, slots=True)
class AppContext:
    """What all parts of a service share; `session` makes HTTP calls, `pretend` comes with `--simulator`."""

    begun: StartOptions
    clock: PatientClock
    session: aiohttp.ClientSession
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
