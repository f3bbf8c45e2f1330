"""N6: what broadcasts, journeys, menus, links and coupons brought, read from what stands on the timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.engine.compiled.goal import begun_flow, opened_link
from bot.model.attribution import Sales
from bot.model.audit import AuditRow
from bot.model.broadcast import Recipient, Sending, SendingBatch
from bot.model.channel import PricePlan
from bot.model.counts import (
    BEGUN,
    BOUND,
    CALLED_OFF,
    OF_BINDINGS,
    OF_GOALS,
    OF_ORDERS,
    PAID,
    PARTIALLY_REFUNDED,
    REACHED,
    SENT,
    TAPPED,
    Counted,
)
from bot.model.event import News
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.operations.attribution.cohorts import binding_cohorts
from bot.operations.attribution.group_spending import sending_spending
from bot.operations.attribution.report import AttributionReport, attribution_report
from bot.promotions.coupons.model import GIVEN, OF_COUPONS
from bot.store.stores import Stores
from tests.engine.chat import Chat
from tests.playbooks import channel, compiled

NOW = datetime.now(UTC).replace(microsecond=0)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PLAYBOOK = compiled("""
tags: {新客: {added_by: staff}}
coupons: {折100: {title: 滿千折百, for: 30d}}
links: {stand: {title: 門市立牌, send: 優惠}}
flows:
  welcome: {title: 歡迎, when: {tag_added: 新客}, once_per: always, states: {一: {push: 早, end: true}}}
