"""What tests of a kind borrow from those of the rooms that it has a part in."""

from __future__ import annotations

from tests.faults.conftest import fresh_data
from tests.faults.conftest import world as processes
from tests.runtime.bots import bots, by_our_clock
from tests.services.conftest import contacts, mongodb, world
from tests.simulator.shop import shop
from tests.web.admin.conftest import worlds
from tests.web.api.conftest import api
from tests.web.liff.conftest import fake, telephone

__all__ = [
    "api",
    "bots",
    "by_our_clock",
    "contacts",
    "fake",
    "fresh_data",
    "mongodb",
    "processes",
    "shop",
    "telephone",
    "world",
    "worlds",
]
