"""The interface of shop platforms for reading and writing members, and helpers for reading their answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.connectors.shops.mobile import e164
from bot.connectors.shops.shop_request import PATIENCE
from bot.engine.types.dates import moment_from_shop
from bot.model.shop import OrderState
from bot.model.shop_failure import NotUnderstood, SeveralMembers
from bot.model.translatable import tr


@dataclass(frozen=True, slots=True)
class Record:
    """A member as the shop has it. `phone` is E.164, `line` the LINE user id by which they log in there.

    `member_no` is empty where a list has none. `proven`: the shop itself has had the phone confirmed.
    `fields` are the platform's own, as JSON; `updated` is when the shop has last changed it, where that is
    known.
    """

    member_no: str = field(repr=False)
    phone: str | None = field(repr=False)
    proven: bool
    line: str | None = field(repr=False)
    fields: Mapping[str, Any] = field(repr=False)
    updated: datetime | None = None


@dataclass(frozen=True, slots=True)
class MemberFields:
    """The paths of a platform's fields from which a `Record` is made; empty: the platform has none."""

    number: str
    phone: str
    proven: str
    calling_code: str = ""
    line: str = ""
    updated: str = "updated_at"
    is_proven: Callable[[object], bool] = lambda value: value is True

    def record(self, member: object, number: str | None = None) -> Record:
        """The record of a member in an answer; `number` is given where the answer has none.

        Raises `NotUnderstood`.
        """
        fields, line = object_in(member), at_path(member, self.line)
        return Record(
            number_in(at_path(fields, self.number)) if number is None else number,
            e164(at_path(fields, self.phone), at_path(fields, self.calling_code)),
            self.is_proven(at_path(fields, self.proven)),
            line if isinstance(line, str) and line else None,
            fields,
            moment_from_shop(at_path(fields, self.updated)),
        )


@dataclass(frozen=True, slots=True)
class Changed:
    """The members whom the shop has last changed between these moments, both included.

    `since` is `None`: from the beginning. Once `until` is past by the shop's own clock, nobody comes into the
    list while it is read; a member who is changed meanwhile leaves it.
    """

    until: datetime
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of a list of members. `mark` names the next page, `None` after the last; `total` is the number
    of members in all pages, as the shop counts."""

    records: Sequence[Record]
    mark: str | None
    total: int


@dataclass(frozen=True, slots=True)
class ListingCost:
    """The calls that reading a list takes at least, and how many a second the platform allows."""

    per_page: int
    """Members of a page."""
    of_page: int
    """Calls for a page."""
    of_member: int
    """Further calls for each member."""
    per_second: int

    def calls(self, members: int) -> int:
        """The calls for so many members."""
        return -(-members // self.per_page) * self.of_page + members * self.of_member

    def lasts(self, members: int) -> timedelta:
        """How long the calls for so many members take at least."""
        return timedelta(seconds=self.calls(members) / self.per_second)


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who is to become a member. `phone` (E.164) is proven; `marketing`: agreed to be sent any."""

    phone: str = field(repr=False)
    name: str = field(repr=False)
    marketing: bool


class Directory(Protocol):
    """The members of one shop. Every method raises `ShopFailed`, by name."""

    async def by_phone(self, phone: str) -> Record | None:
        """The member who has exactly this phone (E.164)."""

    async def by_line(self, user: str, patience: timedelta = PATIENCE) -> Record | None:
        """The member whose record carries this LINE user id; `None` also where there is no such search.

        A caller with less `patience` than usual is last in the queue.
        """

    async def read(self, member_no: str, patience: timedelta = PATIENCE) -> Record | None:
        """The member of this number, as of now; `None`: there is none. With another `patience` than usual all
        others go first."""

    async def order_state(self, order: str) -> OrderState | None:
        """What has become of this order; `None`: there is none.

        `NotOffered` where the platform has no such call, signs what it tells of orders, or does not let us
        read them.
        """

    async def page(self, within: Changed, mark: str | None = None, *, bare: bool = False) -> MemberPage:
        """The page of the list that `mark` names, which may have been stored for days; `None`: the first.

        The pages together have everybody who was in the list all the time, perhaps twice, whatever changes
        meanwhile. It queues behind all requests for one person. `bare`: without sections that take calls of
        their own. `NotOffered` where there is no such call.
        """

    def cost(self) -> ListingCost:
        """The calls that `page` takes; `NotOffered` where there is no such call."""

    async def write_line(self, member_no: str, user: str) -> None:
        """Write the LINE user id onto the member; `NotOffered` where the platform has no call for it."""

    async def register(self, new: NewMember, key: str) -> Record:
        """Make this person a member; `NotOffered` where the platform has no call for it.

        The caller has looked the phone up just before, at each attempt; `key` is the same at each.
        """
        ...

    async def write(self, member_no: str, fields: Mapping[str, Any], key: str) -> Record | None:
        """Write the platform's own fields of a member, `None` to empty one: the record as it is then.

        `NotOffered` where the platform has no call for it; `None` where there is no such member.
        """


def the_one(records: Iterable[Record]) -> Record | None:
    """Of several members with one phone the one who has proven it to the shop.

    Raises `SeveralMembers` where that tells none of them, or more than one.
    """
    found = list(records)
    if len(found) <= 1:
        return found[0] if found else None
    proven = [record for record in found if record.proven]
    if len(proven) == 1:
        return proven[0]
    raise SeveralMembers(tr("{number} members of the shop have the same phone", number=str(len(found))))


def number_in(value: object) -> str:
    """A member's number, as an answer has it. Raises `NotUnderstood`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, str) and value.strip():
        return value.strip()
    raise NotUnderstood("a member without a number")


def at_path(fields: Any, path: str, absent: Any = None) -> Any:
    """The value at a path like `a.b` in JSON; `None` where a part on the way is empty, `absent` where there
    is no such field."""
    for key in path.split("."):
        if fields is None:  # an empty part: what would lie in it is empty, too
            return None
        if not isinstance(fields, Mapping) or key not in fields:
            return absent
        fields = fields[key]
    return fields


def object_in(value: object) -> dict[str, Any]:
    """An object of an answer. Raises `NotUnderstood`."""
    if isinstance(value, dict):
        return value
    raise NotUnderstood("the answer is not an object")


def objects_in(value: object) -> list[dict[str, Any]]:
    """A list of objects in an answer. Raises `NotUnderstood`."""
    if isinstance(value, list):
        return [object_in(one) for one in value]
    raise NotUnderstood("the answer is not a list of objects")
