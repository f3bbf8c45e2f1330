"""What the shape takes for a text of a format the compiler can read: it asks nothing a second time."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import pytest

from bot.engine.times import time_texts
from bot.engine.times.hours import WHOLE_DAY
from bot.engine.types.odds import odds_of
from bot.engine.types.plain import number_of
from bot.playbook.compile import times
from bot.playbook.compile.values.hours import days_of
from bot.playbook.shape.formats import FORMATS

TAIPEI = ZoneInfo("Asia/Taipei")
READERS: Mapping[str, Callable[[str], object]] = {
    "duration": times.duration,
    "fixed duration": times.duration,
    "time": time_texts.clock,
    "moment": lambda text: time_texts.moment(text, TAIPEI),
    "wait": times.wait,
    "rate": times.rate,
    "every": times.rhythm,
    "whole": times.whole,
    "number": number_of,
    "odds": odds_of,
    "window": lambda text: text == "closed" or days_of(text, ()),
    "hours": lambda text: days_of(text, (WHOLE_DAY,)),
    "day or date": lambda text: text == "closed" or days_of(text, (WHOLE_DAY,)),
}
"""Format → what reads a text of it."""
ONE_WORD = """
3 0 12 999999 1000000000 007 -5 1.5 1/200 5% 100 day week month 30m 1h30m 3d 2w 6mo 1y 0s until at on per
mon sat mon-fri mon,wed fri-mon closed 09:30 00:00 23:59 24:00 9:00 １２ ٣ - , 09:00-18:00 18:00-02:00
00:00-24:00 12:00-24:00 09:00-09:00 2026-11-01 2026-02-29 2028-02-29 0000-01-01 9999-12-31
2026-11-01..2026-11-03
"""
PIECES = (
    *ONE_WORD.split(),
    *("3 per 7d", "day at 10:00", "week on mon,thu at 10:00", "month on 31 at 11:00", "next day", "", " "),
    *("2026-11-01 09:30", "2026-11-01 24:00", "2026-02-30 24:00", "until mon 10:00"),
)
GLUE = ("", " ", " at ", "-", ",", ":", "..", " per ", " on ")


def made_up(chance: random.Random) -> str:
    """A text of one to four of the pieces."""
    text = chance.choice(PIECES)
    for _ in range(chance.choice((0, 0, 1, 1, 2, 3))):
        text += chance.choice(GLUE) + chance.choice(PIECES)
    return text


@pytest.mark.parametrize("name", READERS)
def test_a_text_of_a_format_can_be_read(name: str) -> None:
    chance, right = random.Random(name), 0
    for _ in range(1_500):
        text = made_up(chance)
        if FORMATS[name](text) is None:
            right += 1
            assert READERS[name](text) is not None, text
    assert right, "no text is of the format"
