"""J1: what happened to a customer, day by day, some at a time; and what they have cost, by month."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.engine import notes
from bot.engine.conditions import reasons
from bot.model.contact import Contact, Identity
from bot.model.journal import CallEnd, TimelineRow, TraceRow
from bot.model.money import NO_PRICES, Prices
from bot.model.processes import part_of
from bot.model.trace import TraceNote, as_json
from bot.model.translatable import ENGLISH
from bot.operations.contact_cost import cost_of
from bot.operations.contact_list import one_contact
from bot.operations.contact_timeline import ShownEvent, TimelineWords, timeline_page
from bot.operations.find_contacts import LocatedContact
from bot.store.counters.quotas import QuotaFigure
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.store.test_people import store

HER = "main:U1"
BOOK = compiled("""
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  outlet: {id: outlet, channel_id: "2", channel_secret: x}
privacy: {keep: {timeline: 100d}}
""")
CONDITION = '["if: not met"]'
TAKEN = CallEnd("accepted", NOW)


def row(number: int, what: str, at: datetime = NOW, *details: str, **more: Any) -> TimelineRow:
    event = str(more.pop("event", f"main:e{number}"))
    return TimelineRow(event, HER, part_of(HER), at, what, details, **more)


async def her(stores: Stores, database: Database, seal: Seal, *rows: TimelineRow) -> LocatedContact:
    await store(database, seal, Contact(HER, identities=(Identity("main", "U1"),)))
    await stores.journal.timeline(rows)
    found = await one_contact(stores, HER)
    assert found is not None
    return found


@pytest.mark.ring("all", "a crowd")
async def test_page_after_page_each_row_comes_once(stores: Stores, database: Database, seal: Seal) -> None:
    """Rows of one moment are never parted, however they fall on the edge of a page."""
    moments = [NOW - timedelta(minutes=n // 3) for n in range(40)]
    rows = [row(n, "text", at) for n, at in enumerate(moments)]
    found = await her(stores, database, seal, *rows)
    for most in (1, 2, 3, 7, 39, 40, 99):
        seen, before = list[str](), None
        for _ in range(50):
            page = await timeline_page(found, NOW, before, most=most)
            seen += [one.id for one in page.rows]
            if (before := page.earlier) is None:
                break
        assert sorted(seen) == sorted(one.id for one in rows)
        assert len(seen) == len(set(seen))


async def test_alike_steps_are_one_with_their_number_and_what_matters_stands_out(
    stores: Stores, database: Database, seal: Seal
) -> None:
    yesterday = NOW - timedelta(days=1)
    found = await her(
        stores,
        database,
        seal,
        row(1, "text", yesterday, *([CONDITION] * 12), '["rule: matched", "x"]'),
        row(2, "follow", yesterday + timedelta(seconds=1)),
        *(row(n, "timer welcome: 3d", yesterday + timedelta(seconds=n), CONDITION) for n in range(3, 6)),
        row(7, "timer: expiry", NOW, '["tags_added", ["VIP"], "x"]'),
        row(8, "menu", NOW + timedelta(seconds=1)),
    )
    page = await timeline_page(found, NOW)
    today, before = TimelineWords(BOOK, ENGLISH).days(page, NOW)
    assert [str(day.called) for day in (today, before)] == ["Today", "Yesterday"]
    [(is_step, [menu]), (_, [tagged])] = today.groups
    assert (is_step, menu.what) == (True, "rich menu")
    assert (tagged.weight, [one.text for one in tagged.marks]) == ("matters", ['Added tags: "VIP"'])
    [(machine, [timers]), (_, [follow, text])] = before.groups
    assert (machine, timers.times, said(timers)) == (True, 3, ["The condition does not hold"])
    assert (follow.weight, text.weight) == ("matters", "said")
    assert said(text)[0] == "The condition does not hold ×12"


def said(event: ShownEvent) -> list[str]:
    return [step.text for step in event.steps]


async def test_why_is_shown_as_long_as_the_trace_is_there_and_what_is_private_in_it_masked(
    stores: Stores, database: Database, seal: Seal
) -> None:
    """J1: as in the simulator's workbench; what nobody may read there is read in full only where that is
    written down."""
    steps = [
        ("rules/a.yaml:4:3", notes.CONDITION.code, [(TraceNote(reasons.LISTED, ("0987654321", "")),)]),
        ("rules/a.yaml:9:3", notes.RULE_MATCHED.code, ["0912345678"]),
    ]
    trace = TraceRow("main:e1", HER, part_of(HER), NOW, "v1", as_json(steps))
    noted = ('["if: not met"]', '["rule: matched"]', "chat: cut")
    found = await her(stores, database, seal, row(1, "text", NOW, *noted), row(2, "text", NOW, CONDITION))
    await stores.journal.trace([trace])

    async def events(*, reveal: bool) -> list[ShownEvent]:
        [day] = TimelineWords(BOOK, ENGLISH).days(await timeline_page(found, NOW, reveal=reveal), NOW)
        return [event for _, some in day.groups for event in some]

    bare, masked = await events(reveal=False)
    _, full = await events(reveal=True)
    assert [(step.text, step.look, list(step.places)) for step in full.steps] == [
        ("The condition does not hold", "not", ["rules/a.yaml:4"]),
        ('The rule matched: "0912345678"', "heard", ["rules/a.yaml:9"]),
        ("Writes too much in this hour: little of it is kept", "did", []),
    ]
    assert "0987654321" in str(full.steps[0].facts)
    assert said(masked)[1] == 'The rule matched: "09••••••78"'
    assert not [step for step in masked.steps if "987654321" in f"{step.text} {step.facts}"]
    assert [(step.text, list(step.facts)) for step in bare.steps] == [("The condition does not hold", [])]


async def test_what_became_of_a_call_has_a_day_only_where_it_is_another(
    stores: Stores, database: Database, seal: Seal
) -> None:
    late = CallEnd("accepted", NOW + timedelta(days=1))
    found = await her(
        stores, database, seal, row(1, "text", NOW, calls=("reply", "push"), ends={0: TAKEN, 1: late})
    )
    [day] = TimelineWords(BOOK, ENGLISH).days(await timeline_page(found, NOW), NOW)
    [(_, [event])] = day.groups
    assert [line.rpartition(", ")[2] for line in event.calls] == ["12:00", "2026-11-21 12:00"]


async def test_what_they_have_cost_by_month_and_account(
    stores: Stores, database: Database, seal: Seal
) -> None:
    """Taken by LINE, or given up; on another account; of a timer; a broadcast; an SMS; of a month before."""
    earlier = NOW - timedelta(days=40)
    found = await her(
        stores,
        database,
        seal,
        row(1, "text", NOW, calls=("reply", "push"), ends={0: TAKEN, 1: TAKEN}),
        row(2, "text", NOW, calls=("push",), ends={0: CallEnd("quota", NOW, lost=True)}),
        row(3, "text", NOW, calls=("push",)),
        row(4, "timer", NOW, calls=("push outlet",), ends={0: TAKEN}),
        row(5, "timer", NOW, event=f"{HER}:timer:outlet:x", calls=("push",), ends={0: TAKEN}),
        row(6, "broadcast: 雙11", NOW, event="2026-11-11 雙11:main:U1"),
        row(7, "code: sent", NOW),
        row(8, "broadcast: x", earlier, event="x:outlet:U1"),
        row(9, "broadcast: old", NOW - timedelta(days=101), event="old:main:U1"),
        row(10, "text", NOW, calls=("reply",), ends={0: TAKEN}),
    )
    prices = Prices(
        {"main": Decimal("0.2"), "outlet": Decimal(1)}, {"main": Decimal("0.9")}, {"main": 800, "outlet": 0}
    )

    async def months(prices: Prices = prices) -> list[tuple[date, int, int, int, Decimal | None]]:
        cost = await cost_of(found, BOOK, prices, NOW)
        assert cost.since == NOW - timedelta(days=100)
        return [(one.month, one.pushes, one.broadcasts, one.sms, one.money) for one in cost.months]

    november, october = date(2026, 11, 1), date(2026, 10, 1)
    assert await months() == [(november, 3, 1, 1, None), (october, 0, 1, 0, Decimal(1))], (
        "how far November is in the plan, LINE has not said"
    )
    await stores.quotas.keep("main", QuotaFigure(200, NOW, 1000, used=800))
    assert (await months())[0] == (november, 3, 1, 1, Decimal("2.9")), (
        "main's are in the plan, outlet has none"
    )
    await stores.quotas.keep("main", QuotaFigure(199, NOW, 1000, used=801))
    assert (await months())[0] == (november, 3, 1, 1, Decimal("3.1")), "one message at most is beyond it"
    await stores.quotas.keep("main", QuotaFigure(1000, NOW + timedelta(days=30), 1000, used=0))
    assert (await months())[0] == (november, 3, 1, 1, Decimal("3.1")), "a month is not forgotten by the next"
    assert [money for *_, money in await months(NO_PRICES)] == [None, None]


async def test_nothing_yet(stores: Stores, database: Database, seal: Seal) -> None:
    found = await her(stores, database, seal)
    assert (await cost_of(found, BOOK, NO_PRICES, NOW)).months == []
    page = await timeline_page(found, NOW)
    assert (list(page.rows), page.earlier) == ([], None)
    assert TimelineWords(BOOK, ENGLISH).days(page, NOW) == []
