"""The files of imported menus: what would be written, whether it is there already, and writing it.

Pictures first, each file whole or not at all: whoever reads the folder meanwhile finds no menu without its
picture, and after a crash the same import goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from bot.model.translatable import Refusal, row, tr
from bot.operations.menu_import.imported import ImportedArea, ImportedMenu, ImportedTab
from bot.playbook.similar import quoted
from bot.playbook.syntax.folder import is_hidden
from bot.playbook.syntax.folder_names import FOLDERS
from bot.playbook.syntax.source import file_trouble
from bot.playbook.syntax.yaml_text import braces, scalar

MENUS = "rich_menus.yaml"
_HEAD = "# LINE → oaflow richmenu import"
"""The first line of the file of an import."""

FileState: TypeAlias = Literal["new", "changed", "same"]


class MenusNotWritten(Refusal):
    """Files are not written; the sentence says why."""


@dataclass(frozen=True, slots=True)
class MenuFile:
    """A file by its path from the playbook's folder, what is to be in it, and what is there."""

    path: str
    content: bytes
    state: FileState


def folder_for(folder: Path, into: str | None, channel: str) -> str:
    """Where an account's menus go, from the playbook's folder. Raises `MenusNotWritten`."""
    path = Path(f"rules/line-{channel}") if into is None else Path(into)
    whole = (folder / path).resolve()
    root = folder.resolve()
    inside = whole.relative_to(root) if whole.is_relative_to(root) else None
    if inside is None or inside.parts[:1] not in [(name,) for name in FOLDERS] or is_hidden(str(inside)):
        names = row([f"{name}/" for name in FOLDERS], "or")
        raise MenusNotWritten(
            tr(
                "{path} is no folder of the playbook: one lies in {names}",
                path=quoted(str(path)),
                names=names,
            )
        )
    return inside.as_posix()


def menu_files(folder: Path, into: str, menus: Sequence[ImportedMenu], channel: str | None) -> list[MenuFile]:
    """The pictures, then the YAML; `channel` stands on top where the playbook has several."""
    files = [(f"{into}/{tab.image}", tab.line) for menu in menus for tab in menu.tabs]
    pictures = [
        _file(folder, path, line.picture.read_bytes()) for path, line in files if line.picture is not None
    ]
    return [*pictures, _file(folder, f"{into}/{MENUS}", yaml_of(menus, into, channel).encode())]


def _file(folder: Path, path: str, content: bytes) -> MenuFile:
    try:
        there = (folder / path).read_bytes()
    except FileNotFoundError:
        return MenuFile(path, content, "new")
    except OSError as error:
        raise _not_written(path, error) from error
    return MenuFile(path, content, "same" if there == content else "changed")


def write(folder: Path, files: Sequence[MenuFile]) -> None:
    """Write those that are not there. Raises `MenusNotWritten`; what was written until then stays."""
    for file in files:
        if file.state == "same":
            continue
        path = folder / file.path
        draft = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(file.content)
            draft.replace(path)
        except OSError as error:
            raise _not_written(file.path, error) from error


def _not_written(path: str, error: OSError) -> MenusNotWritten:
    return MenusNotWritten(tr("{file}: {why}", file=path, why=file_trouble(error)))


# -- YAML


def yaml_of(menus: Sequence[ImportedMenu], into: str, channel: str | None) -> str:
    """The file of these menus."""
    lines = [_HEAD]
    if channel is not None:
        lines.append(f"channel: {scalar(channel)}")
    if tags := [menu.tag for menu in menus if menu.tag is not None]:
        lines += ["", "tags:", *(f"  {scalar(tag)}: {{added_by: staff}}" for tag in tags)]
    lines += ["", "rich_menus:"]
    for menu in menus:
        lines += _menu(menu, into)
    return "\n".join(lines) + "\n"


def _menu(menu: ImportedMenu, into: str) -> Iterator[str]:
    yield f"  - menu: {scalar(menu.name)}"
    if menu.tag is not None:
        yield f"    if: {braces({'tag': scalar(menu.tag)})}"
    if menu.open:
        yield "    open: true"
    if len(menu.tabs) == 1:
        yield from _face(menu.tabs[0], into, "    ")
        return
    yield "    tabs:"
    for tab in menu.tabs:
        yield f"      {scalar(tab.name)}:"
        yield from _face(tab, into, "        ")


def _face(tab: ImportedTab, into: str, indent: str) -> Iterator[str]:
    yield f"{indent}image: {scalar(f'{into}/{tab.image}')}"
    yield f"{indent}chat_bar: {scalar(tab.chat_bar)}"
    if tab.grid is not None:
        yield f"{indent}grid:"
        yield from (f"{indent}  - {scalar(' '.join(row))}" for row in tab.grid)
    yield f"{indent}areas:"
    for area in tab.areas:
        if area.line is not None:
            yield f"{indent}  # LINE: {area.line}"
        yield f"{indent}  {scalar(area.name)}: {_tap(area, boxed=tab.grid is None)}"


def _tap(area: ImportedArea, *, boxed: bool) -> str:
    keys = {key: scalar(value) for key, value in area.keys.items()}
    if boxed:
        keys["box"] = f"[{', '.join(map(str, area.box))}]"
    return braces(keys or {"label": scalar(area.name)})
