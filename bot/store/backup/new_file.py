"""Writes a new file that only its owner may read, and that has its name only once it is complete and synced.

For backups: an incomplete file must not be taken for a complete one.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.store.sealing.keyring import sync_folder

PART = ".part"
"""The suffix of a file that is not complete, after its name and a random word."""


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing, which gets the name `path` at the end; an exception leaves nothing of it.

    Raises `OSError`, also where `path` exists already, or by the end: the existing file stays.
    """
    if path.exists():
        raise FileExistsError(17, "File exists", str(path))
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _take_name(path)
        try:
            os.replace(part, path)
        except BaseException:
            path.unlink()
            raise
        sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _take_name(path: Path) -> None:
    """Create an empty file at `path`, which fails where it exists: of two writers one gets the name.

    Works on file systems without hard links, too.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
