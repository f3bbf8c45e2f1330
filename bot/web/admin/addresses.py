"""Where one goes on after signing in: to a page of ours, whatever the address asked for."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from bot.model.admin import SignedStage

SIGN_IN = "/admin/sign-in"
STAGES: Mapping[SignedStage, str] = {"code": "/admin/code", "password": "/admin/password"}
"""Where somebody goes on who is not signed in yet."""


def own_address(to: str) -> str:
    """The address, if it leads to a page of ours to which one may go on after signing in; else the first."""
    return to if is_own(to) and not to.startswith((SIGN_IN, "/admin/sign-out")) else "/admin"


def is_own(to: str) -> bool:
    """Whether an address leads to a page of ours.

    Whatever browsers take for another host (`//`, `/\\`, signs below a space) does not.
    """
    parts = urlsplit(to)
    return (
        not parts.scheme
        and not parts.netloc
        and to.isascii()
        and to.isprintable()
        and not {"\\", " "} & set(to)
        and "//" not in parts.path
        and ".." not in parts.path
        and (parts.path == "/admin" or parts.path.startswith(("/admin/", "/shops/")))
    )
