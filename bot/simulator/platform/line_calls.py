"""What the calls of LINE's Messaging API do here, but for those of rich menus: sending and settings, contents
of messages, statistics of aggregation units.

https://developers.line.biz/en/reference/messaging-api/ , #getting-content and #get-statistics-per-unit
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from bot.line.insight import DAYS_AT_ONCE, NAMES_A_PAGE
from bot.line.objects.addresses import is_loopback
from bot.line.objects.spec import Number, Spec, TextSpec
from bot.model.clock import Clock
from bot.simulator.people.courier import Courier
from bot.simulator.platform.call import Answered, ApiCall, Route
from bot.simulator.platform.message_shape import checked, checked_messages
from bot.simulator.platform.refusal import LineRefusal, bad_properties, not_found
from bot.simulator.platform.sending import MessageSending, SentCall
from bot.simulator.state.chats import Chats
from bot.simulator.state.feed import Feed
from bot.simulator.state.line_ids import of_read_token
from bot.simulator.state.pictures import PictureBytes, Pictures
from bot.simulator.state.state_json import group_json, message_json
from bot.simulator.state.units import line_day

FOLLOWERS_A_PAGE = 300
"""User ids on a page, where the call names no `limit`."""
FOLLOWERS_AT_MOST = 1_000
"""The largest `limit`."""
VALIDATED = ("reply", "push", "multicast", "narrowcast", "broadcast")
"""Ways to send whose messages can be validated."""
COUNTED = ("reply", "push", "multicast", "broadcast")
"""Ways to send that LINE counts by day."""
FIRST_COUNTED = date(2018, 3, 31)
"""LINE counts since that day: https://developers.line.biz/en/reference/messaging-api/#get-number-of-push-messages"""
LOADING_USUAL = 20
"""Seconds of the loading animation, where the call names none."""
_DATE = re.compile(r"[0-9]{8}")
"""`YYYYMMDD`."""
_LOADING: dict[str, Spec] = {"chatId": TextSpec(1_000), "loadingSeconds": Number(5, 60)}
"""The properties of a call that shows the loading animation."""
_MARK_AS_READ: dict[str, Spec] = {"markAsReadToken": TextSpec(1_000)}
"""Those of a call that marks messages as read."""


