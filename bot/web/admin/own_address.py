"""Where a visitor goes on after signing in: to a page of the table, never to another host."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from urllib.parse import quote

from bot.model.admin import SignInStep
from bot.web.admin.simulator_table import ONLY_IN_SIMULATOR, OTHER_PLAYBOOKS
from bot.web.admin.table import ROUTES

SIGN_IN = "/admin/sign-in"
STEP_PAGES: Mapping[SignInStep, str] = {
    "code": "/admin/code",
    "password": "/admin/password",
    "factor": "/admin/second-factor",
}
"""The page of each step of signing in that is not finished."""


def own_address(to: str) -> str:
    """The address, if it is a page to which one may go on after signing in; else the first page."""
    to = to if is_own(to) else page_of_form(to) or "/admin"
    return to if to.partition("?")[0] != SIGN_IN else "/admin"


def is_own(to: str) -> bool:
    r"""Whether an address is a page of the table as it is written there, so that no browser reads another
    host from `//`, `/\` or control characters."""
    return to.isascii() and to.isprintable() and _pages().fullmatch(to.partition("?")[0]) is not None


def next_address(step: str | None, to: str) -> str:
    """The page of the next step, which knows where the visitor wants to go; without a step that address
    itself."""
    return to if step is None else f"{step}?to={quote(to, safe='')}"


def page_of_form(to: str) -> str | None:
    """The page whose form is sent to this address, which itself cannot be opened; `None` where no form is
    sent there.

    A browser has such an address while it shows what was refused: it may be loaded anew, or signed in to.
    """
    path, query, values = to.partition("?")
    if not (to.isascii() and to.isprintable()) or _forms().fullmatch(path) is None:
        return None
    while path and not is_own(path):
        path = path.rpartition("/")[0]
    return f"{path}{query}{values}" if path else None


@cache
def _pages() -> re.Pattern[str]:
    """Matches the path of every page that can be opened."""
    every = (*ROUTES, *ONLY_IN_SIMULATOR, *OTHER_PLAYBOOKS)
    return _any_of(row.path for row in every if row.method == "GET" and not row.is_framed)


@cache
def _forms() -> re.Pattern[str]:
    """Matches the path of every form that cannot be opened."""
    table = (*ROUTES, *OTHER_PLAYBOOKS)
    opened = {row.path for row in table if row.method == "GET"}
    return _any_of(row.path for row in table if row.path not in opened)


def _any_of(paths: Iterable[str]) -> re.Pattern[str]:
    """Matches one of these paths; what stands in braces is one part without dots."""
    parts = [re.split(r"{[^/]*}", path) for path in paths]
    return re.compile("|".join(r"[\w~%-]+".join(map(re.escape, one)) for one in parts))
