"""The way in to `/admin/api`: by a token alone, never by a browser's session; and how all of it is answered.

A call is read whole before its token is looked up: one that is revoked while it is being sent is refused.

Cookies are not read and none is set. What a token may do is its own role or its maker's, the lesser. A call
with an `Idempotency-Key` marks a row before it is carried out, and its answer is stored there; after two
minutes without one its process has died, and it is carried out again under the same event id. People, chats
and places are named by parts sealed for the one token.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from bot.model.api_token import ApiCaller
from bot.model.clock import Clock
from bot.model.translatable import ENGLISH, Language, Refusal, tr
from bot.operations.catalog.answers import AnswerFile
from bot.operations.catalog.identities import without_ids
from bot.operations.find_contacts import LocatedContact
from bot.operations.payload import as_json
from bot.operations.tokens import StaffTokens
from bot.runtime.metrics import Tally
from bot.store.api_answers import CallMark, StoredAnswer
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.frame import PRIVATE, accepted_language
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import PREFIX, ApiAnswer, ConsoleCall, Endpoint
from bot.web.api.openapi import KEY_FORM, KEY_HEADER, openapi
from bot.web.api.problem_details import ApiProblem, problem_answer
from bot.web.api.typed_body import TypedBody
from bot.web.middlewares import AS_IT_IS, is_packed
from bot.web.openapi_schema import JSON_TYPE

BODY_MOST = 64 * 1024
"""The most bytes of the body of a call."""
BODY_SECONDS = 10.0
"""Seconds within which a body has to arrive."""
DESCRIPTION = f"{PREFIX}/openapi.json"
"""Where the OpenAPI description is served, without a token."""
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
"""The Content-Security-Policy of answers: a browser makes no page of them."""
HEADERS: Mapping[str, str] = {**PRIVATE, "Content-Security-Policy": NO_PAGE}
"""The headers of every answer."""
AGAIN = {"Retry-After": "1"}
"""A header of answers after which another try is worth it in a second."""
_KEY = re.compile(KEY_FORM)
_SCHEME = "bearer "
_PACKED = tr("a body that is packed (Content-Encoding) is not taken: send it as it is")
NO_QUERY = TypedBody("query", (), "query")
"""Reads the query of a POST, which has to be empty."""

log = logging.getLogger("oaflow.api")


@dataclass(slots=True)
class _Kept:
    """A call, and its row among stored answers."""

    call: bytes = field(repr=False)
    """Method, address and body, with zero bytes between them: two calls with one key are the same where these
    are."""
    mark: CallMark | None = None
    """The row under the call's `Idempotency-Key`; `None` where it has no key, or has not begun."""


