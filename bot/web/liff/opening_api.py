"""The JSON interface of short addresses that are opened through LIFF: who opens one, and where it leads."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from aiohttp import web

from bot.engine.compiled.own_address import OwnKind
from bot.line.friend_link import chat_link
from bot.model.channel import Channel, Liff
from bot.runtime.intake.openings import Openings
from bot.runtime.metrics import Tally
from bot.runtime.sending.personal_addresses import Personal
from bot.web.liff.calls import BadRequest, NoPage, body_of, counted, error, json_answer, text
from bot.web.liff.sign_in import PageSignIn

LONGEST = 64
"""The most characters of the id that a page gives one opening, so that one sent twice counts once."""

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730004")
"""The namespace of the ids of openings (UUID 5)."""


@dataclass(eq=False, repr=False)
class OpeningApi:
    """`/liff/{channel}/l/{code}/…` and `/liff/{channel}/o/{code}/…`. Errors are `{"error": NAME}` with their
    status."""

    _openings: Openings
    _channels: Callable[[], Mapping[str, Channel]]
    _sign_in: PageSignIn
    _opened: Tally
    """Counts what is opened, by kind (`l`, `o`) and whether the person is known."""
    requests: Tally = field(
        init=False,
        default_factory=lambda: Tally(
            "oaflow_opening_requests", "Requests of the page that leads on through LIFF.", "call", "status"
        ),
    )

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses."""
        opening = "/liff/{channel}/{kind:[lo]}/{code}"
        return [
            web.post(f"{opening}/session", counted(self.requests, "session", self.session)),
            web.post(f"{opening}/open", counted(self.requests, "open", self.open)),
        ]

    async def session(self, request: web.Request) -> web.Response:
        """The response to an ID token: a session of an hour, or an error."""
        channel, liff = self._channel(request)
        return await self._sign_in.session(request, channel.name, liff)

    async def open(self, request: web.Request) -> web.Response:
        """An opening is counted: `{"open": ADDRESS}`, or `{"say": TEXT, "chat": ADDRESS}`, where the chat
        opens with the text in its field; 404 `unknown`."""
        channel, _ = self._channel(request)
        user = self._sign_in.user(request, channel.name)
        opening = text(await body_of(request), "opening")
        if not 0 < len(opening) <= LONGEST:
            raise BadRequest
        kind, code = _kind(request), request.match_info["code"]
        name = uuid.uuid5(_IDS, "\0".join((channel.name, user, kind, code, opening)))
        signed_in = self._sign_in.since(request, channel.name)
        leads = await self._openings.opened(Personal(channel.name, user, kind, code, signed_in), name)
        if leads is None:
            return error(404, "unknown")
        self._opened.inc(kind, "yes")
        if leads.says is not None:
            return json_answer({"say": leads.says, "chat": chat_link(channel.id, leads.says)})
        return json_answer({"open": leads.address})

    def _channel(self, request: web.Request) -> tuple[Channel, Liff]:
        channel = self._channels().get(request.match_info["channel"])
        if channel is None or channel.liff is None:
            raise NoPage
        return channel, channel.liff


def _kind(request: web.Request) -> OwnKind:
    return "l" if request.match_info["kind"] == "l" else "o"
