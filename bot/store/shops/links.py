"""Stores which shops are linked, one row by the shop's name, changed by compare-and-set; and installs under
way."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, get_args

from pymongo.errors import DuplicateKeyError

from bot.model.shop import LinkEnd, LinkSide, ShopInstall, ShopLink
from bot.store.codec.record import flag, inner, moment, number, text
from bot.store.database.compare_and_set import put_in_place
from bot.store.database.fast_operations import find
from bot.store.database.mongo import Document
from bot.store.repository import Repository


class ShopInstalls(Repository, collection="shop_installs"):
    """The collection `shop_installs`: installs of the app at a shop platform that are under way (OAuth).

    It has only hashes of states and sessions: from a copy of the database nobody can complete an install.
    """

    async def begin(self, install: ShopInstall) -> None:
        """Store an install, until it is taken or expires."""
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
        """Take the install of this state, which may be past its `until`; `None`: there is none, or it is of
        another session. It is deleted in any case."""
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


class DomainTaken(Exception):
    """Another shop of the playbook is linked with this domain; the message is its name."""


class ShopLinks(Repository, collection="shop_links"):
    """The collection `shop_links`: the fields of `ShopLink`, the shop's name as `_id`.

    `holds` (`PLATFORM:DOMAIN`) is there while the shop is linked: unique by an index.
    """

    async def read(self, shop: str) -> ShopLink | None:
        """The link of the shop of this name, as it is or was; `None`: nobody has linked it."""
        row = await self._rows.find_one({"_id": shop})
        return None if row is None else _link(row)

    async def all(self) -> Mapping[str, ShopLink]:
        """All links, by the shop's name."""
        rows = await find(self._database, "shop_links", {}, sort={"_id": 1})
        links = (link for row in rows if (link := _link(row)) is not None)
        return {link.shop: link for link in links}

    async def with_domain(self, platform: str, domain: str) -> ShopLink | None:
        """The link of the shop that has this domain now; `None`: none has."""
        row = await self._rows.find_one({"holds": _held(platform, domain)})
        return None if row is None else _link(row)

    async def put(self, link: ShopLink, before: ShopLink | None) -> bool:
        """Store `link` in place of `before`, as that was read (`None`: there was none); `False`: it has
        changed.

        Raises `DomainTaken`: of two shops that are linked with one domain at once the second one is not.
        """
        fields = _fields(link)
        read = None if before is None else {"rev": before.revision, "at": before.at}
        try:
            return await put_in_place(self._rows, {"_id": link.shop, **fields}, read)
        except DuplicateKeyError:
            other = await self._rows.find_one({"holds": fields.get("holds", "")})
            if other is not None and other["_id"] != link.shop:
                raise DomainTaken(other["_id"]) from None
            return False


def _held(platform: str, domain: str) -> str:
    return f"{platform}:{domain}"


def _fields(link: ShopLink) -> Document:
    fields: Document = {
        "platform": link.platform,
        "access": link.access,
        "side": link.side,
        "by": link.by,
        "at": link.at,
        "rev": link.revision,
        "domain": link.domain,
        "channel": link.channel,
        "uninstalled": link.uninstalled,
    }
    if link.holds and link.domain is not None:
        fields["holds"] = _held(link.platform, link.domain)
    if link.ended is not None:
        end = link.ended
        ended = {"by": end.by, "at": end.at, "side": end.side, "forgotten": end.forgotten}
        fields["ended"] = ended if end.cleared is None else {**ended, "cleared": end.cleared}
    return {name: value for name, value in fields.items() if value is not None}


def _link(row: Mapping[str, Any]) -> ShopLink | None:
    at = moment(row.get("at"))
    if at is None:
        return None
    return ShopLink(
        row["_id"],
        text(row.get("platform")) or "",
        text(row.get("access")) or "",
        _side(row.get("side")),
        text(row.get("by")) or "",
        at,
        number(row.get("rev")) or 1,
        text(row.get("domain")),
        text(row.get("channel")),
        moment(row.get("uninstalled")),
        _end(inner(row, "ended")),
    )


def _end(part: Mapping[str, Any]) -> LinkEnd | None:
    at = moment(part.get("at"))
    if at is None:
        return None
    by, forgotten = text(part.get("by")) or "", flag(part.get("forgotten")) is True
    return LinkEnd(by, at, _side(part.get("side")), forgotten, moment(part.get("cleared")))


def _side(value: object) -> LinkSide:
    return next((side for side in get_args(LinkSide) if side == value), "here")
