"""A playbook with our own address, for a command that speaks with LINE in the place of the server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

from yarl import URL

from bot.app.addresses import line_api, public_address
from bot.engine.compiled.playbook import Playbook

SIMULATED = "/simulator/line"
"""How the address of a simulator's LINE ends: its mappings lie in the database of its pretend people."""


def as_the_world_sees_it(playbook: Playbook) -> Playbook:
    """The playbook with our own address, as the server has it that LINE's users reach."""
    return replace(playbook, public=_public(os.environ))


def _public(environment: Mapping[str, str]) -> str:
    """Our own address; a simulator's is its own, empty where nobody has told it."""
    told = public_address(environment)
    api = URL(line_api(environment))
    return str(api.origin()) if not told and api.path.endswith(SIMULATED) else told
