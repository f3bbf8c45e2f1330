"""How a call of a page is answered: JSON, never cached, and `{"error": NAME}` for all that goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.runtime.limits.personal_limits import TooFast
from bot.runtime.metrics import Tally
from bot.runtime.signed_out import SignedOut
from bot.store.unavailable import DatabaseUnavailable
from bot.web.liff.page_request import BadRequest

Handler = Callable[[web.Request], Awaitable[web.Response]]

log = logging.getLogger("oaflow.pages")


class NoPage(Exception):
    """The channel is unknown, has no LIFF, or no such page."""


class NoSession(Exception):
    """There is no session, or it is forged, of another channel, or over: sign in again."""


def counted(requests: Tally, call: str, handler: Handler) -> Handler:
    """The handler, which raises what it likes; its answers are counted by `call` and status."""

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
    """Not before so many seconds."""
    return error(429, "too_many", {"Retry-After": str(seconds)})


def error(status: int, name: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """What went wrong, by its name."""
    return json_answer({"error": name}, status, headers)


def json_answer(told: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """What is told."""
    fixed = {"Cache-Control": "no-store"}
    return web.Response(
        body=orjson.dumps(told),
        status=status,
        content_type="application/json",
        charset="utf-8",
        headers={**fixed, **(headers or {})},
    )
