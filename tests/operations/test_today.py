"""E3, H7: today, as data: numbers beside the same weekday before, what waits, what nobody answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.engine.notes import NO_RULE
from bot.model.broadcast import Sending, SendingState
from bot.model.channel import PricePlan
from bot.model.conversation import Incoming, Secrecy, TranscriptRow
from bot.model.counts import BOUND, ENTERED, OF_BINDINGS, Counted
from bot.model.hours import HOUR, hour_of
from bot.model.journal import CallEnd, TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.model.settings import Settings
from bot.operations.today import TodayFigure, TodayView, today_of
from bot.store.codec.transcript_codec import encode_transcript
from bot.store.counters.quotas import QuotaFigure
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.playbooks import channel, compiled

PLAYBOOK = compiled(
    """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
rules: [{when: {text: 營業時間}, reply: 十點到九點}]
"""
)
PLAN = PricePlan(800, 10, 0.2)
SETTINGS = Settings({"main": replace(channel(), plan=PLAN), "b2b": channel("b2b")})
WEEK = timedelta(days=7)
LATER = NOW + timedelta(minutes=30)
"""In Taipei, half past twelve: the hour before is over, this one is not."""


def row(name: str, at: datetime, what: str = "text", *marks: Mark, **fields: Any) -> TimelineRow:
    contact = f"main:{name}"
    counted = Counted(name, "2026-11-20", marks) if marks else None
    return TimelineRow(f"main:{name}", contact, part_of(contact), at, what, counted=counted, **fields)


def said(name: str, who: str, text: str, secrecy: Secrecy = "") -> TranscriptRow:
    incoming = Incoming("text", text, 0, secrecy)
    return TranscriptRow(f"main:{name}", f"main:{who}", NOW, 1, encode_transcript(incoming, None, ()))


async def counted(stores: Stores, *rows: TimelineRow) -> None:
    await stores.journal.timeline(rows)
    for hour in {hour_of(one.at) for one in rows}:
        await stores.hours.count(hour, hour + HOUR)


async def today(stores: Stores, channel: str | None = None) -> TodayView:
    return await today_of(stores, PLAYBOOK, SETTINGS, LATER, channel=channel)


async def test_where_nothing_is_counted_it_says_so(stores: Stores) -> None:
    found = await today(stores)
    assert (found.day, found.counted, found.since, found.hours_before) == ("2026-11-20", None, None, None)
    assert set(found.figures.values()) == {TodayFigure(0, 0, None)}
    assert (found.waiting.people, found.waiting.since, list(found.unanswered.of("open"))) == (0, None, [])
    assert [(one.channel, one.last_event, one.trouble) for one in found.channels] == [
        ("main", None, None),
        ("b2b", None, None),
    ]


async def test_a_day_is_compared_up_to_the_last_full_hour(stores: Stores) -> None:
    await counted(
        stores,
        row("old", NOW - WEEK - 20 * HOUR),
        row("A", NOW - WEEK - HOUR),
        row("B", NOW - WEEK - HOUR, "sticker"),
        row("C", NOW - WEEK),
        row("D", NOW - HOUR),
        row("E", NOW),
        row("F", NOW, "follow", Mark("main", "bindings:", BOUND, ("phone",))),
    )
    found = await today(stores)
    assert found.figures["messages_in"] == TodayFigure(2, 1, 2)
    assert found.figures["followed"] == TodayFigure(1, 0, 0)
    assert found.figures["bound"] == TodayFigure(1, 0, 0)
    assert list(found.hours) == [0] * 11 + [1, 1]
    assert found.hours_before is not None
    assert list(found.hours_before) == [0] * 11 + [2, 1] + [0] * 11
    assert (await today(stores, "b2b")).figures["messages_in"] == TodayFigure(0, 0, 0)


async def test_before_a_week_was_counted_nothing_is_compared(stores: Stores) -> None:
    await counted(stores, row("A", NOW - WEEK), row("B", NOW - HOUR))
    found = await today(stores)
    assert (found.figures["messages_in"], found.hours_before) == (TodayFigure(1, 1, None), None)
    assert found.since == hour_of(NOW - WEEK)


async def test_only_what_is_beyond_the_plan_has_a_price(stores: Stores) -> None:
    """Whatever LINE's limit is: it is no sum of the plan's, where more was bought or nobody may buy any."""
    taken = {0: CallEnd("accepted", NOW)}
    await counted(stores, *(row(name, NOW, "postback", calls=("push",), ends=taken) for name in "ABC"))

    async def costs(figure: QuotaFigure) -> Decimal | None:
        await stores.quotas.keep("main", figure)
        return (await today(stores)).extra

    assert await costs(QuotaFigure(0, NOW, 10, used=10)) == 0, "the last three of the plan"
    assert await costs(QuotaFigure(8, NOW, 20, used=12)) == Decimal("0.4")
    assert await costs(QuotaFigure(None, NOW, None, used=100)) == Decimal("0.6")
    assert await costs(QuotaFigure(None, NOW, None, used=3)) == 0
    found = await today(stores)
    assert [(one.channel, one.messages, one.extra) for one in found.paid] == [
        ("main", 3, 0),
        ("b2b", 0, None),
    ]
    assert found.figures["paid"].today == 3


async def test_what_nobody_knows_has_no_price(stores: Stores) -> None:
    """LINE has said nothing yet, or something of another month."""
    taken = {0: CallEnd("accepted", NOW)}
    await counted(stores, row("A", NOW, "postback", calls=("push",), ends=taken))
    assert (await today(stores)).extra is None
    await stores.quotas.keep("main", QuotaFigure(0, NOW - timedelta(days=30), 10, used=10))
    assert (await today(stores)).extra is None


async def test_what_nobody_answered_is_grouped_with_the_rule_that_would(stores: Stores) -> None:
    """N7."""
    names = ("A", "B", "C", "D", "E", "gone")
    await counted(stores, *(row(name, NOW, details=(NO_RULE.row,)) for name in names))
    texts = [
        said("A", "U1", "可以退貨嗎？"),
        said("B", "U2", "可以退貨嗎？ "),
        said("C", "U1", "可以退貨嗎"),
    ]
    texts += [said("D", "U3", "打 0912345678 給我"), said("E", "U3", "我的密碼", "private")]
    await stores.conversations.add(texts)
    found = await today(stores)
    first, second = found.unanswered.of("open")
    assert (first.text, first.times, first.people) == ("可以退貨嗎？", 3, 2)
    assert first.rule is not None
    assert first.rule.yaml == "- when: {text_contains: 可以退貨}\n  reply: …"
    assert "0912345678" not in second.text
    assert (second.times, second.rule) == (1, None), "what is masked is not written into a rule"
    assert found.figures["unheard"].today == 6, "also those whose text is not there any more"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_who_is_bound_comes_through_the_flows_that_send_codes(stores: Stores) -> None:
    await counted(
        stores,
        row("A", NOW, "text", Mark("main", "other", ENTERED), Mark("main", OF_BINDINGS, BOUND, ("shop",))),
    )
    found = await today(stores)
    assert (found.figures["opened"].today, found.figures["bound"].today) == (0, 0)


async def test_what_runs_now_is_what_goes_out_or_is_due_within_a_week(stores: Stores) -> None:
    """A broadcast of next March is not what runs now: it is only counted."""
    planned = [("now", 0, "main"), ("soon", 7, "main"), ("late", 8, "main"), ("other", 9, "b2b")]
    for name, days, on in planned:
        moment = LATER + timedelta(days=days)
        state: SendingState = "planned" if days else "sending"
        assert await stores.sendings.add(Sending(f"{name}@1", name, on, moment, NOW, state))
    found = await today(stores)
    assert ([one.title for one in found.broadcasts], found.broadcasts_later) == (["now", "soon"], 2)
    assert (await today(stores, "main")).broadcasts_later == 1
