"""E3: a week of staff's conversations, played at known times, in figures of the team and of each account."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from time import monotonic

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.engine.times.local_time import day_words
from bot.model.admin import AdminRole
from bot.model.chat_figures import answer_mark, rounded
from bot.model.counts import Counted
from bot.model.event import TextMessage, What
from bot.model.journal import TimelineRow
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.model.staff_chat import StaffWrites
from bot.model.staff_order import StaffActs
from bot.model.translatable import ENGLISH
from bot.operations.catalog.answers import answer_csv, answer_lines
from bot.operations.chat.report import AccountNow, StaffRow, chat_report
from bot.operations.declared.chats import report_chats
from bot.store.counters.folding import upsert
from bot.store.database.mongo import Database
from bot.store.stores import Stores
from tests.engine.chat import Chat, chat_of
from tests.people import come
from tests.web.api.api_world import ApiWorld

AMY, BEN = "console:amy", "console:ben"
PLAYBOOK = """
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, staff: console,
         answer_within: 3m, answer_hours: 客服時間}
hours: {客服時間: {mon-sun: 09:00-21:00}}
rules:
  - {when: {text: 客服}, do: [{reply: 請稍候}, {hand_over: 請看}]}
"""
WEEK = (date(2026, 9, 1), date(2026, 9, 7))
"""A Tuesday and the Monday after it."""


class PlayedWeek:
    """One customer and staff, at moments of September by Taipei's clock; `days` has what was counted."""

    def __init__(self) -> None:
        self.chat: Chat = chat_of(PLAYBOOK)
        self.days: list[tuple[str, Sequence[Mark]]] = []

    def at(self, day: int, hour: int, minute: int = 0, second: int = 0) -> PlayedWeek:
        moment = datetime(2026, 9, day, hour, minute, second, tzinfo=TAIPEI)
        self.chat.waits(seconds=(moment - self.chat.now).total_seconds())
        return self

    def says(self, text: str = "客服") -> None:
        self._hears(TextMessage(text))

    def writes(self, by: str) -> None:
        self._hears(StaffWrites(by, ({"type": "text", "text": "您好"},), may_cost=True))

    def acts(self, by: str, *, takes: bool = True, to: str | None = None) -> None:
        self._hears(StaffActs(takes, by, to))

    def _hears(self, what: What) -> None:
        self.chat.hears(what, token=False)
        self.days.append((day_words(self.chat.now, TAIPEI), self.chat.last.marks))

    async def stored(self, stores: Stores) -> None:
        where = ("main:U1", part_of("main:U1"), self.chat.now, "x")
        rows = [
            TimelineRow(f"e{number}", *where, counted=Counted(f"e{number}", day, tuple(marks)))
            for number, (day, marks) in enumerate(self.days)
        ]
        await stores.journal.timeline(rows)
        await come(stores.contacts, self.chat.contact)


def week() -> PlayedWeek:
    """Amy answers at once, Ben hands on, a night passes, and on Saturday nobody answers."""
    played = PlayedWeek()
    played.at(1, 12).says()
    played.at(1, 12, 1).writes(AMY)
    played.at(1, 12, 5).says("有貨嗎")
    played.at(1, 12, 5, 30).says("？")
    played.at(1, 12, 7).writes(AMY)
    played.at(1, 12, 7).writes(AMY)
    played.at(1, 12, 8).acts(AMY, takes=False)
    played.at(2, 12).says()
    played.at(2, 12, 0, 30).acts(BEN)
    played.at(2, 12, 0, 30).acts(BEN, to=AMY)
    played.at(2, 12, 4).writes(AMY)
    played.at(2, 12, 5).acts(AMY, takes=False)
    played.at(3, 23, 50).says()
    played.at(4, 9).writes(BEN)
    played.at(4, 9, 1).acts(BEN, takes=False)
    played.at(5, 12).says()
    played.at(7, 12)
    return played


