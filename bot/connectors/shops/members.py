"""One shop of a playbook, asked for members: its platform, its credentials, its mapping."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp

from bot.connectors.manifest import loaded
from bot.connectors.shops.access import OPEN, ShopAccess
from bot.connectors.shops.directory import Changed, Directory, ListingCost, NewMember, Record, the_one
from bot.connectors.shops.mapping import FieldMap
from bot.connectors.shops.opening import ShopOpening
from bot.connectors.shops.platforms import offer_of
from bot.connectors.shops.shop_request import BEHIND, PATIENCE
from bot.engine.compiled.playbook import AttributeInfo
from bot.engine.texts.text import person_name
from bot.engine.texts.typed import typed
from bot.hooks.call import HookCaller
from bot.model.clock import Clock, PatientClock
from bot.model.instance import ReservedMember
from bot.model.settings import ShopSettings
from bot.model.shop import OrderState, UnreadField
from bot.model.shop_failure import CredentialsMissing, NotOffered
from bot.model.translatable import tr
from bot.model.value import Value

log = logging.getLogger("oaflow.shops")


@dataclass(frozen=True, slots=True)
class ShopMember:
    """A member in our words: `found` with the record's phone, proven or not.

    `line` is the LINE user id by which they log in at the shop; `updated` the time (UTC) of the shop's last
    change of the record, where it is known; `read` the time at which the request for it began; `unread` the
    mapped fields that gave no value.
    """

    found: ReservedMember = field(repr=False)
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    line: str | None = field(default=None, repr=False)
    updated: datetime | None = None
    read: datetime | None = None
    unread: tuple[UnreadField, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedMembers:
    """A page of a listing, in our words; `mark` and `total` as in `MemberPage`."""

    members: Sequence[ShopMember]
    mark: str | None
    total: int


class Members:
    """Finds members of one shop. Its methods raise `ShopFailed`, by name.

    A mapped field that cannot be read is logged once for each reason, without the value.
    """

    def __init__(
        self,
        name: str,
        channel: str | None,
        directory: Directory,
        fields: FieldMap,
        clock: Clock | None = None,
    ) -> None:
        """`channel` is the account that the shop's own LINE login uses, where the playbook names it. `clock`
        gives the time at which a request begins; without one members have no `read`."""
        self.name = name
        self._channel = channel
        self._directory = directory
        self._fields = fields
        self._clock = clock
        self._as_row: set[UnreadField] = set()

    async def by_phone(self, phone: str, *, born: str | None = None) -> ReservedMember | None:
        """The member who has exactly this phone (E.164), and was `born` on that day (`YYYY-MM-DD`)."""
        began = self._now()
        return self._if_born(born, await self._directory.by_phone(phone), phone, began)

    async def among(
        self, numbers: Sequence[str], phone: str, *, born: str | None = None
    ) -> ReservedMember | None:
        """Of the members of these numbers, read now, the one who has exactly this phone; `born` likewise.

        It finds members whom a lookup by phone misses, as their shop has stored the phone in an unusual form.
        """
        began = self._now()
        records = [await self._directory.read(number) for number in numbers]
        one = the_one([record for record in records if record is not None and record.phone == phone])
        return self._if_born(born, one, phone, began)

    def _if_born(
        self, born: str | None, record: Record | None, phone: str, began: datetime | None
    ) -> ReservedMember | None:
        if record is None or (born is not None and self._fields.birthday(record) != born):
            return None
        return self._found(record, phone, began)

    async def by_line(self, user: str, patience: timedelta = PATIENCE) -> ReservedMember | None:
        """The member whose record carries this LINE user id; `None` also where there is no such search.

        With the record's phone where the shop has had it confirmed: in any other record its member may have
        written somebody else's, and would take that over without a code.
        """
        began = self._now()
        record = await self._directory.by_line(user, patience)
        return None if record is None else self._found(record, record.phone if record.proven else None, began)

    async def read(self, member_no: str) -> ReservedMember | None:
        """The member of this number as of now. The phone is the record's, proven or not: it binds nothing."""
        began = self._now()
        record = await self._directory.read(member_no)
        return None if record is None else self._found(record, record.phone, began)

    async def member(self, member_no: str) -> ShopMember | None:
        """The member of this number with name, email and LINE user id, read behind more urgent requests."""
        began = self._now()
        record = await self._directory.read(member_no, BEHIND)
        return None if record is None else self._member(record, began)

    async def order_state(self, order: str) -> OrderState | None:
        """What has become of this order: `Directory.order_state`."""
        return await self._directory.order_state(order)

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> ListedMembers:
        """Those members from this mark on: `Directory.page`."""
        began = self._now()
        page = await self._directory.page(within, mark, bare=bare)
        return ListedMembers([self._member(one, began) for one in page.records], page.mark, page.total)

    def cost(self) -> ListingCost:
        """What `page` takes."""
        return self._directory.cost()

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        """Write the LINE user id that the member has on `channel`, in the place of the one that is there.

        `NotOffered` where the platform has no call for it, and where the shop knows its members by another
        account: LINE user ids differ from provider to provider.
        """
        if self._channel not in (None, channel):
            raise NotOffered(
                tr('the shop "{shop}" knows LINE users by "{channel}"', shop=self.name, channel=self._channel)
            )
        await self._directory.write_line(member_no, user)

    def _now(self) -> datetime | None:
        return None if self._clock is None else self._clock.now()

    async def register(self, phone: str, name: str, key: str, *, marketing: bool) -> ReservedMember:
        """Make the person with this proven phone a member. Raises `NotOffered` where no call does that.

        Look the phone up just before, at each attempt; `key` is the same at each.
        """
        began = self._now()
        record = await self._directory.register(NewMember(phone, name, marketing), key)
        return self._found(record, phone, began)

    async def write(
        self, member_no: str, values: Mapping[str, Value | None], key: str
    ) -> ReservedMember | None:
        """Write values of our attributes (by slot) where the mapping allows it; the member as of now.

        `NotOffered` where nothing of it may be written; `None` where there is no such member.
        """
        fields = self._fields.written(values)
        if not fields:
            raise NotOffered(tr('of the shop "{shop}" none of this may be written any more', shop=self.name))
        began = self._now()
        record = await self._directory.write(member_no, fields, key)
        return None if record is None else self._found(record, record.phone, began)

    def _member(self, record: Record, began: datetime | None) -> ShopMember:
        mapped = self._fields.read(record)
        return ShopMember(
            self._fields.found(record, mapped, record.phone),
            person_name(_text(record, "name")) or None,
            _email(_text(record, "email")),
            record.line,
            record.updated,
            began,
            mapped.unread,
        )

    def _found(self, record: Record, phone: str | None, began: datetime | None) -> ReservedMember:
        mapped = self._fields.read(record)
        for unread in mapped.unread:
            if unread not in self._as_row:
                self._as_row.add(unread)
                log.warning("shop %s: %s stays as it is: %s %s", self.name, *_as_row(unread))
        return replace(self._fields.found(record, mapped, phone), read=began, updated=record.updated)


