"""The JSON interface that drives the simulator, for its page and for tests: docs/simulator.md."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.model.clock import Clock
from bot.model.translatable import Refusal
from bot.simulator.control.json_calls import friend_of, in_json, taking
from bot.simulator.people.courier import Courier
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.requests import guarded, problem
from bot.simulator.state.account import Accounts
from bot.simulator.state.chats import Chats
from bot.simulator.state.feed import Feed, Happened
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.state.state_json import account_json, group_json, message_json, usage_json
from bot.simulator.workbench.playbook_view import Edit

ACTS = ("follow", "unblock", "block", "say", "send", "postback", "invite")
"""What a friend can do by `POST friends/ID/ACT`."""
BEAT = 15.0
"""Seconds after which a quiet event stream gets a comment, so that the connection stays open."""


@dataclass(frozen=True, slots=True)
class ControlApi:
    """`/simulator/api/…` but for what the other modules of this folder serve: state, events, messages,
    friends and what they do, redelivery of webhooks, repairs of the playbook, quotas; 404 for every other
    path."""

    accounts: Accounts
    acts: FriendActs
    chats: Chats
    clock: Clock
    courier: Courier
    feed: Feed
    happened: Happened
    edit: Edit

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes below `prefix`."""
        return [
            web.get(prefix + "/state", guarded(self._state)),
            web.get(prefix + "/events", guarded(self._events), allow_head=False),
            web.get(prefix + "/friends/{id}/messages", guarded(self._messages)),
            web.get(prefix + "/groups/{id}/messages", guarded(self._messages)),
            web.post(prefix + "/friends", taking(self._add)),
            web.patch(prefix + "/friends/{id}", taking(self._change)),
            *(web.post(f"{prefix}/friends/{{id}}/{act}", taking(self._act)) for act in ACTS),
            web.post(prefix + "/webhooks/{id}/redeliver", taking(self._redeliver)),
            web.post(prefix + "/playbook/mend", taking(self._mend)),
            web.put(prefix + "/channels/{name}/quota", taking(self._set_quota)),
            web.route("*", prefix + "/{rest:.*}", guarded(_unknown)),
        ]

    async def _state(self, request: web.Request) -> web.StreamResponse:
        chat = request.query.get("friend")
        now = self.clock.now()
        return in_json(
            {
                "last": self.feed.last,
                "now": milliseconds(now),
                "channels": [account_json(a, now) for a in self.accounts.by_name.values()],
                "friends": [self.acts.as_json(f) for f in self.chats.friends.values()],
                "groups": [group_json(g) for g in self.chats.groups.values()],
                "messages": [message_json(m) for m in self.chats.messages(chat)] if chat else [],
                "latest": [message_json(m) for m in self.chats.latest()],
                "happened": self.happened.latest(),
                "playbook": self.edit.as_json(),
            }
        )

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        chat = request.match_info["id"]
        if chat not in self.chats.friends and chat not in self.chats.groups:
            return problem(404, "unknown", "no such friend or group")
        return in_json({"messages": [message_json(m) for m in self.chats.messages(chat)]})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        stream = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        after = request.headers.get("Last-Event-ID") or request.query.get("after")
        try:
            await stream.prepare(request)
            async with aclosing(self.feed.listen(after, BEAT)) as changes:
                async for piece in changes:
                    await stream.write(piece)
            await stream.write_eof()
        except ConnectionResetError:
            pass  # the listener has gone
        return stream

    def _add(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return self.acts.as_json(self.acts.add(body.get("channel"), body.get("name")))

    def _change(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        name, language = body.get("name"), body.get("language")
        if name is None and language is None:
            raise CannotAct("invalid", "say what changes: name or language")
        return self.acts.as_json(self.acts.change(friend_of(request, self.chats), name, language))

    def _act(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend, acts, group = friend_of(request, self.chats), self.acts, body.get("group")
        match request.path.rpartition("/")[2]:
            case "follow":
                return dict(acts.follow(friend))
            case "unblock":
                return dict(acts.unblock(friend))
            case "block":
                return dict(acts.block(friend))
            case "say":
                return dict(acts.send_text(friend, body.get("text"), group))
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
        if not self.courier.send_again(request.match_info["id"]):
            raise CannotAct("unknown", "no such webhook event, or no longer kept")
        return {"event": request.match_info["id"]}

    def _set_quota(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        account = self.accounts.by_name.get(request.match_info["name"])
        if account is None:
            raise CannotAct("unknown", "no such channel")
        value = body.get("value")
        if value is not None and (type(value) is not int or value < 0):
            raise CannotAct("invalid", "value must be a number from 0, or null for no limit")
        account.other_quota = (value,)
        usage = usage_json(account, self.clock.now())
        self.feed.publish("quota", usage)
        return usage

    async def _mend(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        key, mend = body.get("repair"), self.edit.mend
        if not isinstance(key, str) or mend is None:
            raise CannotAct("invalid", "repair is that of a problem, of a playbook that runs here")
        try:
            await mend(key)
        except Refusal as error:
            raise CannotAct("unwritable", str(error.message)) from None
        return {"repair": key}


async def _unknown(request: web.Request) -> web.StreamResponse:
    return problem(404, "unknown", "no such path")
