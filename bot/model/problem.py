"""A mistake in the playbook: where, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.model.place import Place
from bot.model.translatable import Translatable

Level = Literal["error", "warning", "info"]
"""`info` is no mistake: costs, shown on request only."""


@dataclass(frozen=True, slots=True)
class TextEdit:
    r"""New text in the place of a range of a file; lines and columns count from 1, the end is behind it.

    A line break in `text` is `\n`, whatever breaks the lines of the file.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `code` is stable (`unknown-key`); `width` is how many characters are underlined.

    `message` is lower case without a final stop and says what was found and what was expected; `hint` is
    one fix, a statement; `note` points at a second place. `repair` are the edits of the file at `place` that
    mend the mistake, made together; empty where none is known, or more than one thing may be meant.
    """

    place: Place
    code: str
    message: Translatable
    hint: Translatable | None = None
    note: Translatable | None = None
    width: int = 1
    level: Level = "error"
    repair: tuple[TextEdit, ...] = ()
