"""Repairs of mistakes of a playbook, written into its files, none of which may have changed meanwhile."""

from __future__ import annotations

import codecs
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.model.translatable import Refusal, tr
from bot.playbook.autofix.edits import applied
from bot.playbook.load import Loaded
from bot.playbook.report import repair_key
from bot.playbook.syntax.source import file_trouble


class NotFixed(Refusal):
    """Nothing was written; the sentence says why."""


def bytes_of(path: Path) -> bytes | None:
    """What is in the file now; `None` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def write_texts(
    folder: Path, loaded: Loaded, texts: Mapping[str, str], before: Mapping[str, bytes | None]
) -> None:
    """Write all files, or none where one of them is not as it was when it was read. Raises `NotFixed`.

    All are written beside the old ones first: only a machine that stops between two renames leaves some.
    """
    new: dict[Path, bytes] = {}
    for file, text in texts.items():
        path, raw = (folder / file).resolve(), before[file]
        mark = codecs.BOM_UTF8 if raw is not None and raw.startswith(codecs.BOM_UTF8) else b""
        if raw != mark + loaded.document.files[file].text.encode() or bytes_of(path) != raw:
            raise NotFixed(tr("{file} was changed meanwhile: nothing was written", file=file))
        new[path] = mark + text.encode()
    written: dict[Path, Path] = {}
    path = folder
    try:
        for path, content in new.items():
            written[path] = _beside(path, content)
        for path, made in written.items():
            made.replace(path)
    except OSError as error:
        raise NotFixed(tr("{folder}: {reason}", folder=str(path), reason=file_trouble(error))) from error
    finally:
        for made in written.values():
            made.unlink(missing_ok=True)


def _beside(path: Path, content: bytes) -> Path:
    """A new file beside `path`, with its rights."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".fix-", delete=False) as made:
        made.write(content)
    new = Path(made.name)
    new.chmod(path.stat().st_mode & 0o777)
    return new


def write_repair(loaded: Loaded, key: str) -> None:
    """Write the repair of this `repair_key` into its file; all else in it stays. Blocks.

    Raises `NotFixed` where what was read has no such repair, or the file is another by now.
    """
    for problem in loaded.problems:
        file = problem.place.file
        if problem.repair and repair_key(problem, loaded.sources.get(file, "")) == key:
            folder, text = loaded.document.folder, loaded.document.files[file].text
            before = {file: bytes_of(folder / file)}
            write_texts(folder, loaded, {file: applied(text, problem.repair)}, before)
            return
    raise NotFixed(tr("the files were changed meanwhile: nothing was written"))
