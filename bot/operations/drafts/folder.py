"""Writes a draft into the folder that is served while somebody develops: by a simulator, or with
reloading."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.model.draft import digest
from bot.model.translatable import tr
from bot.operations.drafts.draft import PlaybookDraft
from bot.operations.publishing import PublishRefused
from bot.operations.version_files import within


def write_into(folder: Path, draft: PlaybookDraft) -> None:
    """Write what the draft changes. Raises `PublishRefused`, and nothing is written, where a file there is
    not what the draft began from: somebody edits it outside of the console. Blocks.
    """
    files = [(folder / within(path), one) for path, one in draft.files.items()]
    for path, one in files:
        there = digest(path.read_bytes()) if path.is_file() else None
        if there not in (one.base, one.sha256):  # the draft's own: written before, and not taken over
            raise PublishRefused(
                tr("{file} was changed in its folder, and is not what your draft began from", file=one.path)
            )
    try:
        for path, one in files:
            if one.kind == "removed":
                path.unlink(missing_ok=True)
            else:
                write_whole(path, one.content)
    except OSError as error:
        raise PublishRefused(
            tr("{folder}: {reason}", folder=str(folder), reason=error.strerror or str(error))
        ) from error


def write_whole(path: Path, content: bytes) -> None:
    """At once: who reads meanwhile sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.is_file() else 0o644
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".draft-", delete=False) as new:
        new.write(content)
    Path(new.name).chmod(mode)
    Path(new.name).replace(path)
