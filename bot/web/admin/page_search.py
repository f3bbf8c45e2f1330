"""Which pages of the console a text finds, of those that a role may open: by title, by what is done there
and other words for it, in the reader's language and in English; and which changes of the catalog of
operations are made on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bot.engine.texts.text import fold
from bot.model.admin import AdminRole
from bot.model.translatable import ENGLISH, Language, Translatable
from bot.operations.catalog.operation import Operation
from bot.operations.catalog.registry import all_operations
from bot.web.admin.navigation import SECTIONS, current, titled
from bot.web.admin.route import AdminRoute

PAGES, CHANGES = 8, 5
"""The most pages, and changes, that a text finds."""
_OTHER_PAGE = {"many": "contacts", "matches": "forms", "sms": "binding", "chats": "chat"}
"""The pages of subjects of operations that are not called as their subject."""


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page, or what is done on one; `beside`: what it says of itself, or which page it is."""

    title: str
    to: str
    """The address."""
    icon: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page with an entry, and what is done on the pages below it."""

    row: AdminRoute
    tasks: Sequence[AdminRoute]


def all_pages(
    role: AdminRole, table: Sequence[AdminRoute]
) -> Sequence[tuple[Translatable, Sequence[ListedPage]]]:
    """All pages of a role, by the sections of the navigation."""
    rows, tasks = list(_pages(role, table)), list(_tasks(role, table))
    listed = [(row, [one for one in tasks if current(one.path, table) == row.path]) for row in rows]
    return [
        (title, found)
        for section, title in SECTIONS.items()
        if (found := [ListedPage(row, below) for row, below in listed if row.section == section])
    ]


def pages_found(
    text: str, role: AdminRole, words: Language, table: Sequence[AdminRoute]
) -> Sequence[FoundPage]:
    """The pages that a text finds, those first whose title begins so; all with an entry for an empty text."""
    found: list[tuple[int, FoundPage]] = []
    for row in _pages(role, table):
        title, says = _said(row.title, words), _said(row.says, words)
        page = FoundPage(title, row.path, row.icon, says)
        found.append((_rank(text, _both(row.title, words), *_both(row.says, words, row.known_as)), page))
    for row in _tasks(role, table) if text else ():
        above = next((one for one in table if one.path == current(row.path, table) and one.title), None)
        beside = _said(None if above is None else above.title, words)
        page = FoundPage(_said(row.task, words), row.path, "next" if above is None else above.icon, beside)
        found.append((_rank(text, _both(row.task, words)), page))
    fitting = sorted((one for one in found if one[0] < _NONE), key=lambda one: one[0])
    return [page for _, page in fitting][: PAGES if text else None]


def changes_found(
    text: str, role: AdminRole, words: Language, table: Sequence[AdminRoute]
) -> Sequence[FoundPage]:
    """What operations change, where a text finds their sentence: each with the page where it is done."""
    pages, help_ = {row.path: row for row in _pages(role, table)}, words.within("help")
    found: list[FoundPage] = []
    for operation, says in _changes() if text else ():
        page = pages.get(f"/admin/{_OTHER_PAGE.get(operation.subject, operation.subject)}")
        if page is None or role not in operation.roles:
            continue
        here = help_.text(says)
        if _rank(text, (here, ENGLISH.text(says))) < _NONE:
            title = f"{here[:1].upper()}{here[1:]}"
            found.append(FoundPage(title, page.path, page.icon, _said(page.title, words)))
    return found[:CHANGES]


@cache
def _changes() -> Sequence[tuple[Operation[..., Any], Translatable]]:
    """The operations that people carry out, each with its sentence of the help, as it stands behind the name
    of a command."""
    found: list[tuple[Operation[..., Any], Translatable]] = []
    for one in all_operations():
        if one.changes and not one.is_offer and not {"command", "console"} & one.not_in.keys():
            sentence = f"{one.says[:1].lower()}{one.says[1:]}".removesuffix(".")
            found.append((one, Translatable(sentence)))
    return found


_NONE = 3


def _rank(text: str, titles: Sequence[str], *others: str) -> int:
    """How well a text fits: 0 where a title begins so, 1 where it has all its words, 2 where they stand
    elsewhere; `_NONE`: not at all."""
    wanted = fold(text)
    folded = [fold(one) for one in titles]
    if any(one.startswith(wanted) for one in folded):
        return 0
    if any(all(word in one for word in wanted.split()) for one in folded):
        return 1
    everywhere = " ".join((*folded, *map(fold, others)))
    return 2 if all(word in everywhere for word in wanted.split()) else _NONE


def _pages(role: AdminRole, table: Sequence[AdminRoute]) -> Iterator[AdminRoute]:
    return (titled(row, role) for row in table if row.title is not None and role in row.roles)


def _tasks(role: AdminRole, table: Sequence[AdminRoute]) -> Iterator[AdminRoute]:
    return (row for row in table if row.task is not None and role in row.roles)


def _said(said: Translatable | None, words: Language) -> str:
    return "" if said is None else words.text(said)


def _both(said: Translatable | None, words: Language, *more: Translatable | None) -> Sequence[str]:
    """These sentences in the reader's language, and in English."""
    return [language.text(one) for one in (said, *more) if one is not None for language in (words, ENGLISH)]
