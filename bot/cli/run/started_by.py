"""How this process was started, for advice that fits: `make run` takes other words than `oaflow run`."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.cli.exit_codes import STARTED_BY
from bot.model.said import Said
from bot.playbook.syntax.folder import PlaybookNowhere, beside_playbook

_PLAIN = re.compile(r"[\w./-]+")
"""What a shell takes as it stands, Chinese as well."""


def asking_for_port(environment: Mapping[str, str]) -> Callable[[int], str]:
    """How whoever has started this asks for another port."""
    if (command := environment.get(STARTED_BY)) is None:
        return "--port {}".format
    return lambda port: f"{command} PORT={port}"


def another_folder(missing: PlaybookNowhere, environment: Mapping[str, str]) -> Said:
    """Why there is no playbook, with the commands that name another folder, as they are typed here.

    Whoever calls make stands in a clone of ours, whose own playbook is not the one that is meant.
    """
    if STARTED_BY not in environment:
        return missing.said
    near = [f"make run {_folder(one)}" for one in missing.near if not one.samefile(os.curdir)]
    new = "make new" if missing.asked.exists() else f"make new {_folder(beside_playbook(missing.asked))}"
    return missing.with_advice(near, new)


def _folder(path: Path) -> str:
    written = os.path.relpath(path)
    return f"FOLDER={written if _PLAIN.fullmatch(written) else shlex.quote(written)}"
