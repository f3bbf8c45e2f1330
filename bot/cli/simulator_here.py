"""The simulator that runs on a playbook's folder, as commands beside it see it: its LINE, its settings."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from yarl import URL

from bot.app.database import OpenDatabase
from bot.model.said import Unavailable, say
from bot.model.serving import Serving
from bot.playbook.load import load
from bot.playbook.valid import ValidPlaybook, valid_playbook
from bot.store.stores import Stores

SIMULATED = "/simulator/line"
"""How the address of a simulator's LINE ends: its mappings lie in the database of its pretend people."""


class SimulatorEnded(Unavailable):
    """Pretend people are known to their simulator alone, and it does not run any more."""


async def simulator_of(people: Stores) -> Serving:
    """The simulator whose pretend people these are. Raises `SimulatorEnded` and `DatabaseUnavailable`."""
    for one in await people.processes.alive():
        if one.line:
            return one
    raise SimulatorEnded(say("the simulator has ended meanwhile, and its pretend people with it"))


async def only_simulator(opened: OpenDatabase) -> Stores | None:
    """The pretend people of the one simulator that runs on this folder; `None`: none does, or several do."""
    match await opened.everywhere():
        case [_, pretend]:
            return pretend
        case _:
            return None


def as_simulated(playbook: Path, simulator: Serving) -> ValidPlaybook:
    """A playbook as the simulator runs it: its values for unset variables, its address.

    Raises `PlaybookMissing` and `PlaybookWrong`.
    """
    environment = {**os.environ, **simulator.filled}
    filled = simulator.filled
    environment = {name: value for name, value in os.environ.items() if name not in filled}
    loaded = load(playbook, environment, lambda name: filled.get(name, ""), examined=False)
    found = valid_playbook(loaded)
    return replace(found, playbook=replace(found.playbook, public=str(URL(simulator.line).origin())))
