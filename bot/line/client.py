"""LINE's Messaging API: one thin client per channel; messages are sent as the JSON they come in.

Sends never raise for what LINE or the network does: they return an `Outcome`. Reads raise `LineError`.
https://developers.line.biz/en/reference/messaging-api/
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeVar, get_args
from urllib.parse import quote, urlencode

import aiohttp
import orjson
from yarl import URL

from bot.line.access_token import AccessToken, NoToken, access_token
from bot.line.account import (
    BotInfo,
    FollowersPage,
    Quota,
    WebhookEndpoint,
    bot_info_from,
    followers_from,
    profile_from,
    quota_from,
    webhook_endpoint_from,
)
from bot.line.authorised import AuthorisedCalls, LineAnswer, request_line
from bot.line.http_call import answer_in, time_outs, unheard
from bot.line.insight import Insight
from bot.line.outcome import (
    CallResult,
    ContentTooLarge,
    HttpAnswer,
    LineError,
    Unknown,
    error_of,
    outcome_of,
)
from bot.line.rich_menus import LONG_SECONDS, RichMenus
from bot.line.wire import CONNECT_SECONDS, TOTAL_SECONDS, Wires
from bot.model.channel import Channel
from bot.model.clock import Clock
from bot.model.event import Profile

T = TypeVar("T")
UNDOCUMENTED = "the answer is not what LINE documents"
"""The message of a `LineError` for such an answer."""
SendKind = Literal["reply", "push", "multicast", "narrowcast", "broadcast"]
"""The kinds of sends whose messages LINE can validate."""
Preparation = Literal["processing", "succeeded", "failed"]
"""The state of a video or sound that a person sent, until it can be downloaded."""
CHUNK = 65_536
"""Bytes of a piece of a download."""
FOLLOWERS_A_PAGE = 1_000
"""Friends in one page of the list: LINE's maximum."""


@dataclass(frozen=True, slots=True)
class Content:
    """A picture, video, sound or file that a person sent; `chunks` can be read once."""

    type: str
    chunks: AsyncIterator[bytes]


