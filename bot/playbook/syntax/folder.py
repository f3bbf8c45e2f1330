"""Which files belong to a playbook (language, section 2)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.said import Said, say
from bot.playbook.codes import mistake
from bot.playbook.similar import hint_for, nearest
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of
from bot.playbook.syntax.source import FILE_LIMIT

BOT_YAML = "bot.yaml"
FOLDERS = ("cards", "flows", "rules")
"""The folders beside `bot.yaml` whose YAML files belong to the playbook, at any depth."""

_PLAYBOOK_LIKE = re.compile(rb"^(?:rules|cards|flows|rich_menus|audiences|broadcasts):", re.MULTILINE)
_LOOKED_AT = 65536
"""Bytes of a file that are looked at to see whether it looks like a playbook's."""


class PlaybookMissing(Exception):
    """There is no playbook at the given path, or it cannot be read; the text says which, for people."""

    def __init__(self, said: Said) -> None:
        super().__init__(str(said))
        self.said = said


def playbook_file(folder_or_file: Path) -> Path:
    """The first file of the playbook in this folder, or this file. Raises `PlaybookMissing`."""
    try:
        path = folder_or_file / BOT_YAML if folder_or_file.is_dir() else folder_or_file
        if not path.exists():
            raise PlaybookMissing(say("there is no playbook here: {path} does not exist", path=str(path)))
        if not path.is_file():
            raise PlaybookMissing(say("there is no playbook here: {path} is not a file", path=str(path)))
    except (OSError, ValueError) as error:
        raise PlaybookMissing(say("there is no playbook here: {error}", error=str(error))) from error
    return path


def contents(path: Path) -> bytes:
    """The bytes of a file, one more than allowed where there are more. Raises `PlaybookMissing`."""
    try:
        if path.exists() and not path.is_file():  # a pipe would keep us waiting
            raise PlaybookMissing(say("the playbook {path} cannot be read: it is no file", path=str(path)))
        with path.open("rb") as file:
            return file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise PlaybookMissing(
            say("the playbook {path} cannot be read: {reason}", path=str(path), reason=str(error.strerror))
        ) from error


def other_files(folder: Path, first: Node | None) -> tuple[list[str], list[Problem]]:
    """The playbook's files beside the first one, by path from the folder, and what cannot be one of them."""
    found = {file for file in _yaml_files(folder) if file.endswith(".yaml")}
    problems = []
    for pattern in _texts(first, "include"):
        named, problem = _named(folder, pattern)
        found |= named
        problems += problem
    outside = {file for file in found if not _within(folder, file)}
    problems += [_leads_outside(file) for file in sorted(outside)]
    return sorted(found - outside), problems


def _within(folder: Path, file: str) -> bool:
    """Whether a file lies in the folder also behind its links; one that cannot be followed is told later."""
    try:
        return (folder / file).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return True


def _leads_outside(file: str) -> Problem:
    message = say("this file is a link that leads out of the playbook's folder")
    hint = say("put the file itself into the folder")
    return mistake(Place(file, 1, 1, ""), "path-outside", message, hint=hint)


def ordered_files(first: Node | None) -> tuple[str, ...]:
    """The files whose order is said: `bot.yaml` and those of `rule_order`."""
    return (BOT_YAML, *(named.value for named in _texts(first, "rule_order")))


def in_order(files: Sequence[str], first: Node | None) -> tuple[list[str], list[Problem]]:
    """The files with those of `rule_order` in front."""
    listed, problems = [], []
    for named in _texts(first, "rule_order"):
        if named.value in files:
            listed.append(named.value)
        else:
            message = say('"{named}" is no file of the playbook', named=named.value)
            hint = hint_for(named.value, files)
            problems.append(mistake(place_of(named), "unknown-file", message, hint=hint, width=named.width))
    listed = list(dict.fromkeys(listed))
    return [*listed, *(file for file in files if file not in set(listed))], problems


def not_read(folder: Path, files: Sequence[str]) -> Iterator[Problem]:
    """A warning for each file that looks as if it belonged to the playbook, and is not read."""
    for file in sorted({*_beside(folder), *_yaml_files(folder)} - {*files, BOT_YAML}):
        if not _within(folder, file):
            continue
        if file.endswith(".yml") and file.partition("/")[0] in FOLDERS:
            hint = say("rename it to {file}.yaml", file=file.removesuffix(".yml"))
            message = say("this file is not read: its name ends in .yml")
        elif _looks_like_a_playbook(folder / file):
            hint = say("move it into flows/, rules/ or cards/, or name it in  include:  of bot.yaml")
            message = say("this file looks like a part of the playbook, and is not read")
        else:
            continue
        yield mistake(Place(file, 1, 1, ""), "file-not-read", message, hint=hint, level="warning")


def _named(folder: Path, pattern: Scalar) -> tuple[set[str], list[Problem]]:
    """The files that a pattern of `include` names."""
    text = pattern.value
    if text.startswith(("/", "\\", "~")) or ".." in re.split(r"[\\/]", text) or not text.strip():
        return set(), []
    try:
        paths = [path for path in folder.glob(text) if path.is_file() and not _of_another(folder, path)]
    except (ValueError, NotImplementedError, OSError):
        paths = []
    if paths:
        return {path.relative_to(folder).as_posix() for path in paths} - {BOT_YAML}, []
    message = say('"{text}" names no file', text=text)
    hint = say("write a path from the folder of bot.yaml; * stands for any name, ** for any folders")
    return set(), [mistake(place_of(pattern), "unknown-file", message, hint=hint, width=pattern.width)]


def _of_another(folder: Path, path: Path) -> bool:
    """Whether a file lies in a folder that is a playbook of its own."""
    parents = path.relative_to(folder).parents
    return any((folder / parent / BOT_YAML).exists() for parent in parents if parent != Path("."))


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


def _beside(folder: Path) -> Iterator[str]:
    """YAML files beside `bot.yaml`, and in folders whose name is nearly one of the three."""
    for path in folder.iterdir():
        if path.is_dir() and path.name not in FOLDERS and nearest(path.name, FOLDERS):
            if not (path / BOT_YAML).exists():
                yield from (f"{path.name}/{inner.name}" for inner in path.iterdir() if _is_yaml(inner))
        elif _is_yaml(path):
            yield path.name


def _is_yaml(path: Path) -> bool:
    return path.suffix in (".yaml", ".yml") and path.is_file()


def _looks_like_a_playbook(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _PLAYBOOK_LIKE.search(file.read(_LOOKED_AT)) is not None
    except OSError:
        return False


def _texts(first: Node | None, section: str) -> list[Scalar]:
    """The texts of a list in the first file."""
    listed = first.get(section) if isinstance(first, Map) else None
    items = listed.items if isinstance(listed, List) else []
    return [item for item in items if isinstance(item, Scalar) and not item.nothing]
