"""A visit: the request that a handler of the console is given; and the answers that it may give."""

from __future__ import annotations

import inspect
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any, TypeAlias
from urllib.parse import urlencode

from aiohttp import web

from bot.model.admin import Signed
from bot.model.translatable import Language, Refusal, Translatable
from bot.operations.admins.same_account import is_same_account
from bot.operations.catalog.call import OperationCall, OperationContext
from bot.web.admin.route import AdminRoute


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file that came with a form: its name at the sender, and its content."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that was let in."""

    request: web.Request = field(repr=False)
    words: Language
    """The visitor's language."""
    now: datetime
    caller: Signed | None
    """Who asks, as the database has them just now; `None` where nobody is signed in."""
    form: Mapping[str, str] = field(repr=False)
    """The fields of the form that was sent, each name once."""
    secret: str = field(repr=False)
    """What the browser's session cookie holds, signed in or not."""
    file: UploadedFile | None = None
    """The file of the form, where the row takes one."""
    row: AdminRoute | None = None
    """The row of the table; `None` where the address has none."""
    channel: str = ""
    """The channel that is shown: of the address, else the one shown last; empty: all."""

    @property
    def signed(self) -> Signed:
        """Who asks, for rows that need a sign-in: whose people they see is in `signed.scope`, never read from
        the request. Raises 403 where nobody is signed in."""
        if self.caller is None:
            raise web.HTTPForbidden
        return self.caller

    @property
    def path(self) -> Mapping[str, str]:
        """The variable parts of the address, by the names of the row's `{…}`."""
        return self.request.match_info

    def query(self, name: str) -> str:
        """The value of this name in the query, empty without one."""
        return self.request.query.get(name, "")

    def call(self, context: OperationContext) -> OperationCall:
        """A call of an operation of the catalog for the visitor; its request id is the form's, so that a form
        sent twice is carried out once, else a new one."""
        signed = self.signed
        request = self.form.get("press") or self.form.get("form") or uuid.uuid4().hex
        may_still = partial(is_same_account, context.stores, signed)
        about = (context, signed.by, context.now(), request, signed.role, may_still)
        return OperationCall(*about, language=self.words)

    def address(self, **changes: str) -> str:
        """This page with these filters changed, for a link; an empty value takes one away.

        The place in a list (`after`) is left out: of other rows it is another.
        """
        kept = {name: value for name, value in self.request.query.items() if name != "after"}
        return page_address(self.request.path, **{**kept, **changes})


def whole_number(written: str, most: int, otherwise: int = 0) -> int:
    """A number that came with a form or an address, from 0 to `most`; `otherwise` for anything else."""
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(most))):
        return otherwise
    number = int(written)
    return number if number <= most else otherwise


def page_address(page: str, /, **values: str) -> str:
    """A page's address; empty values are left out."""
    query = {name: value for name, value in values.items() if value}
    return f"{page}?{urlencode(query)}" if query else page


@dataclass(frozen=True, slots=True)
class Undo:
    """A button that takes back what was done: a form with these fields, sent to the address `to`."""

    to: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlashLink:
    """A link beside what was done."""

    to: str
    text: Translatable


@dataclass(frozen=True, slots=True)
class Flash:
    """What was done, shown once on the next page, perhaps with a button that takes it back, or a link."""

    text: Translatable
    undo: Undo | None = None
    link: FlashLink | None = None


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page that is drawn with a template of `templates/`."""

    template: str
    title: Translatable
    data: Mapping[str, Any] = field(default_factory=dict)
    """The values for the template."""
    status: int = 200
    refused: Translatable | None = None
    """Why nothing was done, shown on top."""
    forms_to: str = ""
    """Another origin to which a form on the page may lead, besides our own."""
    frames: bool = False
    """Whether it shows pages of ours in frames."""
    camera: bool = False
    """Whether its script may ask for the camera."""
    secret: str | None = None
    """For the session cookie, as in `Redirect`."""
    remember: Mapping[str, str] = field(default_factory=dict)
    """For further cookies, as in `Redirect`."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """On to another address, with GET."""

    to: str
    secret: str | None = None
    """What the session cookie holds from here on; empty: nothing; `None`: what it held."""
    remember: Mapping[str, str] = field(default_factory=dict)
    """Further cookies by name, such as `language` and `theme`."""
    flash: Flash | None = None
    """Shown on the next page, once."""

    def __post_init__(self) -> None:
        if not (self.to.isascii() and self.to.isprintable()):
            raise ValueError("an address of a header holds printable signs only")


@dataclass(frozen=True, slots=True)
class Download:
    """A file: shown in the browser, or saved under `name` where that is not empty."""

    content: bytes = field(repr=False)
    type: str
    """Its media type."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a page, which a script puts there."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Json:
    """Data for a script."""

    data: Mapping[str, Any] = field(repr=False)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Stream:
    """Server-sent events, or a file that is written while it is fetched."""

    write: Callable[[web.StreamResponse], Awaitable[None]]
    """Is given the response, whose head is sent, and returns when all is written."""
    type: str = "text/event-stream"
    """Its media type."""
    name: str = ""
    """The name of a file that is saved; empty for what is not."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    """Further ones."""


AdminAnswer: TypeAlias = RenderedPage | Redirect | Download | Fragment | Json | Stream
"""What a handler gives back."""
AdminHandler: TypeAlias = Callable[[Visit], Awaitable[AdminAnswer]]
"""Answers a row of the table."""


class PageGone(Exception):
    """What an address or a form names is not there (any more); `page` says so."""

    def __init__(self, page: RenderedPage) -> None:
        super().__init__(page.template)
        self.page = page


class AdminPages:
    """Handlers of rows of the table: each public coroutine with `visit` as its only parameter answers the row
    of its name."""

    __slots__ = ()

    def handlers(self) -> Mapping[str, AdminHandler]:
        """The handlers, by the names of their rows."""
        kind = type(self)
        return {
            name: self._answer(getattr(self, name)) for name in dir(kind) if _is_answer(getattr(kind, name))
        }

    def _answer(self, handler: AdminHandler) -> AdminHandler:
        """The handler, whose `Refusal` becomes the page of `_refusal`."""

        async def answer(visit: Visit) -> AdminAnswer:
            try:
                return await handler(visit)
            except Refusal as error:
                return await self._refusal(visit, error)

        return answer

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        """The page of the form that was sent, with why nothing was done. A class without one of its own
        raises the error again, and `AdminGate` answers."""
        raise error


def _is_answer(method: object) -> bool:
    if not inspect.iscoroutinefunction(method) or method.__name__.startswith("_"):
        return False
    return [*inspect.signature(method).parameters] == ["self", "visit"]


def day_of(written: str) -> date | None:
    """A day of an address or a form; `None`: it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
