"""The JSON interface that drives the simulator, for its page and for tests: docs/simulator.md."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Any

import orjson
from aiohttp import web

from bot.model.clock import Clock
from bot.simulator.account import Accounts
from bot.simulator.chats import Chats, Friend
from bot.simulator.courier import Courier
from bot.simulator.feed import Feed
from bot.simulator.friend_acts import CannotAct, FriendActs
from bot.simulator.happened import Happened
from bot.simulator.line_ids import milliseconds
from bot.simulator.own_site import guarded, problem
from bot.simulator.shown import account_shown, friend_shown, group_shown, message_shown

BEAT = 15.0
"""Seconds between signs of life on a quiet event stream."""
BODY_AT_MOST = 256 * 1024

_STATUS = {"unknown": 404, "invalid": 400, "standing": 409, "full": 409}


class ControlApi:
    """`/simulator/api/…`: read the state, listen to changes, act as a friend."""

    def __init__(
        self,
        accounts: Accounts,
        acts: FriendActs,
        chats: Chats,
        clock: Clock,
        courier: Courier,
        feed: Feed,
        happened: Happened,
    ) -> None:
        self._accounts = accounts
        self._acts = acts
        self._chats = chats
        self._clock = clock
        self._courier = courier
        self._feed = feed
        self._happened = happened

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes below `prefix`."""
        return [
            web.get(prefix + "/state", guarded(self._state)),
            web.get(prefix + "/events", guarded(self._events), allow_head=False),
            web.get(prefix + "/friends/{id}/messages", guarded(self._messages)),
            web.get(prefix + "/groups/{id}/messages", guarded(self._messages)),
            web.post(prefix + "/friends", self._taking(self._add)),
            web.patch(prefix + "/friends/{id}", self._taking(self._rename)),
            web.post(prefix + "/friends/{id}/{act}", self._taking(self._act)),
            web.post(prefix + "/webhooks/{id}/redeliver", self._taking(self._redeliver)),
            web.put(prefix + "/channels/{name}/quota", self._taking(self._set_quota)),
            web.route("*", prefix + "/{rest:.*}", guarded(_unknown)),
        ]

    def _taking(
        self, act: Callable[[web.Request, dict[str, Any]], dict[str, Any]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        """A handler that reads a JSON object, acts, and answers with JSON; refusals have a code."""

        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                return _json(act(request, await _body(request)))
            except CannotAct as refused:
                return problem(_STATUS[refused.code], refused.code, str(refused))

        return guarded(handle)

    async def _state(self, request: web.Request) -> web.StreamResponse:
        chat = request.query.get("friend")
        now = self._clock.now()
        return _json(
            {
                "last": self._feed.last,
                "now": milliseconds(now),
                "channels": [account_shown(a, now) for a in self._accounts.by_name.values()],
                "friends": [friend_shown(f) for f in self._chats.friends.values()],
                "groups": [group_shown(g) for g in self._chats.groups.values()],
                "messages": [message_shown(m) for m in self._chats.messages(chat)] if chat else [],
                "happened": self._happened.latest(),
            }
        )

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        chat = request.match_info["id"]
        if chat not in self._chats.friends and chat not in self._chats.groups:
            return problem(404, "unknown", "no such friend or group")
        return _json({"messages": [message_shown(m) for m in self._chats.messages(chat)]})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        await stream.prepare(request)
        after = request.headers.get("Last-Event-ID") or request.query.get("after")
        try:
            async with aclosing(self._feed.listen(after, BEAT)) as changes:
                async for piece in changes:
                    await stream.write(piece)
            await stream.write_eof()
        except ConnectionResetError:
            pass  # the listener has gone
        return stream

    def _friend(self, request: web.Request) -> Friend:
        friend = self._chats.friends.get(request.match_info["id"])
        if friend is None:
            raise CannotAct("unknown", "no such friend")
        return friend

    def _add(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return friend_shown(self._acts.add(body.get("channel"), body.get("name")))

    def _rename(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return friend_shown(self._acts.rename(self._friend(request), body.get("name")))

    def _act(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend, acts, group = self._friend(request), self._acts, body.get("group")
        match request.match_info["act"]:
            case "follow":
                return dict(acts.follow(friend))
            case "unblock":
                return dict(acts.unblock(friend))
            case "block":
                return dict(acts.block(friend))
            case "say":
                return dict(acts.say(friend, body.get("text"), group))
            case "send":
                return dict(acts.send(friend, body.get("type"), body.get("content"), group))
            case "postback":
                params, display = body.get("params"), body.get("displayText")
                return dict(acts.postback(friend, body.get("data"), params, display, group))
            case "invite":
                return dict(acts.invite(friend, body.get("name"), body.get("kind", "group")))
            case _:
                raise CannotAct("unknown", "no such act")

    def _redeliver(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        if not self._courier.send_again(request.match_info["id"]):
            raise CannotAct("unknown", "no such webhook event, or no longer kept")
        return {"event": request.match_info["id"]}

    def _set_quota(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        account = self._accounts.by_name.get(request.match_info["name"])
        if account is None:
            raise CannotAct("unknown", "no such channel")
        value = body.get("value")
        if value is not None and (type(value) is not int or value < 0):
            raise CannotAct("invalid", "value must be a number from 0, or null for no limit")
        account.quota = value
        usage = {"channel": account.channel.name, "quota": value, "used": account.used(self._clock.now())}
        self._feed.publish("quota", usage)
        return usage


async def _unknown(request: web.Request) -> web.StreamResponse:
    return problem(404, "unknown", "no such path")


async def _body(request: web.Request) -> dict[str, Any]:
    raw = bytearray()
    async for piece in request.content.iter_any():
        raw += piece
        if len(raw) > BODY_AT_MOST:
            raise CannotAct("invalid", "the body is too large")
    try:
        body = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError:
        raise CannotAct("invalid", "the body is not JSON") from None
    if not isinstance(body, dict):
        raise CannotAct("invalid", "the body is not a JSON object")
    return body


def _json(body: dict[str, Any]) -> web.Response:
    return web.Response(
        body=orjson.dumps(body), content_type="application/json", headers={"Cache-Control": "no-store"}
    )
