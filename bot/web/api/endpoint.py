"""An endpoint of `/admin/api`: its address, its schemas, and which roles may call it; and a call of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from bot.model.admin import AdminRole
from bot.model.api_token import ApiCaller
from bot.model.translatable import Language
from bot.operations.catalog.answers import AnswerFile
from bot.operations.find_contacts import LocatedContact
from bot.web.api.typed_body import TypedBody
from bot.web.openapi_schema import JsonSchema

PREFIX = "/admin/api"
CONTACT, CHAT = "contact", "chat"
"""What a sealed part of an address names: a contact, or a contact on a channel."""


@dataclass(frozen=True, slots=True)
class ConsoleCall:
    """A call that was admitted; its body is as the endpoint's schema has it."""

    caller: ApiCaller
    words: Language
    """The language of its answer."""
    now: datetime
    """The time of the playbook, which in a simulator may be another than the machine's."""
    form: str
    """The id of the request in the operation: the same for all calls with one key."""
    may_still: Callable[[], Awaitable[bool]] = field(repr=False)
    """Whether the token may still do it by now; for work that takes long."""
    body: Mapping[str, Any] = field(repr=False)
    """The parameters, from body or query."""
    found: LocatedContact | None = None
    """The contact that the address names; `None` where it names none."""
    channel: str = ""
    """The channel of the chat that the address names; empty where it names none."""

    @property
    def located(self) -> LocatedContact:
        """The contact that the address names. Raises `LookupError` where it names none."""
        if self.found is None:
            raise LookupError("the address names nobody")
        return self.found


ApiAnswer: TypeAlias = Mapping[str, Any] | AnswerFile
"""JSON as `as_json` takes it, or a file."""
ApiHandler: TypeAlias = Callable[[ConsoleCall], Awaitable[ApiAnswer]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A method at an address of the API."""

    method: Literal["GET", "POST"]
    path: str
    """Its address, with `{contact}` or `{chat}` for a sealed part."""
    name: str
    """What programs call it (`operationId`)."""
    says: str
    """A sentence on what it does."""
    handler: ApiHandler
    roles: frozenset[AdminRole]
    sent: TypedBody
    """What reads the parameters of the operation."""
    answer: JsonSchema
    file: str
    """The media type of its answer where that is a file, else empty."""
    is_action: bool
    """Whether it changes something: then it takes an `Idempotency-Key`, and its answer holds no personal data
    but sealed parts."""
    forgets: bool
    """Whether the contact that the address names is gone once it is done."""
    components: Mapping[str, JsonSchema]
    """The schemas to which its schemas refer."""

    @property
    def query(self) -> Mapping[str, JsonSchema]:
        """The schemas of its query, by name; empty for a POST."""
        found: Mapping[str, JsonSchema] = self.sent.schema["properties"] if self.method == "GET" else {}
        return found

    @property
    def names(self) -> Literal["", "contact", "chat"]:
        """Whether its address names a contact, a chat, or neither (empty)."""
        parts = self.path.split("/")
        return "contact" if "{contact}" in parts else "chat" if "{chat}" in parts else ""
