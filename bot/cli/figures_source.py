"""Whose figures a command shows: the real people's, or those of a running simulator."""

from __future__ import annotations

from bot.app.database import OpenDatabase
from bot.cli.refusal import tell
from bot.model.translatable import Language, tr
from bot.store.stores import Stores

PRETEND = tr("these are the pretend people of the simulator that runs here")


async def whose_people(opened: OpenDatabase, words: Language) -> Stores:
    """The pretend people of the one simulator that runs on this playbook, which is said; else the real."""
    match await opened.everywhere():
        case [_, pretend]:
            tell(PRETEND, words)
            return pretend
        case [real, _, *_]:
            tell(tr("several simulators run here; these are the real people"), words)
            return real
        case _:
            return opened.stores
