"""Which LINE is asked of a broadcast: that of the people it is about."""

from __future__ import annotations

import os
from dataclasses import replace

from yarl import URL

from bot.app.addresses import line_api, line_data_api
from bot.app.database import OpenDatabase
from bot.cli.own_address import as_the_world_sees_it
from bot.engine.compiled.playbook import Playbook
from bot.model.said import Unavailable, say
from bot.operations.broadcasts.line_now import LineNow
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores


class SimulatorEnded(Unavailable):
    """Pretend people are known to their simulator alone, and it does not run any more."""


async def whose_line(opened: OpenDatabase, served: ValidPlaybook, people: Stores) -> tuple[LineNow, Playbook]:
    """LINE, or the simulator whose pretend people these are; and the playbook with our address there.

    The real LINE is never asked of pretend people. Raises `SimulatorEnded` and `DatabaseUnavailable`.
    """
    if people is opened.stores:
        line = LineNow(served.settings, line_api(os.environ), line_data_api(os.environ))
        return line, as_the_world_sees_it(served.playbook)
    api = next((one.line for one in await people.processes.alive() if one.line), "")
    if not api:
        raise SimulatorEnded(say("the simulator has ended meanwhile, and its pretend people with it"))
    return LineNow(served.settings, api, api), replace(served.playbook, public=str(URL(api).origin()))
