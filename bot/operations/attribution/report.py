"""What broadcasts, journeys, menus, links and coupons brought, in orders and money, beside their cost (N6).

Orders and touches are rows of the timeline, read once by time; of broadcasts the batches are gone through. In
memory are the orders of the span, and the touches of those who ordered.

An order is a mark of the turn that heard of it, on the timeline; credit is reckoned when a report asks. A
touch counts for orders placed within 7 days after it, first and last touch side by side; neither is a cause,
which only a group that gets nothing shows. Weighed: a collection of orders (a second truth beside the
shop's); credit stored with the order (another rule would need all of it again).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Annotated

from bot.engine.compiled.goal import begun_flow, opened_link
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import start_of_day, today
from bot.model.answer_fields import Help
from bot.model.attribution import (
    PaidOrder,
    Sales,
    SourceKind,
    SourceSales,
    TouchPoint,
    TouchSource,
    attributed,
)
from bot.model.channel import Channel
from bot.model.counts import BEGUN, OF_GOALS, SENT, TAPPED, tapped_area
from bot.model.mark import Mark
from bot.model.money import price, sending_cost
from bot.operations.promotions import touch_kinds
from bot.operations.simulated_time import now_among
from bot.store.people_collections import TIMELINE_LIFE
from bot.store.stores import Stores

DAYS = 30
WITHIN = timedelta(days=7)
"""How long after a touch an order is credited to it, where nothing else is asked for."""
WITHIN_MOST = timedelta(days=30)
PLACED_BEFORE = timedelta(days=30)
"""So long before it is paid an order is placed at most: contacts before that are not looked for."""


@dataclass(frozen=True, slots=True)
class SourceReport:
    """What one source brought; `money` is NT$, exactly."""

    kind: SourceKind
    name: str
    title: str
    contacts: Annotated[int, Help("How often it reached somebody, or somebody used it.")]
    buyers: int
    after: Annotated[Sales, Help("Of orders with one of these contacts in time before them.")]
    first: Annotated[Sales, Help("Of those whose first contact in time it was.")]
    last: Annotated[Sales, Help("Of those whose last contact it was.")]
    cost: Annotated[Decimal | None, Help("Of its messages beyond the plan, at most.")]


@dataclass(frozen=True, slots=True)
class AttributionReport:
    """The orders of some days, and what they are credited to.

    A contact counts before an order was placed, which may be days before it was paid.
    """

    since: datetime
    as_of: datetime
    days: int
    within_seconds: int
    total: Sales
    direct: Annotated[Sales, Help("Of orders without a contact before them.")]
    called_off: Annotated[int, Help("Cancelled or refunded; they count for nothing.")]
    unpriced: Annotated[int, Help("Of which the shop said no amount.")]
    sources: tuple[SourceReport, ...]

    @property
    def within(self) -> timedelta:
        """How long after a contact an order counts."""
        return timedelta(seconds=self.within_seconds)

    @property
    def touched(self) -> Decimal:
        """The money of orders that something had touched before."""
        return self.total.money - self.direct.money

    @property
    def touched_orders(self) -> int:
        """How many these are."""
        return self.total.orders - self.direct.orders

    @property
    def touched_share(self) -> float:
        """Their part of all money, from 0 to 1."""
        return float(self.touched / self.total.money) if self.total.money else 0.0


@dataclass(slots=True)
class _Touches:
    """How often each source touched anybody in the span of which orders may be credited; of buyers, when."""

    number: Counter[TouchSource] = field(default_factory=Counter)
    of_buyers: defaultdict[str, list[TouchPoint]] = field(default_factory=lambda: defaultdict(list))

    def add(self, person: str, touch: TouchPoint, buyers: frozenset[str]) -> None:
        """One more."""
        self.number[touch.source] += 1
        if person in buyers:
            self.of_buyers[person].append(touch)


async def attribution_report(
    stores: Stores,
    playbook: Playbook,
    channels: Mapping[str, Channel],
    days: int = DAYS,
    within: timedelta = WITHIN,
) -> AttributionReport:
    """The last `days`, with today, in the playbook's zone. May raise `DatabaseUnavailable`."""
    now = await now_among(stores)
    days = min(days, known_days(playbook))
    since = start_of_day(today(now, playbook.zone) - timedelta(days=days - 1), playbook.zone)
    await stores.counts.fold_all()
    into = await stores.merged_since.read(since - PLACED_BEFORE - within)
    orders, called_off = await orders_between(stores, since, now, into)
    buyers = frozenset(person for order in orders for person in order.people)
    placed = max(since - PLACED_BEFORE, min((order.at for order in orders), default=since))
    span, touches = (min(placed, since) - within, now), _Touches()
    await _of_timeline(stores, playbook, span, into, buyers, touches)
    costs = await _of_broadcasts(stores, channels, span, into, buyers, touches)
    costs |= await _of_journeys(stores, playbook, channels, span[0])
    found = attributed(orders, touches.of_buyers, within)
    titles = _titles(playbook)
    rows = [
        _source(
            source,
            titles.get(source) or source.name,
            touches.number[source],
            found.sources.get(source, SourceSales()),
            costs.get(source),
        )
        for source in sorted({*found.sources, *touches.number, *costs})
    ]
    rows.sort(key=lambda row: (-row.last.money, -row.after.money, -row.contacts))
    unpriced = sum(order.amount is None for order in orders)
    counted = (found.total, found.direct, called_off, unpriced)
    return AttributionReport(since, now, days, round(within.total_seconds()), *counted, tuple(rows))


