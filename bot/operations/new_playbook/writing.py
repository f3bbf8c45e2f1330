"""A playbook of one's own: checked, then written into its new folder."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.model.translatable import Refusal, tr
from bot.operations.new_playbook.folder import may_be_made, write
from bot.operations.new_playbook.starter import Starter, answer_of, files, name_of, questions_of
from bot.playbook.load import load


def sound(starter: Starter, language: str) -> Starter:
    """It, where its files have not even a warning. Raises `Refusal`, with what `check` would say."""
    with tempfile.TemporaryDirectory(prefix="oaflow-new-") as folder:
        write(Path(folder), files(starter, language))
        problems = load(Path(folder), {}).problems
    if problems:
        raise Refusal(tr("that cannot stand in a playbook: {why}", why=problems[0].message))
    return starter


def write_own(parent: Path, folder: str, name: str, asked: str, answer: str, language: str) -> Path:
    """Write a playbook into the new `folder` in `parent`; where it lies. Nothing is overwritten. Blocks.

    Raises `Refusal` where an answer cannot stand in a playbook, or the folder cannot be made.
    """
    starter = Starter(name_of(name), questions_of(asked, language), answer_of(answer))
    if "/" in folder or "\\" in folder:
        raise Refusal(tr("only the name of the folder: it is made in {parent}", parent=str(parent)))
    path = may_be_made(str(parent / folder.strip()) if folder.strip() else "")
    write(path, files(sound(starter, language), language))
    return path
