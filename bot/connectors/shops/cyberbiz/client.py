"""The members of a CYBERBIZ shop, by API secret or app store; and the state of an order.

https://api-doc.cyberbiz.co; its orders have `statuses` and `timings`, also in the bodies of webhooks.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence, Set
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any, Literal
from urllib.parse import quote

from bot.connectors.shops.access import TokenInUse
from bot.connectors.shops.cyberbiz.access import ApiSecret, AppToken, secret_refused
from bot.connectors.shops.directory import (
    Changed,
    ListingCost,
    MemberFields,
    MemberPage,
    NewMember,
    Record,
    at_path,
    number_in,
    object_in,
    objects_in,
    the_one,
)
from bot.connectors.shops.mobile import calling_code, national_shapes, stored_writings
from bot.connectors.shops.opening import ShopOpening
from bot.connectors.shops.shop_request import BEHIND, LISTING, PATIENCE, Platform, ShopReply, ShopRequest
from bot.engine.types.dates import SHOP_ZONE, moment_from_shop
from bot.engine.types.plain import number_from_shop
from bot.model.shop import OrderState
from bot.model.shop_failure import NotOffered, NotPermitted, NotUnderstood, RequestRefused
from bot.model.translatable import tr

_PAID = frozenset(
    {
        *("paid", "pending_refund", "refunding", "refund_failed", "refunded", "no_refunded"),
        *("pending_partial_refund", "partial_refunded"),
    }
)
"""Values of `financial_status` that mean that the order was paid, perhaps refunded since; `pending`,
`remitted` and `cod` do not.
"""
_REFUNDED = frozenset({"refunded", "partial_refunded"})
"""Values of `financial_status` that mean a refund, of all or of a part."""


def cyberbiz_order_state(order: Mapping[str, Any]) -> OrderState:
    """Whether an order (JSON of the API, or of a webhook) is paid, cancelled or refunded.

    Cash on delivery is paid once the parcel was received.
    """
    financial, fulfillment, status = (
        str(at_path(order, f"statuses.{of}_status")) for of in ("financial", "fulfillment", "order")
    )
    return OrderState(
        paid=financial in _PAID or (financial == "cod" and fulfillment == "received"),
        cancelled=status == "cancelled" or bool(at_path(order, "timings.cancelled_at")),
        refunded=financial in _REFUNDED or bool(at_path(order, "timings.refund_at")),
    )


API_SECRET = "https://api.cyberbiz.co"
"""The API's address for calls signed with an API secret."""
APP_STORE = "https://app-store-api.cyberbiz.io"
"""The API's address for calls with an app's token."""
PER_SECOND = 5
"""Requests to a shop in a second: documented for the app store, chosen for an API secret."""
PER_PAGE = 50
"""Rows of one page."""
PAGES = 20
"""Pages of one member's bonus points at most."""
CANDIDATES = 5
"""Members with one mobile number who are read, at most."""

UidProvider = Literal["line", "line_at"]
LOGIN: UidProvider = "line"
"""The provider of LINE user ids by LINE Login; `line_at` is that of an official account."""
_FIELDS = MemberFields(
    "id", "mobile", "mobile_sms_confirmed_at", "country_calling_code", is_proven=lambda at: at is not None
)
_UNASKED = object()
"""Stands for a VIP level that was not read yet; `None` is a level that is empty."""


