"""Pictures of flows and `check` say in Chinese what people say, not the playbook's words one by one. H7"""

from __future__ import annotations

import pytest

from bot.model.translatable import tr
from bot.playbook.drawing.sketch import in_words, sketch
from bot.playbook.phrases import Phrases, ShortTrigger
from bot.translations.chinese import CHINESE
from tests.playbooks import compiled

PLAYBOOK = """
shops: {{forest: {{platform: cyberbiz, secret: s, username: u, webhook_secret: w}}}}
channels: {{main: {{id: "@shop", channel_id: "1", channel_secret: s, access_token: t, shop: forest}}}}
tags: {{VIP: {{added_by: staff}}}}
attributes:
  points: {{type: number, title: 點數, set_by: staff}}
  birthday: {{type: date, title: 生日, set_by: staff}}
splits: {{試試: {{優惠: 50, 對照: 50}}}}
flows:
  one:
    when: {when}
    {condition}once_per: always
    states:
      首: {{push: 好, wait: 1d, next: 看}}
      看: {{branch: [{{if: {asked}, to: 完}}, {{to: 完}}]}}
      完: {{end: true}}
"""


def said(
    when: str = "{tag_added: VIP}",
    condition: str = "",
    asked: str = "{tag: VIP}",
    again: str = "always",
) -> set[str]:
    """What the arrows of a journey say."""
    lines = f"if: {condition}\n    " if condition else ""
    text = PLAYBOOK.format(when=when, condition=lines, asked=asked)
    playbook = compiled(text.replace("once_per: always", f"once_per: {again}"))
    return {
        line
        for arrow in in_words(sketch(playbook, playbook.flows["one"], CHINESE), playbook, CHINESE).arrows
        for line in (arrow.trigger, arrow.again)
    }


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{shop: order_paid}", "訂單已付款"),
        ("{tag_added: VIP}", "貼上標籤「VIP」"),
        ("{bound: phone}", "綁定手機"),
        ("{anniversary: birthday, days_before: 0, at: '10:00'}", "每年生日當天 10:00"),
    ],
)
def test_what_begins_it(when: str, words: str) -> None:
    assert words in said(when)


def test_a_date_and_of_whom() -> None:
    told = said(
        "{anniversary: birthday, days_before: 3, at: '10:00'}",
        "{all: [{bound: phone}, {contact: {marketing: true}}]}",
    )
    assert "每年生日前 3 天 10:00，限已綁定手機、願意收訊息的人" in told


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("{split: {試試: 優惠}}", "抽到「優惠」組"),
        ("{tag: VIP}", "有標籤「VIP」"),
        ("{tag: {VIP: {within: 7d}}}", "有標籤「VIP」（7 天內貼的）"),
        ("{not: {tag: {VIP: {over: 30d}}}}", "沒有標籤「VIP」（貼了超過 30 天）"),
        ("{contact: {last_seen: {within: 7d}}}", "上次互動在 7 天內"),
        ("{contact: {last_order: {over: 90d}}}", "上次下單超過 90 天"),
        ("{not: {bound: phone}}", "還沒綁定手機"),
        ("{staff: true}", "客服處理中"),
        (
            "{any: [{all: [{bound: phone}, {contact: {marketing: true}}]}, {tag: VIP}]}",
            "(已綁定手機、願意收訊息)，或有標籤「VIP」",
        ),
        ("{attribute: {points: {at_least: 100}}}", "點數 ≥ 100"),
    ],
)
def test_what_is_asked(asked: str, words: str) -> None:
    assert words in said(asked=asked)


@pytest.mark.parametrize(
    ("again", "words"),
    [
        ("person", "每人只有一次"),
        ("day", "每人每天最多一次"),
        ("always", "每次都會再進入（要等前一次結束）"),
        ("1mo", "每人隔 1 個月才能再進入一次"),
    ],
)
def test_how_often_one_person_may_come_in_is_spelled_out(again: str, words: str) -> None:
    """H3: elsewhere (dittofeed 958) *several times* was misread; a picture says it beside what begins it."""
    assert words in said(again=again)


@pytest.mark.parametrize(
    ("short", "words"),
    [
        ("after 1d at 10:00", "隔天 10:00，推播 1 則"),
        ("after 30m", "30 分鐘後，推播 1 則"),
        ("anniversary of birthday -3d at 10:00", "每年生日前 3 天 10:00，推播 1 則"),
        ("until mon 10:00", "到週一 10:00，推播 1 則"),
        ("until 2026-11-11 20:00", "到 2026-11-11 20:00，推播 1 則"),
        ("attribute_changed birthday, size", "生日、size 有變動時，推播 1 則"),
        ("enters 老客", "進入分眾「老客」時，推播 1 則"),
        ("tag_added VIP", "貼上標籤「VIP」時，推播 1 則"),
        ("hook order_status ok", "外部系統 order_status 成功時，推播 1 則"),
        ("signal parcel", "收到訊號 parcel 時，推播 1 則"),
        ("member missing, taken", "查無會員、會員已綁在別的 LINE 帳號時，推播 1 則"),
    ],
)
def test_at_which_moment_it_costs_a_message(short: str, words: str) -> None:
    trigger = ShortTrigger(short, short, (("birthday", "生日"),))
    moment = tr("when it comes by {trigger}", trigger=trigger)
    assert CHINESE.text(tr("this costs a message {when}", when=moment)) == words
    assert str(moment) == f"when it comes by {short}"


def test_what_is_set_is_called_by_its_title() -> None:
    playbook = compiled(
        "attributes: {points: {type: number, title: 點數, set_by: staff}}\n"
        "flows: {one: {states: {首: {do: [{set: {points: 5}}, {clear: [points]}], end: true}}}}\n"
    )
    [box, *_] = in_words(sketch(playbook, playbook.flows["one"], CHINESE), playbook, CHINESE).boxes
    assert list(map(str, box.lines)) == ["設定 點數：5", "清除 點數"]


@pytest.mark.parametrize(
    ("short", "words"),
    [
        ("ended bound, again, moved +1", "結束在 bound、again、moved 等 4 個"),
        ("text 好, 可以, 行 +2", "說「好」、「可以」、「行」等 5 個"),
    ],
)
def test_names_that_are_left_out_are_counted(short: str, words: str) -> None:
    assert Phrases((), CHINESE).trigger(short) == words
