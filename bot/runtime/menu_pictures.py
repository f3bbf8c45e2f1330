"""The pictures of rich menus, read when they are sent to LINE."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.engine.card import FileAddress


class PictureGone(Exception):
    """A file is not what it was when the playbook was read; the text says how."""


def pictures_in(files: Callable[[], Mapping[str, Path]]) -> Callable[[FileAddress], bytes]:
    """Reads pictures; `files` are those of the playbook, by the path of their address.

    What it gives raises `PictureGone`.
    """

    def read(address: FileAddress) -> bytes:
        path = files().get(address.path)
        try:
            content = b"" if path is None else path.read_bytes()
        except OSError as error:
            raise PictureGone(f"{address.file}: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != address.sha256:
            raise PictureGone(f"{address.file} was changed just now")
        return content

    return read
