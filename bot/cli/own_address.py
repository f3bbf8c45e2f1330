"""A playbook as the server has it, with our own address, for commands that make links or speak with LINE."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from yarl import URL

from bot.app.addresses import line_api, public_address
from bot.app.database import OpenDatabase
from bot.cli.simulator_here import SIMULATED, as_simulated, simulator_of
from bot.engine.compiled.playbook import Playbook
from bot.playbook.valid import ValidPlaybook
from bot.store.stores import Stores


def as_the_world_sees_it(playbook: Playbook) -> Playbook:
    """The playbook with our own address, as the server has it that LINE's users reach."""
    return replace(playbook, public=_public(os.environ))


async def as_they_know_it(opened: OpenDatabase, served: ValidPlaybook, people: Stores) -> ValidPlaybook:
    """The playbook with its settings and our address, as the server of these people has them.

    Raises `SimulatorEnded` and `DatabaseUnavailable`.
    """
    if people is opened.stores:
        return replace(served, playbook=as_the_world_sees_it(served.playbook))
    assert served.kept is not None, "it was read from files without mistakes"
    return as_simulated(served.kept.folder / served.kept.first, await simulator_of(people))


def _public(environment: Mapping[str, str]) -> str:
    """Our own address; a simulator's is its own, empty where nobody has told it."""
    told = public_address(environment)
    api = URL(line_api(environment))
    return str(api.origin()) if not told and api.path.endswith(SIMULATED) else told
