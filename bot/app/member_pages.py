"""The pages of members, wired: the `PageService` behind them, who may use it, and their addresses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from aiohttp import web

from bot.app.database import OpenDatabase
from bot.app.environment import number_in_environment
from bot.app.live import Live
from bot.app.shops import Shops
from bot.line.client import LineClient
from bot.line.id_token import IdTokens, Permissions
from bot.line.outcome import LineError
from bot.model.clock import Clock, PatientClock
from bot.model.variables import TRUSTED_PROXIES
from bot.runtime.effects.shop_login import ShopLogins
from bot.runtime.intake.openings import Openings
from bot.runtime.pages import PageService
from bot.runtime.process import Runtime
from bot.runtime.sending.personal_addresses import PersonalAddresses
from bot.store.sealing.derived_keys import LiveKeys, session_keys
from bot.web.liff.api import PagesApi
from bot.web.liff.member_page import MemberContext
from bot.web.liff.opening_api import OpeningApi
from bot.web.liff.page import SDK, LiffPages
from bot.web.liff.sign_in import PageSignIn, Sessions, SignIn
from bot.web.openings import OpeningPages
from bot.web.promotions import WEB_PARTS
from bot.web.sealed_parts import SealedParts

KNOWN_FOR = timedelta(hours=1)
"""How long an account's picture is cached."""
UNKNOWN_FOR = timedelta(minutes=1)
"""How long LINE is not asked again after an error."""

log = logging.getLogger("oaflow.line")


class Faces:
    """The pictures of LINE accounts, by channel, cached: members' pages show them."""

    def __init__(self, account: Callable[[str], LineClient | None], clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._known: dict[str, tuple[str | None, datetime]] = {}
        """By channel: the picture, and until when LINE is not asked for it again (UTC)."""

    async def of(self, channel: str) -> str | None:
        """The address of a channel's picture; `None` where it has none, or LINE does not say."""
        now = self._clock.now()
        picture, until = self._known.get(channel, (None, now))
        if until > now:
            return picture
        account = self._account(channel)
        if account is None:
            return None
        try:
            picture, until = (await account.bot_info()).picture, now + KNOWN_FOR
        except LineError as error:
            log.warning("LINE does not tell the picture of %s: %s", channel, error)
            until = now + UNKNOWN_FOR
        self._known[channel] = (picture, until)
        return picture


MOST_PROXIES = 9
"""The largest number that the variable may say."""


def trusted_proxies(environment: Mapping[str, str]) -> int:
    """How many proxies of ours stand in front of this server. Raises `SettingsWrong`."""
    return number_in_environment(environment, TRUSTED_PROXIES, 0, MOST_PROXIES) or 0


@dataclass(frozen=True, slots=True)
class Outside:
    """What the pages depend on besides the playbook and the runtime."""

    session: aiohttp.ClientSession
    """Calls LINE."""
    api: str
    """The base address of LINE's API."""
    shops: Shops
    proxies: int
    """How many proxies of ours stand in front of this server."""
    base: str
    """The path below which the world reaches us; empty: the root."""
    sdk: str | None
    """The address of the LIFF SDK where it is not LINE's own (the simulator's); `None`: LINE's."""
    personal: PersonalAddresses
    """Makes and reads addresses that are a person's own."""
    parts: SealedParts
    """Encrypts ids in other addresses, so that only our servers can read them."""


def member_pages(
    live: Live, opened: OpenDatabase, runtime: Runtime, clock: PatientClock, outside: Outside
) -> tuple[PageService, list[web.AbstractRouteDef]]:
    """The service, which works as long as `runtime` does; and the routes of pages, API, short addresses."""
    service = PageService(
        live.playbook_now,
        opened.stores.contacts,
        opened.stores.inbox,
        runtime.receiver.store,
        runtime.ownership.owns,
        ShopLogins(outside.shops.of, clock),
        opened.stores.page_changes,
        clock,
        runtime.places,
    )
    runtime.turns.on_pages = service.on_turn_written
    runtime.also("pages", service.run)
    sessions = Sessions(LiveKeys(opened.seal, session_keys), clock)
    id_tokens = IdTokens(outside.api, outside.session, clock)
    sign_in = SignIn(id_tokens, opened.stores.attempts, sessions, clock)
    page_sign_in = PageSignIn(sign_in, sessions, outside.proxies)
    faces = Faces(live.account, clock)
    # an SDK that is not LINE's is the simulator's, which shows the pages in a frame
    sdk, framed = outside.sdk or SDK, outside.sdk is not None
    pages = LiffPages(
        *(live.playbook_now, faces.of, opened.stores.playbooks.tap),
        sdk=sdk,
        framed=framed,
        base=outside.base,
    )
    context = MemberContext(
        live.playbook_now,
        lambda: live.settings.channels,
        opened.stores,
        service,
        clock,
        outside.parts,
        pages.stylesheet,
    )
    api = PagesApi(page_sign_in, Permissions(outside.api, outside.session, clock), context)
    runtime.metrics.add(api.requests)
    runtime.metrics.level(
        "oaflow_pages_held", "People whose page waits for what is next.", lambda: service.held
    )
    promotion_routes = [route for part in WEB_PARTS for route in part.member.routes(context)]
    openings = _openings(live, opened, runtime, clock, outside.personal, page_sign_in, pages)
    return service, [*openings, *pages.routes(), *api.routes(), *promotion_routes]


def _openings(
    live: Live,
    opened: OpenDatabase,
    runtime: Runtime,
    clock: PatientClock,
    personal: PersonalAddresses,
    page_sign_in: PageSignIn,
    pages: LiffPages,
) -> list[web.AbstractRouteDef]:
    """The routes of our own short addresses, opened directly and through LIFF."""
    stores = opened.stores
    openings = Openings(
        live.playbook_now,
        stores.contacts,
        runtime.receiver.store,
        clock,
        stores.counts.add,
        stores.playbooks.tap,
    )
    short = OpeningPages(openings, personal, lambda: live.settings.channels, pages.missing)
    api = OpeningApi(openings, lambda: live.settings.channels, page_sign_in, short.opened)
    runtime.metrics.add(short.opened, api.requests)
    return [*short.routes(), *api.routes()]
