"""The interfaces of shops that services use: looking members up, and writing to them.

Their methods raise `ShopFailed`. A service makes of it the outcome `shop_failed`; a write that failed is
stored as a dead letter, for staff.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.model.instance import ReservedMember
from bot.model.value import Value


class MemberLookup(Protocol):
    """A shop, where members are looked up. Its methods raise `ShopFailed`."""

    name: str

    async def by_phone(self, phone: str, *, born: str | None = None) -> ReservedMember | None:
        """The member who has exactly this number (E.164), and was `born` on that day (`YYYY-MM-DD`)."""
        ...

    async def among(
        self, numbers: Sequence[str], phone: str, *, born: str | None = None
    ) -> ReservedMember | None:
        """Of the members of these numbers, read now, the one who has exactly this phone; `born` likewise."""
        ...

    async def by_line(self, user: str) -> ReservedMember | None:
        """The member whose record has this LINE user id; `phone` only where the shop has had it confirmed."""
        ...

    async def read(self, member_no: str) -> ReservedMember | None:
        """The member of this number as of now, with the record's phone, proven or not."""
        ...

    async def write_line(self, member_no: str, user: str, channel: str) -> None:
        """Write the LINE user id that the member has on this channel; `NotOffered` where it cannot be."""
        ...

    async def register(self, phone: str, name: str, key: str, *, marketing: bool) -> ReservedMember:
        """Register the person with this verified phone as a member; `NotOffered` where no call does that."""
        ...


class LiveShops(Protocol):
    """The shops of the playbook that is live. Both may raise `ShopFailed`."""

    def of(self, channel: str) -> MemberLookup | None:
        """The shop of a channel, if it has one."""
        ...

    def by_name(self, name: str) -> MemberLookup | None:
        """The shop of this name, if there is one."""
        ...


class WritableShop(Protocol):
    """A shop whose members can be written. Its method raises `ShopFailed`."""

    async def write(
        self, member_no: str, values: Mapping[str, Value | None], key: str
    ) -> ReservedMember | None:
        """Write these values (by slot; `None` empties one); the member as of now, `None`: there is none.

        `key` is the same at each attempt.
        """
        ...


class WritableShops(Protocol):
    """The shops of the playbook that is live."""

    def by_name(self, name: str) -> WritableShop | None: ...
