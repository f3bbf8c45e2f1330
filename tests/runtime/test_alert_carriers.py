"""An alert at LINE: nothing that was gathered is cut off, whatever it is made of. A5"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.texts.text import utf16_units
from bot.line.outcome import Accepted
from bot.model.alert import AlertNote
from bot.model.settings import Alert
from bot.model.translatable import ENGLISH
from bot.runtime.alerts.carriers import ByLine
from bot.runtime.alerts.receivers import AlertSent, AlertTelling, alert_receivers
from bot.runtime.alerts.words import Wording
from bot.runtime.ports import LineAccount
from bot.translations.chinese import CHINESE
from tests.conftest import NOW
from tests.depth import examples

[BOSS] = alert_receivers([Alert("line", "@boss", ("quota",))]).values()


class Account:
    """Keeps what is pushed."""

    def __init__(self) -> None:
        self.pushed: list[list[dict[str, Any]]] = []

    async def push(self, user: str, body: bytes, retry_key: str) -> Accepted:
        self.pushed.append(orjson.loads(body)["messages"])
        return Accepted()


def by_line(account: Account, title: str = "官方帳號", language: str = "en") -> ByLine:
    async def tester(name: str) -> tuple[str, str]:
        return "main", "U9"

    words = ENGLISH if language == "en" else CHINESE
    wording = Wording("forest", {"main": title}, words, ZoneInfo("Asia/Taipei"))
    return ByLine(tester, lambda _: cast("LineAccount", account), lambda: wording)


async def pushed(
    notes: Sequence[AlertNote], title: str = "官方帳號", language: str = "en"
) -> list[list[str]]:
    """The texts of each push, until all is told."""
    account = Account()
    line, left = by_line(account, title, language), list(notes)
    while left:
        number = line.fitting(BOSS, left)
        assert number >= 1
        told = AlertTelling(f"b{len(left)}", NOW, left[:number])
        assert await line.carry(BOSS, told) == AlertSent()
        left = left[number:]
    return [[message["text"] for message in messages] for messages in account.pushed]


def person(number: int, name: str, text: str) -> AlertNote:
    at = NOW + timedelta(seconds=number)
    return AlertNote(f"a{number}", "handed_over", at, "main", f"main:U{number}", name, text)


@pytest.mark.parametrize("sign", ["a", "好", "😀"])
async def test_twenty_long_ones_are_told_to_the_last_word(sign: str) -> None:
    notes = [person(number, f"小美{number}", sign * 500) for number in range(20)]
    [texts] = await pushed(notes)
    assert 1 < len(texts) <= 5
    assert [f"hand-back main:U{number}" in "\n".join(texts) for number in range(20)] == [True] * 20


@pytest.mark.parametrize("sign", ["a", "好", "😀"])
async def test_what_a_push_does_not_hold_waits(sign: str) -> None:
    notes = [
        AlertNote(f"a{number}", "shop_failing", NOW, "main", text=f"trouble {number} {sign * 3_000}")
        for number in range(20)
    ]
    pushes = await pushed(notes)
    assert len(pushes) > 1
    said = "\n".join(text for texts in pushes for text in texts)
    assert [f"trouble {number} " in said for number in range(20)] == [True] * 20


async def test_one_that_is_too_long_alone_is_cut_between_signs() -> None:
    [[text]] = await pushed([AlertNote("a1", "quota", NOW, "main", text="八成")], title="😀" * 4_000)
    assert (utf16_units(text) in (4_999, 5_000), text[-2:]) == (True, "😀…")


_NOTES = st.lists(
    st.builds(
        lambda way, name, text, times: (
            person(0, name, text * times) if way else AlertNote("a1", "quota", NOW, "main", text=text * times)
        ),
        st.booleans(),
        st.text(max_size=80),
        st.text(min_size=1, max_size=40),
        st.integers(1, 90),
    ),
    min_size=1,
    max_size=20,
)


@given(_NOTES, st.sampled_from(("en", "zh")))
@settings(max_examples=examples(60), deadline=None)
async def test_line_takes_every_push_and_all_is_in_them(notes: list[AlertNote], language: str) -> None:
    pushes = await pushed(notes, language=language)
    assert all(1 <= len(texts) <= 5 for texts in pushes)
    assert all(text.strip() and utf16_units(text) <= 5_000 for texts in pushes for text in texts)
    said = "\n".join(text for texts in pushes for text in texts)
    assert said.count("2026-11-20 ") >= len(notes)
