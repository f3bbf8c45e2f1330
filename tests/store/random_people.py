"""Persons and conditions at random, from few values, so that they meet: seeded, the same in every run."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any as AnyValue
from zoneinfo import ZoneInfo

from bot.engine.conditions.around import Constant, During, OnChannel, SmsCreditIs, WithStaff
from bot.engine.conditions.comparisons import (
    Ago,
    Anniversary,
    Contains,
    InMonth,
    Is,
    IsKnown,
    OnDay,
    Order,
    Test,
)
from bot.engine.conditions.condition import All, Any, Condition, Not
from bot.engine.conditions.people import (
    AtStore,
    BoundBefore,
    InFlow,
    InSplit,
    IsBound,
    ListedPeople,
    OnList,
    lists_of,
)
from bot.engine.conditions.values import (
    CONTACT_FIELDS,
    PRIVATE_FIELDS,
    AttributeTest,
    ContactTest,
    HasTag,
)
from bot.engine.times.bounds import ComparisonOperand, DateWord, When
from bot.engine.times.hours import Days, Hours, Window
from bot.engine.times.local_time import Duration, start_of_day
from bot.engine.types.table import TYPES, slot_of
from bot.model.contact import AttributeValue, Binding, BindingKind, Clerk, Contact, Identity, Tag
from bot.model.instance import Instance
from bot.model.place import Place
from bot.model.value import Type, Value
from bot.promotions.coupons.engine.conditions import HasCoupon
from bot.promotions.coupons.model import HELD_COUPONS, Grant, HeldCoupon
from bot.promotions.stamps.engine.conditions import HasStamps
from bot.promotions.stamps.model import HELD_CARDS, HeldStampCard
from tests.engine.noted import noted

HERE = Place("audiences.yaml", 1, 1, "audiences.x")
CHANNELS = ("main", "outlet", "vip")
ZONES = tuple(ZoneInfo(n) for n in ("Asia/Taipei", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu"))
NOWS = (
    datetime(2026, 11, 20, 4, 0, tzinfo=UTC),
    datetime(2028, 2, 29, 3, 30, tzinfo=UTC),
    datetime(2027, 2, 27, 12, 0, tzinfo=UTC),
    datetime(2027, 2, 28, 16, 0, tzinfo=UTC),  # midnight of 1 March in Taipei, 28 February elsewhere
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),  # Berlin sets its clocks forward
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # Berlin: 02:30 comes twice
    datetime(2018, 11, 4, 3, 0, tzinfo=UTC),  # São Paulo: there is no midnight
    datetime(2026, 12, 31, 15, 59, 59, 999_000, tzinfo=UTC),
)
TAGS = ("VIP", "看過優惠", "𠮷野家", "a.b", "$x")
KEYS = ("a", "b", "points", "carrier")
TEXTS = (
    "",
    "金卡",
    "金",
    "𠮷",
    "é",
    "É",
    "e\u0301",
    "a.c",
    "abc",
    "^a",
    "a$",
    "[",
    "\\",
    "a\nb",
    "\0",
    "a\0b",
    "*",
    "(?i)x",
)
NUMBERS: tuple[int | float, ...] = (
    0,
    -0.0,
    1,
    1.0,
    2.5,
    -3,
    10,
    2**53,
    2**53 + 1,
    float(2**53),
    1e300,
    -7.25,
)
TIMES = ("00:00", "09:30", "23:59")
STORES = ("信義", "板橋")
CODES = ("K7", "P2", "É")
FIELD_TEXTS = {
    "clerk": CODES,
    "language": ("zh-TW", "en"),
    "phone": ("+886912345678", "+886900000000"),
    "email": ("a@example.com", "É@example.com"),
}
STAMP_CARDS = ("集點", "咖啡卡")
COUPONS = ("折百", "滿千送百")
FLOWS = ("quiz", "welcome")
STATES = ("問膚質", "第一天", "a.b")
LISTS = (
    ListedPeople("expo@1", "phone", frozenset({"+886912345678"})),
    ListedPeople("expo@2", "phone", frozenset(("+886912345678", "+886900000000"))),
    ListedPeople("numbers@1", "member_no", frozenset(("金", "abc", ""))),
    ListedPeople("users@1", "line_id", frozenset(("U1", "U3"))),
)
SPANS = (
    Duration(),
    Duration(1),
    Duration(3),
    Duration(7),
    Duration(30),
    Duration(365),
    Duration(0, 5400),
    Duration(1, 60),
    Duration(months=1),
    Duration(2, 60, 18),
)
UNFIT: tuple[object, ...] = (
    float("nan"),
    float("inf"),
    2**63,
    datetime(2026, 1, 1),
    b"x",
    None,
    ["a"],
    {"a": 1},
)
"""What is of no type, or cannot be stored: unknown to both compilers."""


def people(seed: int, number: int) -> list[Contact]:
    """So many persons, each on some of the channels."""
    random = Random(seed)
    return [_person(random, f"main:U{n}") for n in range(number)]


def _person(random: Random, id_: str) -> Contact:
    contact = Contact(id_, seed=random.randrange(10007))
    contact.identities = tuple(
        _identity(random, channel) for channel in random.sample(CHANNELS, random.randint(1, 3))
    )
    contact.tags = tuple(
        Tag(name, _moment(random), "rules[0]", _maybe(random, _moment(random)))
        for name in random.sample(TAGS, random.choice((0, 1, 2, 4)))
    )
    contact.attributes = dict(_attribute(random) for _ in range(random.choice((0, 2, 4, 8))))
    contact.name = _maybe(random, random.choice(TEXTS))
    contact.language = _maybe(random, random.choice(FIELD_TEXTS["language"]))
    contact.phone = _maybe(random, random.choice(FIELD_TEXTS["phone"]))
    contact.email = _maybe(random, random.choice(FIELD_TEXTS["email"]))
    contact.member_no = _maybe(random, random.choice(TEXTS))
    contact.marketing = random.choice((None, True, False))
    contact.last_order = _maybe(random, _moment(random))
    contact.bound_before = _maybe(random, _moment(random))
    kinds: tuple[BindingKind, ...] = ("phone", "shop")
    contact.bindings = {kind: Binding(_moment(random)) for kind in kinds if random.random() < 0.4}
    if random.random() < 0.5:
        contact.clerk = Clerk(random.choice(CODES), "店員", random.choice(STORES), _moment(random))
    contact.flows = tuple(
        Instance(flow, random.choice(CHANNELS), random.choice(STATES), 1, NOWS[0], NOWS[0])
        for flow in random.sample(FLOWS * 2, random.randint(0, 3))
    )
    contact.lists = lists_of(contact, LISTS)
    HELD_COUPONS.put(contact, tuple(_coupon(random, number) for number in range(random.choice((0, 0, 1, 3)))))
    own = Random(id_)  # what others are like does not change with it
    HELD_CARDS.put(
        contact,
        tuple(
            HeldStampCard(card, own.randrange(-2, 12), full=own.choice((0, 0, 1)))
            for card in own.sample(STAMP_CARDS, own.choice((0, 1, 2)))
        ),
    )
    return contact


def _coupon(random: Random, number: int) -> HeldCoupon:
    """Used or not, over or not, begun or not, at the edges of the moments that are asked about."""
    starts = _maybe(random, _moment(random))
    grant = Grant(f"g{number}", random.choice(COUPONS), "券", f"C{number}", NOWS[0], starts, _moment(random))
    return HeldCoupon(grant, _moment(random) if random.random() < 0.4 else None)


def _identity(random: Random, channel: str) -> Identity:
    return Identity(
        channel,
        user=_maybe(random, random.choice(("U1", "U2", "U3", "U4"))),
        friend=random.choice((None, True, False)),
        since=_maybe(random, _moment(random)),
        seen=_maybe(random, _moment(random)),
        staff=random.random() < 0.3,
        pushed=_maybe(random, _moment(random)),
        staffed=_maybe(random, _moment(random)),
    )


def _attribute(random: Random) -> tuple[str, AttributeValue]:
    """A value, now and then in the slot of another type, or none that could be stored."""
    type_ = random.choice(tuple(TYPES))
    slot = _slot(random.choice(KEYS), type_, private=random.random() < 0.2)
    chance = random.random()
    if chance < 0.04:
        unfit: AnyValue = random.choice(UNFIT)  # of no type that a value may have: that is what is tried
        return slot, AttributeValue(unfit, NOWS[0])
    return slot, AttributeValue(
        _value(random, type_ if chance < 0.9 else random.choice(tuple(TYPES))), NOWS[0]
    )


def _slot(key: str, type_: Type, *, private: bool) -> str:
    """An attribute has one type: private ones share a letter, so here the type is part of the key."""
    return slot_of(f"{key}_{type_}" if private else key, type_, private=private)


def _value(random: Random, type_: Type) -> Value:
    match type_:
        case "text":
            return random.choice(TEXTS)
        case "number":
            return random.choice(NUMBERS)
        case "date":
            return _date(random).isoformat()
        case "time":
            return random.choice(TIMES)
        case "date_time":
            return _moment(random)
        case "yes_no":
            return random.random() < 0.5


def _date(random: Random) -> date:
    """Near one of the moments that are asked about, or the same day of another year; seldom far away."""
    if random.random() < 0.04:
        return random.choice((date.min, date.max))
    if random.random() < 0.1:
        return random.choice((date(1992, 2, 29), date(1990, 2, 28), date(1992, 3, 1)))
    day = random.choice(NOWS).date() + timedelta(days=random.choice((-30, -7, -3, -1, 0, 1, 2, 3, 7, 30)))
    if random.random() < 0.4:
        day = date(1992, day.month, day.day)
    return day


def _moment(random: Random) -> datetime:
    """At the edges that conditions ask for: the start of a day, so many days before, a millisecond off."""
    zone, chance = random.choice(ZONES), random.random()
    if chance < 0.03:
        return random.choice((datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)))
    now = random.choice(NOWS)
    if chance < 0.4:
        day = now.astimezone(zone).date() + timedelta(days=random.choice((-3, -1, 0, 1, 2, 7)))
        now = start_of_day(day, zone)
    else:
        wall = now.astimezone(zone) + timedelta(days=random.choice((-365, -30, -7, -3, -1, 0, 0, 1, 7)))
        now = wall.astimezone(UTC)
    return now + timedelta(milliseconds=random.choice((-1, 0, 0, 0, 1, 5_400_000)))


def _maybe(random: Random, value: object) -> AnyValue:
    return value if random.random() < 0.7 else None


class Conditions:
    """Conditions one after the other, nested up to three deep, with all kinds of leaves alike often."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def next(self, depth: int) -> Condition:
        random = self._random
        if depth and random.random() < 0.45:
            parts = tuple(self.next(depth - 1) for _ in range(random.choice((0, 1, 2, 2, 3))))
            return random.choice((All(parts), Any(parts), Not(self.next(depth - 1)), Not(Any(parts))))
        often = (self._attribute, self._contact) * 4
        leaves = (
            *often,
            self._tag,
            self._tag,
            self._coupon,
            self._bound,
            self._small,
            self._small,
            self._flow,
            self._split,
        )
        return random.choice((*leaves, self._during))()

    def asked(self) -> tuple[str, When]:
        """A channel, a moment and a zone."""
        return self._random.choice(CHANNELS), When(self._random.choice(NOWS), self._random.choice(ZONES))

    def _attribute(self) -> Condition:
        random = self._random
        type_: Type = random.choice((*TYPES, "date", "date", "date_time"))
        private = random.random() < 0.15
        slot = _slot(random.choice(KEYS), type_, private=private)
        return AttributeTest(HERE, slot, type_, self._tests(type_, private))

    def _contact(self) -> Condition:
        field = self._random.choice(tuple(CONTACT_FIELDS))
        type_ = CONTACT_FIELDS[field]
        return ContactTest(HERE, field, type_, self._tests(type_, field in PRIVATE_FIELDS, field))

    def _tests(self, type_: Type, private: bool, field: str = "") -> tuple[Test, ...]:
        return tuple(self._test(type_, private, field) for _ in range(self._random.choice((1, 1, 1, 2))))

    def _test(self, type_: Type, private: bool, field: str) -> Test:
        random = self._random
        if random.random() < 0.15:
            return IsKnown(random.random() < 0.5)
        if private or type_ == "yes_no" or random.random() < 0.2:
            return Is(tuple(self._operand(type_, field) for _ in range(random.choice((0, 1, 1, 2)))))
        if type_ == "text":
            return Contains(str(self._operand(type_, field)), at_start=random.random() < 0.5)
        order = Order(
            random.choice(("at_least", "at_most", "more_than", "less_than")), self._operand(type_, field)
        )
        if type_ in ("number", "time"):
            return order
        span = Ago(random.choice(("within", "over", "in_next")), random.choice(SPANS))
        tests: list[Test] = [order, span, OnDay(random.choice((-365, -3, -1, 0, 0, 1, 7, 10**7)))]
        if type_ == "date":
            tests += [Anniversary(random.choice((0, 0, 1, 3, 366, -(10**7)))), self._month()]
        return random.choice(tests)

    def _month(self) -> Test:
        return InMonth(self._random.choice(("this", "next", 1, 2, 11, 12)))

    def _operand(self, type_: Type, field: str) -> ComparisonOperand:
        random = self._random
        if type_ in ("date", "date_time") and random.random() < 0.4:
            return DateWord(
                random.choice((-7, -1, 0, 0, 1, 3, 10**7)), random.choice((0, 0, -216, 1, 6, 10**6))
            )
        if type_ == "date_time" and random.random() < 0.4:
            return _date(random).isoformat()
        if field in FIELD_TEXTS:
            return random.choice(FIELD_TEXTS[field])
        return _value(random, type_)

    def _coupon(self) -> Condition:
        random = self._random
        names = tuple(random.sample(COUPONS, random.choice((1, 2))))
        kind = random.random()
        if kind < 0.3:
            return HasStamps(HERE, (STAMP_CARDS[kind < 0.15],), int(kind * 20))
        return HasCoupon(HERE, names, kind < 0.65)

    def _tag(self) -> Condition:
        random = self._random
        names = tuple(random.sample(TAGS, random.choice((1, 1, 2))))
        within, over = (random.choice((None, None, *SPANS)) for _ in range(2))
        return HasTag(HERE, names, within, over)

    def _bound(self) -> Condition:
        kinds = self._random.sample(("phone", "shop", "clerk"), self._random.choice((1, 1, 2)))
        return self._random.choice((IsBound(HERE, tuple(kinds)), BoundBefore(HERE)))  # type: ignore[arg-type]

    def _small(self) -> Condition:
        random = self._random
        return random.choice(
            (
                OnList(HERE, random.choice(LISTS)),
                OnChannel(HERE, tuple(random.sample(CHANNELS, random.randint(1, 2)))),
                AtStore(HERE, tuple(random.sample(STORES, random.randint(0, 2)))),
                WithStaff(HERE, random.random() < 0.5),
                SmsCreditIs(HERE, (random.choice(("none", "low", "fine")),)),
                Constant(HERE, random.random() < 0.5, noted("a setting")),
            )
        )

    def _flow(self) -> Condition:
        random = self._random
        states = random.choice((None, tuple(random.sample(STATES, random.randint(1, 2)))))
        return InFlow(HERE, tuple(random.sample(FLOWS, random.randint(1, 2))), states)

    def _split(self) -> Condition:
        random = self._random
        edge = random.randrange(10007)
        return InSplit(
            HERE, random.randint(1, 10006), random.randrange(10007), ((0, edge), (edge + 9, edge + 500))
        )

    def _during(self) -> Condition:
        random = self._random
        days = frozenset(random.sample(range(7), random.randint(1, 7)))
        window = Window(time(random.choice((0, 1, 2, 9, 21))), time(random.choice((3, 4, 11, 18))))
        return During(HERE, "門市時間", Hours(((Days((window,), days),),)))
