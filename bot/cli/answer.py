"""An answer on stdout: as JSON for programs, or as lines for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from bot.cli.terminal_text import write_out
from bot.model.translatable import ENGLISH, Language, TranslatableValue
from bot.operations.payload import as_json
from bot.playbook.report import cells


def show_answer(
    payload: object, lines: Iterable[TranslatableValue], *, for_programs: bool, words: Language = ENGLISH
) -> None:
    """Print it in this language, harmless to a terminal."""
    if for_programs:
        write_out(json.dumps(as_json(payload, words), ensure_ascii=False, indent=2) + "\n")
    else:
        write_out("".join(f"{words.words(line)}\n" for line in lines))


def in_columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Rows as lines, each column as wide as its widest cell on a terminal."""
    wide = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, wide, strict=True))
        yield "  ".join(padded).rstrip()
