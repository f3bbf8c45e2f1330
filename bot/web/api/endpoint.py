"""An address of `/admin/api`: who may call it, what is sent there, what is answered; a call of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal, TypeAlias

from bot.model.admin import AdminRole
from bot.model.api_token import ApiCaller
from bot.model.translatable import Language
from bot.operations.find_contacts import LocatedContact
from bot.web.api.shapes import CARRIED_OUT
from bot.web.api.typed_body import TypedBody
from bot.web.openapi_schema import JsonSchema, object_of

PREFIX = "/admin/api"
CONTACT, CHAT = "contact", "chat"
"""What a sealed part of an address names: somebody, or somebody on a channel."""
NO_QUERY: Mapping[str, JsonSchema] = {}
NOTHING: JsonSchema = object_of({})
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
    def located(self) -> LocatedContact:
        """Whom the address names; for addresses that do."""
        if self.found is None:
            raise LookupError("the address names nobody")
        return self.found


ApiAnswer: TypeAlias = Mapping[str, Any] | ApiFile
"""JSON as `as_json` takes it, or a file."""
ApiHandler: TypeAlias = Callable[[ConsoleCall], Awaitable[ApiAnswer]]


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
    roles: frozenset[AdminRole] = SUPERVISORS
    query: Mapping[str, JsonSchema] = field(default_factory=dict)
    body: JsonSchema | None = None
    answer: JsonSchema = field(default_factory=lambda: object_of({}))
    file: str = ""
    """The media type of its answer, where that is a file."""
    is_action: bool = False
    forgets: bool = False
    sent: TypedBody | None = None
    """What reads the parameters of an operation; without it `query` and `body` are checked as they stand."""
    components: Mapping[str, JsonSchema] = field(default_factory=dict)
    """What its schemas refer to."""

    @property
    def names(self) -> Literal["", "contact", "chat"]:
        """What its address names."""
        parts = self.path.split("/")
        return "contact" if "{contact}" in parts else "chat" if "{chat}" in parts else ""


ApiMethod: TypeAlias = Callable[[Any, ConsoleCall], Awaitable[ApiAnswer]]
"""A method that answers: its name is what programs call it, its docstring's first paragraph what it says."""


@dataclass(frozen=True, slots=True)
class EndpointMethod:
    """A method that answers an address, as it stands in its class."""

    method: ApiMethod
    described: Callable[..., Endpoint]

    def of(self, api: object) -> Endpoint:
        """The endpoint of an object of that class."""
        return self.described(handler=partial(self.method, api))


def endpoints_in(api: object) -> Iterator[Endpoint]:
    """The endpoints of an object, in the order of its class."""
    return (one.of(api) for one in vars(type(api)).values() if isinstance(one, EndpointMethod))


def get(
    path: str,
    *,
    roles: frozenset[AdminRole] = SUPERVISORS,
    query: Mapping[str, JsonSchema] = NO_QUERY,
    answer: JsonSchema = NOTHING,
    file: str = "",
) -> Callable[[ApiMethod], EndpointMethod]:
    """An endpoint that is asked; `path` is below `PREFIX`."""
    return _endpoint(path, method="GET", roles=roles, query=query, answer=answer, file=file)


def post(
    path: str,
    *,
    roles: frozenset[AdminRole] = SUPERVISORS,
    body: JsonSchema | None = None,
    answer: JsonSchema = NOTHING,
    file: str = "",
) -> Callable[[ApiMethod], EndpointMethod]:
    """An endpoint that is asked with a body, or whose answer is recorded; it changes nothing else."""
    return _endpoint(path, method="POST", roles=roles, body=body, answer=answer, file=file)


def action(
    path: str,
    *,
    roles: frozenset[AdminRole] = SUPERVISORS,
    body: JsonSchema | None = None,
    answer: JsonSchema = CARRIED_OUT,
    forgets: bool = False,
) -> Callable[[ApiMethod], EndpointMethod]:
    """An endpoint that changes something."""
    return _endpoint(
        path, method="POST", is_action=True, roles=roles, body=body, answer=answer, forgets=forgets
    )


def _endpoint(path: str, **described: Any) -> Callable[[ApiMethod], EndpointMethod]:
    def of(method: ApiMethod) -> EndpointMethod:
        says, *_ = (method.__doc__ or "").split("\n\n")
        said: dict[str, Any] = {"name": method.__name__, "says": " ".join(says.split())}
        return EndpointMethod(method, partial(Endpoint, path=f"{PREFIX}{path}", **said, **described))

    return of
