"""`POST /api/events`: signals from the shop's own systems, and news of its members (docs/own-shop.md), one or
several in a call (docs/events.md)."""

from __future__ import annotations

import asyncio
import hmac
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

import orjson
from aiohttp import web

from bot.runtime.intake.outside_events import OutsideAnswer, Verdict
from bot.runtime.metrics import Tally
from bot.store.unavailable import DatabaseUnavailable

PATH = "/api/events"
MOST = 1_000
"""The most events of one request."""
BODY_SECONDS = 10.0
"""Seconds within which a body has to arrive."""
STATUS: Mapping[Verdict, int] = {"stored": 202, "known": 200, "wrong": 422, "nobody": 404, "several": 409}
"""The status of the answer to a single event."""
NOT_STORED = "the events could not be stored; please send them again, with the same ids"
_SCHEME = "bearer "

log = logging.getLogger("oaflow.events")


class _NotTaken(Exception):
    """The request as a whole is refused, with this status and message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class TakesEvents(Protocol):
    """Takes signals, and news of shops, and gives an answer for each, in their order. Raises
    `DatabaseUnavailable`."""

    async def take(self, events: Sequence[Any]) -> list[OutsideAnswer]: ...


class OutsideEventsPage:
    """Answers other systems. 202 only for what is stored; never 500."""

    def __init__(self, events: TakesEvents, tokens: Callable[[], Iterable[str]]) -> None:
        """`tokens` are those that open it just now; none: it is closed."""
        self._events = events
        self._tokens = tokens
        self.calls = Tally("oaflow_outside_calls", "Calls of POST /api/events by answer.", "status")

    def routes(self) -> list[web.AbstractRouteDef]:
        """The address."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Handle one call."""
        answer = await self._answer(request)
        self.calls.inc(str(answer.status))
        return answer

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            self._admit(request)
            content = await _read_json(request)
            several = isinstance(content, list)
            events = content if several else [content]
            answers = await self._events.take(events)
        except _NotTaken as refusal:
            return _json(refusal.status, {"message": str(refusal)})
        except DatabaseUnavailable:
            return _json(503, {"message": NOT_STORED})
        except Exception:  # the sender sends them again after 503
            log.exception("events from outside could not be stored")
            return _json(503, {"message": NOT_STORED})
        if several:
            shown = [_answer_json(one, answer) for one, answer in zip(events, answers, strict=True)]
            return _json(_status(answers), {"events": shown})
        return _json(STATUS[answers[0].verdict], _answer_json(content, answers[0]))

    def _admit(self, request: web.Request) -> None:
        """Raises `_NotTaken` without a token that opens the address."""
        tokens = list(self._tokens())
        if not tokens:
            raise _NotTaken(404, "bot.yaml has no api_token: nothing is taken here")
        if not _opens(request.headers.get("Authorization", ""), tokens):
            raise _NotTaken(401, "the token is missing or wrong; say  Authorization: Bearer TOKEN")


async def _read_json(request: web.Request) -> Any:
    """The content of the body. Raises `_NotTaken`."""
    try:
        body = await _body(request)
    except web.HTTPRequestEntityTooLarge as error:
        raise _NotTaken(413, "a call of more than 2 MiB is not taken; send several") from error
    except (web.RequestPayloadError, TimeoutError, ConnectionError) as error:
        raise _NotTaken(400, "the body did not come, or cannot be decoded") from error
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _NotTaken(400, "the body is no JSON") from error
    if isinstance(content, list) and len(content) > MOST:
        raise _NotTaken(413, f"a call has at most {MOST} events; send several")
    return content


async def _body(request: web.Request) -> bytes:
    async with asyncio.timeout(BODY_SECONDS):
        return await request.read()


def _opens(header: str, tokens: Iterable[str]) -> bool:
    """Whether the header `Authorization` has one of the tokens."""
    if header[: len(_SCHEME)].lower() != _SCHEME:
        return False
    token_sent = header[len(_SCHEME) :].strip().encode("utf-8", "surrogateescape")
    right = [hmac.compare_digest(token_sent, token.encode()) for token in tokens]  # all: no time tells which
    return any(right)


def _status(answers: Sequence[OutsideAnswer]) -> int:
    """The status for a list: 200 where all were known, 202 where all is well and something is new, 207 where
    something was not taken."""
    verdicts = {answer.verdict for answer in answers}
    if verdicts <= {"known"}:
        return 200
    return 202 if verdicts <= {"stored", "known"} else 207


def _answer_json(event: Any, answer: OutsideAnswer) -> Mapping[str, Any]:
    id_ = event.get("id") if isinstance(event, dict) else None
    shown: dict[str, Any] = {"id": id_ if isinstance(id_, str) else None, "status": answer.verdict}
    if answer.message is not None:
        shown |= {"field": answer.field, "message": str(answer.message)}
    return shown


def _json(status: int, content: Mapping[str, Any]) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")
