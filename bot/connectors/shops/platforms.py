"""Which shop platforms there are, and what each has to offer. Light: `check` reads it, too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.connectors.manifest import manifests
from bot.connectors.shops.install import AppStore
from bot.connectors.shops.manifest import Offer, ShopManifest, ToSet
from bot.model.settings import Settings, ShopSettings
from bot.model.translatable import tr

PLATFORMS = manifests("shops", ("cyberbiz", "shopline", "own", "csv"), ShopManifest)
USUAL_PLATFORM = next(iter(PLATFORMS))
ACCESSES = tuple(dict.fromkeys(access for one in PLATFORMS.values() for access in one.offers if access))
"""All that the playbook's `access` may say."""
LISTS = frozenset(name for name, one in PLATFORMS.items() if one.is_list)
"""The platforms of shops whose members are a list, which `oaflow members import` reads."""
BY_EVENTS = frozenset(name for name, one in PLATFORMS.items() if one.news == "events")
"""Those whose shops tell their news by `POST /api/events`."""
FIND_LINE = tuple(
    (name, access) for name, one in PLATFORMS.items() for access, of in one.offers.items() if of.finds_line
)
"""The platforms, each with its `access`, that find a member by the LINE account of their sign-in."""
SAY_PARTS = frozenset(name for name, one in PLATFORMS.items() if one.says_refunds_of_parts)
"""Those that say how much of an order was refunded."""
INSTALLED = tuple(name for name, one in PLATFORMS.items() if any(of.app_store for of in one.offers.values()))
"""Those whose shops install our app from their own side."""
NEWS_SECRETS = ("webhook_secret", "app_secret")
"""What signs a shop's news; those of an app are signed by the app's own."""


class NoAppStore(Exception):
    """The platform of this name has none."""


def access_of(platform: str, access: str | None) -> str:
    """The access: the usual one where none is given, none where the platform has one only."""
    usual = PLATFORMS[platform].usual_access
    return access if access and usual else usual


def offer_of(platform: str, access: str | None) -> Offer:
    """What this platform needs and has. Raises `KeyError` where there is no such platform or way in."""
    return PLATFORMS[platform].offers[access_of(platform, access)]


def app_store_of(platform: str) -> AppStore:
    """Where shops of this platform install our app. Raises `NoAppStore`."""
    known = PLATFORMS.get(platform)
    stores = () if known is None else (one.app_store for one in known.offers.values())
    store = next(filter(None, stores), None)
    if store is None:
        raise NoAppStore(platform)
    return store


def news_secret(credentials: Mapping[str, str]) -> str | None:
    """What signs a shop's news, of its settings; `None`: nobody can tell whether they are its own."""
    return next((found for name in NEWS_SECRETS if (found := credentials.get(name))), None)


NO_CHANGE_FEED = tr(
    "the shop cannot tell what changes there: POST /api/events is closed; write  "
    "api_token: ${EVENTS_TOKEN:-}  in bot.yaml and EVENTS_TOKEN in .env; else only the night's look finds it"
)


def is_unheard(shop: ShopSettings, settings: Settings, *, played: bool = False) -> bool:
    """Whether there is none: `POST /api/events` is closed.

    `played`: by a simulator, which has a token of its own where the playbook's is empty.
    """
    is_open = bool(settings.api_token) or (played and ("api_token",) in settings.written)
    return shop.platform in BY_EVENTS and not is_open


def checklist(shop: ShopSettings, *, certified: bool) -> Sequence[ToSet]:
    """What to look at, in order; `certified`: the account's provider is a certified one."""
    listed = offer_of(shop.platform, shop.access).checklist
    return [one for one in listed if one.certified in (None, certified)]
