"""A shop that is a list (`platform: csv`), with the interface of any platform; its records are stored
here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.connectors.shops.directory import Changed, ListingCost, MemberPage, NewMember, Record
from bot.connectors.shops.shop_request import PATIENCE
from bot.model.shop import MemberRecord, OrderState
from bot.model.shop_failure import NotOffered, SeveralMembers
from bot.store.contacts.member_records import MemberRecords


class ListDirectory:
    """The members of `oaflow members import`. Raises `DatabaseUnavailable`, too."""

    def __init__(self, shop: str, records: MemberRecords) -> None:
        self._shop = shop
        self._records = records

    async def by_phone(self, phone: str) -> Record | None:
        """The member who has exactly this phone (E.164). Raises `SeveralMembers`."""
        found = await self._records.by_phone(self._shop, phone)
        if len({one.member_no for one in found}) > 1:
            raise SeveralMembers("the list has several members with this phone")
        return _record(found)

    async def by_line(self, user: str, patience: timedelta = PATIENCE) -> Record | None:
        """Nobody: a LINE account that the list names is found by its own id, and binds by its phone."""
        return None

    async def read(self, member_no: str, patience: timedelta = PATIENCE) -> Record | None:
        """The member of this number as the list has it."""
        return _record(await self._records.by_number(self._shop, member_no))

    async def order_state(self, order: str) -> OrderState | None:
        """Refused: a list has no orders."""
        raise self._refused()

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> MemberPage:
        """Refused: a list is taken over from its file (`oaflow members import`)."""
        raise self._refused()

    def cost(self) -> ListingCost:
        """Refused likewise."""
        raise self._refused()

    async def write_line(self, member_no: str, user: str) -> None:
        """Not stored: no other system reads the list, and the binding is on the contact."""
        raise self._refused()

    async def register(self, new: NewMember, key: str) -> Record:
        """Nobody is put on a list from here."""
        raise self._refused()

    async def write(self, member_no: str, fields: Mapping[str, Any], key: str) -> Record | None:
        """What the list says is the list's."""
        raise self._refused()

    def _refused(self) -> NotOffered:
        return NotOffered(f'the shop "{self._shop}" is a list')


def _record(found: Sequence[MemberRecord]) -> Record | None:
    if not found:
        return None
    one = found[0]
    return Record(one.member_no or "", one.phone, proven=False, line=None, fields=one.fields)
