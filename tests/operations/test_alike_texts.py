"""N7: questions that nobody answered, grouped: alike in other words together, others apart, however many."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.operations.alike_texts import grouped

ALIKE = [
    ["有優惠嗎", "請問有優惠嗎？", "有沒有優惠", "您好，有優惠嗎 謝謝", "有優惠嗎!!"],
    ["運費多少", "運費多少錢", "現在運費多少", "想請問運費多少呢～"],
    ["營業時間", "你們營業時間", "ＨＩ 營業時間?"],
    ["hi"],
    ["？？"],
    ["iPhone 15 有貨嗎", "iphone15有貨"],
]
APART = [
    ("信義店幾點開", "板橋店幾點開"),
    ("可以退貨嗎", "可以換貨嗎"),
    ("幾點開門", "幾點關門"),
    ("怎麼退貨", "怎麼換貨"),
    ("訂單在哪裡", "門市在哪裡"),
    ("好", "你好"),
]


def test_what_asks_the_same_is_one_group() -> None:
    """All questions at once, each in all its words: as many groups as questions, the largest first."""
    texts = [text for some in ALIKE for text in some]
    found = [sorted(texts[place] for place in places) for places in grouped(texts)]
    assert sorted(found) == sorted(sorted(some) for some in ALIKE)
    assert [len(some) for some in found] == sorted(map(len, found), reverse=True)


@pytest.mark.parametrize("texts", APART)
def test_what_asks_something_else_is_another(texts: tuple[str, str]) -> None:
    assert len(grouped(texts)) == 2


@given(st.lists(st.text(max_size=40), max_size=30))
def test_every_text_is_in_one_group_and_equal_ones_together(texts: list[str]) -> None:
    found = grouped(texts)
    assert sorted(place for places in found for place in places) == list(range(len(texts)))
    assert all(places == sorted(places) for places in found)
    group = {place: number for number, places in enumerate(found) for place in places}
    for one, text in enumerate(texts):
        assert group[one] == group[texts.index(text)]


@pytest.mark.parametrize("kind", ["nonsense", "long"])
def test_a_thousand_different_ones_take_no_time_to_speak_of(kind: str) -> None:
    """A page is drawn meanwhile: 1,000 texts, each another, of few letters or of 5,000."""
    dice = Random(1)
    texts = ["".join(dice.choices("的一是不了在人有我他", k=60)) for _ in range(1_000)]
    if kind == "long":
        texts = [text + "啊" * 5_000 for text in texts]
    begun = time.process_time()
    grouped(texts)
    assert time.process_time() - begun < 1.0
