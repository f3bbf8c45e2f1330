"""The members of a shop's own system (`platform: hook`): one address, asked by signed calls.

Requests and answers are described in docs/own-shop.md. The calls are those of web hooks, with their
bounds: signed, never redirected, never into our own network but where `private_hosts` names the host.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

from bot.connectors.shops.access import Ready, always
from bot.connectors.shops.directory import (
    Changed,
    ListingCost,
    MemberFields,
    MemberPage,
    NewMember,
    Record,
    objects_in,
    the_one,
)
from bot.connectors.shops.opening import ShopOpening
from bot.connectors.shops.shop_request import PATIENCE
from bot.connectors.shops.webhook import NewsTable, WebhookReader
from bot.hooks.answer import HookFailure
from bot.hooks.call import HookCaller
from bot.model.settings import HookSettings, ShopSettings
from bot.model.shop import MemberTopic, OrderState, OrderTopic
from bot.model.shop_failure import (
    CredentialsRefused,
    NotAsked,
    NotOffered,
    NotPermitted,
    NotUnderstood,
    RequestRefused,
    ShopAway,
    ShopFailed,
)
from bot.model.translatable import tr

ANSWER_SECONDS = 8.0
"""Time-out of one call."""
TRIES = 2
"""Attempts of a call for which a person waits."""
TRIES_TO_WRITE = 10
"""Attempts of a write, within some minutes: nobody waits for it."""
LISTED = 200
"""Members of one page."""
PER_SECOND = 10
"""Pages of a list in a second, as assumed: such systems document no limit."""
_FIELDS = MemberFields("member_no", "phone", "phone_proven")
_REFUSED = frozenset((401, 403))
"""Statuses that mean that our signature is not accepted."""
_NOT_OFFERED = 501
"""The status for a call that the system does not have."""
_OURS_TO_MEND = frozenset(("inside", "no address", "certificate"))
"""Troubles that only a change of settings ends."""
_NOT_AS_AGREED = frozenset(("too long", "not json"))
"""Troubles that mean an answer not as docs/own-shop.md has it."""


class OwnSystem:
    """A `Directory` of a shop's own system. The system answers 501 to calls that it does not have."""

    def __init__(self, caller: HookCaller, hook: HookSettings, ready: Ready = always) -> None:
        self._caller = caller
        self._hook = hook
        self._ready = ready

    async def by_phone(self, phone: str) -> Record | None:
        """The member who has exactly this phone; others in the answer are ignored."""
        found = await self._members("find", {"phone": phone})
        return the_one(record for record in found if record.phone == phone)

    async def by_line(self, user: str, patience: timedelta = PATIENCE) -> Record | None:
        """Nobody: a LINE account that a system of one's own names is not one that LINE has proven to it."""
        return None

    async def read(self, member_no: str, patience: timedelta = PATIENCE) -> Record | None:
        """The member of this number."""
        return _of_number(await self._members("read", {"member_no": member_no}), member_no)

    async def order_state(self, order: str) -> OrderState | None:
        """Raises `NotOffered`: its news are authenticated as a whole, so no order needs a check."""
        raise NotOffered(tr("nothing of an order is in doubt"))

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> MemberPage:
        """The members changed since `within.since`, also those changed after `within.until`."""
        since = None if within.since is None else within.since.isoformat().replace("+00:00", "Z")
        found = await self._answer_of("list", {"since": since, "after": mark, "limit": LISTED})
        records, following, total = _records(found), found.get("next"), found.get("total")
        if following is not None and (not isinstance(following, str) or not records or following == mark):
            raise NotUnderstood("the next page is not after this one")
        return MemberPage(records, following, total if isinstance(total, int) else len(records))

    def cost(self) -> ListingCost:
        """The list has every field of a member."""
        return ListingCost(LISTED, 1, 0, PER_SECOND)

    async def write_line(self, member_no: str, user: str) -> None:
        """Report whose LINE account it is. Repeated where no answer came."""
        await self._answer_of("link", {"member_no": member_no, "line_id": user})

    async def register(self, new: NewMember, key: str) -> Record:
        """The member who has this phone from now on. Asked again with the same key, it is the same one."""
        body = {"phone": new.phone, "name": new.name, "marketing": new.marketing}
        made = await self._members("register", body, key)
        record = the_one(record for record in made if record.phone == new.phone)
        if record is None:
            raise NotUnderstood("whom it has registered has another phone")
        return record

    async def write(self, member_no: str, fields: Mapping[str, Any], key: str) -> Record | None:
        """Write these fields, `None` to empty one; the member as of now, `None` where there is none."""
        body = {"member_no": member_no, "values": dict(fields)}
        patient = replace(self._hook, tries=TRIES_TO_WRITE)
        return _of_number(_records(await self._answer_of("write", body, key, patient)), member_no)

    async def fields(self) -> Mapping[str, Mapping[str, Any]]:
        """The fields of a member by name, with `type` and `example` of each, as the system names them."""
        found = (await self._answer_of("fields", {})).get("fields")
        if isinstance(found, dict) and all(isinstance(one, dict) for one in found.values()):
            return found
        raise NotUnderstood("the answer has no fields")

    async def _members(self, ask: str, body: Mapping[str, Any], key: str | None = None) -> list[Record]:
        return _records(await self._answer_of(ask, body, key))

    async def _answer_of(
        self, ask: str, body: Mapping[str, Any], key: str | None = None, hook: HookSettings | None = None
    ) -> Mapping[str, Any]:
        await self._ready()
        answer = await self._caller.call(hook or self._hook, key or str(uuid.uuid4()), {"ask": ask, **body})
        if isinstance(answer, HookFailure):
            raise _failed(answer, ask)
        return answer.body


