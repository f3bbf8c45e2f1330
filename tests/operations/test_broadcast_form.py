"""E4, I1, L8: a composed broadcast as YAML of the playbook and back: nothing of an entry is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.operations.broadcasts.broadcast_form import (
    ComposedBroadcast,
    ComposedBubble,
    ComposedTap,
    ConditionRow,
    entry_of,
)
from bot.operations.broadcasts.broadcast_read_back import MoreThanForm, composed_of
from bot.operations.broadcasts.composed_rhythm import ComposedRhythm
from bot.operations.drafts.free_names import free_name, safe_name
from bot.playbook.section_names import SectionNames
from bot.playbook.syntax.written_entry import EntriesUnread, WrittenEntry, entry_in, with_entry

NAMES = SectionNames({"cards": {"coupon": ""}, "pages": {"customer_data": ""}})
HOSTILE = "{{ contact.name }}: \u202e\t\\ \"'"
TAPS = (
    ComposedTap("官網", "https://shop.example/?a=1&b#c"),
    ComposedTap("填資料", "customer_data"),
    ComposedTap("找客服", "找客服"),
)
WHOLE = ComposedBroadcast(
    title="雙11 🎉",
    channel="main",
    audience_kind="conditions",
    conditions=(
        ConditionRow("bound"),
        ConditionRow("!ordered", "7"),
        ConditionRow("tag", "VIP"),
        ConditionRow("!refused"),
        ConditionRow("!bound"),
        ConditionRow("!audience", "沉睡的VIP"),
        ConditionRow("written", "attribute: {points: {at_least: 500}}"),
    ),
    only_agreed=True,
    messages=(
        (
            ComposedBubble("card", "coupon"),
            ComposedBubble("text", "# 早安\n  您好\n\n再見"),
            ComposedBubble("picture", "cards/a.png"),
        ),
        (ComposedBubble("card", "gone"), ComposedBubble("buttons", "好東西", "去看看", "cards/a.png", TAPS)),
    ),
    second=45,
    holdout=10,
    at="2099-11-11 10:00",
    quiet_hours="夜間",
    add_tags=("收過雙11",),
    goal="shop=order_paid",
    sends_part=True,
)
FILE = """\
# 我們的群發
broadcasts:
  邀請綁定:
    to: 還沒綁定
    channel: main
    push: [coupon, 不想收到？輸入「停止推播」]   # 短一點
    at: 2027-03-01 12:00

  # 每個月一次
  月報:
    to: everyone
    push: |
      # 這個月
      有新品
    every: month on 1 at 11:00
"""


def written(composed: ComposedBroadcast, name: str = "雙11", text: str = "") -> str:
    text = with_entry(text, "splits", name, dict(composed.groups) or None)
    return with_entry(text, "broadcasts", name, entry_of(composed, name, name, NAMES))


def broadcast_in(text: str, name: str) -> WrittenEntry:
    entry = entry_in(text, "broadcasts", name)
    assert entry is not None
    return entry


def read(text: str, name: str = "雙11") -> ComposedBroadcast:
    entry, shares = broadcast_in(text, name), entry_in(text, "splits", name)
    return composed_of(entry.value, name, name, {} if shares is None else shares.value, NAMES)


@pytest.mark.parametrize(
    "composed",
    [
        WHOLE,
        replace(WHOLE, at="", rhythm=ComposedRhythm("day"), until="2099-12-31 00:00", is_high=True),
        replace(WHOLE, at="", rhythm=ComposedRhythm("week", ("mon", "sun"), clock="09:05")),
        replace(WHOLE, at="", rhythm=ComposedRhythm("month", day="31")),
        replace(WHOLE, messages=WHOLE.messages[:1], second=0),
        replace(WHOLE, messages=WHOLE.messages[:1], second=0, holdout=0),
        replace(WHOLE, names=("折扣", "送禮", "沒有")),
        replace(WHOLE, names=("折扣", "送禮", "不發"), holdout=0),
        replace(WHOLE, names=("乙", "乙_2", "x"), messages=WHOLE.messages[:1], second=0),
        replace(WHOLE, conditions=(ConditionRow("tag", "VIP"),)),
        replace(WHOLE, audience_kind="everyone", conditions=()),
        replace(WHOLE, audience_kind="audience", audience="熟客", conditions=()),
        ComposedBroadcast(title="1111", messages=((ComposedBubble("text", "null"),),)),
        ComposedBroadcast(title="雙11", messages=((ComposedBubble("text", "coupon"),),)),
        ComposedBroadcast(title="a: b # c", audience_kind="audience", audience="a, b"),
        ComposedBroadcast(
            title="t", messages=((ComposedBubble("text", "{{ contact.name }}: \u202e\t\\ \"'"),),)
        ),
        ComposedBroadcast(title="t", messages=((ComposedBubble("text", "字" * 5001 + "\n - x\n\n\n# y"),),)),
    ],
)
def test_what_is_written_is_read_back(composed: ComposedBroadcast) -> None:
    assert read(written(composed)) == composed


def test_an_entry_is_written_as_people_write_it() -> None:
    composed = ComposedBroadcast(
        title="雙11",
        channel="main",
        messages=((ComposedBubble("card", "coupon"), ComposedBubble("text", "早安\n您好")),),
    )
    assert written(composed) == (
        "broadcasts:\n  雙11:\n    channel: main\n    to: everyone\n    push:\n      - coupon\n"
        "      - text: |-\n          早安\n          您好\n"
    )


def test_everything_around_an_entry_stays_as_it_is() -> None:
    changed = with_entry(FILE, "broadcasts", "月報", {"to": "everyone", "push": "有新品"})
    before, after = FILE.splitlines(), changed.splitlines()
    assert after[:9] == before[:9]
    assert after[9:] == ["  月報:", "    to: everyone", "    push: 有新品"]
    more = with_entry(FILE, "broadcasts", "新的", {"to": "everyone", "push": "有新品"})
    assert more.startswith(FILE.rstrip("\n") + "\n  新的:\n")
    assert written(WHOLE, text=FILE).startswith(FILE)


def test_a_comparison_that_ends_leaves_no_empty_section() -> None:
    single = replace(WHOLE, messages=WHOLE.messages[:1], second=0, holdout=0)
    text = written(single, text=written(WHOLE))
    assert "splits" not in text
    assert read(text) == single


@pytest.mark.parametrize("head", ["broadcasts:", "broadcasts:   # 還沒有"])
def test_an_empty_section_takes_an_entry(head: str) -> None:
    text = with_entry(
        f"tags: [VIP]\n{head}\n\nrules: []\n", "broadcasts", "月報", {"to": "everyone", "push": "早"}
    )
    assert text == (f"tags: [VIP]\n{head}\n  月報:\n    to: everyone\n    push: 早\n\nrules: []\n")
    with pytest.raises(EntriesUnread):
        with_entry("broadcasts: null\n", "broadcasts", "月報", {"to": "everyone", "push": "早"})


def test_a_comment_inside_an_entry_is_seen() -> None:
    with_comment, without = broadcast_in(FILE, "邀請綁定"), broadcast_in(FILE, "月報")
    assert (with_comment.is_bare, without.is_bare) == (False, True), "a # in a text is none"
    assert (without.first, without.last) == (10, 15)


@pytest.mark.parametrize("said", ["*first", "{to: everyone, push: *text}"])
def test_an_entry_that_repeats_another_one_is_left_to_the_editor(said: str) -> None:
    """YAML's alias, which the language has not: somebody is in the middle of writing it."""
    text = f"broadcasts:\n  a: &first {{to: everyone, push: &text hi}}\n  b: {said}\n"
    found = broadcast_in(text, "b")
    assert (found.first, found.last, found.is_bare) == (3, 3, False)


