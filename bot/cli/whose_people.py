"""Whose figures does a command show: the real people's, or those of the simulator that is being played?"""

from __future__ import annotations

import sys

from bot.cli.database import OpenDatabase
from bot.store.mongo import Database


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
