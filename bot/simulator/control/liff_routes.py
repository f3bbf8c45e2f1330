"""The JSON interface of LIFF: how it stands on a friend's phone, pages that open, what `liff` asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from aiohttp import web

from bot.simulator.control.asked_friend import asked_friend
from bot.simulator.control.json_calls import reading, taking
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.people.liff_browser import LiffBrowser
from bot.simulator.platform.message_shape import checked_messages
from bot.simulator.platform.refusal import LineRefusal
from bot.simulator.state.chats import Chats
from bot.simulator.state.launches import Launch
from bot.simulator.state.liff_settings import SYSTEMS, TOKENS, USUAL, LiffSettings

_WORDS = {"os": SYSTEMS, "token": TOKENS}


class LiffRoutes:
    """`POST` and `PUT friends/ID/liff`, `GET launches/ID`, `POST launches/ID/tokens` and `…/messages`."""

    def __init__(
        self,
        liff: LiffBrowser,
        acts: FriendActs,
        chats: Chats,
        said: Callable[[str], None] = lambda event: None,
    ) -> None:
        """`said(event)` is told of each event that a page has caused in a person's name, for recordings."""
        self._said = said
        self._liff = liff
        self._acts = acts
        self._chats = chats

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        launch = prefix + "/launches/{id}"
        return [
            web.post(prefix + "/friends/{id}/liff", taking(self._open)),
            web.put(prefix + "/friends/{id}/liff", taking(self._set)),
            web.get(launch, reading(self._told)),
            web.post(launch + "/tokens", taking(self._tokens)),
            web.post(launch + "/messages", taking(self._say)),
        ]

    def _open(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = asked_friend(request, self._chats)
        address = body.get("address")
        if address is None:
            address = self._liff.address_of(friend.channel, body.get("page"))
        launch = self._liff.open(friend, address, body.get("group"))
        url = self._liff.redirect(launch, address)
        return {"launch": launch.id, "url": url, **asdict(launch.tokens)}

    def _set(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return asdict(self._acts.set_liff(asked_friend(request, self._chats), _settings(body)).liff)

    def _told(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return self._liff.told(self._launch(request))

    def _tokens(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return asdict(self._liff.sign_in(self._launch(request)))

    def _say(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        try:
            checked_messages(body)
        except LineRefusal as refused:
            raise CannotAct("invalid", refused.message) from None
        said = self._liff.say(self._launch(request), body.get("messages"))
        for ids in said:
            if "event" in ids:
                self._said(ids["event"])
        return {"said": said}

    def _launch(self, request: web.Request) -> Launch:
        return self._liff.find(request.match_info["id"])


def _settings(body: dict[str, Any]) -> LiffSettings:
    """What a body sets; what it leaves out is as usual."""
    known = {field.name for field in fields(LiffSettings)}
    if body.keys() - known:
        raise CannotAct("invalid", f"a body has {', '.join(sorted(known))} only")
    for name, value in body.items():
        if name in _WORDS and value not in _WORDS[name]:
            raise CannotAct("invalid", f"{name} must be one of {', '.join(_WORDS[name])}")
        if name not in _WORDS and type(value) is not bool:
            raise CannotAct("invalid", f"{name} must be true or false")
    return LiffSettings(**{**asdict(USUAL), **body})
