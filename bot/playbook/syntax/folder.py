"""Which files belong to a playbook."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from bot.model.decision import Place
from bot.model.problem import Problem
from bot.playbook.codes import mistake
from bot.playbook.shape.language import FOLDERS
from bot.playbook.syntax.source import FILE_LIMIT

BOT_YAML = "bot.yaml"


class PlaybookMissing(Exception):
    """There is no playbook at the given path, or it cannot be read; the text says which, for people."""


def playbook_file(folder_or_file: Path) -> Path:
    """The first file of the playbook in this folder, or this file. Raises `PlaybookMissing`."""
    try:
        path = folder_or_file / BOT_YAML if folder_or_file.is_dir() else folder_or_file
        if not path.exists():
            raise PlaybookMissing(f"there is no playbook here: {path} does not exist")
        if not path.is_file():
            raise PlaybookMissing(f"there is no playbook here: {path} is not a file")
    except (OSError, ValueError) as error:
        raise PlaybookMissing(f"there is no playbook here: {error}") from error
    return path


def contents(path: Path) -> bytes:
    """The bytes of a file, one more than allowed where there are more. Raises `PlaybookMissing`."""
    try:
        with path.open("rb") as file:
            return file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise PlaybookMissing(f"the playbook {path} cannot be read: {error.strerror}") from error


def files_to_come(folder: Path) -> list[Problem]:
    """A problem for each file of the playbook's folders that the language reads, and this version not yet."""
    problems = []
    for file in _yaml_files(folder):
        place = Place(file, 1, 1, "")
        if file.endswith(".yml"):
            message = "this file is not read: its name ends in .yml"
            hint = f"rename it to {file.removesuffix('.yml')}.yaml"
            problems.append(mistake(place, "file-not-read", message, hint=hint, level="warning"))
        else:
            message = f'"{file}" belongs to the playbook, but this version of oaflow reads {BOT_YAML} only'
            hint = f"move its sections into {BOT_YAML}"
            problems.append(mistake(place, "not-yet", message, hint=hint))
    return problems


def _yaml_files(folder: Path) -> Iterator[str]:
    """The YAML files below the three folders, but for folders that are playbooks of their own."""
    for name in FOLDERS:
        for where, folders, files in os.walk(folder / name):
            if BOT_YAML in files:
                folders.clear()
                continue
            for file in files:
                if file.endswith((".yaml", ".yml")):
                    yield (Path(where) / file).relative_to(folder).as_posix()