async def test_a_week_of_known_times(stores: Stores) -> None:
    """Two messages in a row wait once, from the first; who hands on leaves the first answer to another.

    What is written at night is in time at nine: the promise counts in hours of service alone.
    """
    await week().stored(stores)
    found = await chat_report(stores, *WEEK)
    night = rounded(9 * 3600 + 600)
    assert found.team == StaffRow(None, None, 4, 5, 3, 240, night, 1, 120, 120, 3, 1)
    assert found.agents == [
        StaffRow(None, AMY, 2, 4, 2, 60, 240, 1, 120, 120, 2, 1),
        StaffRow(None, BEN, 2, 1, 1, night, night, 0, None, None, 1, 0),
    ]
    assert [(one.day, one.by, one.conversations, one.answers) for one in found.days] == [
        ("2026-09-01", AMY, 1, 3),
        ("2026-09-02", AMY, 1, 1),
        ("2026-09-02", BEN, 1, 0),
        ("2026-09-04", BEN, 1, 1),
    ]
    waits = {(one.hour, day): number for one in found.hours for day, number in enumerate(one.waits) if number}
    assert waits == {(12, 1): 2, (12, 2): 1, (12, 5): 1, (23, 3): 1}
    assert {one.hour: one.first_median for one in found.hours if one.first_median} == {12: 60, 23: night}
    assert (found.waiting, found.now) == (1, [])


async def test_a_span_a_channel_an_account(stores: Stores) -> None:
    await week().stored(stores)
    first = await chat_report(stores, WEEK[0], WEEK[0])
    assert (first.team.conversations, first.team.answers) == (1, 3)
    assert (await chat_report(stores, *WEEK, channel="outlet")).is_empty
    of_ben = await chat_report(stores, *WEEK, only=BEN)
    assert {one.by for one in (*of_ben.agents, *of_ben.days)} == {BEN}
    assert of_ben.team.answers == 5


async def test_who_has_a_conversation_that_waits_for_an_answer(stores: Stores) -> None:
    played = week()
    played.at(7, 12).writes(AMY)
    await played.stored(stores)
    assert (await chat_report(stores, *WEEK)).now == [AccountNow(AMY, 1, 0)]
    played.at(7, 13).says("好")
    await come(stores.contacts, played.chat.contact)
    found = await chat_report(stores, *WEEK)
    assert (found.waiting, found.now) == (0, [AccountNow(AMY, 1, 1)])


@pytest.mark.ring("all", "the API's whole world")
async def test_an_agent_sees_the_team_and_themselves(api: ApiWorld) -> None:
    await week().stored(api.stores)
    call = replace(api.operation_call(AMY), now=datetime(2026, 9, 7, 4, tzinfo=UTC))
    roles: Sequence[tuple[AdminRole, set[str]]] = (("agent", {AMY}), ("supervisor", {AMY, BEN}))
    for role, seen in roles:
        found = await report_chats(replace(call, role=role), days=7)
        assert (found.since, found.until, found.team.answers) == ("2026-09-01", "2026-09-07", 5)
        assert {one.by for one in (*found.agents, *found.days)} == seen
    [first] = [await report_chats(call, days=3_660, until=date(1, 1, 2))]
    assert first.since == "0001-01-01"


async def test_no_line_names_a_customer_and_times_are_seconds_for_spreadsheets(stores: Stores) -> None:
    played = week()
    await played.stored(stores)
    found = await chat_report(stores, *WEEK)
    table = answer_csv(found, ENGLISH, str)
    shown = "\n".join(answer_lines(found, ENGLISH, str))
    assert table.splitlines()[1] == "2026-09-01,console:amy,1,3,1,60,60,1,120,120,2,0"
    assert "9 h 6 min" in shown
    assert not [one for one in ("小美", "U1", "有貨嗎") if one in table + shown]


async def test_where_staff_had_nothing_it_says_so(stores: Stores) -> None:
    found = await chat_report(stores, *WEEK)
    assert next(iter(answer_lines(found, ENGLISH, str))).startswith("staff had no conversation from")


@pytest.mark.ring("all", "a month of a large shop")
async def test_a_month_of_100_000_answers_is_read_within_two_seconds(
    stores: Stores, database: Database
) -> None:
    """Twenty who answer, 3,300 times a day, at any time within an hour."""
    dice = Random(1)
    marks = Counter[tuple[str, Mark]]()
    for number in range(100_000):
        actor, seconds = f"console:agent{dice.randrange(20)}", timedelta(seconds=dice.randrange(3600))
        hour = f"{dice.randrange(9, 21):02}"
        mark = answer_mark("main", actor, seconds, is_first=number % 5 == 0, hour=hour)
        marks[f"2026-09-{number % 30 + 1:02}", mark] += 1
    await database.collection("counts").bulk_write(
        [upsert(day, mark, number) for (day, mark), number in marks.items()], ordered=False
    )
    begun = monotonic()
    found = await chat_report(stores, date(2026, 9, 1), date(2026, 9, 30))
    took = monotonic() - begun
    assert found.team.answers == 100_000
    assert took < 2, f"{took:.2f} s for {len(marks)} rows"
