"""The JSON interface of the members' pages: sessions, openings, answers and screens."""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import replace
from datetime import datetime
from typing import Any

from aiohttp import web

from bot.engine.compiled.pages import pages_of
from bot.line.id_token import Permissions
from bot.model.channel import Liff
from bot.model.one_time_code import BETWEEN, VALID
from bot.model.screen import UNBIND, MemberCard, Screen
from bot.operations.payload import Payload, as_json
from bot.runtime.limits.personal_limits import RateGuard
from bot.runtime.metrics import Tally
from bot.runtime.pages import Viewer
from bot.web.liff.barcode import NAMES, svg, why_not
from bot.web.liff.calls import (
    Handler,
    NoPage,
    after,
    body_of,
    counted,
    error,
    form_act,
    inputs,
    json_answer,
    text,
    whole,
)
from bot.web.liff.member_page import LiffPage, MemberContext, milliseconds, without_none
from bot.web.liff.sign_in import PageSignIn
from bot.web.promotions import WEB_PARTS


def screen_json(screen: Screen, now: datetime) -> Payload:
    """The fields that are not `None`, by their names. Times are whole seconds from now, by our clock.

    `code_sent` becomes `again_in`, until another code can be sent, and `valid_for`, until it expires.
    A card has in `at` the moment for which it is shown, in milliseconds since 1970.
    """
    shown = WEB_PARTS.table(lambda part: part.member.json)
    apart: dict[str, Any] = dict.fromkeys(("code_sent", "card", "content"))
    payload: Payload = without_none(as_json(replace(screen, **apart)))
    if screen.code_sent is not None:
        payload["again_in"] = _seconds(screen.code_sent + BETWEEN, now)
        payload["valid_for"] = _seconds(screen.code_sent + VALID, now)
    if screen.card is not None:
        payload["card"] = _card_json(screen.card) | {"at": milliseconds(now)}
    for name, views in screen.content.items():
        payload |= shown[name](views, now)
    return payload


def _card_json(card: MemberCard) -> Payload:
    """A member's card; its number is `code`, with a picture and, where that had to be a QR code, the kind of
    code that was wanted (`instead`)."""
    payload: Payload = without_none(as_json(replace(card, barcode=None, number=None)))
    if card.number:
        payload["code"] = {"text": card.number}
        if card.barcode is not None:
            payload["code"]["svg"] = svg(card.barcode, card.number)
            if why_not(card.barcode, card.number) is not None:
                payload["code"]["instead"] = NAMES[card.barcode]
    return payload


def _seconds(end: datetime, now: datetime) -> int:
    return max(0, math.ceil((end - now).total_seconds()))


log = logging.getLogger("oaflow.pages")


class Misfits:
    """Logs member numbers that do not fit their barcode: once by shop and kind of code."""

    def __init__(self) -> None:
        self._logged: set[tuple[str, str]] = set()

    def look_at(self, card: MemberCard, shop: str) -> None:
        """Log why the number of the first such card does not fit, without the number itself."""
        kind, number = card.barcode, card.number
        if not number or kind is None or (shop, kind) in self._logged:
            return
        why = why_not(kind, number)
        if why is not None:
            self._logged.add((shop, kind))
            log.warning("a member number of %s is shown as QR code, not as %s: %s", shop, NAMES[kind], why)


HOLD_SECONDS = 25.0
"""Seconds that a request waits for a later screen: shorter than proxies and telephones wait for an answer."""

NONE: Payload = {}
"""No further fields."""
LOOK_SECONDS = 1.0
"""Seconds between two checks whether the client is still connected: aiohttp notifies no handler."""


