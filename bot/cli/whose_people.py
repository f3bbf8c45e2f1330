"""Whose figures does a command show: the real people's, or those of the simulator that is being played?"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from bot.cli.database import OpenDatabase
from bot.model.clock import SystemClock
from bot.store.mongo import Database
from bot.store.processes import Processes


async def whose_people(opened: OpenDatabase) -> Database:
    """The pretend people of the one simulator that runs on this playbook, which is said; else the real."""
    match await opened.databases():
        case [_, pretend]:
            sys.stderr.write("oaflow: these are the pretend people of the simulator that runs here\n")
            return pretend
        case [real, _, *_]:
            sys.stderr.write("oaflow: several simulators run here; these are the real people\n")
            return real
        case _:
            return opened.database


async def now_among(people: Database) -> datetime:
    """What time it is for these people (UTC): a simulator's clock may have been moved ahead.

    It is told with some seconds' delay at most. Raises `DatabaseUnavailable`.
    """
    ahead = max((one.ahead for one in await Processes(people).alive()), default=0.0)
    return SystemClock().now() + timedelta(seconds=ahead)
