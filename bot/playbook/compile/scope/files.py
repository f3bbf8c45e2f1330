"""The files that a playbook names, such as pictures and lists: they lie in its folder."""

from __future__ import annotations

import os
from os.path import isfile
from pathlib import Path

from bot.model.problem import Level
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import files_alike, find_file
from bot.playbook.hints import write
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Scalar


def existing_file(
    scope: Scope,
    node: Scalar,
    code: Code = "unknown-file",
    hint: Translatable | None = None,
    level: Level = "error",
    last_hint: Translatable | None = None,
    is_read: bool = True,
) -> Path | None:
    """The path of an existing file in the playbook's folder; `None`, and reported, where there is none.

    `hint` is advice for a missing file, `last_hint` the advice where nothing else helps. `is_read`: the
    version of the playbook depends on its content.
    """
    written = node.value
    path = (scope.folder / written).resolve()
    if not path.is_relative_to(scope.folder.resolve()):
        message = tr("{written} leads out of the playbook's folder", written=quoted(written))
        scope.wrong(node, "path-outside", message, tr("put the file into the folder"))
        return None
    if not isfile(path):  # also false for a name that the file system refuses
        message = tr("there is no file {written} in the playbook's folder", written=quoted(written))
        slashes = written.replace("\\", "/")
        similar = hint_for(written, files_alike(scope.folder, path))
        if similar is None and (path_below := find_file(scope.folder, slashes)) is not None:
            similar = write(path_below)
        if slashes != written and isfile(scope.folder / slashes):
            similar = write(slashes)
        last_hint = last_hint or tr("put the file into the folder, or mend its path")
        advice = similar or hint or last_hint
        scope.wrong(node, code, message, advice, note=hint if similar else None, level=level)
        return None
    if is_read:
        name = os.path.relpath(written, scope.folder) if os.path.isabs(written) else written
        scope.book.beside[os.path.normpath(name)] = path
    return path
