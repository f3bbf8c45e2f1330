"""The state of a shop of the playbook: its link, its webhook's address, what to set there, who is bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from bot.connectors.shops.install import AppStore
from bot.connectors.shops.links import as_linked, has_credentials, is_linked, is_of
from bot.connectors.shops.manifest import ToSet
from bot.connectors.shops.platforms import (
    BY_EVENTS,
    LISTS,
    PLATFORMS,
    access_of,
    app_store_of,
    checklist,
    is_unheard,
    offer_of,
)
from bot.engine.compiled.playbook import Playbook
from bot.model.settings import Settings, ShopSettings
from bot.model.shop import ShopLink
from bot.model.translatable import Translatable, tr
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class ShopOverview:
    """One shop. `link` is how it is or was linked by the way in that the playbook says (`None`: nobody has
    done it by hand); `accounts` are those whose shop it is, `account` that of its LINE login. `is_unheard`:
    its own system cannot tell what changes there."""

    settings: ShopSettings
    link: ShopLink | None
    is_linked: bool
    access: str
    accounts: Sequence[str]
    account: str | None
    webhook: str
    to_set: Sequence[ToSet]
    is_unheard: bool = False

    @property
    def way(self) -> Translatable:
        """Its platform and way in, in the words of who links shops."""
        return offer_of(self.settings.platform, self.access).title

    @property
    def brand(self) -> str:
        """What people call its platform."""
        return PLATFORMS[self.settings.platform].brand

    @property
    def app_store(self) -> AppStore:
        """Where it is linked from the shop's side. Raises `NoAppStore`."""
        return app_store_of(self.settings.platform)

    @property
    def is_list(self) -> bool:
        """Whether it is a list of members, which nobody links."""
        return self.settings.platform in LISTS

    @property
    def is_installed(self) -> bool:
        """Whether it is linked from the shop's side, by installing an app."""
        return bool(
            offer_of(self.settings.platform, self.settings.access).for_install
        ) and not has_credentials(self.settings)


async def shop_overviews(
    stores: Stores, playbook: Playbook, settings: Settings, public: str, *, played: bool
) -> Sequence[ShopOverview]:
    """All shops of the playbook. Raises `DatabaseUnavailable`."""
    links = await stores.shop_links.all()
    shops = settings.shops.items()
    return [
        shop_overview(playbook, settings, one, links.get(name), public, played=played) for name, one in shops
    ]


def shop_overview(
    playbook: Playbook,
    settings: Settings,
    shop: ShopSettings,
    link: ShopLink | None,
    public: str,
    *,
    played: bool = False,
) -> ShopOverview:
    """One of them, as it is with this link; `played`: by a simulator."""
    accounts = [name for name, one in playbook.channels.items() if one.shop == shop.name]
    account = as_linked(shop, link).channel or (accounts[0] if len(accounts) == 1 else None)
    liff = None if account is None or account not in settings.channels else settings.channels[account].liff
    return ShopOverview(
        shop,
        link if is_of(shop, link) else None,
        is_linked(shop, link),
        access_of(shop.platform, shop.access),
        accounts,
        account,
        webhook_address(public, account or next(iter(accounts), ""), shop.platform),
        checklist(shop, certified=liff is not None and liff.certified_provider),
        is_unheard(shop, settings, played=played),
    )


def webhook_address(public: str, channel: str, platform: str) -> str:
    """Where a shop tells its news; empty where no account has it."""
    if platform in BY_EVENTS:
        return f"{public}/api/events"
    return f"{public}/shops/{quote(channel, safe='')}/{platform}/webhook" if channel else ""


def install_address(public: str, channel: str, platform: str, end: str = "install") -> str:
    """Where an app's installation begins (`install`), or comes back to (`callback`)."""
    return f"{public}/shops/{quote(channel, safe='')}/{platform}/{end}"


def actor_text(by: str) -> Translatable:
    """Who has done something, as people read it: an account's name, a shop's, whose command it was."""
    side, _, name = by.partition(":")
    match side:
        case "command":
            return tr("{who}, by a command", who=name)
        case "shop":
            return tr("{shop}, from the shop's side", shop=name)
        case _:
            return tr("{who}, in the browser", who=name or by)


def account_title(playbook: Playbook, name: str | None) -> str:
    """An official account by the name that people know; with its name in the playbook, where another one is
    called so, too."""
    rules = None if name is None else playbook.channels.get(name)
    if name is None or rules is None or not rules.title:
        return name or ""
    alike = sum(one.title == rules.title for one in playbook.channels.values())
    return rules.title if alike == 1 else f"{rules.title} ({name})"
