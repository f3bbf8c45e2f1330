"""Journeys in bad weather: downtime, clocks, leap days, circles, people who go and come back. H3, H4"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.engine.turn.turn import EVENTS_MOST, MOVES_MOST
from bot.model.contact import Tag
from tests.engine.chat import NOON, Chat, chat_of
from tests.playbooks import QUIET_JOURNEY

# -- downtime

TEN_STEPS = (
    QUIET_JOURNEY
    + """\
    states:
      一: {push: 一, wait: 1d, next: 二}
      二: {push: 二, wait: 1d, next: 三}
      三: {push: 三, wait: 1d, next: 四}
      四: {push: 四, wait: 1d, next: 完}
      完: {end: true}
"""
)


@pytest.mark.parametrize(
    ("late", "at_once", "afterwards"),
    [
        ("send", ["二"], ["三", "四"]),
        ("skip", [], ["三", "四"]),
        ("next_morning", [], ["二", "三", "四"]),
        ("exit", [], []),
    ],
)
def test_s22_after_a_week_of_downtime_one_step_is_late_and_the_others_keep_their_distance(
    late: str, at_once: list[str], afterwards: list[str]
) -> None:
    """Nobody is flooded with what a week would have said."""
    chat = chat_of(TEN_STEPS.replace("LATE", late))
    assert chat.told("signal", "go") == ["一"]
    assert chat.waits(down=True, days=7) == at_once
    assert chat.waits(days=7) == afterwards
    assert chat.contact.flows == ()


# -- clocks


def test_a_clock_set_back_says_nothing_twice_and_delays_by_what_it_lost() -> None:
    """Semantics 1: `now` is never before a person's last turn."""
    chat = chat_of(TEN_STEPS.replace("LATE", "send"))
    chat.told("signal", "go")
    assert chat.waits(days=1) == ["二"]
    chat.now -= timedelta(hours=6)
    assert chat.says("嗨") == []
    assert chat.contact.turned == NOON + timedelta(days=1)
    assert [timer.due for timer in chat.contact.timers] == [NOON + timedelta(days=2)]
    assert chat.waits(hours=29) == []
    assert chat.waits(hours=1) == ["三"]


BERLIN = """
timezone: Europe/Berlin
hours: {夜間: "22:00-02:30"}
flows:
  j:
    when: {signal: go}
    once_per: always
    quiet_hours: 夜間
    if_late: send
    states: {等: {wait: WAIT, next: 推}, 推: {push: 推, end: true}}
signals: {go: }
"""


@pytest.mark.parametrize(
    ("begins", "wait", "said"),
    [
        ("2026-03-28 11:00", "1d", "2026-03-29 10:00"),  # noon, a day of 23 hours
        ("2026-03-28 11:00", "24h", "2026-03-29 11:00"),
        ("2026-03-29 00:10", "until 02:45", "2026-03-29 01:00"),  # 02:45 does not exist: 03:00 is the next
        ("2026-03-28 22:00", "1h", "2026-03-29 01:00"),  # the night ends at 02:30, which does not exist
        ("2026-10-24 22:30", "until 02:40", "2026-10-25 00:40"),  # twice: the first
        ("2026-10-24 10:00", "1d", "2026-10-25 11:00"),  # noon, a day of 25 hours
    ],
)
def test_where_clocks_are_changed_waits_and_nights_end_when_people_expect(
    begins: str, wait: str, said: str
) -> None:
    chat = chat_of(BERLIN.replace("WAIT", wait), now=moment(begins))
    chat.told("signal", "go")
    due = moment(said)
    assert chat.waits(seconds=(due - chat.now).total_seconds() - 1) == []
    assert chat.waits(seconds=1) == ["推"]


def moment(text: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# -- circles


ITSELF = """
tags: {開: {added_by: staff}}
flows:
  j:
    when: [{signal: go}, {flow_ended: j}]
    if: {tag: 開}
    once_per: ONCE
    states: {一: {push: 一, end: true}}
signals: {go: }
"""
EACH_OTHER = """
tags: {開: {added_by: staff}}
flows:
  a:
    when: {tag_added: 甲}
    if: {tag: 開}
    once_per: ONCE
    states: {一: {do: [{remove_tags: [甲]}, {add_tags: [乙]}, {push: 甲}], end: true}}
  b:
    when: {tag_added: 乙}
    once_per: ONCE
    states: {一: {do: [{remove_tags: [乙]}, {add_tags: [甲]}, {push: 乙}], end: true}}
rules: [{when: {text: 走}, add_tags: [甲]}]
"""


def circle(text: str, once: str) -> Chat:
    """Somebody for whom the condition holds that keeps `check` from knowing that it goes round for ever."""
    chat = chat_of(text.replace("ONCE", once))
    chat.contact.tags = (Tag("開", NOON, "staff"),)
    return chat


def test_a_journey_that_leads_to_itself_goes_round_as_often_as_once_per_lets_it() -> None:
    chat = circle(ITSELF, "1d")
    assert chat.told("signal", "go") == ["一"]
    assert chat.told("signal", "go") == []
    chat.waits(days=1)
    assert chat.told("signal", "go") == ["一"]


def test_a_journey_that_leads_to_itself_for_ever_is_cut_off_within_the_turn() -> None:
    chat = circle(ITSELF, "always")
    assert 1 < len(chat.told("signal", "go")) <= EVENTS_MOST + 1
    assert chat.because("chain-cut")
    assert (chat.contact.flows, chat.contact.timers) == ((), ())


def test_two_journeys_that_tag_each_other_go_round_as_often_as_once_per_lets_them() -> None:
    chat = circle(EACH_OTHER, "person")
    assert chat.says("走") == ["甲", "乙"]
    assert chat.says("走") == []  # the tag is on from the first time: nothing has changed


def test_s07_two_journeys_that_tag_each_other_for_ever_are_cut_off_within_the_turn() -> None:
    chat = circle(EACH_OTHER, "always")
    said = chat.says("走")
    assert said[:4] == ["甲", "乙", "甲", "乙"]
    assert len(said) <= MOVES_MOST
    assert len(chat.because("chain-cut")) == 1
    assert (chat.contact.flows, len(chat.tags & {"甲", "乙"})) == ((), 1)
    assert chat.says("嗨") == []  # what was cut is dropped: nothing goes on by itself


def test_a_journey_that_waits_in_its_circle_is_a_newsletter() -> None:
    """Round and round, each time with its wait: no bound is touched."""
    chat = chat_of("""
flows:
  j:
    when: [{signal: go}, {flow_ended: j}]
    once_per: always
    if_late: skip
    states: {等: {wait: 1w, next: 推}, 推: {push: 週報, end: true}}
signals: {go: }
""")
    chat.told("signal", "go")
    assert chat.waits(weeks=10) == ["週報"] * 10
    assert chat.instance("j").state == "等"
