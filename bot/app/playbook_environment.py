"""The environment of a process, as it is for a playbook: with our own variables of the `.env` beside it."""

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
    """The environment of a process, with what `.env` beside `bot.yaml` says of our own variables; of a
    `simulator` none that names the world. It comes first, also with nothing (empty).
    """
    written, _ = read_dotenv(folder_of(playbook))
    ours = {name: written[name] for name in OWN if name in written}
    if simulator:
        ours = {name: value for name, value in ours.items() if name not in OF_THE_WORLD}
    return {**ours, **environment}