class PagesApi:
    """`/liff/{channel}/{page}/…`. Errors are `{"error": NAME}` with their status; nothing is ever cached."""

    def __init__(
        self,
        sign_in: PageSignIn,
        permissions: Permissions,
        context: MemberContext,
    ) -> None:
        self._context = context
        self._plain = LiffPage(context)
        web = WEB_PARTS.by_kind.items()
        self._pages = {kind.page: part.member.made(context) for kind, part in web}
        self._sign_in = sign_in
        self._permissions = permissions
        self._revoking = RateGuard(context.clock)
        self._misfits = Misfits()
        self.requests = Tally(
            "oaflow_page_requests", "Requests of members' pages by answer.", "call", "status"
        )

    def routes(self) -> list[web.AbstractRouteDef]:
        """The addresses, each counted by the name of its call."""
        page = "/liff/{channel}/{page}"
        return [
            web.post(f"{page}/session", self._counted("session", self.session)),
            web.post(f"{page}/open", self._counted("open", self.open)),
            web.post(f"{page}/answer", self._counted("answer", self.answer)),
            web.get(f"{page}/screen", self._counted("screen", self.screen)),
            web.get(f"{page}/free", self._counted("free", self.free)),
        ]

    async def session(self, request: web.Request) -> web.Response:
        """An ID token becomes a session of an hour."""
        return await self._sign_in.session(request, *self._channel(request))

    async def open(self, request: web.Request) -> web.Response:
        """The page was opened, or opened anew."""
        viewer = self._viewer(request)
        values, name = inputs(await body_of(request)), self._sign_in.name(request, viewer.channel)
        screen, more = await self._page(viewer).opened(viewer, values, name)
        return self._screen_response(viewer, screen, more)

    async def answer(self, request: web.Request) -> web.Response:
        """The question on a screen was answered, or a link below it tapped."""
        viewer, (_, liff) = self._viewer(request), self._channel(request)
        body = await body_of(request)
        visit, step, answer = whole(body.get("visit", 0)), whole(body.get("step")), text(body, "text")
        token = None if body.get("access_token") is None else text(body, "access_token")
        screen = await self._context.service.answered(
            viewer, visit=visit, step=step, text=answer, act=form_act(body)
        )
        if viewer.page == UNBIND and screen.kind == "done" and token is not None:
            self._revoking.admit(viewer.user)  # the page stays done, however often it is answered
            await self._permissions.revoke(liff, token)  # now: the access token ends with the page
        return self._screen_response(viewer, screen)

    async def screen(self, request: web.Request) -> web.Response:
        """What the page shows; with `?after=`, as soon as there is something later."""
        viewer, step = self._viewer(request), after(request)
        seconds, step = (0.0, -1) if step is None else (HOLD_SECONDS, step)
        waiting = asyncio.ensure_future(self._context.service.screen(viewer, step, seconds))
        try:
            while not waiting.done() and request.transport is not None:
                await asyncio.wait((waiting,), timeout=LOOK_SECONDS)
            return self._screen_response(viewer, waiting.result()) if waiting.done() else error(503, "later")
        finally:
            waiting.cancel()

    async def free(self, request: web.Request) -> web.Response:
        """The free times of a page that offers some (a booking); 404 for any other page."""
        viewer = self._viewer(request)
        return json_answer(await self._page(viewer).free(viewer.user, request.query))

    def _page(self, viewer: Viewer) -> LiffPage:
        """What the page does besides its flow: its promotion's, or nothing."""
        return self._pages.get(viewer.page, self._plain)

    def _counted(self, call: str, handler: Handler) -> Handler:
        return counted(self.requests, call, handler)

    def _screen_response(self, viewer: Viewer, screen: Screen, more: Payload = NONE) -> web.Response:
        if screen.card is not None:
            rules = self._context.playbook().channels.get(viewer.channel)
            shop = rules.shop if rules is not None else None
            self._misfits.look_at(screen.card, shop or viewer.channel)
        payload = self._page(viewer).shown(viewer.channel, screen_json(screen, self._context.clock.now()))
        return json_answer({**payload, **more})

    def _viewer(self, request: web.Request) -> Viewer:
        """The signed-in LINE user with the page of the address. Raises `NoPage`, `NoSession`."""
        channel, _ = self._channel(request)
        sign_in, page = self._sign_in, request.match_info["page"]
        user, since = sign_in.user(request, channel), sign_in.since(request, channel)
        return Viewer(channel, user, page, sign_in.address(request), since)

    def _channel(self, request: web.Request) -> tuple[str, Liff]:
        """The channel of the address with its LIFF. Raises `NoPage`."""
        name = request.match_info["channel"]
        channel = self._context.channels().get(name)
        if channel is None or channel.liff is None:
            raise NoPage
        if request.match_info["page"] not in pages_of(self._context.playbook(), name):
            raise NoPage
        return name, channel.liff