class Cyberbiz:
    """Reads members, and writes the LINE user id onto them.

    `sections` are the further parts of a record that the mapping needs: `vip_info`, `bonus_points`.
    `is_app`: calls go to the app store's API. Only that has a search by LINE user id, and a list of members
    by numbers with their VIP levels.

    A LINE user id is written as `line_at`: as `line` it would let the person log in as that member.
    """

    def __init__(self, platform: Platform, sections: Set[str], *, is_app: bool) -> None:
        self._platform = platform
        self._sections = sections
        self._is_app = is_app

    async def by_phone(self, phone: str) -> Record | None:
        """The lookup compares characters, so each way to write the number is tried until one finds a member.

        Only a member whose phone is this one in E.164 counts. Where nobody has it, each way costs a call.
        """
        shop_request = self._platform.shop_request()
        for writing in stored_writings(phone):
            found = [record async for record in self._stored_as(shop_request, writing)]
            one = the_one([record for record in found if record.phone == phone])
            if one is not None:
                return await self._whole(shop_request, one)
        return None

    async def _stored_as(self, shop_request: ShopRequest, writing: str) -> AsyncIterator[Record]:
        reply = await shop_request.get("/v1/customers/get_customer_id", [("customer_mobiles", writing)])
        numbers = [number_in(match.get("customer_id")) for match in objects_in(reply.body or [])]
        for member_no in dict.fromkeys(numbers[:CANDIDATES]):
            record = await self._read(shop_request, member_no)
            if record is not None:
                yield record

    async def by_line(self, user: str, patience: timedelta = PATIENCE) -> Record | None:
        """By the id of LINE Login only. Ids that we write (`line_at`) stay when a binding ends: a person who
        was unbound, or wrongly bound, must not be bound again by them without a code."""
        if not self._is_app:
            return None
        shop_request = self._platform.shop_request(patience)
        # documented as provider_type, and understood as provider: which of them is ignored differs
        query = [("uid", user), ("provider", LOGIN), ("provider_type", LOGIN)]
        reply = await shop_request.get("/v2/customers/by_uid_provider", query)
        if reply.body is None:
            return None
        customer = object_in(reply.body)
        record = await self._read(shop_request, number_in(customer.get("id")))
        if record is None or user not in (_uids(customer).get(LOGIN), _uids(record.fields).get(LOGIN)):
            return None  # a provider that it ignores finds an id of Facebook, too
        return await self._whole(shop_request, replace(record, line=user))

    async def read(self, member_no: str, patience: timedelta = PATIENCE) -> Record | None:
        """The record with those sections that the mapping needs."""
        shop_request = self._platform.shop_request(patience)
        record = await self._read(shop_request, member_no)
        return None if record is None else await self._whole(shop_request, record)

    async def order_state(self, order: str) -> OrderState | None:
        """`GET /v1/orders/{id}`."""
        try:
            reply = await self._platform.shop_request(BEHIND).get(f"/v1/orders/{quote(order, safe='')}")
        except NotPermitted:
            raise NotOffered(tr("the credentials may not read orders")) from None
        return None if reply.missing or reply.body is None else cyberbiz_order_state(object_in(reply.body))

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> MemberPage:
        """`GET /v1/customers`, the last page first: a member who leaves the list moves others to pages that
        are still unread, never to those read already. The mark is the number of the next page to read."""
        shop_request = self._platform.shop_request(LISTING)
        page = int(mark) if mark is not None else 1
        reply = await self._list(shop_request, within, page)
        pages = _number(reply, "X-Total-Pages", None)
        total = _number(reply, "X-Total", pages * PER_PAGE)
        if pages > max(1, total):
            raise NotUnderstood(f"a list of {total} members in {pages} pages")
        if mark is None and pages > 1:
            page = pages
            reply = await self._list(shop_request, within, page)
        records = [_record(one) for one in objects_in(reply.body or [])]
        whole = records if bare else await self._with_sections(shop_request, records)
        return MemberPage(whole, str(page - 1) if page > 1 else None, total)

    def cost(self) -> ListingCost:
        """A call for each page; with bonus points at least one more for each member."""
        vip, points = "vip_info" in self._sections, "bonus_points" in self._sections
        of_page = 2 if vip and self._is_app else 1
        return ListingCost(PER_PAGE, of_page, (vip and not self._is_app) + points, PER_SECOND)

    async def _list(self, shop_request: ShopRequest, within: Changed, page: int) -> ShopReply:
        query = [("page", str(page)), ("per_page", str(PER_PAGE))]
        query += [("updated_at_end_time", _local(within.until))]
        query += [("updated_at_start_time", _local(within.since))] if within.since is not None else []
        return await shop_request.get("/v1/customers", query)

    async def _with_sections(self, shop_request: ShopRequest, records: Sequence[Record]) -> list[Record]:
        levels = (
            await self._levels(shop_request, records) if "vip_info" in self._sections and self._is_app else {}
        )
        return [await self._whole(shop_request, one, levels.get(one.member_no, _UNASKED)) for one in records]

    async def _levels(self, shop_request: ShopRequest, records: Sequence[Record]) -> Mapping[str, object]:
        """The VIP levels by member number, in one call; members missing in the answer are read alone."""
        query = [("ids", ",".join(one.member_no for one in records)), ("include_params", "vip_info")]
        reply = await shop_request.get("/v2/customers", query)
        found = objects_in(reply.body or [])
        return {number_in(one.get("id")): one["vip_info"] for one in found if "vip_info" in one}

    async def write_line(self, member_no: str, user: str) -> None:
        """`PUT …/uid_providers/line_at`, which replaces what is there."""
        path = f"{_path(member_no)}/uid_providers/line_at"
        if (await self._platform.shop_request().put(path, {"uid": user})).missing:
            raise RequestRefused(tr("the shop knows no such member"))

    async def register(self, new: NewMember, key: str) -> Record:
        """`POST /v1/customers`. The required password is random and unknown: the member logs in by LINE or
        phone, or asks the shop for another."""
        shop_request, now = self._platform.shop_request(), self._platform.clock.now()
        body = {
            "name": new.name,
            "password": token_urlsafe(24),
            "status": "enabled",
            "mobile": national_shapes(new.phone)[0],
            "country_calling_code": f"+{calling_code(new.phone)}",
            "mobile_sms_confirmed_at": now.isoformat(timespec="seconds"),
            "accepts_marketing": new.marketing,
            "enable_cvs_pickup": True,
        }
        customer = object_in((await shop_request.post("/v1/customers", body)).body)
        return await self._whole(shop_request, _record(customer))

    async def write(self, member_no: str, fields: Mapping[str, Any], key: str) -> Record | None:
        """`PUT /v1/customers/{id}`: written twice it is the same."""
        shop_request = self._platform.shop_request(LISTING)
        reply = await shop_request.put(_path(member_no), fields)
        if reply.missing:
            return None
        return await self._whole(shop_request, _record(reply.body, member_no))

    async def _read(self, shop_request: ShopRequest, member_no: str) -> Record | None:
        reply = await shop_request.get(_path(member_no))
        return None if reply.missing or reply.body is None else _record(reply.body, member_no)

    async def _whole(self, shop_request: ShopRequest, record: Record, level: object = _UNASKED) -> Record:
        """The record with the sections that the mapping needs; `level`: the VIP level, if read already."""
        fields, path = dict(record.fields), _path(record.member_no)
        if "vip_info" in self._sections:
            info = (await shop_request.get(f"{path}/vip_info")).body if level is _UNASKED else level
            fields["vip_info"] = _vip_info(info)
        if "bonus_points" in self._sections:
            total = await self._bonus_points(shop_request, f"{path}/bonus_points")
            fields["bonus_points"] = {"total": total}
        return replace(record, fields=fields)

    async def _bonus_points(self, shop_request: ShopRequest, path: str) -> int | float:
        """The sum of unused points of all grants that have not expired."""
        total: int | float = 0
        page, now = 1, self._platform.clock.now()
        for _ in range(PAGES):
            reply = await shop_request.get(path, [("page", str(page)), ("per_page", str(PER_PAGE))])
            total += sum(_left(grant, now) for grant in objects_in(reply.body or []))
            following = reply.headers.get("X-Next-Page", "")
            if not following:
                return total
            if not following.isdigit() or int(following) <= page:
                raise NotUnderstood("the next page is not after this one")
            page = int(following)
        raise NotUnderstood(f"a member has more than {PAGES} pages of bonus points")