@dataclass(eq=False, repr=False)
class MessagingApi:
    """Sending, reading and setting; each call raises `LineRefusal` where LINE refuses."""

    _chats: Chats
    _clock: Clock
    _courier: Courier
    _feed: Feed
    _sending: MessageSending

    def rows(self) -> list[Route]:
        """The calls, as `LineApi` serves them."""
        message, endpoint = "/v2/bot/message", "/v2/bot/channel/webhook/endpoint"
        return [
            Route("POST", message + "/reply", "reply", self._reply, "json"),
            Route("POST", message + "/push", "push", self._push, "json"),
            Route("POST", message + "/multicast", "multicast", self._multicast, "json"),
            Route("POST", message + "/broadcast", "broadcast", self._broadcast, "json"),
            *(
                Route("POST", f"{message}/validate/{kind}", "validate", partial(self._validate, kind), "json")
                for kind in VALIDATED
            ),
            Route("GET", message + "/quota", "quota", self._quota),
            Route("GET", message + "/quota/consumption", "consumption", self._consumption),
            *(
                Route("GET", f"{message}/delivery/{way}", f"{way}-count", partial(self._count, way))
                for way in COUNTED
            ),
            Route("GET", "/v2/bot/profile/{id}", "profile", self._profile),
            Route("GET", "/v2/bot/info", "info", self._info),
            Route("GET", "/v2/bot/followers/ids", "followers", self._followers),
            Route("GET", endpoint, "endpoint", self._endpoint),
            Route("PUT", endpoint, "set-endpoint", self._set_endpoint, "json"),
            Route("POST", "/v2/bot/channel/webhook/test", "test-webhook", self._test_webhook, "json"),
            Route("POST", "/v2/bot/chat/loading/start", "loading", self._loading, "json"),
            Route("POST", "/v2/bot/chat/markAsRead", "mark-as-read", self._mark_as_read, "json"),
            Route("POST", "/v2/bot/group/{id}/leave", "leave", partial(self._leave, "group")),
            Route("POST", "/v2/bot/room/{id}/leave", "leave", partial(self._leave, "room")),
        ]

    async def _reply(self, call: ApiCall) -> Answered:
        return _of(self._sending.reply(call.account, call.body))

    async def _push(self, call: ApiCall) -> Answered:
        return _of(self._sending.push(call.account, call.body, call.headers, call.id))

    async def _multicast(self, call: ApiCall) -> Answered:
        return _of(self._sending.multicast(call.account, call.body, call.headers, call.id))

    async def _broadcast(self, call: ApiCall) -> Answered:
        return _of(self._sending.broadcast(call.account, call.body, call.headers, call.id))

    async def _validate(self, kind: str, call: ApiCall) -> Answered:
        checked_messages(call.body, mentions=kind in ("reply", "push"))
        return Answered()

    async def _count(self, way: str, call: ApiCall) -> Answered:
        given = call.query.get("date")
        if given is None:
            raise LineRefusal(400, "date is required")
        day = _day(given)
        if day < FIRST_COUNTED:
            return Answered(body={"status": "out_of_service"})
        if day >= line_day(self._clock.now()):
            return Answered(body={"status": "unready"})
        return Answered(body={"status": "ready", "success": call.account.deliveries.on(way, day)})

    async def _quota(self, call: ApiCall) -> Answered:
        if call.account.quota is None:
            return Answered(body={"type": "none"})
        return Answered(body={"type": "limited", "value": call.account.quota})

    async def _consumption(self, call: ApiCall) -> Answered:
        return Answered(body={"totalUsage": call.account.used(self._clock.now())})

    async def _profile(self, call: ApiCall) -> Answered:
        user, crowd = call.path["id"], call.account.crowd
        if crowd.has(user):
            return Answered(body={"userId": user, "displayName": crowd.name(user), "language": "zh-TW"})
        friend = self._chats.friends.get(user)
        if friend is None or friend.channel != call.account.channel.name or not friend.known:
            raise not_found()
        profile = {"userId": friend.id, "displayName": friend.name, "language": friend.language}
        return Answered(body=profile, chat=friend.id)

    async def _info(self, call: ApiCall) -> Answered:
        info = {
            "userId": call.account.user_id,
            "basicId": call.account.channel.id,
            "displayName": call.account.title,
            "chatMode": "chat" if call.account.console.chat else "bot",
            "markAsReadMode": "manual" if call.account.console.chat else "auto",
        }
        if call.account.picture is not None:
            info["pictureUrl"] = call.account.picture
        return Answered(body=info)

    async def _followers(self, call: ApiCall) -> Answered:
        if not call.account.verified:
            raise LineRefusal(403, "Access to this API is not available for your account")
        limit = _number(call.query.get("limit", str(FOLLOWERS_A_PAGE)))
        start = _number(call.query.get("start", "0"))
        if limit is None or not 1 <= limit <= FOLLOWERS_AT_MOST:
            raise LineRefusal(400, "The value for the 'limit' parameter is invalid")
        if start is None:
            raise LineRefusal(400, "Invalid start param")
        name = call.account.channel.name
        friends = [f.id for f in self._chats.friends.values() if f.channel == name and f.standing == "friend"]
        end, crowd, own = start + limit, call.account.crowd, len(friends)
        page = {"userIds": [*friends[start:end], *crowd.users(max(0, start - own), max(0, end - own))]}
        return Answered(body=page | ({"next": str(end)} if end < own + crowd.number else {}))

    async def _endpoint(self, call: ApiCall) -> Answered:
        if not call.account.endpoint:
            raise not_found()
        active = call.account.console.uses_webhook
        return Answered(body={"endpoint": call.account.endpoint, "active": active})

    async def _set_endpoint(self, call: ApiCall) -> Answered:
        call.account.endpoint = _local(call.body.get("endpoint"))
        return Answered()

    async def _test_webhook(self, call: ApiCall) -> Answered:
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
        return Answered(body=result)

    async def _loading(self, call: ApiCall) -> Answered:
        checked(call.body, _LOADING, "chatId")
        seconds = call.body.get("loadingSeconds")
        seconds = LOADING_USUAL if seconds is None else seconds
        if seconds % 5:
            fault = {"message": "must be a multiple of five", "property": "loadingSeconds"}
            raise bad_properties([fault])
        friend = self._chats.friends.get(call.body["chatId"])
        if friend is None or friend.channel != call.account.channel.name:
            raise LineRefusal(400, "The value for the 'chatId' property is invalid")
        if friend.reached(self._clock.now()):
            self._feed.publish("loading", {"chat": friend.id, "seconds": seconds})
        return Answered(202, {}, friend.id)

    async def _mark_as_read(self, call: ApiCall) -> Answered:
        checked(call.body, _MARK_AS_READ, "markAsReadToken")
        chat, message = of_read_token(call.body["markAsReadToken"]) or ("", "")
        friend = self._chats.friends.get(chat)
        group = self._chats.groups.get(chat)
        of = friend.channel if friend is not None else group.channel if group is not None else None
        if of != call.account.channel.name:
            raise LineRefusal(
                400, "Invalid markAsReadToken. Tokens must be used by the bot that received them via Webhook."
            )
        for changed in self._chats.mark_read(chat, message):
            self._feed.publish("message", message_json(changed))
        return Answered(chat=chat)

    async def _leave(self, kind: str, call: ApiCall) -> Answered:
        group = self._chats.groups.get(call.path["id"])
        if (
            group is None
            or group.kind != kind
            or group.channel != call.account.channel.name
            or not group.joined
        ):
            raise not_found()
        group = self._chats.leave(group)
        self._feed.publish("group", group_json(group))
        return Answered(chat=group.id)


