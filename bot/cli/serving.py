"""What all parts of a service share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp

from bot.cli.begun import Begun
from bot.cli.live import Live
from bot.cli.reload import Reload
from bot.cli.shops import Shops
from bot.model.clock import PatientClock
from bot.runtime.menu_ids import MenuIds
from bot.runtime.personal import PersonalAddresses

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


@dataclass(frozen=True, slots=True)
class Serving:
    """What all parts of a service share; `session` makes HTTP calls, `pretend` comes with `--simulator`."""

    begun: Begun
    clock: PatientClock
    session: aiohttp.ClientSession
    live: Live
    reload: Reload
    shops: Shops
    personal: PersonalAddresses
    menus: MenuIds
    pretend: Simulator | None
