"""How a call of the JSON interface is answered: its body read, its refusal given a code and a status."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias, TypeVar

import orjson
from aiohttp import web

from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.requests import Handler, guarded, problem, too_deep
from bot.simulator.state.chats import Chats, Friend
from bot.store.unavailable import DatabaseUnavailable

BODY_AT_MOST = 64 * 1024
"""Bytes: the longest text with each of its characters written as an escape."""

STATUS = {
    "unknown": 404,  # there is no such thing, or it is forgotten
    "invalid": 400,  # the request is wrong
    "standing": 409,  # not possible as things are now
    "nobody": 409,  # the shop has no member who is this friend
    "refused": 409,  # the bot refuses it, as it would refuse staff
    "unwritable": 409,  # a file cannot be written
    "full": 409,  # there is no room for more
    "backwards": 409,  # the clock goes forward only
    "exists": 409,  # a scenario of this name is there already
    "merged": 409,  # another account is part of the contact
    "phone": 409,  # the phone is bound by another contact by now
}
"""HTTP status by the code of a refusal (`CannotAct.code`)."""

JsonHandler: TypeAlias = Callable[[web.Request, dict[str, Any]], dict[str, Any] | Awaitable[dict[str, Any]]]
"""What a call does: given the request and its body, the answer. Raises `CannotAct`."""


T = TypeVar("T")
J = TypeVar("J", bound=Callable[..., dict[str, Any] | Awaitable[dict[str, Any]]])
_DECLARED = "_declared"
"""The attribute of a method that lists the calls (HTTP method, path) which it answers."""


def reading(look: JsonHandler) -> Handler:
    """A handler that takes no body and answers with JSON; refusals have a code."""

    async def handle(request: web.Request) -> web.StreamResponse:
        return await _answered(look, request, {})

    return guarded(handle)


def taking(act: JsonHandler) -> Handler:
    """A handler that reads a JSON object, acts, and answers with JSON; refusals have a code."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            body = await _body(request)
        except CannotAct as refused:
            return refusal(refused)
        return await _answered(act, request, body)

    return guarded(handle)


def declared(method: str, path: str) -> Callable[[J], J]:
    """Marks a method, a `JsonHandler`, as what answers these calls of a path below the interface's own."""

    def mark(handler: J) -> J:
        setattr(handler, _DECLARED, [(method, path)])
        return handler

    return mark


get, post, put, delete = (partial(declared, method) for method in ("GET", "POST", "PUT", "DELETE"))


class JsonRoutes:
    """Calls that belong together: those that its methods declare, in their order."""

    __slots__ = ()

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            _route(method, prefix + path, getattr(self, name))
            for name, one in vars(type(self)).items()
            for method, path in getattr(one, _DECLARED, ())
        ]


def _route(method: str, path: str, handler: JsonHandler) -> web.RouteDef:
    if method == "GET":
        return web.get(path, reading(handler))
    return web.route(method, path, taking(handler))


async def _answered(act: JsonHandler, request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    try:
        answer = act(request, body)
        return in_json(await answer if inspect.isawaitable(answer) else answer)
    except CannotAct as refused:
        return refusal(refused)
    except DatabaseUnavailable:
        return refusal(CannotAct("standing", "the database is away"))


def refusal(refused: CannotAct) -> web.Response:
    """A refusal as an answer: its status, code and words."""
    return problem(STATUS[refused.code], refused.code, str(refused), **refused.more)


def in_json(body: dict[str, Any]) -> web.Response:
    """An answer of the JSON interface, which no browser may store."""
    return web.Response(
        body=orjson.dumps(body), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def _body(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request; empty where it has no body. Raises `CannotAct`."""
    raw = bytearray()
    async for piece in request.content.iter_any():
        raw += piece
        if len(raw) > BODY_AT_MOST:
            raise CannotAct("invalid", "the body is too large")
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise CannotAct("invalid", "the body is not JSON") from None
    if not isinstance(body, dict) or too_deep(body):
        raise CannotAct("invalid", "the body is not a JSON object, or is nested too deep")
    return body


def running(part: T | None) -> T:
    """A part of the bot that runs here. Raises `CannotAct` where none does."""
    if part is None:
        raise CannotAct("standing", "no bot runs in this process")
    return part


def friend_of(request: web.Request, chats: Chats) -> Friend:
    """The friend of an address `…/friends/{id}…`. Raises `CannotAct`."""
    return known_friend(request.match_info["id"], chats)


def known_friend(id: Any, chats: Chats) -> Friend:
    """The friend of this id. Raises `CannotAct`, also where it is no text."""
    friend = chats.friends.get(id) if isinstance(id, str) else None
    if friend is None:
        raise CannotAct("unknown", "no such friend")
    return friend
