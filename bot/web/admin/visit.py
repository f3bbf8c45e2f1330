"""What answers an address of the staff's pages is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from aiohttp import web

from bot.model.admin import Signed
from bot.model.translatable import Language, Translatable


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that came with a form: its name at the sender, and its content."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that was let in. `form` is what was sent, each name once; `file` what came with it, where the
    row takes one; `path` what the address names.

    `signed` is who asks, as the database has them just now: whose people they see is in `signed.scope`, and
    is never read from the request. `secret` is what the browser's cookie holds, signed in or not.
    """

    request: web.Request = field(repr=False)
    words: Language
    now: datetime
    who: Signed | None
    form: Mapping[str, str] = field(repr=False)
    secret: str = field(repr=False)
    file: UploadedFile | None = None

    @property
    def signed(self) -> Signed:
        """Who asks; for rows that need a sign-in."""
        if self.who is None:
            raise web.HTTPForbidden
        return self.who

    @property
    def path(self) -> Mapping[str, str]:
        """What stands in the address, by the names of the row's `{…}`."""
        return self.request.match_info

    def query(self, name: str) -> str:
        """What stands behind the address's `?` under this name, empty where it does not."""
        return self.request.query.get(name, "")


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page: its template in `templates/`, its title, what the template is given.

    `refused` is shown on top of it. A form on it may lead to `forms_to` (an origin), besides to ourselves.
    `secret` and `remember` as in `Redirect`: for what is shown this once.
    """

    template: str
    title: Translatable
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    refused: Translatable | None = None
    forms_to: str = ""
    secret: str | None = None
    remember: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """On to another address, with GET. `secret`: the browser's cookie holds it from here on; empty: nothing.

    `remember`: how its pages look from here on (`language`, `theme`).
    """

    to: str
    secret: str | None = None
    remember: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (self.to.isascii() and self.to.isprintable()):
            raise ValueError("an address of a header holds printable signs only")


@dataclass(frozen=True, slots=True)
class Download:
    """A file: a picture shown on a page, or one to keep under `name`."""

    content: bytes = field(repr=False)
    type: str
    name: str = ""


AdminAnswer: TypeAlias = RenderedPage | Redirect | Download
AdminHandler: TypeAlias = Callable[[Visit], Awaitable[AdminAnswer]]