@pytest.mark.parametrize(
    "more",
    [
        "every: week on thu,mon at 10:00",
        "every: day at 10",
        "until: 2099-01-01 00:00",
        "goal: {form_sent: a, within: 7d, store: b}",
        "status: draft",
        "split: elsewhere",
    ],
)
def test_what_the_form_has_no_field_for_is_not_read(more: str) -> None:
    entry = broadcast_in(f"broadcasts:\n  a:\n    to: everyone\n    push: hi\n    {more}\n", "a")
    with pytest.raises(MoreThanForm):
        composed_of(entry.value, "a", "a", {}, NAMES)


def test_a_section_between_braces_is_left_to_the_editor() -> None:
    with pytest.raises(EntriesUnread):
        with_entry("broadcasts: {a: {to: everyone, push: hi}}\n", "broadcasts", "a", {"to": "everyone"})
    with pytest.raises(EntriesUnread):
        with_entry("broadcasts: {a: {to: everyone, push: hi}}\n", "broadcasts", "b", {"to": "everyone"})


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("雙11 優惠！", "雙11_優惠"),
        ("🎉", "群發"),
        ("../../etc/passwd", "etcpasswd"),
        ("a\u202eb{x}", "abx"),
        ("長" * 80, "長" * 34),
        (" _a_ ", "a"),
    ],
)
def test_a_name_is_made_of_the_title(title: str, name: str) -> None:
    assert safe_name(title, "群發") == name


def test_a_name_is_nobody_elses() -> None:
    assert free_name("雙11", ["雙11", "雙11_2"]) == "雙11_3"
    assert free_name("Sale", ["sale"]) == "Sale_2"


@pytest.mark.parametrize(
    "text",
    [
        "broadcasts:\n  a: {to: x,\n    push: [p,\n     q],\n  }\n  b: {to: y, push: z}\nrules: []\n",
        "broadcasts:\n  a:\n    to: x\n    push: p\n\n\n  b:\n    to: y\n    push: |\n      # z\n\n# end\n",
        "broadcasts: # ours\n    a:\n        to: x\n        push: >\n          p\n    b: {to: y, push: z}\n",
        "broadcasts:\n  a:\n    to: x\n    push:\n    - p\n    - q\n  b:\n    to: y\n    push: z",
    ],
)
def test_of_any_writing_the_neighbours_say_the_same(text: str) -> None:
    before = broadcast_in(text, "b")
    changed = with_entry(text, "broadcasts", "a", {"to": "everyone", "push": "n"})
    after, new = broadcast_in(changed, "b"), broadcast_in(changed, "a")
    assert (after.value, new.value) == (before.value, {"to": "everyone", "push": "n"})
    assert "# end" in changed or "# end" not in text
