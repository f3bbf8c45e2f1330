"""An answer on stdout: as JSON for programs, or as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable

from bot.cli.terminal_text import write_out
from bot.model.translatable import ENGLISH, Language, TranslatableValue
from bot.operations.payload import as_json


def show_answer(
    payload: object, lines: Iterable[TranslatableValue], *, for_programs: bool, words: Language = ENGLISH
) -> None:
    """Print it in this language, harmless to a terminal."""
    if for_programs:
        write_out(json.dumps(as_json(payload, words), ensure_ascii=False, indent=2) + "\n")
    else:
        write_out("".join(f"{words.words(line)}\n" for line in lines))
