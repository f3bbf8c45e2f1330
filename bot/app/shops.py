"""The shops of the live playbook, by channel and by name: opened when first called, with tokens renewed.

Work in the background renews tokens before their end, and asks seldom used shops, so that a refusal is known
early.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp

from bot.app.live import Live
from bot.connectors.shops.access import ShopAccess, TokenInUse
from bot.connectors.shops.links import as_linked, has_credentials, is_linked
from bot.connectors.shops.mapping import FieldMap
from bot.connectors.shops.members import Members, members_of
from bot.connectors.shops.platforms import LISTS, app_store_of, offer_of
from bot.engine.compiled.playbook import Playbook
from bot.hooks.call import HookCaller
from bot.model.clock import PatientClock
from bot.model.own_secret import OwnSecret
from bot.model.settings import ShopSettings
from bot.model.shop import ShopLink
from bot.model.shop_failure import (
    CredentialsExpired,
    CredentialsRefused,
    NotLinked,
    NotOffered,
    ShopAway,
    ShopFailed,
)
from bot.model.translatable import tr
from bot.operations.own_secrets import SOON
from bot.operations.shops.app_tokens import access_of, token_of
from bot.operations.shops.installing import OauthOf
from bot.operations.shops.linking import UNOWNED_PHONE
from bot.runtime.bulk import keep_looking
from bot.runtime.effects.list_directory import ListDirectory
from bot.runtime.effects.watched_shop import ShopWatch, WatchedShop
from bot.runtime.shops.link_cache import LinkCache
from bot.runtime.trouble import TroubleWatch
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable

log = logging.getLogger("oaflow.shops")

REFUSED_FOR = timedelta(minutes=1)
"""How long no call is made to a shop that refuses the token which all processes have."""
KEPT_SOON = 1.0
"""Seconds within which another process has stored the token that it has just renewed."""


class ShopOpener:
    """Checks before each call to one shop that it is linked, and renews the token of an installed app.

    A link that ended in another process is known within two seconds.
    """

    def __init__(
        self, shop: ShopSettings, links: LinkCache, stores: Stores, oauth: OauthOf, clock: PatientClock
    ) -> None:
        self._shop = shop
        self._links = links
        self._stores = stores
        self._oauth = oauth
        self._clock = clock
        installed = bool(offer_of(shop.platform, shop.access).for_install) and not has_credentials(shop)
        self._token = TokenInUse() if installed else None
        self._kept: OwnSecret | None = None
        self._of: ShopLink | None = None
        self._not_before: datetime | None = None
        self._renewing = asyncio.Lock()

    @property
    def access(self) -> ShopAccess:
        """The credentials for calls to the shop."""
        return ShopAccess(self.ready, self._token)

    @property
    def is_installed(self) -> bool:
        """Whether its token comes from an installation."""
        return self._token is not None

    async def ready(self) -> None:
        """Check the link, and renew the token where it ends soon or was refused.

        Raises `NotLinked`, the `ShopFailed` of a renewal, and `ShopAway` without the database.
        """
        try:
            link = await self._links.of(self._shop.name)
            if not is_linked(self._shop, link):
                raise NotLinked(tr('the shop "{shop}" is not linked: oaflow shop link', shop=self._shop.name))
            if self._token is not None and link is not None:
                async with self._renewing:
                    await self._renew(self._token, link)
        except DatabaseUnavailable as error:
            raise ShopAway(tr("the database is away, which knows whether the shop is linked")) from error

    async def _renew(self, token: TokenInUse, link: ShopLink) -> None:
        now, secret = self._clock.now(), self._kept
        if secret is not None and link == self._of and not token.refused and not _ends(secret, now):
            return
        if link.domain is None:
            raise NotLinked(
                tr('the shop "{shop}" was not installed: install the app there', shop=self._shop.name)
            )
        oauth = self._oauth(self._shop, link.domain)
        try:
            new = await token_of(self._stores, link, oauth, now)
        except CredentialsExpired:  # perhaps another process has renewed it, and stores it in a moment
            await self._clock.wait(KEPT_SOON)
            new = await token_of(self._stores, link, oauth, now)
        if new is None:
            raise NotLinked(
                tr('the shop "{shop}" has no token any more: install the app again', shop=self._shop.name)
            )
        if token.refused and secret is not None and new.value == secret.value:
            self._not_before = self._not_before or now + REFUSED_FOR
            if now < self._not_before <= now + REFUSED_FOR:
                raise CredentialsRefused(app_store_of(self._shop.platform).token_refused)
        self._kept, self._of, self._not_before = new, link, None
        token.value, token.refused = access_of(new), False


def _ends(secret: OwnSecret, now: datetime) -> bool:
    return secret.until is not None and now >= secret.until - SOON


async def keep_good(gate: ShopOpener, shop: str) -> None:
    """Renew the token of the shop named `shop` if it ends soon; a failure is logged."""
    try:
        await gate.ready()
    except NotLinked:
        pass
    except ShopFailed as error:
        log.warning('the token of the shop "%s" is not renewed: %s: %s', shop, type(error).__name__, error)


TOKENS_LOOK = 60.0
"""Seconds between two checks of all shops: whether a token ends soon, or a shop is seldom asked."""
SELDOM = timedelta(hours=1)
"""A shop without a call for so long is asked for a phone that belongs to nobody (`UNOWNED_PHONE`)."""
FIRST = timedelta(minutes=10)
"""How long after the start of the process the first such call is made."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An opened shop, with the settings and attributes it was made of: it is made anew when these change."""

    made_of: object
    members: WatchedShop


