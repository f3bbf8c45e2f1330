"""The code of a store that stamps a card: it changes each half minute, and is good for a little longer (N2).

A photograph of it works for about a minute and a half; that is why it stamps once a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bot.web.sealed_parts import SealedParts

WINDOW = 30
"""Seconds."""
BEHIND, AHEAD = 2, 1
"""Windows that are taken beside that of now: who scans slowly, and clocks that differ."""
NAME_SIGNS = 16
"""Of the hash of a name, so that no name makes a code too long for a phone to scan."""


@dataclass(frozen=True, slots=True)
class StoreCode:
    """A code that was read: which card it stamps, in which store (its name in the playbook), and its act."""

    card: str
    store: str
    window: int

    @property
    def act(self) -> str:
        """The id of the act: of one person one for each card and window, whichever store it was."""
        return f"code {self.card} {self.window}"


@dataclass(frozen=True, slots=True)
class StampScreen:
    """What an address of a counter's screen is for; it is good as long as its number is."""

    channel: str
    card: str
    store: str
    number: int


class StoreCodes:
    """Made and read by every process, whichever key has sealed them."""

    def __init__(self, parts: SealedParts) -> None:
        self._parts = parts

    def at(self, card: str, store: str, now: datetime) -> str:
        """The code of this moment."""
        return self._parts.sealed("", "stamp code", _short(card), _short(store), str(_window(now)))

    def read(self, code: str, now: datetime, cards: Iterable[str], stores: Iterable[str]) -> StoreCode | None:
        """What it stamps, of these cards and stores; `None` for what is no code of theirs, or an old one."""
        found = self._parts.opened("", "stamp code", code)
        if found is None:
            return None
        short_card, short_store, window = found
        card = next((one for one in cards if _short(one) == short_card), None)
        store = next((one for one in stores if _short(one) == short_store), None)
        is_good = -BEHIND <= int(window) - _window(now) <= AHEAD
        return StoreCode(card, store, int(window)) if is_good and card and store else None

    def tablet(self, channel: str, card: str, store: str, number: int) -> str:
        """What the address of a store's tablet has; `number` as `StampScreens` has it."""
        return self._parts.sealed("", "stamp tablet", channel, card, store, str(number))

    def of_tablet(self, part: str) -> StampScreen | None:
        """What a tablet's address is for; `None`: there is no such."""
        found = self._parts.opened("", "stamp tablet", part)
        if found is None:
            return None
        channel, card, store, number = found
        return StampScreen(channel, card, store, int(number))


def _short(name: str) -> str:
    return sha256(name.encode()).hexdigest()[:NAME_SIGNS]


def _window(now: datetime) -> int:
    return int(now.timestamp()) // WINDOW
