"""Which files belong to a playbook (language, section 2)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, Unavailable, row, tr
from bot.playbook.codes import mistake
from bot.playbook.shape.schema import SECTIONS
from bot.playbook.similar import hint_for
from bot.playbook.syntax.folder_names import BOT_YAML, FOLDERS
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, place_of
from bot.playbook.syntax.source import FILE_LIMIT

_OURS_ALONE = frozenset({b"rules", b"cards", b"flows", b"rich_menus", b"audiences", b"broadcasts"})
"""Sections that hardly any other YAML file has; the others' names are too common to tell by one of them."""
_TOP = re.compile(rb"^([^\s#:][^:\n]*):(?=\s|$)", re.MULTILINE)
"""A key at the left edge of a file (group 1)."""
_LOOKED_AT = 65536
"""Bytes of a file that are looked at to see whether it looks like a playbook's."""
_NOT_LOOKED_INTO = frozenset({"tests", "node_modules"})
"""Folders with YAML of other kinds; hidden ones are not searched either."""
_DEPTH = 2
"""Levels of folders that are searched for files which look like the playbook's, and are not read."""
_NEAR = 3
"""Playbooks that are named where none was found, at most."""
_SECTIONS = frozenset(name.encode() for name in SECTIONS)


class PlaybookMissing(Unavailable):
    """There is no playbook at the given path, or it cannot be read; the text says which, for people."""


class PlaybookNowhere(PlaybookMissing):
    """There is no such folder or file; `near` are playbooks for a caller's own advice."""

    def __init__(self, folder: Path, path: Path) -> None:
        self.folder = folder
        self.near = _near(folder)
        self.missing = tr("there is no playbook here: {path} does not exist", path=str(path))
        super().__init__(self.with_advice([str(one) for one in self.near], "oaflow new"))

    def with_advice(self, near: Sequence[str], new: str) -> Translatable:
        """The sentence, with how to name those that are near, or else how a new one is begun."""
        if near:
            return tr("{missing}; name one of these: {folders}", missing=self.missing, folders=row(near))
        return tr("{missing}; begin one with  {command}", missing=self.missing, command=new)


def playbook_file(folder_or_file: Path) -> Path:
    """The first file of the playbook in this folder, or this file. Raises `PlaybookMissing`."""
    try:
        path = folder_or_file / BOT_YAML if folder_or_file.is_dir() else folder_or_file
        if not path.exists():
            if folder_or_file.is_dir() and (named := _called_otherwise(folder_or_file)) is not None:
                other = tr("there is no playbook here: rename {file} to {name}", file=named, name=BOT_YAML)
                raise PlaybookMissing(other)
            raise PlaybookNowhere(folder_or_file, path)
        if not path.is_file():
            raise PlaybookMissing(tr("there is no playbook here: {path} is not a file", path=str(path)))
        if (why := _another_file(path)) is not None:
            raise PlaybookMissing(why)
    except (OSError, ValueError) as error:
        raise PlaybookMissing(tr("there is no playbook here: {error}", error=str(error))) from error
    return path


def _near(folder: Path) -> list[Path]:
    """Playbooks around or inside a folder; where it is no folder, those that may be meant."""
    around = playbook_around(folder)
    if not folder.is_dir():
        return _nearby_playbooks(folder, around)
    return [around] if around is not None else playbooks_in(folder)[:_NEAR]


def _nearby_playbooks(folder: Path, around: Path | None) -> list[Path]:
    """Playbooks in the parent folder, or beside the playbook around it: those of a similar name, else all of
    them, at last the one around and the current folder. None where these are the only ones."""
    places = dict.fromkeys([folder.parent, around.parent] if around is not None else [folder.parent])
    playbooks = [one for place in places for one in playbooks_in(place)]
    alike = get_close_matches(folder.name, [one.name for one in playbooks], n=_NEAR)
    if alike:
        return [one for one in playbooks if one.name in alike][:_NEAR]
    here = [playbook for playbook in playbooks if Path(os.path.abspath(playbook)) in (around, Path.cwd())]
    others = [one for one in playbooks if one not in here]
    return others and [*others[: _NEAR - len(here)], *here]


