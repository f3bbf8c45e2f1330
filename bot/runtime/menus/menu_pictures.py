"""The pictures of rich menus, read when they are sent to LINE."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from bot.engine.compiled.card import FileAddress
from bot.model.said import Refusal, say


class PictureGone(Refusal):
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
            why = error.strerror or str(error)
            raise PictureGone(say("{file}: {why}", file=address.file, why=why)) from error
        if hashlib.sha256(content).hexdigest() != address.sha256:
            raise PictureGone(say("{file} was changed just now", file=address.file))
        return content

    return read