class ApiGate:
    """Lets calls in, and gives each answer its form. `clock` is the machine's."""

    def __init__(
        self,
        context: ApiContext,
        tokens: StaffTokens,
        endpoints: Sequence[Endpoint],
        clock: Clock,
        in_the_open: Callable[[web.Request], bool],
        public: str,
    ) -> None:
        """`in_the_open`: whether a token would go over a network as anybody on the way can read it."""
        self._context = context
        self._tokens = tokens
        self._clock = clock
        self._in_the_open = in_the_open
        self._description = orjson.dumps(openapi(endpoints, public))
        self.calls = Tally("oaflow_api_calls", "Calls of the API of the console by answer.", "status")
        self._table: dict[str, dict[str, Endpoint]] = {}
        for one in endpoints:
            self._table.setdefault(one.path, {})[one.method] = one

    def routes(self) -> list[web.AbstractRouteDef]:
        """All addresses; they go before those of the pages, which have all that is below `/admin`."""
        paths = self._table.items()
        rows = [web.route("*", path, self._entrance(methods)) for path, methods in paths]
        nowhere = self._entrance(None)
        return [
            web.get(DESCRIPTION, self._described, allow_head=False),
            *rows,
            web.route("*", PREFIX, nowhere),
            web.route("*", f"{PREFIX}/{{rest:.*}}", nowhere),
        ]

    async def _described(self, request: web.Request) -> web.StreamResponse:
        return web.Response(body=self._description, content_type=JSON_TYPE, headers=HEADERS)

    def _entrance(
        self, methods: Mapping[str, Endpoint] | None
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def enter(request: web.Request) -> web.StreamResponse:
            words = without_ids(accepted_language(request, ENGLISH.name))
            answer = await self._answered(request, methods, words)
            answer.headers.update(HEADERS)
            answer.headers["Content-Language"] = words.name
            self.calls.inc(str(answer.status))
            return answer

        return enter

    async def _answered(
        self, request: web.Request, methods: Mapping[str, Endpoint] | None, words: Language
    ) -> web.Response:
        try:
            if self._in_the_open(request):
                raise ApiProblem("insecure", tr("plain http: whoever is on the way could read the token"))
            if is_packed(request):
                raise ApiProblem("wrong_type", _PACKED, headers={"Accept-Encoding": AS_IT_IS})
            body = await _body(request)
            caller = await self._admitted(request)
            if methods is None:
                raise ApiProblem("not_found")
            endpoint = methods.get(request.method)
            if endpoint is None:
                raise ApiProblem("wrong_method", headers={"Allow": ", ".join(methods)})
            if caller.role not in endpoint.roles:
                raise ApiProblem("not_allowed")
            return await self._carried(request, endpoint, caller, body, words)
        except ApiProblem as problem:
            return problem.answer(words)
        except DatabaseUnavailable:
            return ApiProblem("away", headers=AGAIN).answer(words)
        except Exception:  # the caller reads that it is our fault; the log has why
            log.exception("a call of the API failed")
            return ApiProblem("broken").answer(words)

    async def _admitted(self, request: web.Request) -> ApiCaller:
        """Whose token the call has. Raises `ApiProblem`: there is no such token, or its calls are over their
        limit."""
        caller = await self._tokens.caller(_token(request))
        if caller is None:
            raise ApiProblem("no_token", headers={"WWW-Authenticate": 'Bearer realm="oaflow"'})
        wait = await self._context.stores.api_calls.wait(caller.name, uuid.uuid4().hex, self._clock.now())
        if wait:
            raise ApiProblem("too_many", headers={"Retry-After": str(wait)})
        return caller

    async def _carried(
        self, request: web.Request, endpoint: Endpoint, caller: ApiCaller, body: bytes, words: Language
    ) -> web.Response:
        content = _query(request, endpoint)
        if endpoint.method == "POST":
            NO_QUERY.read(content)
            content = _content(request, body)
        content = endpoint.sent.read(content)
        named = None if endpoint.forgets else await self._named(request, endpoint, caller)
        kept = _Kept(b"\0".join((request.method.encode(), request.path_qs.encode(), body)))
        form = uuid.uuid4().hex
        if endpoint.is_action and (key := _key(request)) is not None:
            form = sha256(b"\0".join((caller.by.encode(), key.encode(), kept.call))).hexdigest()[:32]
            known = await self._begun(kept, caller, key, None if named is None else named[0])
            if known is not None:
                return _stored(known)

        async def may_still() -> bool:
            again = await self._tokens.caller(_token(request))
            return again is not None and again.role in endpoint.roles

        async def answer() -> ApiAnswer:
            found, channel = named or await self._named(request, endpoint, caller)
            now = self._context.now()
            call = ConsoleCall(caller, words, now, form, may_still, content, found, channel)
            return await endpoint.handler(call)

        return await self._done(answer, words, kept)

    async def _named(
        self, request: web.Request, endpoint: Endpoint, caller: ApiCaller
    ) -> tuple[LocatedContact | None, str]:
        """The contact that the address names, and its channel (empty where none is named); `None` for an
        address that names nobody. Raises `ApiProblem` where the contact is not there."""
        if not endpoint.names:
            return None, ""
        return await self._context.found(caller, endpoint.names, request.match_info[endpoint.names])

    async def _begun(
        self, kept: _Kept, caller: ApiCaller, key: str, found: LocatedContact | None
    ) -> StoredAnswer | None:
        """The stored answer of the same call, sent before with this key; `None`: the call is to be carried
        out. Raises `ApiProblem` where the key is another call's, or the same call is under way."""
        contact = None if found is None else found.contact.id
        answers = self._context.stores.api_answers
        known = await answers.begin(caller.name, key, kept.call, contact, self._clock.now())
        if known == "another":
            raise ApiProblem("key_used")
        if known == "under_way":
            raise ApiProblem("under_way", headers=AGAIN)
        if isinstance(known, StoredAnswer):
            return known
        kept.mark = known
        return None

    async def _done(
        self, answering: Callable[[], Awaitable[ApiAnswer]], words: Language, kept: _Kept
    ) -> web.Response:
        """Carry the call out. The answer to a call with a key is stored for a day, unless it is a problem
        that passes (`is_passing`) or an unforeseen error: then the same call may be sent again."""
        try:
            answer = await answering()
        except Refusal as error:
            status, content = 409, ApiProblem("refused", error.message).content(words)
        except ApiProblem as problem:
            if problem.is_passing:
                await self._forget(kept)
                raise
            status, content = problem.status, problem.content(words)
        except BaseException:
            await self._forget(kept)
            raise
        else:
            if isinstance(answer, AnswerFile):
                return _file(answer)
            status, content = 200, as_json(answer, words)
        if kept.mark is not None:
            await self._context.stores.api_answers.end(kept.mark, kept.call, status, content)
        return _json(status, content)

    async def _forget(self, kept: _Kept) -> None:
        if kept.mark is not None:
            with suppress(DatabaseUnavailable):  # the row expires in two minutes
                await self._context.stores.api_answers.forget(kept.mark)


def _json(status: int, content: Mapping[str, Any]) -> web.Response:
    if status >= 400:
        return problem_answer(content, {})
    return web.Response(body=orjson.dumps(content), status=status, content_type=JSON_TYPE)


def _stored(known: StoredAnswer) -> web.Response:
    answer = _json(known.status, known.content)
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _file(answer: AnswerFile) -> web.Response:
    how = f"attachment; filename*=UTF-8''{quote(answer.file, safe='')}"
    return web.Response(body=answer.content, content_type=answer.media, headers={"Content-Disposition": how})


async def _body(request: web.Request) -> bytes:
    """The whole body. Raises `ApiProblem` where it is late, broken or too large."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while not request.content.at_eof() and len(body) <= BODY_MOST:
                body += await request.content.read(BODY_MOST + 1 - len(body))
    except (TimeoutError, ConnectionError, web.RequestPayloadError, HttpProcessingError) as error:
        raise ApiProblem("unreadable", tr("the body did not come")) from error
    if len(body) > BODY_MOST:
        raise ApiProblem("too_large", tr("a body has at most {most} bytes", most=f"{BODY_MOST:,}"))
    return bytes(body)


def _token(request: web.Request) -> str:
    header = request.headers.get("Authorization", "")
    return header[len(_SCHEME) :].strip() if header[: len(_SCHEME)].lower() == _SCHEME else ""


def _content(request: web.Request, body: bytes) -> Any:
    """The JSON of a body; an empty object where the body is empty. Raises `ApiProblem`."""
    if not body:
        return {}
    if request.content_type != JSON_TYPE:
        raise ApiProblem("wrong_type")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ApiProblem("unreadable", tr("the body is no JSON")) from error


def _query(request: web.Request, endpoint: Endpoint) -> Mapping[str, Any]:
    """The query by name: a list where the schema has one, a number where it has a whole number. Raises
    `ApiProblem` for a name that is there twice."""
    found: dict[str, Any] = {}
    for name, value in request.query.items():
        wanted = endpoint.query.get(name, {})
        if wanted.get("type") == "array":
            found.setdefault(name, []).append(value)
            continue
        if name in found:
            raise ApiProblem("wrong", tr("it is there twice"), field=f"query/{name[:64]}")
        is_number = wanted.get("type") == "integer" and re.fullmatch(r"-?[0-9]{1,9}", value)
        found[name] = int(value) if is_number else value
    return found


def _key(request: web.Request) -> str | None:
    """The `Idempotency-Key` of the call, `None` without one. Raises `ApiProblem` for one of another form."""
    keys = request.headers.getall(KEY_HEADER, ())
    if not keys:
        return None
    if len(keys) > 1 or not _KEY.fullmatch(keys[0]):
        raise ApiProblem(
            "wrong", tr("it has 16 to 128 signs of ASCII, without spaces"), field=f"header/{KEY_HEADER}"
        )
    return keys[0]
