"""An answer on stdout: as JSON for programs, or as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from bot.cli.terminal_text import write_out


def show_answer(told: object, lines: Iterable[str], *, for_programs: bool) -> None:
    """Print it, harmless to a terminal; moments in JSON are ISO 8601."""
    if for_programs:
        write_out(json.dumps(told, ensure_ascii=False, indent=2, default=_moment) + "\n")
    else:
        write_out("".join(f"{text}\n" for text in lines))


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
