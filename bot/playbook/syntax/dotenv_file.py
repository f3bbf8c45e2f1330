"""Writing new values into `.env`, as when secrets are rotated: only their lines change (requirement A11)."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bot.model.translatable import Refusal, tr
from bot.playbook.syntax.environment import line_of, read_dotenv


class DotenvNotWritten(Refusal):
    """`.env` could not be written, and is as it was. The message says why, and shows no value."""


def write_dotenv(folder: Path, values: Mapping[str, str]) -> None:
    """Give these variables of `folder/.env` other values, all at once: a reader has the old file or the new
    one. The file's mode and owner stay, and a link to it stays one.

    Raises `DotenvNotWritten`, also where a variable has no line there, or would be read as another value.
    """
    path = (folder / ".env").resolve()
    numbers = {name: line_of(folder, name) for name in values}
    try:
        lines = path.read_bytes().decode("utf-8").split("\n")
        for name, number in numbers.items():
            if number is None:
                raise DotenvNotWritten(tr("{name} has no line in .env", name=name))
            lines[number - 1] = _with_value(lines[number - 1], values[name])
        _replace(path, "\n".join(lines), folder, values)
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise DotenvNotWritten(tr(".env cannot be written: {why}", why=why)) from None


def _with_value(line: str, value: str) -> str:
    end = "\r" if line.endswith("\r") else ""
    before = re.match(r"[^=]*=", line)
    assert before is not None, "it gives a value"
    return f"{before[0]}{value}{end}"


def _replace(path: Path, text: str, folder: Path, values: Mapping[str, str]) -> None:
    with tempfile.TemporaryDirectory(prefix=".env-", dir=path.parent) as beside:
        new = Path(beside) / ".env"
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        found, problems = read_dotenv(Path(beside))
        known, _ = read_dotenv(folder)
        if problems or found != {**known, **values}:
            raise DotenvNotWritten(tr("a new value cannot stand in .env as it is"))
        status = path.stat()
        new.chmod(status.st_mode & 0o7777)
        with suppress(PermissionError):  # only root gives files away
            os.chown(new, status.st_uid, status.st_gid)
        new.replace(path)
