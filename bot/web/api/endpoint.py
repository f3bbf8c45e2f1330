"""An address of `/admin/api`: who may call it, what is sent there, what is answered; a call of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from bot.model.admin import AdminRole
from bot.model.api_token import ApiCaller
from bot.model.translatable import Language
from bot.operations.find_contacts import LocatedContact
from bot.web.api.shapes import CARRIED_OUT
from bot.web.openapi_schema import JsonSchema, object_of

PREFIX = "/admin/api"
CONTACT, CHAT = "contact", "chat"
"""What a sealed part of an address names: somebody, or somebody on a channel."""
PART_LONGEST = 1_000
"""Characters of a sealed part."""
SUPERVISORS: frozenset[AdminRole] = frozenset({"admin", "supervisor"})


@dataclass(frozen=True, slots=True)
class ApiFile:
    """An answer that is a file."""

    content: bytes = field(repr=False)
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class ConsoleCall:
    """A call that was let in, all of it as the endpoint's schemas have it.

    `now` is the time of the people. `form` is the id of a deed: of one call with one key the same.
    `found` is whom the address names, `channel` on which channel, where it names a chat; `path` its parts.
    `may_still`: whether the token may do it by now too; for what takes long.
    """

    caller: ApiCaller
    words: Language
    now: datetime
    form: str
    may_still: Callable[[], Awaitable[bool]] = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)
    query: Mapping[str, Any] = field(default_factory=dict)
    found: LocatedContact | None = None
    channel: str = ""
    path: Mapping[str, str] = field(default_factory=dict)

    @property
    def whom(self) -> LocatedContact:
        """Whom the address names; for addresses that do."""
        if self.found is None:
            raise LookupError("the address names nobody")
        return self.found


ApiAnswer: TypeAlias = Mapping[str, Any] | ApiFile
"""JSON as `as_json` takes it, or a file."""
ApiHandler: TypeAlias = Callable[[ConsoleCall], Awaitable[ApiAnswer]]
H = TypeVar("H", bound=Callable[..., Awaitable[ApiAnswer]])
_DECLARED = "_endpoint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """`name` is what programs call it (`operationId`).

    A deed changes something: it takes an `Idempotency-Key`, and its answer holds no personal data but sealed
    parts. `forgets`: the person whom the address names is not there any more once it is done.
    """

    method: Literal["GET", "POST"]
    path: str
    name: str
    says: str
    handler: ApiHandler
    roles: frozenset[AdminRole]
    query: Mapping[str, JsonSchema]
    body: JsonSchema | None
    answer: JsonSchema
    file: str
    """The media type of its answer, where that is a file."""
    is_deed: bool
    forgets: bool

    @property
    def names(self) -> Literal["", "contact", "chat"]:
        """What its address names."""
        parts = self.path.split("/")
        return "contact" if "{contact}" in parts else "chat" if "{chat}" in parts else ""


def endpoint(
    method: Literal["GET", "POST"],
    path: str,
    *,
    roles: frozenset[AdminRole] = SUPERVISORS,
    query: Mapping[str, JsonSchema] | None = None,
    body: JsonSchema | None = None,
    answer: JsonSchema | None = None,
    file: str = "",
    is_deed: bool = False,
    forgets: bool = False,
) -> Callable[[H], H]:
    """Declares the address that a method answers, below `PREFIX`.

    The method's name is what programs call it; the first paragraph of its docstring says what it does there.
    Supervisors may call it, and nobody below them where no other `roles` are named.
    """

    def declare(handler: H) -> H:
        says = " ".join((handler.__doc__ or "").split("\n\n")[0].split())
        declared = partial(
            Endpoint,
            method=method,
            path=f"{PREFIX}{path}",
            name=handler.__name__,
            says=says,
            roles=roles,
            query=query or {},
            body=body,
            answer=object_of({}) if answer is None else answer,
            file=file,
            is_deed=is_deed,
            forgets=forgets,
        )
        setattr(handler, _DECLARED, declared)
        return handler

    return declare


read = partial(endpoint, "GET")
"""Declares an endpoint that changes nothing."""


def deed(
    path: str,
    body: JsonSchema | None = None,
    answer: JsonSchema = CARRIED_OUT,
    *,
    roles: frozenset[AdminRole] = SUPERVISORS,
    forgets: bool = False,
) -> Callable[[H], H]:
    """Declares an endpoint that changes something."""
    return endpoint("POST", path, roles=roles, body=body, answer=answer, is_deed=True, forgets=forgets)


def endpoints_in(part: object) -> list[Endpoint]:
    """Those that the methods of an object declare, in their order."""
    found = [(name, getattr(one, _DECLARED, None)) for name, one in vars(type(part)).items()]
    return [declared(handler=getattr(part, name)) for name, declared in found if declared is not None]