def members_of(
    shop: ShopSettings,
    attributes: Mapping[str, AttributeInfo],
    zone: ZoneInfo,
    session: aiohttp.ClientSession,
    clock: PatientClock,
    hooks: HookCaller,
    *,
    base: str | None = None,
    access: ShopAccess = OPEN,
) -> Members:
    """The shop as its settings describe it; `base`: the platform's address, where it is not the usual one.
    `hooks` calls a shop's own system.

    Raises `CredentialsMissing`, and `NotOffered` for a platform that has no API (`csv`).
    """
    fields = FieldMap(shop, attributes, zone)
    directory = _directory(shop, fields.sections, session, clock, hooks, base, access)
    return Members(shop.name, shop.channel, directory, fields, clock)


def _directory(
    shop: ShopSettings,
    sections: frozenset[str],
    session: aiohttp.ClientSession,
    clock: PatientClock,
    hooks: HookCaller,
    base: str | None,
    access: ShopAccess,
) -> Directory:
    offer = offer_of(shop.platform, shop.access)
    if not offer.directory:
        raise NotOffered(
            tr(
                'the shop "{shop}" has no API to ask: its platform is "{platform}"',
                shop=shop.name,
                platform=shop.platform,
            )
        )
    needs = () if access.token is not None else offer.needs
    given = {name: _credential(shop, name) for name in needs}
    opening = ShopOpening(shop, given, sections, session, clock, hooks, base, access)
    directory: Directory = loaded(offer.directory)(opening)
    return directory


def _credential(shop: ShopSettings, name: str) -> str:
    value = shop.credentials.get(name)
    if value:
        return value
    raise CredentialsMissing(
        tr('the shop "{shop}" has no "{name}": add  {name}: ${…}  to its settings', shop=shop.name, name=name)
    )


def _text(record: Record, field: str) -> str:
    value = record.fields.get(field)
    return value if isinstance(value, str) else ""


def _email(text: str) -> str | None:
    address = typed(text, "email")
    return address if isinstance(address, str) else None


def _as_row(unread: UnreadField) -> tuple[str, str, str]:
    return unread.ours, unread.theirs, str(unread.sentence)