def playbook_around(folder: Path) -> Path | None:
    """The playbook whose folder contains this one; not the folder itself."""
    whole = Path(os.path.abspath(folder))  # `../shop` is not in the current folder
    return next((one for one in whole.parents if (one / BOT_YAML).is_file()), None)


def beside_playbook(folder: Path) -> Path:
    """A folder of this name, or of a numbered one, outside the playbook around it."""
    around = playbook_around(folder)
    if around is None:
        return folder
    return around.parent / (f"{folder.name}-2" if folder.name == around.name else folder.name)


def playbooks_in(folder: Path) -> list[Path]:
    """The folders in it that hold a playbook, by name."""
    if not folder.is_dir():
        return []
    return sorted(one for one in folder.iterdir() if (one / BOT_YAML).is_file())


def _another_file(path: Path) -> Translatable | None:
    """Why a file is not the first of a playbook; `None` where it may be, also under another name."""
    if not _nearly_yaml(path.name):
        return tr("{path} is no playbook: name a folder with {name}", path=str(path), name=BOT_YAML)
    whole = Path(os.path.abspath(path))
    for one in whole.parents:
        if (one / BOT_YAML).is_file() and whole.relative_to(one).parts[0] in FOLDERS:
            return tr(
                "{path} is only one file of a playbook: name its folder, {folder}",
                path=str(path),
                folder=str(one),
            )
    return None


def _called_otherwise(folder: Path) -> str | None:
    """The file that was meant for `bot.yaml`: `bot.yml`, `Bot.yaml`, `bot.yaml.txt`."""
    names = (path.name for path in folder.iterdir() if path.is_file())
    return min(
        (name for name in names if _nearly_yaml(name) and _split(name.lower())[0] == "bot"), default=None
    )


def contents(path: Path) -> bytes:
    """The bytes of a file; of one that is too large the first `FILE_LIMIT` + 1. Raises `PlaybookMissing`."""
    try:
        if path.exists() and not path.is_file():  # a pipe would keep us waiting
            raise PlaybookMissing(tr("the playbook {path} cannot be read: it is no file", path=str(path)))
        with path.open("rb") as file:
            return file.read(FILE_LIMIT + 1)
    except OSError as error:
        raise PlaybookMissing(
            tr("the playbook {path} cannot be read: {reason}", path=str(path), reason=str(error.strerror))
        ) from error


def other_files(folder: Path, first: Node | None) -> tuple[list[str], list[Problem]]:
    """The playbook's files beside the first one, by path from the folder, and what cannot be one of them."""
    files = {file for file in _yaml_files(folder) if file.endswith(".yaml")}
    problems = []
    for pattern in _texts(first, "include"):
        named, problem = _named(folder, pattern)
        files |= named
        problems += problem
    outside = {file for file in files if not _within(folder, file)}
    problems += [_leads_outside(file) for file in sorted(outside)]
    return sorted(files - outside), problems


def _within(folder: Path, file: str) -> bool:
    """Whether a file is in the folder when its links are resolved; a broken link is reported later."""
    try:
        return (folder / file).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):
        return True


def _leads_outside(file: str) -> Problem:
    message = tr("this file is a link that leads out of the playbook's folder")
    hint = tr("put the file itself into the folder")
    return mistake(Place(file, 1, 1, ""), "path-outside", message, hint=hint)


def ordered_files(first: Node | None) -> tuple[str, ...]:
    """The files with a declared order: `bot.yaml` and those of `rule_order`."""
    return (BOT_YAML, *(named.value for named in _texts(first, "rule_order")))


def in_order(files: Sequence[str], first: Node | None) -> tuple[list[str], list[Problem]]:
    """The files with those of `rule_order` in front."""
    listed, problems = [], []
    for named in _texts(first, "rule_order"):
        if named.value in files:
            listed.append(named.value)
        else:
            message = tr('"{named}" is no file of the playbook', named=named.value)
            hint = hint_for(named.value, files)
            problems.append(mistake(place_of(named), "unknown-file", message, hint=hint, width=named.width))
    listed = list(dict.fromkeys(listed))
    return [*listed, *(file for file in files if file not in set(listed))], problems


