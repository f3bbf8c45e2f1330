"""The JSON interface of what a friend's finger and eye do: tap, unsend, watch, see, send a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.simulator.control.asked_friend import asked_friend
from bot.simulator.control.json_calls import in_json, refusal, taking
from bot.simulator.control.picture_response import picture_response
from bot.simulator.own_site import from_here, guarded, problem
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.people.taps import Taps
from bot.simulator.state.chats import Chats
from bot.simulator.state.pictures import PICTURE_AT_MOST, Pictures

PICTURE_TYPES = ("image/jpeg", "image/png")


class TapRoutes:
    """`POST friends/ID/tap`, `/unsend`, `/watched`, `/seen`, `/pictures`, and `GET pictures/MESSAGE`."""

    def __init__(
        self,
        acts: FriendActs,
        taps: Taps,
        chats: Chats,
        pictures: Pictures,
        tapped: Callable[[str, str], None] = lambda event, label: None,
    ) -> None:
        """`tapped(event, label)` is told of each tap that made an event, for recordings."""
        self._tapped = tapped
        self._acts = acts
        self._taps = taps
        self._chats = chats
        self._pictures = pictures

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        friend = prefix + "/friends/{id}"
        return [
            web.post(friend + "/tap", taking(self._tap)),
            web.post(friend + "/unsend", taking(self._unsend)),
            web.post(friend + "/watched", taking(self._watched)),
            web.post(friend + "/seen", taking(self._seen)),
            web.post(friend + "/pictures", from_here(self._send)),
            web.get(prefix + "/pictures/{message}", guarded(self._picture)),
        ]

    def _tap(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        did = self._taps.tap(asked_friend(request, self._chats), body)
        action = body.get("action")
        label = action.get("label") if isinstance(action, dict) else body.get("label")
        if "event" in did and isinstance(label, str):
            self._tapped(did["event"], label)
        return did

    def _unsend(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self._acts.unsend(asked_friend(request, self._chats), body.get("message")))

    def _watched(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self._acts.watched(asked_friend(request, self._chats), body.get("message")))

    def _seen(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return {"counted": self._acts.seen(asked_friend(request, self._chats), body.get("messages"))}

    async def _send(self, request: web.Request) -> web.StreamResponse:
        """The body is the picture itself; a browser asks before it sends one from another site."""
        if request.content_type not in PICTURE_TYPES:
            return problem(415, "content-type", "send image/jpeg or image/png")
        read = bytearray()
        async for piece in request.content.iter_any():
            read += piece
            if len(read) > PICTURE_AT_MOST:
                return problem(400, "invalid", "a picture is a JPEG or PNG of at most 10 MB")
        try:
            sent = self._acts.send_picture(
                asked_friend(request, self._chats), bytes(read), request.query.get("group")
            )
        except CannotAct as refused:
            return refusal(refused)
        return in_json(dict(sent))

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        return picture_response(self._pictures.find(request.match_info["message"]))
