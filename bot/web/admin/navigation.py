"""The navigation of the staff's pages: what the table offers somebody, by section, and on a phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace

from bot.model.admin import TEAM, AdminRole
from bot.model.translatable import Translatable, tr
from bot.web.admin.route import ALL_PAGES, MOST_ENTRIES, STOP, AdminRoute, PageSection
from bot.web.admin.table import ROUTES

SECTIONS: Mapping[PageSection, Translatable] = {
    "service": tr("Service"),
    "business": tr("Business"),
    "stores": tr("Stores"),
    "settings": tr("Settings"),
}
"""The titles of the sections, in their order."""
BAR = 5
"""Places in the bar of a phone; where there are more pages, the last place opens the others."""


@dataclass(frozen=True, slots=True)
class Navigation:
    """The navigation of one role, the same on every page."""

    sections: Sequence[tuple[Translatable, Sequence[AdminRoute]]]
    """Title and entries of each."""
    bar: Sequence[AdminRoute]
    """The entries of a phone's bar."""
    is_all: bool
    """Whether the bar has all entries."""
    all: AdminRoute | None
    """The list of all pages; `None` where these entries are all."""
    elsewhere: Set[str]
    """The addresses of pages that have their entry in that list alone."""
    stop: AdminRoute | None
    """The page that stops all pushes; `None` where the role has none."""


def navigation(
    role: AdminRole, table: Sequence[AdminRoute] = ROUTES, *, is_stopped: bool = False
) -> Navigation:
    """The navigation of this role: the pages with a title that it may open, in the order of the table; of
    more than there is room for those that are opened often. The search and the list of all pages have them
    all.

    `is_stopped`: all pushes are stopped, so the page that stops them is called by what resumes them.
    """
    rows = [titled(row, role) for row in table if role in row.roles]
    entries = [row for row in rows if row.title is not None and row.path != STOP]
    is_whole = len(entries) <= MOST_ENTRIES
    elsewhere = set() if is_whole else {row.path for row in entries if not row.often}
    entries = [row for row in entries if row.path not in elsewhere]
    by_section = [
        (title, found)
        for section, title in SECTIONS.items()
        if (found := [row for row in entries if row.section == section])
    ]
    in_order = [row for _, found in by_section for row in found]
    is_all = len(in_order) <= BAR
    wanted = sorted(in_order, key=lambda row: not row.on_phone)[: BAR - 1]
    bar = in_order if is_all else [row for row in in_order if row in wanted]
    return Navigation(
        by_section,
        bar,
        is_all,
        None if is_whole else replace(ALL_PAGES, title=tr("All pages")),
        elsewhere,
        next(
            (replace(row, title=stop_title(is_stopped=is_stopped)) for row in rows if row.path == STOP), None
        ),
    )


def stop_title(*, is_stopped: bool) -> Translatable:
    """What the page that stops all pushes is called in the navigation."""
    return tr("Let pushes go on") if is_stopped else tr("Stop all pushes")


def titled(row: AdminRoute, role: AdminRole) -> AdminRoute:
    """The row; the first page of the team has a title of its own."""
    return replace(row, title=tr("Today")) if row.name == "start" and role in TEAM else row


BELOW: Mapping[str, str] = {"/admin/clerk": "/admin/clerks"}
"""Pages without an entry, by the address of the entry that they belong to."""


def current(path: str, table: Sequence[AdminRoute] = ROUTES) -> str:
    """The address of the entry that the page of this path belongs to: its own, or the one above it; empty for
    none."""
    path = BELOW.get(path, path)
    above = [
        row.path
        for row in table
        if (row.title is not None or row.path == ALL_PAGES.path)
        and (path == row.path or (row.path != "/admin" and path.startswith(f"{row.path}/")))
    ]
    return max(above, key=len, default="")