rules: [{when: {text: 優惠}, reply: 好}]
""")
PRICED = {"main": replace(channel(), plan=PricePlan(monthly_fee=800, included=0, extra=0.2))}


def contact(who: str) -> str:
    return f"main:U{who}"


def row(who: str, ago: timedelta, *marks: Mark) -> TimelineRow:
    id_ = f"main:{who} {ago} {marks}"
    day, of = f"{NOW - ago:%Y-%m-%d}", contact(who)
    return TimelineRow(id_, of, part_of(of), NOW - ago, "x", (), None, Counted(id_, day, marks))


def paid(who: str, ago: timedelta, key: str, amount: str, before: timedelta | None = None) -> TimelineRow:
    """Paid so long ago, placed then or so long `before` now."""
    placed = NOW - (ago if before is None else before)
    return row(who, ago, Mark("main", OF_ORDERS, PAID, (key, amount, placed.isoformat())))


ROWS = [
    row("a", 3 * DAY, Mark("main", OF_GOALS, BEGUN, (begun_flow("welcome"),))),
    row("a", 2 * DAY, Mark("main", OF_COUPONS, GIVEN, ("折100", ""))),
    paid("a", DAY, "s 1", "1200"),
    paid("a", DAY - HOUR, "s 1", "1200"),  # told again
    row("b", 2 * DAY, Mark("main", "", TAPPED, ("old/區",))),
    paid("b", DAY, "s 2", "99.5"),
    row("c", 20 * DAY, Mark("main", OF_GOALS, REACHED, (opened_link("stand"),))),
    paid("c", DAY, "s 3", "50"),  # too long after
    paid("gone", DAY, "s 4", ""),  # who was merged into d; the shop says no amount
    row("d", 3 * DAY, Mark("main", OF_GOALS, REACHED, (opened_link("stand"),))),
    paid("a", 4 * HOUR, "s 5", "7000"),
    row("a", 2 * HOUR, Mark("main", OF_ORDERS, CALLED_OFF, ("s 5",))),
    row("e", 2 * DAY, Mark("main", "welcome", SENT, ("一", "push"))),
    row("f", 2 * DAY, Mark("main", "welcome", SENT, ("一", "reply"))),
]
SENDING = Sending("雙11@1", "雙11", "main", NOW - 2 * DAY, NOW - 2 * DAY, "gathering", month_used=0)


def batch(number: int, people: str, **more: Any) -> SendingBatch:
    some = tuple(Recipient(contact(one), f"U{one}") for one in people)
    found = SendingBatch(f"雙11@1#{number}", SENDING.id, number, "main", "", some, state="over")
    return replace(found, **more)


@pytest.fixture
async def shop(stores: Stores) -> Stores:
    """In which a broadcast went to b, c and e, was refused to a, and nothing was sent to f."""
    await stores.journal.timeline(ROWS)
    await stores.audit.add(AuditRow("1", NOW - 2 * HOUR, "bot", "merged", contact("d"), contact("gone")))
    await stores.database.collection("contacts").insert_one({"_id": contact("gone"), "to": contact("d")})
    batches = (
        batch(0, "abce", at=NOW - 2 * DAY, left_out={contact("a"): "refused"}),
        batch(1, "f", state="dropped", left_out={contact("f"): "nothing"}),
    )
    assert await stores.sendings.add(SENDING)
    assert await stores.sendings.gathered(SENDING, batches, contact("f"))
    fixed, over = NOW - 2 * DAY, NOW - 2 * DAY + HOUR
    assert await stores.sendings.change(SENDING.id, ["gathering"], state="done", fixed=fixed, ended=over)
    return stores


async def report(stores: Stores, **more: Any) -> AttributionReport:
    channels = PRICED if more.pop("priced", True) else {}
    return await attribution_report(stores, PLAYBOOK, channels, **more)


async def test_each_source_with_what_was_bought_after_it(shop: Stores) -> None:
    found = await report(shop)
    rows = {row.name: row for row in found.sources}
    assert rows.keys() == {"雙11", "welcome", "折100", "stand", "old/區"}
    assert {name: one.contacts for name, one in rows.items()} == {
        "雙11": 3,
        "welcome": 1,
        "折100": 1,
        "stand": 2,
        "old/區": 1,
    }
    assert (rows["welcome"].title, rows["stand"].title) == ("歡迎", "門市立牌")
    assert rows["welcome"].first == rows["折100"].last == Sales(1, Decimal(1_200))
    assert rows["雙11"].after == Sales(2, Decimal("149.5")), "b, who tapped it since, and c"
    assert rows["雙11"].first.orders + rows["雙11"].last.orders == 3, "b's at one moment"
    assert rows["stand"].last == Sales(1, Decimal(0)), "merged: whoever of the two it was"
    assert (found.called_off, found.unpriced) == (1, 1)
    assert found.total == Sales(4, Decimal("1349.5"))
    assert found.direct == Sales()


async def test_an_order_that_was_called_off_counts_for_nothing(shop: Stores) -> None:
    assert not any(one.after.money >= 7_000 for one in (await report(shop)).sources)


async def test_a_shorter_time_credits_less(shop: Stores) -> None:
    found = await report(shop, within=HOUR)
    assert found.direct == found.total
    assert all(one.after.orders == 0 for one in found.sources)


async def test_what_it_cost_stands_beside_it(shop: Stores) -> None:
    costs = {row.name: row.cost for row in (await report(shop)).sources}
    assert costs == {
        "雙11": Decimal("0.6"),
        "welcome": Decimal("0.2"),
        "折100": None,
        "stand": None,
        "old/區": None,
    }
    assert not any(row.cost for row in (await report(shop, priced=False)).sources)


async def test_who_was_reached_before_the_days_and_bought_in_them_is_credited(
    shop: Stores,
) -> None:
    """With what that has cost: else it looks as if it had cost nothing."""
    found = await report(shop, days=1)
    rows = {row.name: row for row in found.sources}
    assert (rows["雙11"].contacts, rows["雙11"].cost) == (3, Decimal("0.6"))


async def test_an_order_is_not_of_what_it_has_brought_about_itself(stores: Stores) -> None:
    """A journey that thanks for it, a coupon for its stamps: marks of the same turn."""
    thanks = compiled("""
coupons: {下次折50: {title: 下次折50, for: 30d}}
flows:
  thanks: {when: {shop: order_paid}, once_per: always, states: {一: {push: 謝謝, end: true}}}
