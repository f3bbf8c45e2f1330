"""A playbook as its server has it: its own addresses, also those of a simulator that runs on it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from yarl import URL

from bot.app.addresses import line_api, public_address
from bot.app.database import OpenDatabase
from bot.app.playbook_environment import folder_of
from bot.app.stored_playbooks import ReadingContext, read_from_database
from bot.engine.compiled.playbook import Playbook
from bot.model.processes import Serving
from bot.model.translatable import Unavailable, tr
from bot.playbook.load import Loaded, load
from bot.playbook.valid import PlaybookWrong, ValidPlaybook, valid_playbook
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
    raise SimulatorEnded(tr("the simulator has ended meanwhile, and its pretend people with it"))


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
    filled = simulator.filled
    environment = {name: value for name, value in os.environ.items() if name not in filled}
    loaded = load(playbook, environment, lambda name: filled.get(name, ""), examined=False)
    return _at(valid_playbook(loaded), simulator)


@asynccontextmanager
async def last_played(
    opened: OpenDatabase, folder: Path, loaded: Loaded, pretend: Stores
) -> AsyncIterator[ValidPlaybook]:
    """The playbook that the simulator of these people runs while the files, `loaded`, have mistakes: as it
    took it over last.

    Raises `PlaybookWrong` where it took none over, `StoredFilesUnreadable`, `SimulatorEnded` and
    `DatabaseUnavailable`.
    """
    live = await pretend.playbooks.live()
    if live is None:
        raise PlaybookWrong(loaded.problems, loaded.sources)
    simulator = await simulator_of(pretend)
    environment = {**opened.environment, **simulator.filled}
    by = ReadingContext(folder_of(folder), environment, loaded.settings, "warning")
    async with read_from_database(replace(opened, stores=pretend), live, by) as found:
        yield _at(found, simulator)


def _at(found: ValidPlaybook, simulator: Serving) -> ValidPlaybook:
    """With the address of this simulator."""
    return replace(found, playbook=replace(found.playbook, public=str(URL(simulator.line).origin())))


def as_the_world_sees_it(playbook: Playbook, opened: OpenDatabase) -> Playbook:
    """The playbook with our own address, as the server has it that LINE's users reach."""
    return replace(playbook, public=_public(opened.environment))


async def as_they_know_it(opened: OpenDatabase, served: ValidPlaybook, people: Stores) -> ValidPlaybook:
    """The playbook with its settings and our address, as the server of these people has them.

    Raises `SimulatorEnded` and `DatabaseUnavailable`.
    """
    if people is opened.stores:
        return replace(served, playbook=as_the_world_sees_it(served.playbook, opened))
    if served.contents is None:  # it was read from the simulator's database: the files have mistakes
        return served
    return as_simulated(served.contents.folder / served.contents.first, await simulator_of(people))


def _public(environment: Mapping[str, str]) -> str:
    """Our own address; a simulator has its own; empty where none is set."""
    address = public_address(environment)
    api = URL(line_api(environment))
    return str(api.origin()) if not address and api.path.endswith(SIMULATED) else address
