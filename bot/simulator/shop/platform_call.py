"""Answers the calls of a shop's platform: finds the shop, checks credentials and rate, applies faults; and
what the simulated platforms share: members by phone, lists, reading, writing and registering a member."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import orjson
from aiohttp import web

from bot.connectors.shops.mobile import e164
from bot.model.clock import Clock
from bot.model.json_object import json_object
from bot.simulator.requests import Handler, local_only
from bot.simulator.shop.members import PretendMember, PretendShop, PretendShops

BODY_AT_MOST = 64 * 1024
"""Bytes of a body that are read."""
SECOND = timedelta(seconds=1)

Sleep: TypeAlias = Callable[[float], Awaitable[None]]
"""Waits so many seconds."""
ShopView: TypeAlias = Callable[[PretendShop, web.Request, bytes], web.Response]
"""Answers a call of a shop: the shop, the request, its body."""
MemberView: TypeAlias = Callable[[PretendShop, PretendMember, web.Request, bytes], web.Response]
"""Answers a call about a member of a shop."""
RecordOf: TypeAlias = Callable[[PretendMember], Mapping[str, Any]]
"""A member as the platform's JSON has them."""
KnowsCaller: TypeAlias = Callable[[PretendShop, web.Request, bytes], bool]
"""Whether a call has the shop's own credentials."""


@dataclass(eq=False, repr=False)
class Answering:
    """Answers the calls of one platform. `_known` checks the credentials; a shop answers `_per_second` calls
    in any second, and 429 to others."""

    _shops: PretendShops
    _platform: str
    _known: KnowsCaller
    _per_second: int
    _clock: Clock
    _wait: Sleep
    _latest: dict[str, deque[datetime]] = field(init=False, default_factory=dict)

    def handler(self, look: ShopView) -> Handler:
        """The handler of one call."""

        async def handle(request: web.Request) -> web.StreamResponse:
            shop = self._shops.by_name.get(request.match_info["shop"])
            if shop is None or shop.settings.platform != self._platform:
                return unknown()
            shop.calls[_address(request)] += 1
            body = await request.content.read(BODY_AT_MOST)
            if shop.faults.slow is not None:
                await self._wait(shop.faults.slow)
            answer = self._refusal(shop, request, body) or look(shop, request, body)
            self._shops.on_call(shop.settings.name, f"{request.method} {_address(request)}", answer.status)
            return answer

        return local_only(handle)

    def _refusal(self, shop: PretendShop, request: web.Request, body: bytes) -> web.Response | None:
        """The answer of a fault that is on, of an exceeded rate, or of wrong credentials; `None`: none of
        these."""
        fault = shop.faults.answer
        if fault == "500":
            return answered(500, {"message": "internal server error"})
        if fault == "429" or not self._in_rate(shop.settings.name):
            return answered(429, {"message": "API rate limit exceeded"})
        if fault == "not-json":
            return web.Response(text="<html>maintenance</html>", content_type="text/html")
        if fault == "credentials" or not self._known(shop, request, body):
            return answered(401, {"message": "unauthorized"})
        if fault == "permission":
            return answered(403, {"message": "forbidden"})
        return None

    def _in_rate(self, shop: str) -> bool:
        latest, now = self._latest.setdefault(shop, deque(maxlen=self._per_second)), self._clock.now()
        if len(latest) == latest.maxlen and now - latest[0] < SECOND:
            return False
        latest.append(now)
        return True


def _address(request: web.Request) -> str:
    """The path as the platform has it, without where it is on this server: `/v1/customers/{id}`."""
    resource = request.match_info.route.resource
    return "" if resource is None else resource.canonical.partition("{shop}")[2]