def _source(
    of: TouchSource, title: str, contacts: int, sales: SourceSales, cost: Decimal | None
) -> SourceReport:
    sold = (sales.after, sales.first, sales.last)
    return SourceReport(of.kind, of.name, title, contacts, len(sales.buyers), *sold, cost)


def known_days(playbook: Playbook) -> int:
    """For how many days what happened is kept."""
    return min(playbook.keep.get("timeline", TIMELINE_LIFE.after.days), TIMELINE_LIFE.after.days)


async def orders_between(
    stores: Stores, since: datetime, now: datetime, into: Mapping[str, str]
) -> tuple[list[PaidOrder], int]:
    """Each order that was paid since then and not called off by now, once; and how many were called off.

    Its amount is the last one that is known of it, or less: the least that stays paid after refunds.
    """
    paid: dict[str, PaidOrder] = {}
    off, least = set[str](), dict[str, Decimal]()
    async for row in stores.happened.orders(since, now):
        if row.what == "called_off":
            off.add(row.key)
            continue
        if row.what == "partially_refunded":
            if (stays := _amount(row.amount)) is not None:
                least[row.key] = min(stays, least.get(row.key, stays))
            continue
        known, people = paid.get(row.key), frozenset({into.get(row.contact, row.contact)})
        amount = _amount(row.amount)
        if known is not None:
            people |= known.people
            amount = known.amount if amount is None else amount
        placed = row.placed if known is None else min(row.placed, known.at)
        paid[row.key] = PaidOrder(row.key, placed, amount, people)
    orders = [_after_refunds(order, least.get(key)) for key, order in paid.items() if key not in off]
    return orders, len(paid.keys() & off)


def _after_refunds(order: PaidOrder, stays: Decimal | None) -> PaidOrder:
    if stays is None:
        return order
    return replace(order, amount=stays if order.amount is None else min(order.amount, stays))


def _amount(written: str) -> Decimal | None:
    try:
        return Decimal(written)
    except InvalidOperation:
        return None


