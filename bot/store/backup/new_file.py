"""A new file that only its owner may read, under its name once it is whole and on the disk."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.store.sealing.keyring import sync_folder

PART = ".part"
"""Behind the name of one that is not whole, and a random word: each that is being written has its own."""


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Writes it; where that breaks off nothing is left.

    Raises `OSError`, also where it is there already, or came meanwhile: that one stays.
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
    """Only one of two who end at the same time has it; disks without hard links know that, too."""
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
