"""The folder of a new playbook: whether it may be made there, and writing it; nothing is ever overwritten."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from os.path import abspath, relpath
from pathlib import Path

from bot.model.translatable import Quoted, Refusal, tr
from bot.operations.new_playbook.starter import SECRET
from bot.playbook.syntax.folder import beside_playbook, playbook_around
from bot.playbook.syntax.source import file_trouble

ODD = frozenset('<>:"|?*\\')
"""What no name may hold on Windows, where the folder may be opened with an editor."""
DEFAULT = "my-shop"


def default_folder(here: Path) -> str:
    """The default folder of a new one: here, or beside the playbook of the current folder."""
    return relpath(beside_playbook(here.resolve() / DEFAULT), here.resolve())


def free_folder(here: Path) -> str:
    """The folder that is proposed: the usual one, with a number where it is taken."""
    usual = default_folder(here)
    names = itertools.chain([usual], (f"{usual}-{number}" for number in itertools.count(2)))
    return next(name for name in names if not _is_taken(here / name))


def may_be_made(written: str) -> Path:
    """The folder that is meant, whole. Raises `Refusal` where it cannot, or should not, be made."""
    if not written.strip():
        raise Refusal(tr("nothing is written there"))
    folder = Path(abspath(Path(_half_width(written.strip())).expanduser()))
    try:
        _is_free(folder)
        for part in (one.name for one in (folder, *folder.parents) if not one.exists()):
            _may_be_called(part)
    except OSError as error:
        raise _cannot(str(folder), error) from error
    if (around := playbook_around(folder)) is not None:
        raise Refusal(
            tr(
                "{path} is inside another playbook, {around}: choose a folder of its own, such as {beside}",
                path=str(folder),
                around=str(around),
                beside=relpath(beside_playbook(folder)),
            )
        )
    return folder


def _half_width(path: str) -> str:
    """As it is meant where a Chinese keyboard has written it: `～／我的店`."""
    path = path.replace("／", "/")
    return f"~{path[1:]}" if path == "～" or path.startswith("～/") else path


def _is_taken(folder: Path) -> bool:
    return folder.exists() and (not folder.is_dir() or any(folder.iterdir()))


def _is_free(folder: Path) -> None:
    path = str(folder)
    if folder.exists() and not folder.is_dir():
        raise Refusal(tr("{path} is a file: choose another name", path=path))
    if _is_taken(folder):
        raise Refusal(tr("{path} is not empty, and nothing is overwritten: choose another name", path=path))


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Make the folder with these files, or leave nothing behind. Raises `Refusal`."""
    made: list[Path] = []
    try:
        for name, text in files.items():
            path = folder / name
            _make(path.parent, made)
            path.touch(0o600 if name == SECRET else 0o666, exist_ok=False)  # less what the umask takes
            made.append(path)
            path.write_bytes(text.encode())
    except OSError as error:
        _take_away(made)
        raise _cannot(str(error.filename or folder), error) from error


def _make(folder: Path, made: list[Path]) -> None:
    if not folder.is_dir():
        _make(folder.parent, made)
        folder.mkdir()
        made.append(folder)


def _take_away(made: list[Path]) -> None:
    for path in reversed(made):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()


def _may_be_called(name: str) -> None:
    if name.startswith((".", "-", "~")):
        raise Refusal(tr("{name} cannot begin with {sign}", name=Quoted(name), sign=Quoted(name[0])))
    if name.endswith((".", " ")):
        raise Refusal(tr("{name} cannot end with {sign}", name=Quoted(name), sign=Quoted(name[-1])))
    odd = next((c for c in name if c in ODD or not c.isprintable()), None)
    if odd is not None and odd.isprintable():
        raise Refusal(tr("the name of a folder cannot have {sign} in it", sign=Quoted(odd)))
    if odd is not None:
        raise Refusal(tr("there is a character in it that nobody can see: type it anew"))


def _cannot(path: str, error: OSError) -> Refusal:
    why = file_trouble(error)
    if isinstance(error, PermissionError):
        refusal = tr("{path} cannot be written: you may not write there; choose another folder", path=path)
        return Refusal(refusal)
    return Refusal(tr("{path} cannot be written: {why}", path=path, why=why))
