"""A mistake in the playbook: where, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.model.place import Place
from bot.model.translatable import Translatable

Level = Literal["error", "warning", "info"]
"""`info` is no mistake: costs, shown on request only."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `code` is stable (`unknown-key`); `width` is how many characters are underlined.

    `message` is lower case without a final stop and says what was found and what was expected; `hint` is
    one fix, a statement; `note` points at a second place.
    """

    place: Place
    code: str
    message: Translatable
    hint: Translatable | None = None
    note: Translatable | None = None
    width: int = 1
    level: Level = "error"
