"""The environment of a process together with oaflow's own variables from the playbook's `.env`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.model.variables import OF_THE_WORLD, OWN
from bot.playbook.syntax.environment import read_dotenv


def folder_of(playbook: Path) -> Path:
    """The folder of a playbook that is named by it, or by its `bot.yaml`."""
    return playbook.parent if playbook.is_file() else playbook


def environment_of(
    playbook: Path, environment: Mapping[str, str], *, simulator: bool = False
) -> dict[str, str]:
    """`environment` with oaflow's own variables from `.env` beside `bot.yaml`.

    `environment` goes before `.env`, also with an empty value. For a `simulator` the variables of `.env` that
    name addresses outside (`OF_THE_WORLD`) are left out.
    """
    written, _ = read_dotenv(folder_of(playbook))
    ours = {name: written[name] for name in OWN if name in written}
    if simulator:
        ours = {name: value for name, value in ours.items() if name not in OF_THE_WORLD}
    return {**ours, **environment}
