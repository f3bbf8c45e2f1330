"""How a request of a members' page to the JSON interface is read and answered: small JSON in, JSON or
`{"error": NAME}` out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, get_args

import orjson
from aiohttp import web

from bot.model.event import FormAct
from bot.runtime.limits.personal_limits import TooFast
from bot.runtime.metrics import Tally
from bot.runtime.signed_out import SignedOut
from bot.store.unavailable import DatabaseUnavailable

JSON = "application/json"
BODY_LIMIT = 32 * 1024
"""The most bytes of a body: an answer in words has 5,000 characters at most, of four bytes each."""
BODY_SECONDS = 10.0
"""Seconds within which a body has to arrive: a telephone in a lift is slow, and nothing else waits for it."""

MOST_INPUTS = 20
"""The most values of an address's query."""
LONGEST_INPUT = 1000
"""The most characters of one, name and value together."""
LARGEST = 2**53
"""Whole numbers below this are the same in JavaScript (ECMA-262, `Number.MAX_SAFE_INTEGER`)."""

_ACTS: Mapping[str, FormAct] = {act: act for act in get_args(FormAct)}


class BadRequest(Exception):
    """The body is not what this request takes; those of our own pages never are wrong."""


async def body_of(request: web.Request) -> Mapping[str, Any]:
    """The JSON object in the body. Raises `BadRequest`.

    Only what is called JSON is read: a browser sends that for another site only if we say that it may, which
    we never do (https://fetch.spec.whatwg.org/#http-cors-protocol).
    """
    if request.content_type != JSON:
        raise BadRequest
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await request.content.read(BODY_LIMIT + 1)
            while not request.content.at_eof() and len(body) <= BODY_LIMIT:
                body += await request.content.read(BODY_LIMIT + 1 - len(body))
        body_json = orjson.loads(body) if len(body) <= BODY_LIMIT else None
    except (TimeoutError, ConnectionError, web.RequestPayloadError, orjson.JSONDecodeError) as error:
        raise BadRequest from error
    if not isinstance(body_json, dict):
        raise BadRequest
    return body_json


def text(body: Mapping[str, Any], name: str) -> str:
    """The text of this name. Raises `BadRequest`."""
    value = body.get(name)
    if not isinstance(value, str):
        raise BadRequest
    return value


def whole(value: object) -> int:
    """A whole number, not negative. Raises `BadRequest`."""
    if type(value) is not int or not 0 <= value < LARGEST:
        raise BadRequest
    return value


def form_act(body: Mapping[str, Any]) -> FormAct | None:
    """What the page of a form asks for in place of an answer, `None`: it answers. Raises `BadRequest`."""
    if body.get("act") is None:
        return None
    wanted = _ACTS.get(text(body, "act"))
    if wanted is None:
        raise BadRequest
    return wanted


def inputs(body: Mapping[str, Any]) -> Mapping[str, str]:
    """The values of the query of the page's address, which the body has as `inputs`. Raises `BadRequest`."""
    given = body.get("inputs", {})
    if not isinstance(given, dict) or len(given) > MOST_INPUTS:
        raise BadRequest
    for name, value in given.items():
        if not isinstance(value, str) or len(name) + len(value) > LONGEST_INPUT:
            raise BadRequest
    return given


def after(request: web.Request) -> int | None:
    """The step named by `?after=`, `None` without one. Raises `BadRequest`."""
    value = request.query.get("after")
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(LARGEST))):
        raise BadRequest
    return whole(int(value))


Handler = Callable[[web.Request], Awaitable[web.Response]]

log = logging.getLogger("oaflow.pages")


class NoPage(Exception):
    """The channel is unknown, has no LIFF, or no such page."""


class NoSession(Exception):
    """There is no session, or it is forged, of another channel, or over: sign in again."""


def counted(requests: Tally, call: str, handler: Handler) -> Handler:
    """The handler, counted by `call` and status. What it raises becomes an error of its own status."""

    async def answer(request: web.Request) -> web.Response:
        response = await _answered(handler, request)
        requests.inc(call, str(response.status))
        return response

    return answer


async def _answered(handler: Handler, request: web.Request) -> web.Response:
    try:
        return await handler(request)
    except NoPage:
        return error(404, "unknown")
    except (NoSession, SignedOut):
        return error(401, "session")
    except BadRequest:
        return error(400, "request")
    except TooFast as fast:
        return too_many(fast.seconds)
    except DatabaseUnavailable:
        return error(503, "later")
    except Exception:  # only a bug comes here: the page tries again, and says what it says then
        log.exception("a page's request could not be answered")
        return error(503, "later")


def too_many(seconds: int) -> web.Response:
    """429: not before so many seconds."""
    return error(429, "too_many", {"Retry-After": str(seconds)})


def error(status: int, name: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """A response that says what went wrong, by its name."""
    return json_answer({"error": name}, status, headers)


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """A JSON response that nothing may cache."""
    fixed = {"Cache-Control": "no-store"}
    return web.Response(
        body=orjson.dumps(content),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={**fixed, **(headers or {})},
    )
