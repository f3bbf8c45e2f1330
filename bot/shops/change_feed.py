"""Does a shop's own system have a way to tell what changes there? Platforms have a webhook of their own."""

from __future__ import annotations

from bot.model.settings import Settings, ShopSettings
from bot.model.translatable import tr
from bot.shops.platforms import OWN_SYSTEM

UNHEARD = tr(
    "the shop cannot tell what changes there: POST /api/events is closed; write  "
    "api_token: ${EVENTS_TOKEN:-}  in bot.yaml and EVENTS_TOKEN in .env; else only the night's look finds it"
)


def is_unheard(shop: ShopSettings, settings: Settings, *, played: bool = False) -> bool:
    """Whether there is none: `POST /api/events` is closed.

    `played`: by a simulator, which has a token of its own where the playbook's is empty.
    """
    is_open = bool(settings.api_token) or (played and ("api_token",) in settings.written)
    return shop.platform == OWN_SYSTEM and not is_open
