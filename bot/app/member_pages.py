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
UNKNOWN_FOR = timedelta(minutes=1)
"""How long it is not asked again, after an answer and without one."""

log = logging.getLogger("oaflow.line")


class Faces:
    """The pictures of accounts, by channel."""

    def __init__(self, account: Callable[[str], LineClient | None], clock: Clock) -> None:
        self._account = account
        self._clock = clock
        self._known: dict[str, tuple[str | None, datetime]] = {}
        """The picture, and until when it is not asked for again."""

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


def trusted_proxies(environment: Mapping[str, str]) -> int:
    """How many proxies of ours stand in front of this server. Raises `SettingsWrong`."""
    return number_in_environment(environment, TRUSTED_PROXIES, 0, MOST_PROXIES) or 0


@dataclass(frozen=True, slots=True)
class Outside:
    """What the pages depend on: HTTP to others, LINE's API at `api`, shops, `proxies` in front of us.

    `base` is the path below which the world reaches us. `sdk` is the address of LIFF's own script; `None`:
    LINE's. `personal` makes and reads people's addresses, `parts` seals and opens what only
    our servers can read in other addresses.
    """

    session: aiohttp.ClientSession
    api: str
    shops: Shops
    proxies: int
    base: str
    sdk: str | None
    personal: PersonalAddresses
    parts: SealedParts


def member_pages(
    live: Live, opened: OpenDatabase, runtime: Runtime, clock: PatientClock, outside: Outside
) -> tuple[PageService, list[web.AbstractRouteDef]]:
    """The service, which works as long as `runtime` does, and all routes of the pages."""
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
    """Our own short addresses, by themselves and through LIFF."""
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
