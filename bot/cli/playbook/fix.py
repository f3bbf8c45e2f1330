"""`oaflow check --fix`: the repairs that are known, shown as lines and written with a yes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from difflib import unified_diff

from bot.cli.refusal import note
from bot.cli.terminal_text import agreed, write_difference
from bot.model.translatable import Language, tr
from bot.operations.repairs import NotFixed, bytes_of, write_texts
from bot.playbook.autofix.mended import mended
from bot.playbook.load import Loaded
from bot.playbook.report import many_files
from bot.playbook.syntax.source import lines_of


def fixed(
    loaded: Loaded, read: Callable[[Mapping[str, str]], Loaded], words: Language, *, unasked: bool
) -> Loaded:
    """Show the known repairs, write them with a yes, and read again; the playbook as it is then.

    Raises `NotFixed` where nobody can be asked, or a file was changed meanwhile: then none is written.
    """
    folder = loaded.document.folder
    before = {file: bytes_of(folder / file) for file in loaded.sources}
    texts, after = mended(loaded, read)
    if not texts:
        note(tr("no repair is known"), words)
        return loaded
    for line in _difference(loaded.sources, after.sources):
        write_difference(line)
    if not unasked:
        if not sys.stdin.isatty():
            raise NotFixed(tr("nothing is written without a confirmation: add  --yes"))
        if not agreed(tr("write it? {files}", files=many_files(len(texts))), words):
            note(tr("nothing was written"), words)
            return loaded
    write_texts(folder, loaded, texts, before)
    note(tr("written: {files}", files=many_files(len(texts))), words)
    return read({})


def _difference(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """The lines that change, with secrets starred as everywhere."""
    for file in sorted(after):
        old, new = before.get(file, ""), after[file]
        two = [lines_of(text.removesuffix("\n")) for text in (old, new)]
        yield from unified_diff(two[0], two[1], file, file, lineterm="", n=2)
