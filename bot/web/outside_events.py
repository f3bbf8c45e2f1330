"""`POST /api/events`: signals from the shop's own systems, one or several in a call (language, 11)."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.runtime.intake.outside_events import MOST, OutsideAnswer, OutsideEvents, Verdict
from bot.store.unavailable import DatabaseUnavailable

PATH = "/api/events"
STATUS: Mapping[Verdict, int] = {"stored": 202, "known": 200, "wrong": 422, "nobody": 404, "several": 409}
_SCHEME = "Bearer "


class OutsideEventsPage:
    """Answers other systems. 202 only for what is stored; never 500."""

    def __init__(self, events: OutsideEvents, tokens: Callable[[], Iterable[str]]) -> None:
        """`tokens` are those that open it just now; none: it is closed."""
        self._events = events
        self._tokens = tokens

    def routes(self) -> list[web.AbstractRouteDef]:
        """The address."""
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """Handle one call."""
        tokens = list(self._tokens())
        if not tokens:
            return _refused(404, "bot.yaml has no api_token: nothing is taken here")
        if not _opens(request.headers.get("Authorization", ""), tokens):
            return _refused(401, "the token is missing or wrong; say  Authorization: Bearer TOKEN")
        try:
            told = orjson.loads(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return _refused(413, "a call of more than 2 MiB is not taken; send several")
        except (orjson.JSONDecodeError, web.RequestPayloadError):
            return _refused(400, "the body is no JSON")
        several = isinstance(told, list)
        if several and len(told) > MOST:
            return _refused(413, f"a call has at most {MOST} events; send several")
        try:
            answers = await self._events.take(told if several else [told])
        except DatabaseUnavailable:
            return _refused(503, "the events could not be stored; please send them again, with the same ids")
        if several:
            good = all(answer.verdict in ("stored", "known") for answer in answers)
            pairs = zip(told, answers, strict=True)
            return _json(202 if good else 207, {"events": [_shown(one, answer) for one, answer in pairs]})
        [answer] = answers
        return _json(STATUS[answer.verdict], _shown(told, answer))


def _opens(header: str, tokens: Iterable[str]) -> bool:
    if not header.startswith(_SCHEME):
        return False
    said = header.removeprefix(_SCHEME).strip().encode("utf-8", "surrogateescape")
    right = [hmac.compare_digest(said, token.encode()) for token in tokens]  # all: no time tells which
    return any(right)


def _shown(told: Any, answer: OutsideAnswer) -> Mapping[str, Any]:
    id_ = told.get("id") if isinstance(told, dict) else None
    shown: dict[str, Any] = {"id": id_ if isinstance(id_, str) else None, "status": answer.verdict}
    if answer.message is not None:
        shown |= {"field": answer.field, "message": str(answer.message)}
    return shown


def _refused(status: int, message: str) -> web.Response:
    return _json(status, {"message": message})


def _json(status: int, content: Mapping[str, Any]) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(content), content_type="application/json")
