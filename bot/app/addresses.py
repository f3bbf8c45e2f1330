"""The addresses that the environment tells: LINE's API, and our own as the world reaches it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.settings import PUBLIC_URL

LINE_API = "https://api.line.me"
LINE_DATA_API = "https://api-data.line.me"


def line_api(environment: Mapping[str, str]) -> str:
    """LINE's API, or what stands in for it."""
    return environment.get("OAFLOW_LINE_API") or LINE_API


def line_data_api(environment: Mapping[str, str]) -> str:
    """LINE's API for files, or what stands in for it."""
    return environment.get("OAFLOW_LINE_DATA_API") or environment.get("OAFLOW_LINE_API") or LINE_DATA_API


def public_address(environment: Mapping[str, str], unset: str = "") -> str:
    """Our own address, as the world reaches it."""
    return environment.get(PUBLIC_URL, unset).rstrip("/")