def called(shop: ShopSettings, url: str, secret: str) -> HookSettings:
    """The settings of the web hook by which a shop's own system is called."""
    return HookSettings(f"shop {shop.name}", url, secret, timeout=ANSWER_SECONDS, tries=TRIES)


def opened(opening: ShopOpening) -> OwnSystem:
    """The system at its own address, or at what stands in for it."""
    hook = called(opening.shop, opening.base or opening.given["url"], opening.given["secret"])
    return OwnSystem(opening.hooks, hook, opening.access.ready)


async def fields_of(shop: ShopSettings, hooks: HookCaller) -> Mapping[str, Mapping[str, Any]]:
    """The fields of a member as a shop's own system names them. Raises `ShopFailed`."""
    url, secret = (shop.credentials.get(name, "") for name in ("url", "secret"))
    return await OwnSystem(hooks, called(shop, url, secret)).fields()


def _failed(answer: HookFailure, ask: str) -> ShopFailed:
    match answer:
        case HookFailure(status=status) if status in _REFUSED:
            return CredentialsRefused(tr("it does not take our signature: is the  secret  the same there?"))
        case HookFailure(status=status) if status == _NOT_OFFERED:
            return NotOffered(tr('its own system does not do "{call}"', call=ask))
        case HookFailure(why="copy"):
            return NotAsked()
        case HookFailure(why=why) if why in _OURS_TO_MEND:
            return NotPermitted(str(answer))
        case HookFailure(why=why) if why in _NOT_AS_AGREED:
            return NotUnderstood(str(answer))
        case HookFailure(why="status", status=int(status)) if not _may_pass(status):
            refused = NotUnderstood if status < 400 else RequestRefused
            return refused(str(answer))
        case _:
            return ShopAway(str(answer))


def _may_pass(status: int) -> bool:
    return status >= 500 or status in (408, 425, 429)


def _of_number(found: list[Record], member_no: str) -> Record | None:
    if not found:
        return None
    if len(found) > 1 or found[0].member_no != member_no:
        raise NotUnderstood("the answer is not about this member")
    return found[0]


def _records(answer: Mapping[str, Any]) -> list[Record]:
    return [_FIELDS.record(one) for one in objects_in(answer.get("members"))]


OWN_SHOP_NEWS = NewsTable(
    {one: one for one in get_args(MemberTopic)},
    {one: one for one in get_args(OrderTopic)},
    of_orders=("order_",),
    member=("member_no",),
    buyer="member_no",
    id=("order.order_no",),
    number="order.order_no",
    amount="order.amount",
    refunded="order.refunded",
    placed="order.placed_at",
    updated="order.updated_at",
    codes="order.codes",
)
"""How its news are read: topics and fields are ours already (see `runtime/shops/shop_events`)."""
OWN_SYSTEM_WEBHOOKS = WebhookReader(OWN_SHOP_NEWS.news)
"""Without `verify`: its news come by `POST /api/events`."""
