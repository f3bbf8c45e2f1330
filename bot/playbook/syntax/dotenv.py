"""Reading the `.env` file beside `bot.yaml`: `NAME=value` lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import tr
from bot.playbook.codes import mistake
from bot.playbook.syntax.source import SourceFile, decode

_LINE = re.compile(r"(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)")
_BEHIND = re.compile(r"\s+#.*$")


def read_dotenv(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """The variables of `folder/.env`, and the lines that are none; both empty where there is no such file.

    A value may stand in single or double quotes, which are taken off; without quotes a ` #` begins a comment.
    No problem shows what a line holds: it may be a secret.
    """
    try:
        if (folder / ".env").is_fifo():  # it would keep us waiting
            return {}, [
                mistake(Place(".env", 1, 1, ""), "dotenv-line", tr('".env" cannot be read: it is no file'))
            ]
        raw = (folder / ".env").read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        return {}, []
    except OSError as error:
        message = tr('".env" cannot be read: {reason}', reason=str(error.strerror))
        return {}, [mistake(Place(".env", 1, 1, ""), "dotenv-line", message)]
    source, problems = decode(".env", raw)
    if problems:
        return {}, problems
    values: dict[str, str] = {}
    for number, found in _assignments(source):
        if found is None:
            message = tr("this line is not NAME=value")
            hint = tr('begin it with "#" if it is a comment')
            problems.append(mistake(Place(".env", number, 1, ""), "dotenv-line", message, hint=hint))
        else:
            values[found[1]] = _value(found[2])
    return values, problems


def line_of(folder: Path, name: str) -> int | None:
    """The line of `folder/.env` that gives this variable its value; `None` where none does."""
    try:
        source, problems = decode(".env", (folder / ".env").read_bytes())
    except OSError:
        return None
    given = [number for number, found in _assignments(source) if found is not None and found[1] == name]
    return given[-1] if given and not problems else None


def _assignments(source: SourceFile) -> Iterator[tuple[int, re.Match[str] | None]]:
    """Each line that is neither empty nor a comment, by its number; `None`: it is not NAME=value."""
    for number, line in enumerate(source.lines, 1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield number, _LINE.fullmatch(text)


def _value(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return _BEHIND.sub("", text)