class Shops:
    """The shops of the live playbook. Each is made at its first call, and cached with its rate limit."""

    def __init__(
        self,
        live: Live,
        session: aiohttp.ClientSession,
        clock: PatientClock,
        base: Callable[[ShopSettings], str | None],
        stores: Stores,
        hooks: HookCaller,
        oauth: OauthOf,
        outside: aiohttp.ClientSession | None = None,
    ) -> None:
        """`base` gives a shop's address where that is not its platform's own (a simulator's): `session` calls
        that, `outside` the platform (`None`: `session`, too). `hooks` calls shops' own systems; `oauth` makes
        the client that renews an app's token."""
        self._outside = outside or session
        self._hooks = hooks
        self._live = live
        self._session = session
        self._clock = clock
        self._base = base
        self._stores = stores
        self.oauth = oauth
        self.links = LinkCache(stores.shop_links, clock)
        self._openers: dict[str, ShopOpener] = {}
        """By the name of the shop, of those that were asked; made anew when the shop's settings change."""
        self._asked: dict[str, _Asked] = {}
        self._watch = ShopWatch(clock)

    @property
    def found(self) -> TroubleWatch:
        """The calls that shops refuse to this process, and the time of the last call that each shop took."""
        return self._watch.found

    def of(self, channel: str) -> WatchedShop | None:
        """The shop of a channel, if it has one. Raises `ShopFailed` where its settings allow no call."""
        there = self._live.playbook.channels.get(channel)
        return self.by_name(there.shop) if there is not None and there.shop is not None else None

    def by_name(self, name: str) -> WatchedShop | None:
        """The shop of that name, if the playbook has it. Raises `ShopFailed` like `of`."""
        playbook, shop = self._live.playbook, self._live.settings.shops.get(name)
        if shop is None:
            return None
        shop = as_linked(shop, self.links.last(name))
        made_of = (shop, playbook.attributes, playbook.zone)
        known = self._asked.get(shop.name)
        if known is None or known.made_of != made_of:
            self._openers[name] = self._opener(shop)
            members = WatchedShop(self._made(shop, playbook), self._watch, self._clock)
            known = self._asked[shop.name] = _Asked(made_of, members)
        return known.members

    def to_try(self, name: str) -> Members:
        """A client of the shop of that name with the playbook's credentials, to try them before it is linked.

        Raises `ShopFailed`.
        """
        playbook, shop = self._live.playbook, self._live.settings.shops[name]
        attributes, zone, base = playbook.attributes, playbook.zone, self._base(shop)
        return members_of(shop, attributes, zone, self._by(base), self._clock, self._hooks, base=base)

    async def keep_tokens(self, owns: Callable[[int], bool]) -> None:
        """Renew tokens of installed apps before their end, while part 0 is ours (`owns`). Never returns."""

        async def look() -> None:
            for name, shop in self._live.settings.shops.items() if owns(0) else ():
                if (gate := self._openers.get(name) or self._opener(shop)).is_installed:
                    await keep_good(gate, name)

        await keep_looking(look, self._clock, TOKENS_LOOK)

    async def ask_seldom_asked(self, owns: Callable[[int], bool]) -> None:
        """Ask each linked shop that had no call for an hour, while part 0 is ours (`owns`). Never returns.

        So a refusal is known before a member is looked up there.
        """
        asked, began = dict[str, datetime](), self._clock.now() - SELDOM + FIRST

        async def look() -> None:
            now = self._clock.now()
            for name, shop in self._live.settings.shops.items() if owns(0) else ():
                last = max(filter(None, (asked.get(name, began), self.found.taken.get(name))))
                is_due = now - last >= SELDOM
                if shop.platform in LISTS or not is_due or not is_linked(shop, await self.links.of(name)):
                    continue
                asked[name] = now
                with suppress(ShopFailed):  # `ShopWatch` has noted it
                    if (members := self.by_name(name)) is not None:
                        await members.by_phone(UNOWNED_PHONE)

        await keep_looking(look, self._clock, TOKENS_LOOK)

    def _opener(self, shop: ShopSettings) -> ShopOpener:
        return ShopOpener(shop, self.links, self._stores, self.oauth, self._clock)

    async def stop(self) -> None:
        """Log which shops still refuse calls."""
        await self._watch.stop()

    def _by(self, base: str | None) -> aiohttp.ClientSession:
        return self._outside if base is None else self._session

    def _made(self, shop: ShopSettings, playbook: Playbook) -> Members:
        if shop.platform in LISTS:
            fields = FieldMap(shop, playbook.attributes, playbook.zone)
            return Members(
                shop.name, shop.channel, ListDirectory(shop.name, self._stores.member_records), fields
            )
        base, began = self._base(shop), self._clock.now()
        try:
            return members_of(
                *(shop, playbook.attributes, playbook.zone, self._by(base), self._clock, self._hooks),
                base=base,
                access=self._openers[shop.name].access,
            )
        except NotOffered:
            raise
        except ShopFailed as error:  # its settings lack what it needs
            self._watch.failed(shop.name, error, began)
            raise
