"""What is put into cards for one person on one channel: data, addresses, which pages are open."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.card import FileAddress, Tap
from bot.engine.compiled.own_address import tap_address
from bot.engine.compiled.playbook import Playbook
from bot.engine.rendering.lookup import is_open, page_address
from bot.engine.rendering.rendering import Filling
from bot.engine.texts.template import Lookup


def filling_of(
    playbook: Playbook, channel: str, now: datetime, lookup: Lookup, choices: tuple[Tap | str, ...] = ()
) -> Filling:
    """What fills the cards of one turn, or of one screen."""
    return Filling(
        lookup=lookup,
        zone=playbook.zone,
        page_address=lambda page: page_address(playbook, page, channel),
        page_open=lambda page: is_open(playbook, page, channel, now),
        file_address=lambda file: file_address(playbook.public, file),
        counted_address=lambda key, carried: tap_address(playbook.public, channel, key, carried),
        choices=choices,
    )


def file_address(public: str, file: FileAddress) -> str:
    """Where LINE gets a file of the playbook: its content is part of the address, so caches never lie."""
    return f"{public}/{file.path}"
