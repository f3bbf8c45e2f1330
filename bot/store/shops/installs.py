"""Installations that are under way, in MongoDB: each is found once, by the state that comes back with it."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bot.model.shop_link import ShopInstall
from bot.store.codec.record import moment, text
from bot.store.database.mongo import Database, reaching


class ShopInstalls:
    """The collection `shop_installs`. It holds a hash of each state: who reads the database has none."""

    def __init__(self, database: Database) -> None:
        self._rows = database.collection("shop_installs")

    async def begin(self, install: ShopInstall) -> None:
        """Keep it until it is taken, or over."""
        async with reaching():
            await self._rows.insert_one(
                {
                    "_id": _hash(install.state),
                    "session": _hash(install.session),
                    "by": install.by,
                    "shop": install.shop,
                    "channel": install.channel,
                    "domain": install.domain,
                    "until": install.until,
                }
            )

    async def take(self, state: str, session: str) -> ShopInstall | None:
        """The one of this state, which nobody gets again; `None`: there is none, or not of this session."""
        async with reaching():
            row = await self._rows.find_one_and_delete({"_id": _hash(state)})
        if row is None or row.get("session") != _hash(session):
            return None
        return _install(row, state, session)


def _install(row: Mapping[str, Any], state: str, session: str) -> ShopInstall | None:
    until = moment(row.get("until"))
    by, shop, channel, domain = (text(row.get(name)) for name in ("by", "shop", "channel", "domain"))
    if until is None or by is None or shop is None or channel is None or domain is None:
        return None
    return ShopInstall(state, session, by, shop, channel, domain, until)


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