class LineClient:
    """LINE's Messaging API, as one channel uses it.

    `api` and `data_api` are base addresses; `connect` and `total` time-outs in seconds; `connections` calls
    go side by side. The session, for downloads and tokens, is shared and not closed here. A message `body`
    is the JSON object `{"messages": […], …}`.
    """

    def __init__(
        self,
        channel: Channel,
        api: str,
        data_api: str,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        token: AccessToken | None = None,
        connect: float = CONNECT_SECONDS,
        total: float = TOTAL_SECONDS,
        connections: int = 200,
    ) -> None:
        self._api = api.rstrip("/")
        self._data_api = data_api.rstrip("/")
        timeout = time_outs(connect, total)
        self._download = aiohttp.ClientTimeout(connect=connect, sock_connect=connect, sock_read=total)
        self._wires = Wires(api, connect, total, connections)
        self._calls = AuthorisedCalls(
            session, self._wires, token or access_token(channel, api, session, clock, timeout)
        )
        self.rich_menus = RichMenus(
            self._calls, self._api, self._data_api, time_outs(connect, max(total, LONG_SECONDS))
        )
        self.insight = Insight(self._calls, self._api, time_outs(connect, max(total, LONG_SECONDS)))
        self._reply = self._post("/v2/bot/message/reply")
        self._push = self._post("/v2/bot/message/push")
        self._multicast = self._post("/v2/bot/message/multicast")
        self._loading = self._post("/v2/bot/chat/loading/start")
        self._mark_as_read = self._post("/v2/bot/chat/markAsRead")

    def close(self) -> None:
        """End the idle connections."""
        self._wires.close()

    # Sends

    def reply(self, token: str, body: bytes) -> asyncio.Future[CallResult]:
        """Answer an event, free, once. LINE allows no retry key here."""
        return self._send(self._reply, _spliced(b'{"replyToken":', token, body), (token,))

    def push(
        self, to: str, body: bytes, retry_key: str, unit: str | None = None
    ) -> asyncio.Future[CallResult]:
        """Send to one person, group or room. `retry_key` (a UUID) is good for 24 hours, then it is void.

        `unit`: under which name LINE counts who opens it (`bot.line.insight`).
        """
        body = _spliced(b'{"to":', to, _in_unit(body, unit))
        return self._send(self._push, body, (to,), retry_key)

    async def multicast(
        self, to: Sequence[str], body: bytes, retry_key: str, unit: str | None = None
    ) -> CallResult:
        """Send to at most 500 persons; where it is refused, to nobody. `retry_key`, `unit`: as of `push`."""
        body = _spliced(b'{"to":', to, _in_unit(body, unit))
        return await self._send(self._multicast, body, tuple(to), retry_key)

    async def loading(self, user_id: str, seconds: int) -> CallResult:
        """Show the loading animation: 5 to 60 seconds, in steps of 5. Persons only."""
        body = orjson.dumps({"chatId": user_id, "loadingSeconds": seconds})
        return await self._send(self._loading, body, (user_id,))

    async def mark_as_read(self, token: str) -> CallResult:
        """Show a person that their message with this `markAsReadToken`, and all before it, were read.

        https://developers.line.biz/en/reference/messaging-api/#mark-as-read
        """
        return await self._send(self._mark_as_read, orjson.dumps({"markAsReadToken": token}), (token,))

    async def leave(self, kind: Literal["group", "room"], chat_id: str) -> CallResult:
        """Leave a group chat or multi-person chat."""
        return await self._send(self._post(f"/v2/bot/{kind}/{_segment(chat_id)}/leave"), b"", (chat_id,))

    async def validate(self, kind: SendKind, body: bytes) -> CallResult:
        """Whether LINE would take these messages: `Accepted`, or `Refused` with the properties at fault."""
        return await self._send(self._post(f"/v2/bot/message/validate/{kind}"), body, ())

    # Reads

    async def profile(self, user_id: str) -> Profile | None:
        """The person's profile; `None` where LINE has none for us: no friend and never wrote, blocked, or
        deleted.

        It yields to all other calls: a name is a courtesy, and in a rush there are as many as answers.
        """
        answer = await self._read(
            f"/v2/bot/profile/{_segment(user_id)}", (user_id,), none_on=404, yields=True
        )
        return None if answer is None else _parsed(lambda: profile_from(answer))

    async def followers(self, start: str | None = None) -> FollowersPage:
        """A page of the friends who have not blocked the account, from the first or from `start` on.

        LINE answers verified and premium accounts only: to others with 403 (`LineError`).
        """
        asked = {"limit": str(FOLLOWERS_A_PAGE)} | ({"start": start} if start is not None else {})
        answer = await self._read(f"/v2/bot/followers/ids?{urlencode(asked)}", yields=True)
        return _parsed(lambda: followers_from(answer or {}))

    async def bot_info(self) -> BotInfo:
        """The account's name, ids and picture."""
        answer = await self._read("/v2/bot/info")
        return _parsed(lambda: bot_info_from(answer or {}))

    async def quota(self) -> Quota:
        """How many messages may be sent this month, and how many were."""
        quota = await self._read("/v2/bot/message/quota")
        used = await self._read("/v2/bot/message/quota/consumption")
        return _parsed(lambda: quota_from(quota or {}, used or {}))

    async def webhook_endpoint(self) -> WebhookEndpoint | None:
        """Where LINE sends this channel's webhooks; `None` where nothing is set."""
        answer = await self._read("/v2/bot/channel/webhook/endpoint", none_on=404)
        return None if answer is None else _parsed(lambda: webhook_endpoint_from(answer))

    async def set_webhook_endpoint(self, url: str) -> None:
        """Have LINE send the webhooks to `url` (https); takes up to a minute."""
        body = orjson.dumps({"endpoint": url})
        answer = await self._calls.ask("PUT", self._url("/v2/bot/channel/webhook/endpoint"), body)
        if not isinstance(answer, HttpAnswer) or answer.status != 200:
            raise self._error(answer)

    @asynccontextmanager
    async def content(self, message_id: str, limit: int) -> AsyncIterator[Content]:
        """What a person sent, streamed; reading beyond `limit` bytes raises `ContentTooLarge`.

        Raises `LineError`: with status 202 while LINE prepares it, 404 or 410 where it is gone. The time-out
        holds between two pieces. `async with client.content(…) as content`.
        """
        response = await self._calls.open(self._content(message_id), self._download)
        if not isinstance(response, aiohttp.ClientResponse):
            raise self._error(response)
        try:
            if response.status != 200:
                raise self._error(await answer_in(response))
            yield Content(response.content_type, _chunks(response, limit))
        finally:
            response.close()

    async def preparation(self, message_id: str) -> Preparation:
        """How far LINE is with a video or sound whose content it answers with 202. Raises `LineError`.

        https://developers.line.biz/en/reference/messaging-api/#verify-video-or-audio-preparation-status
        """
        response = await self._calls.open(self._content(message_id, "/transcoding"), self._download)
        if not isinstance(response, aiohttp.ClientResponse):
            raise self._error(response)
        answer = await answer_in(response)
        if answer.status != 200:
            raise self._error(answer)
        try:
            status = orjson.loads(answer.body)["status"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            status = None
        if status not in get_args(Preparation):
            raise LineError(200, UNDOCUMENTED, answer.request_id)
        known: Preparation = status
        return known

    # Making calls

    def _content(self, message_id: str, rest: str = "") -> URL:
        return URL(f"{self._data_api}/v2/bot/message/{_segment(message_id)}/content{rest}", encoded=True)

    def _url(self, path: str) -> URL:
        return URL(self._api + path, encoded=True)

    def _post(self, path: str) -> bytes:
        return request_line("POST", self._url(path))

    def _send(
        self, line: bytes, body: bytes, hidden: tuple[str, ...], retry_key: str | None = None
    ) -> asyncio.Future[CallResult]:
        return self._calls.begin(line, body, retry_key, partial(self._outcome, hidden, retry_key is not None))

    def _outcome(self, hidden: tuple[str, ...], keyed: bool, answer: LineAnswer) -> CallResult:
        if not isinstance(answer, HttpAnswer):
            return answer
        return outcome_of(answer, (*hidden, self._calls.token), keyed=keyed)

    async def _read(
        self,
        path: str,
        hidden: tuple[str, ...] = (),
        none_on: int | None = None,
        *,
        yields: bool = False,
    ) -> Mapping[str, Any] | None:
        answer = await self._calls.ask("GET", self._url(path), yields=yields)
        if isinstance(answer, HttpAnswer) and answer.status == none_on:
            return None
        if not isinstance(answer, HttpAnswer) or answer.status != 200:
            raise self._error(answer, hidden)
        try:
            found = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise LineError(200, UNDOCUMENTED, answer.request_id)
        return found

    def _error(self, answer: HttpAnswer | NoToken | Unknown, hidden: tuple[str, ...] = ()) -> LineError:
        return error_of(answer, (*hidden, self._calls.token))


def _spliced(opening: bytes, value: str | Sequence[str], body: bytes) -> bytes:
    """`body` with one more property in front of its others; it is not parsed."""
    return opening + orjson.dumps(value) + b"," + body[1:]


def _in_unit(body: bytes, unit: str | None) -> bytes:
    """The body with the name `unit`, under which LINE counts openings; unchanged without one."""
    return body if unit is None else _spliced(b'{"customAggregationUnits":', [unit], body)


def _segment(line_id: str) -> str:
    """A LINE id as one segment of a path."""
    return quote(line_id, safe="")


def _parsed(read: Callable[[], T]) -> T:
    try:
        return read()
    except KeyError as error:
        raise LineError(200, f"{UNDOCUMENTED}: no {error.args[0]}") from error


async def _chunks(response: aiohttp.ClientResponse, limit: int) -> AsyncIterator[bytes]:
    left = limit
    try:
        async for chunk in response.content.iter_chunked(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise ContentTooLarge(200, f"the content is larger than {limit} bytes")
            yield chunk
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise LineError(200, unheard(error)) from error
