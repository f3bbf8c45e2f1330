"""Installing the app from the shop's side: who sends the browser, who agrees, the token, the account (C3).

A browser comes from the platform with a signed domain (`check_install`), goes there to agree (`begin`), and
comes back with a code (`finish`). `state` ties the two together: it is good once, for some minutes, for the
session that has begun. All of it may raise `DatabaseUnavailable`, and what is refused is a `SetupRefused`.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.connectors.shops.install import AppInstall, AppOauth, AppStore, Granted
from bot.connectors.shops.links import is_of
from bot.connectors.shops.platforms import INSTALLED, PLATFORMS, access_of, app_store_of, offer_of
from bot.connectors.shops.refused import SetupRefused
from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry
from bot.model.settings import Settings, ShopSettings
from bot.model.shop import LinkEnd, ShopInstall, ShopLink
from bot.model.shop_failure import CredentialsExpired, CredentialsRefused, ShopFailed
from bot.model.translatable import Translatable
from bot.operations.audit_trail import audited
from bot.operations.own_secrets import drop_secret
from bot.operations.shops.app_tokens import forget_tokens, keep_token, token_name, token_of
from bot.operations.shops.linking import LinkRefused, end_link, forget_what_it_had
from bot.operations.shops.reasons import (
    TeamIdentity,
    no_crm_module,
    no_permission,
    shop_elsewhere,
    team_elsewhere,
)
from bot.store.shops.links import DomainTaken
from bot.store.stores import Stores

STATE_LIFE = timedelta(minutes=15)
"""Minutes within which an installation has to be agreed to at the shop; its code is good for 10."""
STATE_BYTES = 32

OauthOf = Callable[[ShopSettings, str], AppOauth]
"""The app as the back office of a shop's domain knows it."""


@dataclass(frozen=True, slots=True)
class AppShop:
    """A shop that can be installed: as the playbook has it, on which account, who we are to its people.

    `accounts` are those whose shop it is; `fixed`: the playbook says itself which is that of the shop's LINE
    login.
    """

    settings: ShopSettings
    team: TeamIdentity
    accounts: Sequence[str]
    store: AppStore

    @property
    def brand(self) -> str:
        return PLATFORMS[self.settings.platform].brand

    @property
    def install(self) -> AppInstall:
        return self.store.install

    @property
    def fixed(self) -> str | None:
        return self.settings.channel


@dataclass(frozen=True, slots=True)
class Installer:
    """Who is signed in: their name for the audit log, their role in words, whether they may link shops."""

    by: str
    name: str
    role: Translatable
    may: bool
    session: str


def app_shop(playbook: Playbook, settings: Settings, channel: str) -> AppShop:
    """The shop of an account that is installed from the app store."""
    team = TeamIdentity(playbook.bot, channel)
    there = playbook.channels.get(channel)
    shop = settings.shops.get(there.shop) if there is not None and there.shop is not None else None
    if shop is None or shop.platform not in INSTALLED:
        raise no_crm_module(team)
    offer, store = offer_of(shop.platform, shop.access), app_store_of(shop.platform)
    if offer.app_store is None:
        raise store.refusals.other_way(shop.name)
    if not all(shop.credentials.get(name) for name in offer.for_install):
        raise no_crm_module(team)
    accounts = [name for name, one in playbook.channels.items() if one.shop == shop.name]
    return AppShop(shop, team, accounts, store)


async def check_install(stores: Stores, app: AppShop, domain: str, sign: str, installer: Installer) -> bool:
    """Whether the shop of this domain may be installed by them; `False`: it is installed here already."""
    _signed(app, domain, sign)
    _permitted(installer)
    return await _free(stores, app, domain) is None


async def begin(
    stores: Stores, app: AppShop, domain: str, sign: str, installer: Installer, now: datetime
) -> str:
    """Begin: the state that goes with the browser to the shop."""
    if not await check_install(stores, app, domain, sign, installer):
        raise app.store.refusals.over()
    state = secrets.token_urlsafe(STATE_BYTES)
    await stores.shop_installs.begin(
        ShopInstall(
            state,
            installer.session,
            installer.by,
            app.settings.name,
            app.team.channel,
            domain,
            now + STATE_LIFE,
        )
    )
    return state


async def finish(
    stores: Stores,
    app: AppShop,
    came: CameBack,
    installer: Installer,
    still: Callable[[], Awaitable[bool]],
    oauth: OauthOf,
    now: datetime,
) -> ShopLink:
    """Link the shop by what the browser has come back with. `still()`: whether they may, as of now."""
    install = await stores.shop_installs.take(came.state, installer.session)
    begun = (installer.by, app.settings.name, app.team.channel, came.domain)
    if install is None or install.until <= now or begun != _of(install):
        raise app.store.refusals.over()
    _signed(app, came.domain, came.sign)
    _permitted(installer)
    await _free(stores, app, came.domain)
    try:
        granted = await oauth(app.settings, came.domain).redeem(came.code, came.back)
    except ShopFailed as error:
        raise app.store.refusals.while_installing(error) from None
    if granted.domain not in (None, came.domain):
        raise app.store.refusals.other_shop(came.domain)
    if not await still():  # who lost the right meanwhile gives it to nobody
        raise no_permission(installer.name, installer.role)
    return await _linked(stores, app, came.domain, granted, installer, now)


@dataclass(frozen=True, slots=True)
class CameBack:
    """What the shop has sent the browser back with; `back` is the address that it was to come to."""

    state: str
    domain: str
    sign: str
    code: str
    back: str


