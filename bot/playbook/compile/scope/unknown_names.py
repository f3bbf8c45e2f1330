"""Words the finding for a name that a section does not declare, or a file that the folder does not have: with
the most similar name, or with how one is declared."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os.path import isdir
from pathlib import Path

from bot.model.problem import Level
from bot.model.translatable import Quoted, Translatable, row, tr
from bot.playbook.codes import Code
from bot.playbook.compile.scope.book import Book
from bot.playbook.compile.scope.known_names import EVERYONE, PAGE_OF
from bot.playbook.hints import of_kind, write
from bot.playbook.shape.declaring import declared_in
from bot.playbook.shape.formats import FORMATS as SHAPES
from bot.playbook.shape.promotions import named_kinds
from bot.playbook.shape.sections import Section
from bot.playbook.shape.times import suggest_window
from bot.playbook.similar import LISTED, hint_for, nearest, quoted
from bot.playbook.syntax.entries import mentions
from bot.playbook.syntax.nodes import Map, scalars, text_at

_EVERYBODY = frozenset(
    ("全部", "所有人", "全體", "大家", "每個人", "所有好友", "全部好友", "所有客人", "all", "everybody")
)
"""Words that mean the audience `everyone`."""
BINDING = "phone_binding"
"""The flow of the worked example that binds phones."""
BINDING_FILES = (
    "flows/phone_binding.yaml",
    "cards/binding.yaml",
    "cards/binding.png",
    "cards/binding_card.png",
)
"""The files of the worked example that a playbook copies to have that flow (docs/pages.md)."""


@dataclass(frozen=True, slots=True)
class NameFault:
    """What is wrong with a name, for a finding at the place where it is written."""

    code: Code
    message: Translatable
    hint: Translatable | None = None
    level: Level = "error"


def is_refused(book: Book, section: Section, name: str) -> bool:
    """Whether an earlier phase refused the entry of this name, or may have: then it is not reported as
    unknown."""
    sections = {"pages": ("flows", "forms"), "menus": ("rich_menus",)}.get(section, (section,))
    if section == "pages" and name in PAGE_OF:
        sections = (PAGE_OF[name],)
    if any((of, name) in book.refused for of in sections):
        return True
    if name in book.names.get(section, ()):
        return False
    refused = [(of, node) for of, node in book.left_out if of in sections and (of, "") in book.refused]
    texts = [one.value for _, node in refused for one in scalars(node, with_keys=True)]
    return mentions(" ".join((*(of for of, _ in refused), *texts)), [name])


_DAYS = {"週末": '"sat,sun"', "平日": "mon-fri", "週間": "mon-fri", "上班日": "mon-fri"}
"""Words for days of the week, and how these are written."""


def unknown(book: Book, section: Section, name: str, known: Iterable[str], of: str = "text") -> NameFault:
    """The fault that a section does not declare this name, with advice. `known` are the names that it has.

    `of` is for the advice: the type of the attribute, or the tag of the audience, that is to be declared.
    """
    code = named_kinds()[section].unknown
    names = sorted(known)
    no_name = SHAPES["name"](name) if section == "attributes" else None
    if no_name is not None:
        return NameFault(
            no_name.code, tr("{whose} {says}", whose=quoted(name), says=no_name.says), no_name.hint
        )
    if section == "attributes" and name in ("tag", "tags", "標籤"):
        hint = tr("an answer is kept in an attribute:  save: favourite,  and  attributes: {favourite: text}")
        return NameFault(code, _not_called(section, name, names), hint)
    meant = (suggest_window(name) or _DAYS.get(name)) if section == "hours" else None
    if meant is not None:
        return NameFault(code, _not_called(section, name, names), write(meant))
    if (titled := _with_title(book, section, name)) is not None:
        hint = of_kind("name", tr("here it is called {name}", name=Quoted(titled)))
        return NameFault(code, _not_called(section, name, names), hint)
    if section == "flows" and (name in book.section("forms") or ("forms", name) in book.refused):
        hint = tr("{name} is a form: a button opens it,  {tap}", name=quoted(name), tap=_opens(name))
        return NameFault(code, _not_called(section, name, names), hint)
    if section == "audiences" and name.casefold() in _EVERYBODY:
        return NameFault(
            code,
            _not_called(section, name, names),
            of_kind("name", tr("for everybody write  {word}", word=EVERYONE)),
        )
    return NameFault(
        code, _not_called(section, name, names), hint_for(name, names) or _declared(book, section, name, of)
    )


def _with_title(book: Book, section: Section, title: str) -> str | None:
    """The name of the entry with this title, which people may write instead."""
    entries = book.section(section).items()
    return next(
        (name for name, (_, one) in entries if isinstance(one, Map) and text_at(one, "title") == title), None
    )


def _opens(page: str) -> str:
    """A tap that opens a page."""
    return f"{{label: 填寫, page: {page}}}"


def _not_called(section: Section, name: str, names: Sequence[str]) -> Translatable:
    """That nothing in the section has this name; with all names, if they are few."""
    thing = named_kinds()[section].thing
    if not 0 < len(names) <= LISTED:
        if section == "hours":
            return tr("no {thing} are called {name}", thing=thing, name=quoted(name))
        return tr("no {thing} is called {name}", thing=thing, name=quoted(name))
    known = tr("there is {names}", names=names[0])
    if len(names) > 1:
        known = tr("there are {names}", names=row(names))
    if section == "hours":
        return tr("no {thing} are called {name}, {known}", thing=thing, name=quoted(name), known=known)
    return tr("no {thing} is called {name}, {known}", thing=thing, name=quoted(name), known=known)


def _declared(book: Book, section: Section, name: str, of: str) -> Translatable | None:
    """Advice how an entry of this name is declared."""
    if section in ("flows", "pages") and name == BINDING:
        return tr("the worked example has it: copy  {files}  from there", files=row(BINDING_FILES))
    if section == "tags":
        return put_on(book.root, name)
    entry = named_kinds()[section].entry
    if entry is None:
        return None
    where = declared_in(book.root, section, name, entry.replace("OF", of).replace("NAME", name))
    if section == "hours":
        dates = f"{name}: [2027-01-01, 2027-02-05..2027-02-10]"
        return tr("declare them: {where};  holidays:  {dates}", where=where, dates=dates)
    return tr("declare it: {where}", where=where)


def put_on(root: Map, tag: str) -> Translatable:
    """Advice how contacts get a tag that is tested, and that nothing in the playbook adds."""
    return tr(
        "write  add_tags: [{tag}]  where it begins; where staff put it on, {where}",
        tag=tag,
        where=declared_in(root, "tags", tag, "{added_by: staff}"),
    )


def files_alike(folder: Path, path: Path) -> list[str]:
    """The file in the folder of a missing one with the most similar name, as the playbook writes it; or
    none."""
    if not isdir(path.parent):
        return []
    files = {
        one.name: str(one.relative_to(folder.resolve())) for one in path.parent.iterdir() if one.is_file()
    }
    match = nearest(path.name, files)  # the name alone: all have the folder in common
    return [files[match]] if match else []


def find_file(folder: Path, written: str) -> str | None:
    """The path of a file with this name in the playbook's folder or one folder below it; case does not
    matter."""
    name = written.rpartition("/")[2].casefold()
    readable = (one for one in sorted(folder.iterdir()) if one.is_dir() and os.access(one, os.R_OK | os.X_OK))
    below = [folder, *(one for one in readable if not one.name.startswith("."))]
    files = (
        file
        for one in below
        for file in sorted(one.iterdir())
        if file.name.casefold() == name and file.is_file()
    )
    return next((str(file.relative_to(folder)) for file in files), None)
