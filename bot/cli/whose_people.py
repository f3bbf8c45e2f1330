"""Whose figures does a command show: the real people's, or those of the simulator that is being played?"""

from __future__ import annotations

import os
import sys

from bot.app.database import OpenDatabase
from bot.cli.language import language
from bot.model.said import Said, say
from bot.store.stores import Stores


async def whose_people(opened: OpenDatabase, spoken: str | None = None) -> Stores:
    """The pretend people of the one simulator that runs on this playbook, which is said; else the real.

    `spoken` is the language that was asked for.
    """
    match await opened.everywhere():
        case [_, pretend]:
            _tell(say("these are the pretend people of the simulator that runs here"), spoken)
            return pretend
        case [real, _, *_]:
            _tell(say("several simulators run here; these are the real people"), spoken)
            return real
        case _:
            return opened.stores


def _tell(whose: Said, spoken: str | None) -> None:
    sys.stderr.write(f"oaflow: {language(spoken, os.environ).text(whose)}\n")
