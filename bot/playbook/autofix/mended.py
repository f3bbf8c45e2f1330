"""A playbook with all of its offered repairs made, as often as further ones are offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.playbook.autofix.edits import applied, without_overlap
from bot.playbook.load import Loaded

_ROUNDS = 8
"""How often the playbook is read again, at most: a mended mistake may have hidden others."""


def mended(loaded: Loaded, read: Callable[[Mapping[str, str]], Loaded]) -> tuple[Mapping[str, str], Loaded]:
    """The new texts by file, none where no repair is known, and what is read then.

    `read` gives the playbook with other texts in some of its files. A repair of one mistake on a line waits
    for the one before it.
    """
    texts: dict[str, str] = {}
    for _ in range(_ROUNDS):
        files = {one.place.file for one in loaded.problems if one.repair}
        if not files:
            break
        for file in files:
            repairs = (one.repair for one in loaded.problems if one.place.file == file)
            texts[file] = applied(loaded.document.files[file].text, without_overlap(repairs))
        loaded = read(texts)
    return texts, loaded