async def _of_timeline(
    stores: Stores,
    playbook: Playbook,
    span: tuple[datetime, datetime],
    into: Mapping[str, str],
    buyers: frozenset[str],
    touches: _Touches,
) -> None:
    day = today(span[0], playbook.zone).isoformat()
    menus = {
        area.tap.key: menu.name for menu in playbook.menus for tab in menu.tabs.values() for area in tab.areas
    }
    sources = {
        name: source
        for flow in (OF_GOALS, *(one.flow for one in touch_kinds()), "")
        for count in await stores.counts.since(day, flow)
        for name, source in _indexed(count.mark, menus)
    }
    async for row in stores.happened.reached([*sources], *span):
        person = into.get(row.contact, row.contact)
        for name in row.goals:
            if name in sources:
                touches.add(person, TouchPoint(row.at, sources[name]), buyers)


def _indexed(mark: Mark, menus: Mapping[str, str]) -> Iterator[tuple[str, TouchSource]]:
    """The name by which rows of a touch are found, and its source; of what is no touch, nothing.

    An area that no menu has any more (`menus` by area) stands for itself.
    """
    about = mark.about[0] if mark.about else ""
    if mark.flow == OF_GOALS and mark.what == BEGUN:
        yield about, TouchSource("journey", about.removeprefix(begun_flow("")))
    elif mark.flow == OF_GOALS and about.startswith(opened_link("")):
        yield about, TouchSource("link", about.removeprefix(opened_link("")))
    elif mark.flow == "" and mark.what == TAPPED:
        yield tapped_area(about), TouchSource("menu", menus.get(about, about))
    for one in touch_kinds():
        if mark.flow == one.flow:
            yield from ((name, TouchSource(one.kind, of)) for name, of in one.touched(mark))


async def _of_broadcasts(
    stores: Stores,
    channels: Mapping[str, Channel],
    span: tuple[datetime, datetime],
    into: Mapping[str, str],
    buyers: frozenset[str],
    touches: _Touches,
) -> dict[TouchSource, Decimal]:
    """What each has cost; also of those that the playbook has no more."""
    costs: dict[TouchSource, Decimal] = {}
    sendings = await stores.sendings.of(await stores.happened.sendings_between(*span))
    for sending in sendings.values():
        source = TouchSource("broadcast", sending.broadcast)
        got = 0
        async for at, contacts in stores.sending_batches.recipients(sending.id):
            if not span[0] <= at <= span[1]:
                continue
            got += len(contacts)
            for contact in contacts:
                touches.add(into.get(contact, contact), TouchPoint(at, source), buyers)
        plan = channels[sending.channel].plan if sending.channel in channels else None
        cost = sending_cost(plan, got, sending.month_used)
        if cost is not None and cost.extra is not None:
            costs[source] = costs.get(source, Decimal(0)) + cost.extra
    return costs


async def _of_journeys(
    stores: Stores, playbook: Playbook, channels: Mapping[str, Channel], since: datetime
) -> dict[TouchSource, Decimal]:
    """What the pushes of each have cost, as if none were in the plan."""
    costs: dict[TouchSource, Decimal] = {}
    day = today(since, playbook.zone).isoformat()
    for name, flow in playbook.flows.items():
        if flow.start is None and flow.goal is None:
            continue
        for _, mark, number in await stores.counts.since(day, name):
            plan = channels[mark.channel].plan if mark.channel in channels else None
            each = price(plan.extra) if plan is not None else None
            if each is not None and mark.what == SENT and mark.about[1:] == ("push",):
                source = TouchSource("journey", name)
                costs[source] = costs.get(source, Decimal(0)) + each * number
    return costs


def _titles(playbook: Playbook) -> Mapping[TouchSource, str]:
    """What the playbook calls each; menus have no title."""
    return {
        **{TouchSource("broadcast", one.name): one.title for one in playbook.broadcasts.values()},
        **{TouchSource("journey", one.name): one.title for one in playbook.flows.values()},
        **{TouchSource("link", one.code): one.title for one in playbook.links.values()},
        **{
            TouchSource(kind.kind, name): title
            for kind in touch_kinds()
            for name, title in kind.titles(playbook).items()
        },
    }