def opened_by_secret(opening: ShopOpening) -> Cyberbiz:
    """The shop that has bought the API."""
    secret = ApiSecret(opening.given["username"], opening.given["secret"], opening.clock)
    there = opening.platform(API_SECRET, secret, PER_SECOND, secret_refused)
    return Cyberbiz(there, opening.sections, is_app=False)


def opened_by_app(opening: ShopOpening) -> Cyberbiz:
    """The shop that has installed the app, or gives a token of it."""
    token = opening.access.token or TokenInUse(opening.given["token"])
    app = AppToken(token, opening.clock)
    return Cyberbiz(opening.platform(APP_STORE, app, PER_SECOND, app.refused), opening.sections, is_app=True)


def _record(customer: object, member_no: str | None = None) -> Record:
    record = _FIELDS.record(customer, member_no)
    return replace(record, line=_line_of(record.fields))


def _local(moment: datetime) -> str:
    """As CYBERBIZ writes moments, without a zone."""
    return f"{moment.astimezone(SHOP_ZONE):%Y-%m-%d %H:%M:%S}"


def _number(reply: ShopReply, header: str, otherwise: int | None) -> int:
    text = reply.headers.get(header, "")
    if text.isascii() and text.isdigit():
        return int(text)
    if otherwise is None:
        raise NotUnderstood(f"a list without {header}")
    return otherwise


def _path(member_no: str) -> str:
    return f"/v1/customers/{quote(member_no, safe='')}"


def _uids(customer: Mapping[str, Any]) -> dict[object, object]:
    """The ids that the member has elsewhere, by provider."""
    entries = objects_in(customer.get("uid_providers") or [])
    return {entry.get("provider_type"): entry.get("uid") for entry in entries}


def _line_of(customer: Mapping[str, Any]) -> str | None:
    """The LINE user id by which the member logs in at the shop, not the one that we have written."""
    uid = _uids(customer).get(LOGIN)
    return uid if isinstance(uid, str) and uid else None


def _vip_info(value: object) -> dict[str, Any]:
    """The platform's own, with the level's name and end under the short names of a mapping."""
    info = object_in(value or {})
    level, more = object_in(info.get("current_level") or {}), object_in(info.get("extra_info") or {})
    return {**info, "level_name": level.get("name"), "expired_at": more.get("end_at")}


def _left(grant: dict[str, Any], now: datetime) -> int | float:
    """The unused points of a grant; 0 once it has expired. Raises `NotUnderstood`."""
    end = grant.get("deadline")
    if isinstance(end, str) and end:
        until = moment_from_shop(end)
        if until is None:
            raise NotUnderstood("bonus points that end at no moment")
        if until < now:
            return 0
    points = number_from_shop(grant.get("unused_points"))
    if points is None:
        raise NotUnderstood("bonus points without a number")
    return points