def not_read(folder: Path, files: Sequence[str]) -> Iterator[Problem]:
    """A warning for each file that looks as if it belonged to the playbook, and is not read."""
    for file in sorted({*_beside(folder), *_yaml_files(folder)} - {*files, BOT_YAML}):
        if not _within(folder, file):
            continue
        stem, ending = _split(file)
        if ending != ".yaml" and file.partition("/")[0] in FOLDERS:
            hint = tr("rename it to {file}.yaml", file=stem)
            message = tr("this file is not read: its name ends in {ending}", ending=ending)
        elif _looks_like_a_playbook(folder / file):
            hint = tr("move it into flows/, rules/ or cards/, or name it in  include:  of bot.yaml")
            message = tr("this file looks like a part of the playbook, and is not read")
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
        if not is_hidden(text):
            paths = [path for path in paths if not is_hidden(path.relative_to(folder).as_posix())]
    except (ValueError, NotImplementedError, OSError):
        paths = []
    if paths:
        return {path.relative_to(folder).as_posix() for path in paths} - {BOT_YAML}, []
    message = tr('"{text}" names no file', text=text)
    hint = tr("write a path from the folder of bot.yaml; * stands for any name, ** for any folders")
    return set(), [mistake(place_of(pattern), "unknown-file", message, hint=hint, width=pattern.width)]


def is_hidden(path: str) -> bool:
    """Whether a file, or a folder around it, has a name with a dot in front: not written by people.

    Editors and systems put such files beside those that are edited: `.#x.yaml` (Emacs), `._x.yaml` (macOS).
    """
    return any(part.startswith(".") and part not in (".", "..") for part in path.split("/"))


def _of_another(folder: Path, path: Path) -> bool:
    """Whether a file is in a folder that is a playbook of its own."""
    parents = path.relative_to(folder).parents
    return any((folder / parent / BOT_YAML).exists() for parent in parents if parent != Path("."))


def _yaml_files(folder: Path) -> Iterator[str]:
    """The YAML files below the three folders, also behind `.txt`; not hidden ones, or another playbook's."""
    for name in FOLDERS:
        for where, folders, files in os.walk(folder / name):
            if BOT_YAML in files:
                folders.clear()
                continue
            folders[:] = [one for one in folders if not is_hidden(one)]
            for file in files:
                if _nearly_yaml(file) and not is_hidden(file):
                    yield (Path(where) / file).relative_to(folder).as_posix()


def _beside(folder: Path, within: str = "", depth: int = _DEPTH) -> Iterator[str]:
    """YAML files beside `bot.yaml`, and in other folders than the three; not those of another playbook."""
    with os.scandir(folder / within) as entries:
        sorted_entries = sorted(entries, key=lambda entry: entry.name)
    if within and any(entry.name == BOT_YAML for entry in sorted_entries):
        return
    for entry in sorted_entries:
        path = f"{within}{entry.name}"
        if is_hidden(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            if (
                depth
                and path not in FOLDERS
                and entry.name not in _NOT_LOOKED_INTO
                and not entry.name.startswith("_")
            ):
                yield from _beside(folder, f"{path}/", depth - 1)
        elif _is_yaml(entry.name) and entry.is_file():
            yield path


def _is_yaml(name: str) -> bool:
    return name.lower().endswith((".yaml", ".yml"))


def _nearly_yaml(name: str) -> bool:
    return _is_yaml(name.lower().removesuffix(".txt"))


def _split(file: str) -> tuple[str, str]:
    """A file without its ending, and the ending: `.yml`, or `.yaml.txt`, which Windows shows as `.yaml`."""
    match = re.fullmatch(r"(.*?)(\.ya?ml(?:\.txt)?)", file, re.IGNORECASE | re.DOTALL)
    assert match is not None, "only such files are looked at"
    return match[1], match[2]


def _looks_like_a_playbook(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            names = set(_TOP.findall(file.read(_LOOKED_AT)))
    except OSError:
        return False
    return not names.isdisjoint(_OURS_ALONE) or (bool(names) and names <= _SECTIONS)


def _texts(first: Node | None, section: str) -> list[Scalar]:
    """The texts of a list in the first file."""
    listed = first.get(section) if isinstance(first, Map) else None
    items = listed.items if isinstance(listed, List) else []
    return [item for item in items if isinstance(item, Scalar) and not item.nothing]