def answered(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    """JSON, as a platform writes it."""
    return web.Response(
        status=status, body=orjson.dumps(body), content_type="application/json", headers=headers
    )


def unknown() -> web.Response:
    """404."""
    return answered(404, {"message": "not found"})


def bearer(request: web.Request) -> str | None:
    """The token that a request carries."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme == "Bearer" and token else None


def moment_of(request: web.Request, name: str, zone: ZoneInfo) -> datetime | None:
    """A moment of the query in this zone (`2026-12-24 10:00:00`), `None` where there is none. Raises
    `ValueError`."""
    text = request.query.get(name)
    return None if text is None else datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)


def page_of(request: web.Request, usual: int, most: int) -> tuple[int, int]:
    """The page asked for, from 1, and how many entries it has."""
    page, per_page = (request.query.get(name, "") for name in ("page", "per_page"))
    return (
        int(page) if page.isdigit() and int(page) > 0 else 1,
        min(int(per_page), most) if per_page.isdigit() and int(per_page) > 0 else usual,
    )


class MemberListing:
    """Lists of members, oldest first. The last list is stored, as its pages are requested one after the
    other."""

    def __init__(self) -> None:
        self._asked: object = None
        self._found: Sequence[PretendMember] = ()

    def changed(
        self, shop: PretendShop, since: datetime | None, until: datetime | None
    ) -> Sequence[PretendMember]:
        """The members whose record last changed between these moments, both included."""
        asked = (shop.settings.name, shop.edits, since, until)
        if self._asked != asked:
            self._asked, self._found = (
                asked,
                sorted(
                    (one for one in shop.members.values() if _is_between(one.updated, since, until)),
                    key=lambda one: int(one.number),
                ),
            )
        return self._found


def _is_between(at: datetime, since: datetime | None, until: datetime | None) -> bool:
    whole = at.replace(microsecond=0)  # as platforms write it
    return (since is None or whole >= since) and (until is None or whole <= until)


_OWN = frozenset(("name", "birthday", "tier", "tier_until"))
"""Fields of the platform that are fields of a `PretendMember`; all others go into its `more`."""


def changed(member: PretendMember, values: Mapping[str, Any], marketing: str) -> PretendMember:
    """The member with these fields of the platform's; `marketing` is its name for that consent."""
    own = {name: value for name, value in values.items() if name in _OWN}
    if marketing in values:
        own["marketing"] = values[marketing] is True
    kept = {field.name for field in fields(PretendMember)}
    more = {name: value for name, value in values.items() if name not in own and name != marketing}
    return replace(member, **own, more={**member.more, **{n: v for n, v in more.items() if n not in kept}})


def of_phone(shop: PretendShop, phone: str) -> list[PretendMember]:
    """The members whose stored number means this one (E.164)."""
    return [one for one in shop.members.values() if e164(one.phone, one.calling_code) == phone]


def of_member(look: MemberView) -> ShopView:
    """A call about the member whom `{id}` of its path names; 404 where there is none."""

    def found(shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
        member = shop.members.get(request.match_info["id"])
        return unknown() if member is None else look(shop, member, request, body)

    return found


def reading(record: RecordOf) -> ShopView:
    """The call that reads a member."""
    return of_member(lambda shop, member, request, body: answered(200, record(member)))


def writing(record: RecordOf, marketing: str) -> ShopView:
    """The call that writes fields of a member; `marketing` is the platform's name for that consent."""
    return of_member(
        lambda shop, member, request, body: answered(
            200, record(shop.put(changed(member, json_object(body), marketing)))
        )
    )


def registering(
    record: RecordOf, phone: str, calling_code: str, marketing: str, needs: Sequence[str] = ()
) -> ShopView:
    """The call that registers a member; arguments are the names of the platform's fields.

    422 where the phone is a member's already, or is none, or a field that it `needs` is empty.
    """

    def register(shop: PretendShop, request: web.Request, body: bytes) -> web.Response:
        asked = json_object(body)
        mobile = e164(asked.get(phone), asked.get(calling_code))
        if mobile is None or not all(asked.get(name) for name in needs) or of_phone(shop, mobile):
            return answered(422, {"message": f"{', '.join((*needs, phone))}: missing, or taken"})
        name, agreed = str(asked.get("name") or ""), asked.get(marketing) is True
        return answered(201, record(registered(shop, mobile, name, marketing=agreed)))

    return register


def registered(shop: PretendShop, phone: str, name: str, *, marketing: bool) -> PretendMember:
    """A new member with the next number."""
    number = str(max((int(one) for one in shop.members), default=5000) + 1)
    national = f"0{phone.removeprefix('+886')}" if phone.startswith("+886") else phone
    return shop.put(PretendMember(number, name, national, marketing=marketing))
