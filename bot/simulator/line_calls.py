"""What each call of LINE's messaging API does here.

https://developers.line.biz/en/reference/messaging-api/
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from bot.model.clock import Clock
from bot.simulator.account import Account
from bot.simulator.chats import Chats
from bot.simulator.courier import Courier
from bot.simulator.feed import Feed
from bot.simulator.own_site import is_loopback
from bot.simulator.refusal import Refusal, not_found
from bot.simulator.sending import Sending, Sent, checked_messages
from bot.simulator.shown import group_shown

FOLLOWERS_A_PAGE = 300
FOLLOWERS_AT_MOST = 1_000
VALIDATED = frozenset({"reply", "push", "multicast", "narrowcast", "broadcast"})


@dataclass(frozen=True, slots=True)
class Call:
    """An authorised call: its id, whose it is, path and query parameters, headers, JSON body."""

    id: str
    account: Account
    path: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answered:
    """What goes back, and what the log tells of it."""

    status: int
    body: Mapping[str, Any]
    chat: str | None = None
    messages: int = 0
    paid: int = 0
    text: str | None = None


Answer = Callable[[Call], Awaitable[Answered]]


class LineCalls:
    """The calls of this first simulator; each raises `Refusal` where LINE refuses."""

    def __init__(self, chats: Chats, clock: Clock, courier: Courier, feed: Feed, sending: Sending) -> None:
        self._chats = chats
        self._clock = clock
        self._courier = courier
        self._feed = feed
        self._sending = sending

    def table(self) -> list[tuple[str, str, str, Answer]]:
        """Method, path below the base address, name in the log, what answers it."""
        return [
            ("POST", "/v2/bot/message/reply", "reply", self._reply),
            ("POST", "/v2/bot/message/push", "push", self._push),
            ("POST", "/v2/bot/message/multicast", "multicast", self._multicast),
            ("POST", "/v2/bot/message/validate/{kind}", "validate", self._validate),
            ("GET", "/v2/bot/message/quota", "quota", self._quota),
            ("GET", "/v2/bot/message/quota/consumption", "consumption", self._consumption),
            ("GET", "/v2/bot/message/{id}/content", "content", self._content),
            ("GET", "/v2/bot/profile/{id}", "profile", self._profile),
            ("GET", "/v2/bot/info", "info", self._info),
            ("GET", "/v2/bot/followers/ids", "followers", self._followers),
            ("GET", "/v2/bot/channel/webhook/endpoint", "endpoint", self._endpoint),
            ("PUT", "/v2/bot/channel/webhook/endpoint", "set-endpoint", self._set_endpoint),
            ("POST", "/v2/bot/channel/webhook/test", "test-webhook", self._test_webhook),
            ("POST", "/v2/bot/chat/loading/start", "loading", self._loading),
            ("POST", "/v2/bot/{kind:group|room}/{id}/leave", "leave", self._leave),
        ]

    async def _reply(self, call: Call) -> Answered:
        return _of(self._sending.reply(call.account, call.body, call.headers))

    async def _push(self, call: Call) -> Answered:
        return _of(self._sending.push(call.account, call.body, call.headers, call.id))

    async def _multicast(self, call: Call) -> Answered:
        return _of(self._sending.multicast(call.account, call.body, call.headers, call.id))

    async def _validate(self, call: Call) -> Answered:
        if call.path["kind"] not in VALIDATED:
            raise not_found()
        checked_messages(call.body)
        return Answered(200, {})

    async def _quota(self, call: Call) -> Answered:
        if call.account.quota is None:
            return Answered(200, {"type": "none"})
        return Answered(200, {"type": "limited", "value": call.account.quota})

    async def _consumption(self, call: Call) -> Answered:
        return Answered(200, {"totalUsage": call.account.used(self._clock.now())})

    async def _content(self, call: Call) -> Answered:
        raise not_found()

    async def _profile(self, call: Call) -> Answered:
        friend = self._chats.friends.get(call.path["id"])
        if friend is None or friend.channel != call.account.channel.name or not friend.reachable:
            raise not_found()
        profile = {"userId": friend.id, "displayName": friend.name, "language": friend.language}
        return Answered(200, profile, friend.id)

    async def _info(self, call: Call) -> Answered:
        info = {
            "userId": call.account.user_id,
            "basicId": call.account.channel.id,
            "displayName": call.account.title,
            "chatMode": "bot",
            "markAsReadMode": "auto",
        }
        return Answered(200, info)

    async def _followers(self, call: Call) -> Answered:
        limit, start = call.query.get("limit", str(FOLLOWERS_A_PAGE)), call.query.get("start", "0")
        if not limit.isdecimal() or not 1 <= int(limit) <= FOLLOWERS_AT_MOST:
            raise Refusal(400, "The value for the 'limit' parameter is invalid")
        if not start.isdecimal():
            raise Refusal(400, "The value for the 'start' parameter is invalid")
        name = call.account.channel.name
        friends = [f.id for f in self._chats.friends.values() if f.channel == name and f.standing == "friend"]
        end = int(start) + int(limit)
        page = {"userIds": friends[int(start) : end]}
        return Answered(200, page | ({"next": str(end)} if end < len(friends) else {}))

    async def _endpoint(self, call: Call) -> Answered:
        return Answered(200, {"endpoint": call.account.endpoint, "active": True})

    async def _set_endpoint(self, call: Call) -> Answered:
        call.account.endpoint = _local(call.body.get("endpoint"))
        return Answered(200, {})

    async def _test_webhook(self, call: Call) -> Answered:
        given = call.body.get("endpoint")
        url = call.account.endpoint if given is None else _local(given)
        answer = await self._courier.post(url, call.account, [])
        reasons = {None: "OK", "status": "ERROR_STATUS_CODE", "timeout": "REQUEST_TIMEOUT"}
        reason = reasons.get(answer.trouble, "COULD_NOT_CONNECT")
        result = {
            "success": answer.trouble is None,
            "timestamp": _iso(self._clock.now()),
            "statusCode": answer.status or 0,
            "reason": reason,
            "detail": str(answer.status) if answer.status else reason,
        }
        return Answered(200, result)

    async def _loading(self, call: Call) -> Answered:
        friend = self._chats.friends.get(str(call.body.get("chatId")))
        seconds = call.body.get("loadingSeconds", 20)
        if friend is None or friend.channel != call.account.channel.name:
            raise Refusal(400, "The value for the 'chatId' property is invalid")
        if type(seconds) is not int or seconds not in range(5, 61, 5):
            raise Refusal(400, "The value for the 'loadingSeconds' property is invalid")
        if friend.reachable:
            self._feed.publish("loading", {"chat": friend.id, "seconds": seconds})
        return Answered(202, {}, friend.id)

    async def _leave(self, call: Call) -> Answered:
        group = self._chats.groups.get(call.path["id"])
        if (
            group is None
            or group.kind != call.path["kind"]
            or group.channel != call.account.channel.name
            or not group.joined
        ):
            raise not_found()
        group = self._chats.leave(group)
        self._feed.publish("group", group_shown(group))
        return Answered(200, {}, group.id)


def _of(sent: Sent) -> Answered:
    return Answered(200, sent.answer, sent.chat, sent.messages, sent.paid, sent.text)


def _local(url: Any) -> str:
    """A webhook address on this machine: with the simulator no call leaves it."""
    if not isinstance(url, str) or len(url) > 500:
        raise Refusal(400, "Invalid webhook endpoint URL")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Refusal(400, "Invalid webhook endpoint URL") from None
    if parts.scheme not in ("http", "https") or not is_loopback(host):
        raise Refusal(400, "Invalid webhook endpoint URL")
    return url


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
