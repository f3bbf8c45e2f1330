"""Members by phone, and what the shop's webhooks say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from bot.connectors.shops.directory import Changed, ListingCost, MemberPage, NewMember, Record, the_one
from bot.connectors.shops.opening import ShopOpening
from bot.connectors.shops.shop_request import PATIENCE, Platform
from bot.connectors.shops.webhook import DeliveredWebhook, NotSigned, WebhookReader
from bot.model.shop import OrderState, ShopWebhook, WebhookNews
from bot.model.shop_failure import NotOffered

NO = "a pigeon does not do this"


@dataclass(frozen=True)
class PigeonShop:
    """Answers who has a phone; nothing else."""

    platform: Platform

    async def by_phone(self, phone: str) -> Record | None:
        reply = await self.platform.shop_request().get("/members", [("phone", phone)])
        found = [Record(one["no"], phone, True, None, one) for one in reply.body]
        return the_one(found)

    async def by_line(self, user: str, patience: timedelta = PATIENCE) -> Record | None:
        return None

    async def read(self, member_no: str, patience: timedelta = PATIENCE) -> Record | None:
        reply = await self.platform.shop_request(patience).get(f"/members/{quote(member_no)}")
        return None if reply.missing else Record(member_no, None, True, None, reply.body)

    async def order_state(self, order: str) -> OrderState | None:
        raise NotOffered(NO)

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> MemberPage:
        raise NotOffered(NO)

    def cost(self) -> ListingCost:
        raise NotOffered(NO)

    async def write_line(self, member_no: str, user: str) -> None:
        raise NotOffered(NO)

    async def register(self, new: NewMember, key: str) -> Record:
        raise NotOffered(NO)

    async def write(self, member_no: str, fields: Mapping[str, Any], key: str) -> Record | None:
        raise NotOffered(NO)


def opened(opening: ShopOpening) -> PigeonShop:
    def sign(method: str, target: str, body: bytes | None) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {opening.given['token']}"}

    return PigeonShop(opening.platform(opening.given["url"], sign, 10))


def _verified(shop: str, secret: str, came: DeliveredWebhook, domain: str | None) -> ShopWebhook:
    if came.headers.get("X-Pigeon") != secret:
        raise NotSigned
    return ShopWebhook(sha256(came.body).hexdigest(), shop, came.headers["X-Topic"], came.body, came.at)


def _meaning(topic: str, payload: Mapping[str, Any]) -> WebhookNews:
    return WebhookNews(str(payload["no"]), "member_updated")


WEBHOOKS = WebhookReader(_meaning, _verified)
