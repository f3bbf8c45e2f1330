"""The JSON interface of what a friend does on the phone: taps, addresses, codes to scan, LIFF pages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from bot.model.translatable import Refusal
from bot.simulator.control.json_calls import (
    JsonRoutes,
    friend_of,
    get,
    in_json,
    post,
    put,
    refusal,
    running,
    taking,
)
from bot.simulator.control.menu_routes import picture_response
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.people.liff_browser import LiffBrowser
from bot.simulator.people.taps import Taps
from bot.simulator.platform.message_shape import checked_messages
from bot.simulator.platform.refusal import LineRefusal
from bot.simulator.requests import guarded, local_only, problem
from bot.simulator.state.chats import Chats, Friend
from bot.simulator.state.liff_settings import SYSTEMS, TOKENS, USUAL, Launch, LiffSettings
from bot.simulator.state.pictures import PICTURE_AT_MOST, Pictures
from bot.simulator.workbench.inside import Inside

BROWSER = "Mozilla/5.0 (Linux; Android 15) Mobile Line/15.20.0"
"""What LINE's browser calls itself, as far as it matters: https://developers.line.biz/en/docs/liff/"""
SECONDS = 10.0
"""How long the bot's server may take to answer."""


class AddressRoutes(JsonRoutes):
    """`POST friends/ID/address`: requests a short address of the bot as the phone's browser would; a redirect
    is reported and not followed."""

    def __init__(self, chats: Chats, server: Callable[[], str], base: str = "") -> None:
        """`server` gives the bot's own address: no other is requested. `base`: the path below which it is
        reached from outside."""
        self._chats = chats
        self._server = server
        self._base = base

    @post("/friends/{id}/address")
    async def _open(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend_of(request, self._chats)
        path = _path(body.get("address"), self._base)
        limit = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=limit, headers={"User-Agent": BROWSER}) as session,
                session.get(self._server() + path, allow_redirects=False) as answer,
            ):
                return {"status": answer.status, "location": answer.headers.get("Location")}
        except (aiohttp.ClientError, TimeoutError):
            raise CannotAct("standing", "the bot's server does not answer") from None


def _path(address: Any, base: str) -> str:
    """The path of a short address, as the server itself has it."""
    try:
        path = urlsplit(address).path.removeprefix(base) if isinstance(address, str) else ""
    except ValueError:
        path = ""
    if not path.startswith(("/l/", "/o/")):
        raise CannotAct("invalid", "address must be a short one of the bot's: /l/… or /o/…")
    return path


