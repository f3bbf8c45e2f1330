"""The members of a SHOPLINE shop, by its open API.

https://open-api.docs.shoplineapp.com/docs/getting-started
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from bot.connectors.shops.directory import (
    Changed,
    ListingCost,
    MemberFields,
    MemberPage,
    NewMember,
    Record,
    object_in,
    objects_in,
    the_one,
)
from bot.connectors.shops.mobile import calling_code, national_shapes, stored_writings
from bot.connectors.shops.opening import ShopOpening
from bot.connectors.shops.shop_request import LISTING, PATIENCE, Platform, ShopRequest
from bot.model.shop import OrderState
from bot.model.shop_failure import NotOffered, NotUnderstood
from bot.model.translatable import tr

OPEN_API = "https://open.shopline.io"
PER_SECOND = 20
PER_PAGE = 50
LISTED = 100
"""Customers of a page of the listing: far below the longest answer that is read."""
PAGES = 4
"""A search is for one number: a member beyond so many results is not found."""
_FIELDS = MemberFields(
    "id", "mobile_phone", "mobile_phone_verified", "mobile_phone_country_calling_code", "line_id"
)


@dataclass(frozen=True, slots=True)
class ShoplineToken:
    """Who asks: the token, and the shop's handle, without which SHOPLINE answers nobody."""

    handle: str
    token: str = field(repr=False)

    def __call__(self, method: str, target: str, body: bytes | None) -> Mapping[str, str]:
        """`Authorization` and `User-Agent`."""
        return {"Authorization": f"Bearer {self.token}", "User-Agent": self.handle}


class Shopline:
    """Reads members. The open API neither searches by LINE user id nor lets it be written."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def by_phone(self, phone: str) -> Record | None:
        """A search for both national shapes, then for each other writing; only this E.164 number counts."""
        shop_request = self._platform.shop_request()
        usual = national_shapes(phone)
        if (one := the_one(await self._stored_as(shop_request, usual, phone))) is not None:
            return one
        for writing in stored_writings(phone):
            found = [] if writing in usual else await self._stored_as(shop_request, (writing,), phone)
            if (one := the_one(found)) is not None:
                return one
        return None

    async def _stored_as(
        self, shop_request: ShopRequest, writings: Sequence[str], phone: str
    ) -> Collection[Record]:
        found: dict[str, Record] = {}
        for writing in writings:
            async for customer in self._search(shop_request, writing):
                record = _FIELDS.record(customer)
                if record.phone == phone and _is_member(record):
                    found[record.member_no] = record
        return found.values()

    async def by_line(self, user: str, patience: timedelta = PATIENCE) -> Record | None:
        """Nobody: there is no such search."""
        return None

    async def read(self, member_no: str, patience: timedelta = PATIENCE) -> Record | None:
        """The customer of this id, if a member: who has only ordered something is none."""
        reply = await self._platform.shop_request(patience).get(_path(member_no))
        record = None if reply.missing else _FIELDS.record(reply.body)
        return record if record is not None and _is_member(record) else None

    async def order_state(self, order: str) -> OrderState | None:
        """Refused: SHOPLINE signs the topic with the order."""
        raise NotOffered(tr("nothing of an order is in doubt"))

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> MemberPage:
        """`GET /v1/customers`, oldest first, after the one whom the mark names: nothing shifts that way.

        https://open-api.docs.shoplineapp.com/docs/get-customers
        """
        query = [("updated_before", _utc(within.until)), ("sort_by", "asc"), ("per_page", str(LISTED))]
        query += [("updated_after", _utc(within.since))] if within.since is not None else []
        query += [("previous_id", mark)] if mark is not None else []
        body = object_in((await self._platform.shop_request(LISTING).get("/v1/customers", query)).body)
        items = objects_in(body.get("items"))
        if len(items) == LISTED and items[-1].get("id") == mark:
            raise NotUnderstood("the next page of customers is this one")
        records = [_FIELDS.record(customer) for customer in items if customer.get("id") != mark]
        members = [one for one in records if _is_member(one)]
        last = records[-1].member_no if len(items) == LISTED else None
        total = object_in(body.get("pagination") or {}).get("total_count")
        return MemberPage(members, last, total if isinstance(total, int) else len(records))

    def cost(self) -> ListingCost:
        """The list has every field of a customer."""
        return ListingCost(LISTED, 1, 0, PER_SECOND)

    async def write_line(self, member_no: str, user: str) -> None:
        """Refused: there is no such call."""
        raise NotOffered(tr("SHOPLINE has no call that writes a LINE user id"))

    async def register(self, new: NewMember, key: str) -> Record:
        """`POST /v1/customers`, without the SMS or mail by which SHOPLINE would welcome its customers."""
        body = {
            "name": new.name,
            "mobile_phone": national_shapes(new.phone)[0],
            "mobile_phone_country_calling_code": calling_code(new.phone),
            "is_member": True,
            "is_accept_marketing": new.marketing,
            "send_notification": False,
        }
        return _FIELDS.record((await self._platform.shop_request().post("/v1/customers", body)).body)

    async def write(self, member_no: str, fields: Mapping[str, Any], key: str) -> Record | None:
        """`PUT /v1/customers/{id}`: written twice it is the same."""
        reply = await self._platform.shop_request(LISTING).put(_path(member_no), fields)
        return None if reply.missing else _FIELDS.record(reply.body)

    async def _search(self, shop_request: ShopRequest, text: str) -> AsyncIterator[dict[str, Any]]:
        for page in range(1, PAGES + 1):
            query = [("query", text), ("search_fields[]", "mobile_phone")]
            paging = [("page", str(page)), ("per_page", str(PER_PAGE))]
            body = object_in((await shop_request.get("/v1/customers/search", [*query, *paging])).body)
            for item in objects_in(body.get("items")):
                yield item
            pages = object_in(body.get("pagination") or {}).get("total_pages")
            if not isinstance(pages, int) or page >= pages:
                return
        raise NotUnderstood(f"a search for one phone has more than {PAGES} pages")


def opened(opening: ShopOpening) -> Shopline:
    """The shop by its token."""
    asking = ShoplineToken(opening.given["username"], opening.given["token"])
    return Shopline(opening.platform(OPEN_API, asking, PER_SECOND))


def _path(member_no: str) -> str:
    return f"/v1/customers/{quote(member_no, safe='')}"


def _is_member(customer: Record) -> bool:
    return customer.fields.get("is_member") is not False


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
