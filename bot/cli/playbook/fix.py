"""`oaflow check --fix`: the repairs that are known, shown as lines and written with a yes."""

from __future__ import annotations

import codecs
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff
from pathlib import Path

from bot.cli.refusal import note
from bot.cli.terminal_text import agreed, write_difference
from bot.model.translatable import Language, Refusal, tr
from bot.playbook.autofix.mended import mended
from bot.playbook.load import Loaded
from bot.playbook.report import many_files
from bot.playbook.syntax.source import file_trouble, lines_of


class NotFixed(Refusal):
    """Nothing was written; the sentence says why."""


def fixed(
    loaded: Loaded, read: Callable[[Mapping[str, str]], Loaded], words: Language, *, unasked: bool
) -> Loaded:
    """Show the known repairs, write them with a yes, and read again; the playbook as it is then.

    Raises `NotFixed` where nobody can be asked, or a file was changed meanwhile: then none is written.
    """
    folder = loaded.document.folder
    before = {file: _bytes(folder / file) for file in loaded.sources}
    texts, after = mended(loaded, read)
    if not texts:
        note(tr("no repair is known"), words)
        return loaded
    for line in _difference(loaded.sources, after.sources):
        write_difference(line)
    if not unasked:
        if not sys.stdin.isatty():
            raise NotFixed(tr("nothing is written without a confirmation: add  --yes"))
        if not agreed(tr("write it? {files} (y/n)", files=many_files(len(texts))), words):
            note(tr("nothing was written"), words)
            return loaded
    _write(folder, loaded, texts, before)
    note(tr("written: {files}", files=many_files(len(texts))), words)
    return read({})


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """The lines that change, with secrets starred as everywhere."""
    for file in sorted(after):
        old, new = before.get(file, ""), after[file]
        two = [lines_of(text.removesuffix("\n")) for text in (old, new)]
        yield from unified_diff(two[0], two[1], file, file, lineterm="", n=2)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _write(
    folder: Path, loaded: Loaded, texts: Mapping[str, str], before: Mapping[str, bytes | None]
) -> None:
    """Write all files, or none where one of them is not as it was when it was read."""
    new: dict[Path, bytes] = {}
    for file, text in texts.items():
        path, raw = (folder / file).resolve(), before[file]
        mark = codecs.BOM_UTF8 if raw is not None and raw.startswith(codecs.BOM_UTF8) else b""
        if raw != mark + loaded.document.files[file].text.encode() or _bytes(path) != raw:
            raise NotFixed(tr("{file} was changed meanwhile: nothing was written", file=file))
        new[path] = mark + text.encode()
    for path, content in new.items():
        try:
            with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".fix-", delete=False) as made:
                made.write(content)
            Path(made.name).chmod(path.stat().st_mode & 0o777)
            Path(made.name).replace(path)
        except OSError as error:
            raise NotFixed(tr("{folder}: {reason}", folder=str(path), reason=file_trouble(error))) from error