class ClerkRoutes(JsonRoutes):
    """`GET friends/ID/clerks`, `PUT clerks/NUMBER`."""

    def __init__(self, chats: Chats, inside: Callable[[], Inside]) -> None:
        self._chats = chats
        self._inside = inside

    @get("/friends/{id}/clerks")
    async def _all(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend, clerks = friend_of(request, self._chats), self._inside().clerks
        found = [] if clerks is None else await clerks(friend.channel)
        return {"clerks": [asdict(one) for one in found]}

    @put("/clerks/{number}")
    async def _suspend(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        suspend, off = running(self._inside().suspend_clerk), body.get("suspended")
        if type(off) is not bool or len(body) != 1:
            raise CannotAct("invalid", "a body has suspended only: true or false")
        try:
            await suspend(request.match_info["number"], off)
        except Refusal as error:
            raise CannotAct("unknown", str(error)) from error
        return {"suspended": off}


_WORDS = {"os": SYSTEMS, "token": TOKENS}
"""The settings that are one of some words; all others are true or false."""


@dataclass(frozen=True, slots=True)
class LiffRoutes(JsonRoutes):
    """`POST` and `PUT friends/ID/liff`, `GET launches/ID`, `POST launches/ID/tokens` and `…/messages`.

    `said(event)` is called with the id of each webhook event that a page has caused in a person's name, for
    recordings.
    """

    liff: LiffBrowser
    acts: FriendActs
    chats: Chats
    said: Callable[[str], None] = lambda event: None

    @post("/friends/{id}/liff")
    def _open(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = friend_of(request, self.chats)
        address = body.get("address")
        if address is None:
            address = self.liff.address_of(friend.channel, body.get("page"))
        launch = self.liff.open(friend, address, body.get("group"))
        url = self.liff.redirect(launch, address)
        return {"launch": launch.id, "url": url, **asdict(launch.tokens)}

    @put("/friends/{id}/liff")
    def _set(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return asdict(self.acts.set_liff(friend_of(request, self.chats), _settings(body)).liff)

    @get("/launches/{id}")
    def _context(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return self.liff.context(self._launch(request))

    @post("/launches/{id}/tokens")
    def _tokens(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return asdict(self.liff.sign_in(self._launch(request)))

    @post("/launches/{id}/messages")
    def _send_messages(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        try:
            checked_messages(body)
        except LineRefusal as refused:
            raise CannotAct("invalid", refused.message) from None
        said = self.liff.send_messages(self._launch(request), body.get("messages"))
        for ids in said:
            if "event" in ids:
                self.said(ids["event"])
        return {"said": said}

    def _launch(self, request: web.Request) -> Launch:
        return self.liff.find(request.match_info["id"])


def _settings(body: dict[str, Any]) -> LiffSettings:
    """The settings of a body; what it leaves out has its usual value. Raises `CannotAct`."""
    known = {field.name for field in fields(LiffSettings)}
    if body.keys() - known:
        raise CannotAct("invalid", f"a body has {', '.join(sorted(known))} only")
    for name, value in body.items():
        if name in _WORDS and value not in _WORDS[name]:
            raise CannotAct("invalid", f"{name} must be one of {', '.join(_WORDS[name])}")
        if name not in _WORDS and type(value) is not bool:
            raise CannotAct("invalid", f"{name} must be true or false")
    return LiffSettings(**{**asdict(USUAL), **body})


def image_set(friend: Friend, query: Mapping[str, str]) -> dict[str, Any] | None:
    """The `imageSet` of one of several pictures that are sent at once; `None`: it is sent alone."""
    if "set" not in query:
        return None
    index, total = query.get("index", ""), query.get("total", "")
    if not (index.isdecimal() and total.isdecimal() and 1 <= int(index) <= int(total)):
        raise CannotAct("invalid", "index and total must be numbers, index from 1 to total")
    name = hashlib.sha256(f"{friend.id} {query['set']}".encode()).hexdigest().upper()
    return {"id": name, "index": int(index), "total": int(total)}


PICTURE_TYPES = ("image/jpeg", "image/png")
"""Content types of a picture that a friend sends."""


@dataclass(frozen=True, slots=True)
class TapRoutes:
    """`POST friends/ID/tap`, `/unsend`, `/watched`, `/seen`, `/pictures`, and `GET pictures/MESSAGE`.

    `tapped(event, label)` is called for each tap that made an event, for recordings.
    """

    acts: FriendActs
    taps: Taps
    chats: Chats
    pictures: Pictures
    tapped: Callable[[str, str], None] = lambda event, label: None

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        friend = prefix + "/friends/{id}"
        return [
            web.post(friend + "/tap", taking(self._tap)),
            web.post(friend + "/unsend", taking(self._unsend)),
            web.post(friend + "/watched", taking(self._watched)),
            web.post(friend + "/seen", taking(self._seen)),
            web.post(friend + "/pictures", local_only(self._send)),
            web.get(prefix + "/pictures/{message}", guarded(self._picture)),
        ]

    def _tap(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        did = self.taps.tap(friend_of(request, self.chats), body)
        action = body.get("action")
        label = action.get("label") if isinstance(action, dict) else body.get("label")
        if "event" in did and isinstance(label, str):
            self.tapped(did["event"], label)
        return did

    def _unsend(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self.acts.unsend(friend_of(request, self.chats), body.get("message")))

    def _watched(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return dict(self.acts.watched(friend_of(request, self.chats), body.get("message")))

    def _seen(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        return {"counted": self.acts.seen(friend_of(request, self.chats), body.get("messages"))}

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
            friend = friend_of(request, self.chats)
            of = image_set(friend, request.query)
            sent = self.acts.send_picture(friend, bytes(read), request.query.get("group"), of)
        except CannotAct as refused:
            return refusal(refused)
        return in_json(dict(sent))

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        return picture_response(self.pictures.find(request.match_info["message"]))
