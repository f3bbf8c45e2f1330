"""Addresses, with the variables that replace them: LINE's API, shops' platforms, push services, our own."""

from __future__ import annotations

from collections.abc import Mapping

from bot.connectors.shops.platforms import offer_of
from bot.model.settings import ShopSettings
from bot.model.variables import LINE_API, LINE_DATA_API, PUBLIC_URL, PUSH_API, SHOP_API

LINE = "https://api.line.me"
"""LINE's API."""
LINE_DATA = "https://api-data.line.me"
"""LINE's API for files."""


def line_api(environment: Mapping[str, str]) -> str:
    """LINE's API, or what stands in for it."""
    return environment.get(LINE_API) or LINE


def line_data_api(environment: Mapping[str, str]) -> str:
    """LINE's API for files, or what stands in for it."""
    return environment.get(LINE_DATA_API) or environment.get(LINE_API) or LINE_DATA


def shop_api(environment: Mapping[str, str], shop: ShopSettings) -> str | None:
    """What stands in for a shop's platform; `None`: its usual address, or its own system's."""
    base = environment.get(SHOP_API)
    if not base or "url" in offer_of(shop.platform, shop.access).needs:
        return None
    return f"{base.rstrip('/')}/{shop.platform}/{shop.name}"


def push_api(environment: Mapping[str, str]) -> str:
    """What stands in for the push services of all browsers; empty: each is asked itself."""
    return environment.get(PUSH_API, "")


def public_address(environment: Mapping[str, str], unset: str = "") -> str:
    """Our own address, as the world reaches it, without a `/` at the end; `unset`: where none is set."""
    return environment.get(PUBLIC_URL, unset).rstrip("/")
