"""A birthday that is said without its year: it is not guessed, and asked for (language, text_pattern)."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.model.place import Place
from bot.scenario.explain import explained
from bot.scenario.given import GivenPerson
from tests.playbooks import compiled

RULES = """
attributes: {birthday: date, pet: {type: date, title: 狗狗生日}, wedding: date, visit: date}
rules:
  - when: {text_pattern: "我的生日是 {day:date}"}
    do: [{set: {birthday: "{{ event.day }}"}}, {reply: "記住了：{{ event.day }}"}]
    once_per: person
    name: 記生日
  - when: {text_pattern: "*結婚 {day:date}"}
    do: [{set: {wedding: "{{ event.day }}"}}, {reply: "恭喜：{{ event.day }}"}]
  - when: {text_pattern: "預約 {day:date}"}
    do: [{set: {visit: "{{ event.day }}"}}, {reply: "約好：{{ event.day }}"}]
  - when: {text_pattern: "狗狗 {day:date}"}
    do: [{set: {pet: "{{ event.day }}"}}, {reply: 汪}]
  - when: [{text: 生日}, {text_pattern: "生日 {day:date}"}]
    reply: 生日快樂
flows:
  yearly:
    when: {anniversary: wedding, at: 10:00}
    once_per: 300d
    if_late: skip
    states: {祝: {push: 結婚紀念日快樂！不想收到？輸入「停止推播」, end: true}}
"""


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return compiled(RULES)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("我的生日是 1990/5/20", "記住了：1990-05-20"),
        ("我的生日是民國79年5月20日", "記住了：1990-05-20"),
        ("我的生日是 5/20", "請把年份也寫上，例如：我的生日是 1990/5/20"),
        ("我的生日是5月20日", "請把年份也寫上，例如：我的生日是 1990/5/20"),
        ("我在結婚 5/20", "請把年份也寫上，例如：1990/5/20"),
        ("我在結婚 2020/5/20", "恭喜：2020-05-20"),
        ("預約 12/5", "約好：2026-12-05"),
        ("預約下週三", "約好：2026-12-09"),
        ("狗狗 5/20", "請把年份也寫上，例如：狗狗 1990/5/20"),
        ("生日 5/20", "生日快樂"),
        ("我的生日是 5/32", None),
    ],
)
def test_its_year_is_asked_for(playbook: Playbook, said: str, answer: str | None) -> None:
    """F1: only where it is stored as a birthday, or as a day of each year."""
    assert answers(playbook, said) == [[] if answer is None else [answer]]


def test_it_is_asked_for_until_it_is_said_however_often_the_rule_may_answer(playbook: Playbook) -> None:
    asked = ["請把年份也寫上，例如：我的生日是 1990/5/20"]
    said = ("我的生日是 5/20", "我的生日是 5月20日", "我的生日是 1990/5/20", "我的生日是 1990/5/20")
    assert answers(playbook, *said) == [asked, asked, ["記住了：1990-05-20"], []]


def answers(playbook: Playbook, *said: str) -> list[list[str]]:
    """What is answered to each."""
    now = datetime(2026, 11, 30, 10, tzinfo=ZoneInfo("Asia/Taipei"))
    found = explained(playbook, GivenPerson("", Place("", 0, 0, ""), "main"), said, now)
    return [[message["text"] for message in one.messages] for one in found]
