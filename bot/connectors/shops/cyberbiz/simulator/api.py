"""A CYBERBIZ on this machine: the calls that oaflow makes.

https://api-doc.cyberbiz.co
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from hashlib import sha256
from hmac import compare_digest, new

from aiohttp import web

from bot.connectors.shops.cyberbiz.simulator.app_market import AppMarket
from bot.connectors.shops.cyberbiz.simulator.records import (
    cyberbiz_compact,
    cyberbiz_grants,
    cyberbiz_record,
    cyberbiz_vip,
)
from bot.engine.types.dates import SHOP_ZONE
from bot.model.clock import Clock
from bot.model.json_object import json_object
from bot.simulator.shop.members import PretendMember, PretendShop, PretendShops
from bot.simulator.shop.platform_call import (
    Answering,
    MemberListing,
    Sleep,
    answered,
    bearer,
    moment_of,
    of_member,
    page_of,
    reading,
    registering,
    unknown,
    writing,
)

SKEW = timedelta(minutes=5)
_FIELD = re.compile(r'(\w+)="([^"]*)"')


def is_signed(
    request: web.Request, target: str, body: bytes, username: str, secret: str, now: datetime
) -> bool:
    """Whether these credentials have signed this request, within five minutes of now.

    `target` is the path of the request line, as the platform sees it.
    """
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    fields = dict(_FIELD.findall(rest))
    names = fields.get("headers", "").split()
    if scheme != "hmac" or fields.get("algorithm") != "hmac-sha256" or fields.get("username") != username:
        return False
    if not {"x-date", "request-line"} <= set(names) or (body and "digest" not in names):
        return False
    lines = []
    for name in names:
        if name == "request-line":
            lines.append(f"{request.method} {target} HTTP/1.1")
        elif name in request.headers:
            lines.append(f"{name}: {request.headers[name]}")
        else:
            return False
    mac = new(secret.encode(), "\n".join(lines).encode(), sha256).digest()
    if not compare_digest(mac, _bytes(fields.get("signature", ""))):
        return False
    return _is_fresh(request.headers["x-date"], now) and _is_of(body, request.headers.get("digest"))


def _is_fresh(date: str, now: datetime) -> bool:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return False
    return at.tzinfo is not None and abs(at.astimezone(UTC) - now) <= SKEW


def _is_of(body: bytes, digest: str | None) -> bool:
    if digest is None:
        return not body
    return compare_digest(sha256(body).digest(), _bytes(digest.removeprefix("SHA-256=")))


def _bytes(base64: str) -> bytes:
    try:
        return b64decode(base64, validate=True)
    except (Error, ValueError):
        return b""


PER_SECOND = 5
PER_PAGE = 50
IDS_AT_MOST = 100


class CyberbizApi:
    """Customers: listed, found by mobile or LINE user id, read with VIP and bonus points, given a LINE user
    id. Orders: read."""

    def __init__(
        self, shops: PretendShops, clock: Clock, wait: Sleep, market: Callable[[str], AppMarket | None]
    ) -> None:
        """`market` is the app of a shop, whose tokens are known."""
        self._clock = clock
        self._market = market
        self._depth = 0
        self._listing = MemberListing()
        self._calls = Answering(shops, "cyberbiz", self._knows, PER_SECOND, clock, wait)

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`, which ends with `{shop}`; what is signed begins after it."""
        self._depth = prefix.count("/")
        one, handler = prefix + "/v1/customers/{id}", self._calls.handler
        return [
            web.get(prefix + "/v1/customers", handler(self._list)),
            web.get(prefix + "/v2/customers", handler(self._list_v2)),
            web.get(prefix + "/v1/customers/get_customer_id", handler(_ids)),
            web.post(prefix + "/v1/customers", handler(_REGISTER)),
            web.get(one, handler(reading(_READ))),
            web.put(one, handler(writing(_READ, "accepts_marketing"))),
            web.get(one + "/vip_info", handler(reading(cyberbiz_vip))),
            web.get(one + "/bonus_points", handler(of_member(_bonus_points))),
            web.put(one + "/uid_providers/{provider:line|line_at}", handler(of_member(_put_uid))),
            web.get(prefix + "/v2/customers/by_uid_provider", handler(_by_uid)),
            web.get(prefix + "/v1/orders/{id}", handler(_order)),
        ]

    def _list(self, shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
        """By the moment of the last change, in Taipei's time; a page at a time."""
        try:
            since = moment_of(request, "updated_at_start_time", SHOP_ZONE)
            until = moment_of(request, "updated_at_end_time", SHOP_ZONE)
        except ValueError:
            return answered(400, {"error": "a time is written 2026-01-31 23:59:59"})
        found = self._listing.changed(shop, since, until)
        rows, headers = _paged(request, found)
        return answered(200, [cyberbiz_record(one, with_id=True) for one in rows], headers)

    def _list_v2(self, shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
        """The members of these numbers, or a page of all; only the app store's API has it."""
        if shop.settings.access != "app_store":
            return unknown()
        sections = request.query.get("include_params", "").split(",")
        if ids := request.query.get("ids"):
            found = [shop.members[one] for one in ids.split(",")[:IDS_AT_MOST] if one in shop.members]
            return answered(200, [cyberbiz_compact(one, sections) for one in found])
        rows, headers = _paged(request, self._listing.changed(shop, None, None))
        return answered(200, [cyberbiz_compact(one, sections) for one in rows], headers)

    def _knows(self, shop: PretendShop, request: web.Request, body: bytes) -> bool:
        credentials = shop.settings.credentials
        if shop.settings.access == "app_store":
            token, app = bearer(request), self._market(shop.settings.name)
            given = credentials.get("token")
            return (bool(given) and token == given) or (app is not None and app.knows(token))
        below = request.raw_path.partition("?")[0].split("/", self._depth + 1)[-1]
        username, secret = credentials.get("username", ""), credentials.get("secret", "")
        return is_signed(request, f"/{below}", body, username, secret, self._clock.now())


def _ids(shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
    found = shop.of_phone(request.query.get("customer_mobiles", "").split(","))
    rows = [{"customer_id": int(m.number), "customer_mobile": m.phone} for m in found]
    return answered(200 if rows else 206, rows)


def _paged(
    request: web.Request, found: Sequence[PretendMember]
) -> tuple[Sequence[PretendMember], dict[str, str]]:
    """A page of them, and the headers that say which."""
    page, per_page = page_of(request, PER_PAGE, PER_PAGE)
    offset = int(text) if (text := request.query.get("offset", "")).isdigit() else 0
    pages, first = -(-max(0, len(found) - offset) // per_page), offset + (page - 1) * per_page
    headers = {
        "X-Page": str(page),
        "X-Per-Page": str(per_page),
        "X-Offset": str(offset),
        "X-Total": str(len(found)),
        "X-Total-Pages": str(pages),
        "X-Next-Page": str(page + 1) if page < pages else "",
        "X-Prev-Page": str(page - 1) if page > 1 else "",
    }
    return found[first : first + per_page], headers


_READ = partial(cyberbiz_record, with_id=False)
_REGISTER = registering(
    partial(cyberbiz_record, with_id=True),
    "mobile",
    "country_calling_code",
    "accepts_marketing",
    ("name", "password"),
)


def _bonus_points(
    shop: PretendShop, member: PretendMember, request: web.Request, body: bytes
) -> web.Response:
    grants = cyberbiz_grants(member)
    page, per_page = page_of(request, PER_PAGE, PER_PAGE)
    pages = max(1, -(-len(grants) // per_page))
    following = str(page + 1) if page < pages else ""
    headers = {"X-Page": str(page), "X-Total-Pages": str(pages), "X-Next-Page": following}
    return answered(200, grants[(page - 1) * per_page : page * per_page], headers)


def _order(shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
    order = shop.orders.get(request.match_info["id"])
    return unknown() if order is None else answered(200, order)


def _put_uid(shop: PretendShop, member: PretendMember, request: web.Request, body: bytes) -> web.Response:
    uid = _uid(body)
    if uid is None:
        return answered(422, {"message": "uid is missing"})
    at_line = request.match_info["provider"] == "line"
    shop.put(replace(member, line=uid) if at_line else replace(member, line_at=uid))
    return answered(200, {"customer_id": int(member.number), "uid": uid, "message": "ok"})


def _by_uid(shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
    """`null` for who is not known; only the app store's API has it."""
    if shop.settings.access != "app_store":
        return unknown()
    uid, provider = request.query.get("uid"), request.query.get("provider")
    for member in shop.members.values():
        if uid and uid == {"line": member.line, "line_at": member.line_at}.get(provider or ""):
            return answered(200, cyberbiz_record(member, with_id=True))
    return answered(200, None)


def _uid(body: bytes) -> str | None:
    uid = json_object(body).get("uid")
    return uid if isinstance(uid, str) and uid else None