async def choose_account(stores: Stores, app: AppShop, account: str, by: str, now: datetime) -> ShopLink:
    """Which account is that of the shop's LINE login, as somebody has chosen; the playbook goes first."""
    if account not in app.accounts or app.fixed not in (None, account):
        raise no_crm_module(replace(app.team, channel=account))
    async with audited(stores, AuditEntry("shop_account_chosen", by, now, app.settings.name)) as doing:
        while True:
            before = await stores.shop_links.read(app.settings.name)
            if before is None or not before.holds or not is_of(app.settings, before):
                raise app.store.refusals.over()
            if before.channel == account:
                return before
            after = replace(before, channel=account, revision=before.revision + 1)
            if await stores.shop_links.put(after, before):
                doing.update(before=before.channel or "", after=account)
                return after


async def uninstalled(stores: Stores, shop: ShopSettings, domain: str, oauth: OauthOf, now: datetime) -> bool:
    """The shop tells that the app was removed (`apps/uninstall`, signed); whether a link has ended by it.

    Its contents are the same each time, so an old one might be sent again after a new installation: then the
    shop is asked whether it still gives tokens. Raises `ShopAway` where it cannot be asked now.
    """
    link = await stores.shop_links.read(shop.name)
    if link is None or not is_of(shop, link) or link.domain != domain:
        return False
    by = f"shop:{domain}"
    if not link.holds:  # who has ended it may have died behind that
        await forget_what_it_had(stores, shop, by, now)
        return False
    if link.uninstalled is not None and await _gives_tokens(stores, link, oauth(shop, domain), now):
        return False
    async with audited(stores, AuditEntry("shop_unlinked", by, now, shop.name)) as doing:
        try:
            _, is_new = await end_link(stores, shop, LinkEnd(by, now, "shop"), doing, domain=domain)
        except LinkRefused:  # somebody was faster, and has linked another
            return False
    return is_new


async def _gives_tokens(stores: Stores, link: ShopLink, oauth: AppOauth, now: datetime) -> bool:
    try:
        return await token_of(stores, link, oauth, now, at_once=True) is not None
    except (CredentialsExpired, CredentialsRefused):
        return False


def _signed(app: AppShop, domain: str, sign: str) -> None:
    secret = app.settings.credentials["app_secret"]
    if not app.install.is_domain(domain) or not app.install.is_signed(secret, domain, sign):
        raise app.store.refusals.not_signed()


def _permitted(installer: Installer) -> None:
    if not installer.may:
        raise no_permission(installer.name, installer.role)


async def _free(stores: Stores, app: AppShop, domain: str) -> ShopLink | None:
    """The link of just this shop and domain, if there is one; refused where another one is in the way."""
    shop = app.settings
    ours = await stores.shop_links.read(shop.name)
    if ours is not None and ours.holds and is_of(shop, ours):
        if ours.domain != domain:
            raise team_elsewhere(ours)
        return ours
    other = await stores.shop_links.with_domain(shop.platform, domain)
    if other is not None and other.shop != shop.name:
        raise shop_elsewhere(domain, other)
    return None


async def _linked(
    stores: Stores, app: AppShop, domain: str, granted: Granted, installer: Installer, now: datetime
) -> ShopLink:
    """First the token, then the link: after a crash between the two nobody uses it, and one installs anew."""
    shop = app.settings.name
    async with audited(stores, AuditEntry("shop_linked", installer.by, now, shop)) as doing:
        await keep_token(stores, shop, domain, granted, installer.by, now)
        try:
            link = await _put(stores, app, domain, installer, now)
        except SetupRefused:  # somebody was faster with another shop
            if await _held(stores, shop) != domain:  # one's own alone: another's link may be under way
                await drop_secret(stores, token_name(shop, domain), installer.by, now)
            raise
        if await stores.secrets.read(token_name(shop, domain)) is None:  # unlinked meanwhile
            await keep_token(stores, shop, domain, granted, installer.by, now)
        doing.update(after=domain)
    await forget_tokens(stores, shop, installer.by, now, but=domain)
    return link


async def _put(stores: Stores, app: AppShop, domain: str, installer: Installer, now: datetime) -> ShopLink:
    while True:
        if (same := await _free(stores, app, domain)) is not None:
            return same
        before = await stores.shop_links.read(app.settings.name)
        if before is not None and before.holds and is_of(app.settings, before):
            continue  # somebody was faster just now: `_free` says what of it
        link = _new(app, before, domain, installer, now)
        with suppress(DomainTaken):  # `_free` finds whose it is, and refuses
            if await stores.shop_links.put(link, before):
                return link


async def _held(stores: Stores, shop: str) -> str | None:
    link = await stores.shop_links.read(shop)
    return None if link is None or not link.holds else link.domain


def _new(app: AppShop, before: ShopLink | None, domain: str, installer: Installer, now: datetime) -> ShopLink:
    shop = app.settings
    uninstalled = before.uninstalled if before is not None and before.domain == domain else None
    return ShopLink(
        shop.name,
        shop.platform,
        access_of(shop.platform, shop.access),
        "shop",
        installer.by,
        now,
        1 if before is None else before.revision + 1,
        domain,
        app.fixed,
        uninstalled,
    )


def _of(install: ShopInstall) -> tuple[str, str, str, str]:
    return install.by, install.shop, install.channel, install.domain
