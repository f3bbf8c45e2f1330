"""What answers an address of the staff's pages is given, and what it gives back."""

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
    """A request that was let in. `form` is what was sent, each name once; `file` what came with it, where the
    row takes one; `path` what the address names.

    `signed` is who asks, as the database has them just now: whose people they see is in `signed.scope`, and
    is never read from the request. `secret` is what the browser's cookie holds, signed in or not. `row` is
    the row of the table; `channel` the one that is looked at: of the address, else the one looked at last.
    """

    request: web.Request = field(repr=False)
    words: Language
    now: datetime
    caller: Signed | None
    form: Mapping[str, str] = field(repr=False)
    secret: str = field(repr=False)
    file: UploadedFile | None = None
    row: AdminRoute | None = None
    channel: str = ""

    @property
    def signed(self) -> Signed:
        """Who asks; for rows that need a sign-in."""
        if self.caller is None:
            raise web.HTTPForbidden
        return self.caller

    @property
    def path(self) -> Mapping[str, str]:
        """What stands in the address, by the names of the row's `{…}`."""
        return self.request.match_info

    def query(self, name: str) -> str:
        """What stands behind the address's `?` under this name, empty where it does not."""
        return self.request.query.get(name, "")

    def call(self, context: OperationContext) -> OperationCall:
        """What an operation of the catalog is called with: the request is the one that the form names, else
        one of now."""
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
    """What takes a deed back: a form with these fields, sent to this address."""

    to: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlashLink:
    """Where one goes on from what was done."""

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
    """A page: its template in `templates/`, its title, what the template is given.

    `refused` is shown on top of it. A form on it may lead to `forms_to` (an origin), besides to ourselves.
    `frames`: it shows pages of ours in it; `camera`: its script may ask for the camera.
    `secret` and `remember` as in `Redirect`: for what is shown this once.
    """

    template: str
    title: Translatable
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    refused: Translatable | None = None
    forms_to: str = ""
    frames: bool = False
    camera: bool = False
    secret: str | None = None
    remember: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """On to another address, with GET. `secret`: the browser's cookie holds it from here on; empty: nothing.

    `remember`: how its pages look from here on (`language`, `theme`). `flash` is shown there, once.
    """

    to: str
    secret: str | None = None
    remember: Mapping[str, str] = field(default_factory=dict)
    flash: Flash | None = None

    def __post_init__(self) -> None:
        if not (self.to.isascii() and self.to.isprintable()):
            raise ValueError("an address of a header holds printable signs only")


@dataclass(frozen=True, slots=True)
class Download:
    """A file: a picture shown on a page, or one to keep under `name`."""

    content: bytes = field(repr=False)
    type: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a page, for a script that puts it there: its template, what that is given."""

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
    """Server-sent events, or a file under `name`: `write` is given the answer, whose head is sent, and ends
    when all is said."""

    write: Callable[[web.StreamResponse], Awaitable[None]]
    type: str = "text/event-stream"
    name: str = ""


AdminAnswer: TypeAlias = RenderedPage | Redirect | Download | Fragment | Json | Stream
AdminHandler: TypeAlias = Callable[[Visit], Awaitable[AdminAnswer]]


class PageGone(Exception):
    """What an address or a form names is not there (any more): this page says so."""

    def __init__(self, page: RenderedPage) -> None:
        super().__init__(page.template)
        self.page = page


class AdminPages:
    """Answers rows of the table: each public method that takes a visit alone answers the row of its name."""

    __slots__ = ()

    def handlers(self) -> Mapping[str, AdminHandler]:
        """Its answers, by the names of the table."""
        kind = type(self)
        return {
            name: self._answer(getattr(self, name)) for name in dir(kind) if _is_answer(getattr(kind, name))
        }

    def _answer(self, handler: AdminHandler) -> AdminHandler:
        async def answer(visit: Visit) -> AdminAnswer:
            try:
                return await handler(visit)
            except Refusal as error:
                return await self._refusal(visit, error)

        return answer

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        """The page of the form that was sent, with why nothing was done; without one the gate says it."""
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
