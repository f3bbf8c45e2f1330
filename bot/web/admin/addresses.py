"""Where one goes on after signing in: to a page of ours, whatever the address asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import quote

from bot.model.admin import SignedStage
from bot.web.admin.table import ROUTES

SIGN_IN = "/admin/sign-in"
STAGES: Mapping[SignedStage, str] = {
    "code": "/admin/code",
    "password": "/admin/password",
    "factor": "/admin/second-factor",
}
"""Where somebody goes on who is not signed in yet."""


def own_address(to: str) -> str:
    """The address, if it leads to a page of ours to which one may go on after signing in; else the first."""
    return to if is_own(to) and to.partition("?")[0] != SIGN_IN else "/admin"


def is_own(to: str) -> bool:
    """Whether an address leads to a page of the table, as it is written there: no other host, whatever
    browsers make of `//`, `/\\` or signs below a space."""
    return to.isascii() and to.isprintable() and _pages().fullmatch(to.partition("?")[0]) is not None


def gone_on(stage: str | None, to: str) -> str:
    """Where somebody goes on: to the next step, which knows where they want to go, or there."""
    return to if stage is None else f"{stage}?to={quote(to, safe='')}"


@cache
def _pages() -> re.Pattern[str]:
    """The addresses of the table that are opened; what stands in braces there is one part, and no dots."""
    paths = [re.split(r"{[^/]*}", row.path) for row in ROUTES if row.method == "GET"]
    return re.compile("|".join(r"[\w~%-]+".join(map(re.escape, parts)) for parts in paths))
