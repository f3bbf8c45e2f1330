"""Makes the endpoint of each declared operation: its address, its schemas, and the handler that calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from bot.model.plain_text import masked_name
from bot.model.translatable import TooManyAttempts
from bot.operations.catalog.answers import AnswerFile, Pending
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import (
    ContactName,
    ContactRef,
    FaceValue,
    MaskedName,
    PageCursor,
    TerminalText,
)
from bot.operations.catalog.operation import Operation, Parameter
from bot.operations.catalog.parameters import (
    Chat,
    GoesOn,
    OfContact,
    ParameterRefused,
    Sought,
    TableParameter,
)
from bot.operations.catalog.registry import all_operations
from bot.operations.payload import as_json
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import CHAT, CONTACT, PREFIX, ApiAnswer, ConsoleCall, Endpoint
from bot.web.api.problem_details import ApiProblem
from bot.web.api.typed_body import TypedBody, answer_schema
from bot.web.openapi_schema import JsonSchema

_ITSELF = ("", "list")
"""Verbs that an address leaves out: `list` of a subject is the subject's own address. Behind a contact or a
chat `show` is left out, too; elsewhere it stands in the address."""


def endpoints_of(context: ApiContext) -> Sequence[Endpoint]:
    """The endpoints of all operations that the API has."""
    return [endpoint_of(one, context) for one in all_operations() if "api" not in one.not_in]


def endpoint_of(operation: Operation[..., Any], context: ApiContext) -> Endpoint:
    """The endpoint of an operation."""
    described = _described(operation)
    sent, (answer, components) = described.sent, described.answer
    return Endpoint(
        method=method_of(operation),
        path=f"{PREFIX}{address_of(operation)}",
        name=operation.name,
        says=operation.says,
        handler=partial(_answered, operation, context, sent.place),
        roles=operation.roles,
        sent=sent,
        answer=answer,
        file=operation.answer.media if _is_file(operation) else "",
        is_action=operation.changes,
        forgets=operation.forgets,
        components={} if _is_file(operation) else components,
    )


def _is_file(operation: Operation[..., Any]) -> bool:
    return isinstance(operation.answer, type) and issubclass(operation.answer, AnswerFile)


@dataclass(frozen=True, slots=True)
class _Described:
    """What an operation's types make, once for each process."""

    operation: Operation[..., Any]
    sent: TypedBody
    """Reads its parameters."""
    answer: tuple[JsonSchema, Mapping[str, JsonSchema]]
    """The schema of its answer, and the components that this refers to."""


_DESCRIBED: dict[str, _Described] = {}
"""By the operation's name; to make one takes about a millisecond."""


def _described(operation: Operation[..., Any]) -> _Described:
    known = _DESCRIBED.get(operation.name)
    if known is None or known.operation is not operation:
        place = "query" if method_of(operation) == "GET" else "body"
        sent = TypedBody(operation.name, sent_to(operation), place)
        known = _Described(operation, sent, answer_schema(operation.answer))
        _DESCRIBED[operation.name] = known
    return known


def method_of(operation: Operation[..., Any]) -> Literal["GET", "POST"]:
    """POST where something changes, or where a parameter names or seeks a person: the query of a GET stands
    in the logs of proxies."""
    hides = any(
        one.marker(OfContact) or one.marker(Sought) or one.marker(TableParameter)
        for one in operation.parameters
    )
    return "POST" if operation.changes or hides else "GET"


def sent_to(operation: Operation[..., Any]) -> Sequence[Parameter]:
    """The parameters in body or query: all but the contact that the address names."""
    named = _named(operation)
    return [one for one in operation.parameters if one is not named]


def address_of(operation: Operation[..., Any]) -> str:
    """The path below the API's prefix: the contact or chat that it is about, the subject, the verb."""
    named = _named(operation)
    about = None if named is None else named.marker(OfContact)
    place = () if about is None else ("chats", "{chat}") if about.on_channel else ("contacts", "{contact}")
    subject = () if operation.subject in place else (operation.subject,)
    itself = (*_ITSELF, "show") if place else _ITSELF
    verbs = () if operation.verb in itself else operation.verb.replace("_", "-").split(".")
    return "".join(f"/{part}" for part in (*place, *subject, *verbs))


def _named(operation: Operation[..., Any]) -> Parameter | None:
    """The parameter that the address names: the first contact that has to be there."""
    wanted = (one for one in operation.parameters if one.is_required)
    return next((one for one in wanted if one.marker(OfContact) is not None), None)


async def _answered(
    operation: Operation[..., Any], context: ApiContext, place: str, call: ConsoleCall
) -> ApiAnswer:
    """Carry the operation out. `place` is `query` or `body`, for the field of a problem. Raises `ApiProblem`
    for a wrong parameter, for work that is stored and not done, and for too many attempts; `Refusal`."""
    asked = OperationCall(
        *(context, call.caller.by, call.now, call.form, call.caller.role, call.may_still), language=call.words
    )
    try:
        answer = await operation(asked, **await _arguments(operation, context, call))
    except ParameterRefused as error:
        raise ApiProblem("refused", error.message, field=f"{place}/{error.parameter}") from error
    except Pending as error:
        raise ApiProblem("waits", error.message, headers={"Retry-After": "1"}) from error
    except TooManyAttempts as error:
        again = {"Retry-After": f"{error.seconds:.0f}"}
        raise ApiProblem("too_many", error.message, headers=again) from error
    if isinstance(answer, AnswerFile):
        return answer
    payload: ApiAnswer = as_json(answer, call.words, partial(_sealed, context, call))
    return payload


async def _arguments(
    operation: Operation[..., Any], context: ApiContext, call: ConsoleCall
) -> dict[str, Any]:
    """The arguments of the operation, by parameter. Raises `ApiProblem` for sealed parts that name no
    contact, and for cursors of another list."""
    found, named = dict(call.body), _named(operation)
    for one in operation.parameters:
        if (about := one.marker(OfContact)) is not None and (one is named or one.name in found):
            if one is named:
                located, channel = call.located, call.channel
            else:
                what: Literal["chat", "contact"] = "chat" if about.on_channel else "contact"
                located, channel = await context.found(call.caller, what, found[one.name])
            found[one.name] = Chat(located, channel) if about.on_channel else located
        if one.name not in found:
            continue
        if (listed := one.marker(TableParameter)) is not None:
            found[one.name] = listed.of_texts(found[one.name])
        if (goes_on := one.marker(GoesOn)) is not None:
            found[one.name] = context.place(call.caller, goes_on.listing, found[one.name])
    return found


def _sealed(context: ApiContext, call: ConsoleCall, identity: FaceValue) -> str | None:
    """How a name in an answer is shown to this token: as a part sealed for it alone, or masked; `None`: not
    at all."""
    match identity:
        case ContactRef(contact, ""):
            return context.parts.sealed(call.caller.by, CONTACT, contact)
        case ContactRef(contact, channel):
            return context.parts.sealed(call.caller.by, CHAT, contact, channel)
        case PageCursor(listing, place):
            return context.cursor(call.caller, listing, *place)
        case ContactName(text):
            return masked_name(text)
        case MaskedName() | TerminalText():
            return None
