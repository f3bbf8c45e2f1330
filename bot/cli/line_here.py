"""LINE as a command asks it: the real one, or that of the simulator whose pretend people it is about."""

from __future__ import annotations

from bot.app.addresses import line_api, line_data_api
from bot.app.database import OpenDatabase
from bot.cli.own_address import as_they_know_it, simulator_of
from bot.operations.broadcasts.line_now import LineNow
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores


async def line_and_playbook(
    opened: OpenDatabase, served: ValidPlaybook, people: Stores
) -> tuple[LineNow, ValidPlaybook]:
    """LINE, or the simulator whose pretend people these are; and the playbook as their server has it.

    The real LINE is never asked of pretend people. Raises `SimulatorEnded` and `DatabaseUnavailable`.
    """
    known = await as_they_know_it(opened, served, people)
    if people is opened.stores:
        api, data_api = line_api(opened.environment), line_data_api(opened.environment)
    else:
        api = data_api = (await simulator_of(people)).line
    return LineNow(known.settings, api, data_api), known
