"""The members of one pretend shop, in memory, and what goes wrong there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias, get_args

from bot.model.settings import ShopSettings

MEMBERS_AT_MOST = 100_000
"""Members of one shop."""
SLOW_AT_MOST = 600
"""Seconds by which answers may be slowed down."""

OPENED = datetime(2026, 1, 5, 4, tzinfo=UTC)
"""When the members that a shop begins with became members."""

ShopFault: TypeAlias = Literal[
    "500",  # a server error
    "429",  # the rate limit
    "credentials",  # 401: the credentials are refused
    "permission",  # 403: they do not allow the call
    "not-json",  # an HTML page
]
"""How every call of a shop's platform is answered while the fault is on."""
ShopDelivers: TypeAlias = Literal[
    "once",  # as it should be
    "twice",  # each a second time
    "late",  # the next one overtakes it
    "unsigned",  # with a wrong signature
    "lost",  # not at all
]
"""How a shop's webhooks come."""
DELIVERIES: tuple[ShopDelivers, ...] = get_args(ShopDelivers)
ANSWERS: tuple[str, ...] = get_args(ShopFault)


@dataclass(frozen=True, slots=True)
class PretendMember:
    """A member, whichever platform the shop is on."""

    number: str
    name: str
    phone: str | None = None
    """As the shop writes it."""
    calling_code: str | None = "+886"
    phone_proven: bool = True
    """Whether the shop has verified the phone."""
    birthday: str | None = None
    """`YYYY-MM-DD`."""
    line: str | None = None
    """The LINE user id that LINE Login has given the shop."""
    line_at: str | None = None
    """The LINE user id that the bot has written."""
    tier: str | None = None
    tier_until: str | None = None
    """The last day, `YYYY-MM-DD`."""
    points: tuple[tuple[int, str | None], ...] = ()
    """What is left of each grant of points, and its last day."""
    orders: int = 0
    """The number of their orders."""
    marketing: bool = False
    """Whether they have agreed to marketing."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the platform's record."""
    updated: datetime = OPENED
    """When the record last changed (UTC)."""


@dataclass(frozen=True, slots=True)
class ShopFaults:
    """The faults that are on at a shop."""

    slow: float | None = None
    """Seconds by which every answer is late."""
    answer: ShopFault | None = None
    """How every call is refused."""


@dataclass(slots=True)
class PretendShop:
    """One shop of the playbook."""

    settings: ShopSettings
    now: Callable[[], datetime]
    members: dict[str, PretendMember] = field(default_factory=dict)
    faults: ShopFaults = ShopFaults()
    calls: Counter[str] = field(default_factory=Counter)
    """How often each of the platform's paths was called; `{id}` stands for any member."""

    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, as the platform writes them down now."""

    deliver: ShopDelivers = "once"
    """How its webhooks come."""
    edits: int = 0
    """Grows with each change of its members, so that a list that was built before can be recognised as
    old."""

    def put(self, member: PretendMember) -> PretendMember:
        """Add, or replace, the member of this number, as of now."""
        self.members[member.number] = stored = replace(member, updated=self.now())
        self.edits += 1
        return stored

    def remove(self, number: str) -> PretendMember | None:
        """Delete the member of this number, if there is one."""
        self.edits += 1
        return self.members.pop(number, None)

    def fill(self, members: Iterable[PretendMember]) -> None:
        """Add these as they are, in place of those of their numbers."""
        self.members |= {one.number: one for one in members}
        self.edits += 1

    def of_phone(self, shapes: Iterable[str]) -> list[PretendMember]:
        """Those whose stored number is one of these, to the letter: as a database finds them."""
        wanted = set(shapes)
        return [member for member in self.members.values() if member.phone in wanted]


class PretendShops:
    """All shops of the playbook, by name; each begins with the same two members."""

    def __init__(self, shops: Iterable[ShopSettings], now: Callable[[], datetime]) -> None:
        self._now = now
        self.by_name: dict[str, PretendShop] = {}
        self.on_faults: Callable[[str, ShopFaults], None] = lambda shop, faults: None
        """Called with the faults of a shop when they change."""
        self.on_call: Callable[[str, str, int], None] = lambda shop, what, status: None
        """Called after each call of a shop's platform: the shop, method and path, HTTP status."""
        self.meet(shops)

    def meet(self, shops: Iterable[ShopSettings]) -> None:
        """Take over the settings of these shops; one that is new begins with the first members."""
        for shop in shops:
            known = self.by_name.get(shop.name)
            if known is None:
                self.by_name[shop.name] = PretendShop(shop, self._now)
                self.by_name[shop.name].fill(_first_members())
            else:
                known.settings = shop

    def set_faults(self, name: str, faults: ShopFaults) -> None:
        """Set the faults of a shop."""
        shop = self.by_name[name]
        if shop.faults != faults:
            shop.faults = faults
            self.on_faults(name, faults)


def _first_members() -> tuple[PretendMember, PretendMember]:
    gold = PretendMember(
        "5001", "陳美玲", "0912345678", birthday="1990-05-20", tier="金卡", tier_until="2027-12-31"
    )
    gold = replace(gold, points=((100, "2027-12-31"), (20, None)), orders=7, marketing=True)
    return gold, PretendMember("5002", "林志明", "0922333444", birthday="1985-11-02", tier="一般")


_FAMILY, _GIVEN = "陳林黃張李王吳劉蔡楊", ("怡君", "家豪", "淑芬", "志明", "雅婷", "俊宏", "美玲", "建宏")
_LEVELS = ("一般", "銀卡", "金卡", None)
"""The tiers of a crowd in turn; `None`: no tier."""
FIRST = 100_000
"""The number of the first member of a crowd."""


def crowd(many: int) -> Iterator[PretendMember]:
    """So many made-up members, the same in every run."""
    for place in range(many):
        tier = _LEVELS[place % len(_LEVELS)]
        yield PretendMember(
            str(FIRST + place),
            _FAMILY[place % len(_FAMILY)] + _GIVEN[place // 3 % len(_GIVEN)],
            f"09{place + 70_000_000:08d}",
            birthday=f"{1960 + place % 45}-{place % 12 + 1:02d}-{place % 28 + 1:02d}",
            tier=tier,
            tier_until="2027-12-31" if tier is not None else None,
            points=((place % 500, None),),
            orders=place % 9,
            marketing=place % 3 == 0,
        )