def _of(sent: SentCall) -> Answered:
    return Answered(200, sent.answer, sent.chat, sent.messages, sent.paid, sent.text)


def _local(url: Any) -> str:
    """A webhook address on this machine: with the simulator no call leaves it."""
    if not isinstance(url, str) or len(url) > 500:
        raise LineRefusal(400, "Invalid webhook endpoint URL")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise LineRefusal(400, "Invalid webhook endpoint URL") from None
    if parts.scheme not in ("http", "https") or not is_loopback(host):
        raise LineRefusal(400, "Invalid webhook endpoint URL")
    return url


def _number(given: str) -> int | None:
    return int(given) if re.fullmatch(r"[0-9]{1,9}", given) else None


def _day(given: str) -> date:
    day = _day_or_none(given)
    if day is None:
        raise LineRefusal(400, "The value for the 'date' parameter is invalid")
    return day


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class ContentCalls:
    """The calls that read what came with a message. Only pictures are stored here: all else is not found."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures

    def rows(self) -> list[Route]:
        """The calls, as `LineApi` serves them."""
        content = "/v2/bot/message/{id}/content"
        return [
            Route("GET", content, "content", self._content),
            Route("GET", content + "/preview", "preview", self._content),  # as large as the picture itself
            Route("GET", content + "/transcoding", "transcoding", self._transcoding),
        ]

    async def _content(self, call: ApiCall) -> Answered:
        return Answered(body=self._picture(call))

    async def _transcoding(self, call: ApiCall) -> Answered:
        self._picture(call)
        raise LineRefusal(400, "Transcoding status doesn't support this type of content")

    def _picture(self, call: ApiCall) -> PictureBytes:
        message, channel = call.path["id"], call.account.channel.name
        picture = self._pictures.find(message, channel)
        if picture is not None:
            return picture
        if self._pictures.was_forgotten(message, channel):
            raise LineRefusal(410, "The content is gone")
        raise LineRefusal(404, "not found")


_NUMBER = re.compile(r"[0-9]{1,9}")
"""A number of at most nine digits."""
_NO_STATISTIC = {"message": None, "key": None, "stacktrace": None, "code": None}
"""LINE's whole answer to a query of statistics that it does not accept."""


class InsightCalls:
    """The calls about aggregation units; each raises `LineRefusal` where LINE refuses."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def rows(self) -> list[Route]:
        """The calls, as `LineApi` serves them."""
        names = "/v2/bot/message/aggregation"
        return [
            Route("GET", "/v2/bot/insight/message/event/aggregation", "unit-statistics", self._statistics),
            Route("GET", names + "/info", "units-used", self._used),
            Route("GET", names + "/list", "unit-names", self._names),
        ]

    async def _statistics(self, call: ApiCall) -> Answered:
        unit = call.query.get("customAggregationUnit")
        first, last = _day_or_none(call.query.get("from")), _day_or_none(call.query.get("to"))
        if not unit or first is None or last is None or not 0 <= (last - first).days < DAYS_AT_ONCE:
            refusal = LineRefusal(400, "no statistic")
            refusal.body = dict(_NO_STATISTIC)
            raise refusal
        return Answered(body=call.account.units.statistics(unit, first, last))

    async def _used(self, call: ApiCall) -> Answered:
        used = len(call.account.units.names(self._clock.now()))
        return Answered(body={"numOfCustomAggregationUnits": used})

    async def _names(self, call: ApiCall) -> Answered:
        limit, start = call.query.get("limit", str(NAMES_A_PAGE)), call.query.get("start", "0")
        if not _NUMBER.fullmatch(limit) or not 1 <= int(limit) <= NAMES_A_PAGE:
            raise LineRefusal(400, "The value for the 'limit' parameter is invalid")
        names = call.account.units.names(self._clock.now())
        if not _NUMBER.fullmatch(start) or int(start) > len(names):
            raise LineRefusal(400, "Invalid start param")
        end = int(start) + int(limit)
        page = {"customAggregationUnits": names[int(start) : end]}
        return Answered(body=page | ({"next": str(end)} if end < len(names) else {}))


def _day_or_none(given: str | None) -> date | None:
    if given is None or not _DATE.fullmatch(given):
        return None
    try:
        return date(int(given[:4]), int(given[4:6]), int(given[6:]))
    except ValueError:
        return None