stamp_cards: {集點: {title: 集點, cells: 2, for: 90d, orders: {each: 1000}, rewards: {2: 下次折50}}}
rules: [{when: {coupon: any, result: [given, had, failed]}, push: 送您}]
""")
    chat = Chat(thanks)
    chat.hears(News("shop", "order_paid", {"order_no": "A1", "amount": 5000}), token=False)
    marks = [_placed_now(mark) for mark in chat.last.marks]
    await stores.journal.timeline([row("z", HOUR, *marks)])
    assert (await attribution_report(stores, thanks, PRICED)).direct == Sales(1, Decimal(5_000))


def _placed_now(mark: Mark) -> Mark:
    placed = (NOW - HOUR).isoformat()
    return mark._replace(about=(*mark.about[:2], placed)) if mark.flow == OF_ORDERS else mark


async def test_an_order_counts_as_of_its_placing(stores: Stores) -> None:
    """Paid at the convenience store days later: a notice that it has arrived has not brought it."""
    opened = Mark("main", OF_GOALS, REACHED, (opened_link("stand"),))
    begun = Mark("main", OF_GOALS, BEGUN, (begun_flow("welcome"),))
    placed = paid("a", HOUR, "s 1", "700", before=9 * DAY)
    await stores.journal.timeline([row("a", 10 * DAY, opened), row("a", 2 * DAY, begun), placed])
    rows = {one.name: one.last.orders for one in (await report(stores, days=7)).sources}
    assert rows == {"stand": 1, "welcome": 0}


async def test_the_last_known_amount_of_an_order_counts(stores: Stores) -> None:
    news = [("d", 5, "s 9", ""), ("d", 1, "s 9", "7000"), ("e", 5, "s 8", "1200"), ("e", 1, "s 8", "900")]
    await stores.journal.timeline([paid(who, hours * HOUR, key, sum_) for who, hours, key, sum_ in news])
    found = await report(stores)
    assert (found.total, found.unpriced) == (Sales(2, Decimal(7_900)), 0)


async def test_what_stays_paid_after_refunds_counts(stores: Stores) -> None:
    """Issue 65: in whichever order the news come; a refund that is heard before its order, too."""
    back = [("s 9", "850"), ("s 9", "700"), ("s 9", "900"), ("s 8", "50")]
    refunds = [
        row("d", hours * HOUR, Mark("main", OF_ORDERS, PARTIALLY_REFUNDED, one))
        for hours, one in zip((4, 3, 2, 9), back, strict=True)
    ]
    orders = [paid("d", 5 * HOUR, "s 9", "950"), paid("d", 5 * HOUR, "s 8", "")]
    await stores.journal.timeline([*refunds, *orders])
    found = await report(stores)
    assert (found.total, found.unpriced, found.called_off) == (Sales(2, Decimal(750)), 0, 0)


async def sent(stores: Stores, ago: timedelta, *batches: SendingBatch) -> Sending:
    sending = replace(SENDING, moment=NOW - ago, at=NOW - ago)
    assert await stores.sendings.add(sending)
    assert await stores.sendings.gathered(sending, batches, contact("zz"))
    fixed, over = NOW - ago, NOW - ago + HOUR
    assert await stores.sendings.change(sending.id, ["gathering"], state="done", fixed=fixed, ended=over)
    found = await stores.sendings.one(sending.id)
    assert found is not None
    return found


async def test_what_a_group_spent_and_had_back_later_is_not_among_it(stores: Stores) -> None:
    refunded = row("a", 10 * DAY, Mark("main", OF_ORDERS, CALLED_OFF, ("s 9",)))
    await stores.journal.timeline([paid("a", 25 * DAY, "s 9", "7000"), refunded, paid("b", HOUR, "s 1", "5")])
    sending = await sent(stores, 26 * DAY, batch(0, "ab", at=NOW - 26 * DAY))
    found = await sending_spending(stores, sending, 7 * DAY, NOW)
    assert (found[""].people, found[""].money) == (2, Decimal(0))


async def test_an_order_is_of_one_group_alone(stores: Stores) -> None:
    """Of who was two people when it went out, and of a member with two contacts."""
    await stores.audit.add(AuditRow("1", NOW - 2 * HOUR, "bot", "merged", contact("d"), contact("gone")))
    await stores.database.collection("contacts").insert_one({"_id": contact("gone"), "to": contact("d")})
    twice = [paid(who, DAY, "s 8", "30") for who in "ef"]
    await stores.journal.timeline([paid("d", DAY, "s 9", "7000"), *twice])
    other = replace(batch(1, "f", at=None, group="不發"))
    other = replace(other, people=(*other.people, Recipient(contact("gone"), "Ugone")))
    sending = await sent(stores, 2 * DAY, batch(0, "de", at=NOW - 2 * DAY), other)
    found = await sending_spending(stores, sending, 7 * DAY, NOW)
    assert {name: (one.buyers, one.money) for name, one in found.items()} == {
        "": (2, Decimal(7_030)),
        "不發": (0, Decimal(0)),
    }


async def test_who_was_bound_before_is_no_newcomer(stores: Stores) -> None:
    bound = Mark("main", OF_BINDINGS, BOUND, ("shop",))
    rows = [row("a", 300 * DAY, bound), row("a", HOUR, bound), paid("a", HOUR / 2, "s 9", "7000")]
    await stores.journal.timeline(rows)
    assert await binding_cohorts(stores, PLAYBOOK) == ()
