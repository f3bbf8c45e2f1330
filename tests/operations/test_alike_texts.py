"""N7: questions that nobody answered, grouped: alike in other words together, others apart, however many."""

from __future__ import annotations

import time
from collections import Counter
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
    ["hiking shoes"],
    ["❤️"],
    ["我的訂單到哪了", "訂單到哪", "請問我的訂單到哪了"],
    ["停車場在哪😊", "请问停车场在哪", "停車場，在哪？謝謝🙏"],
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
    found = [sorted(some) for some in grouped(Counter(texts))]
    assert sorted(found) == sorted(sorted(some) for some in ALIKE)
    assert [len(some) for some in found] == sorted(map(len, found), reverse=True)


@pytest.mark.parametrize("texts", APART)
def test_what_asks_something_else_is_another(texts: tuple[str, str]) -> None:
    assert len(grouped(Counter(texts))) == 2


@given(st.dictionaries(st.text(max_size=40), st.integers(1, 9), max_size=30))
def test_every_text_is_in_exactly_one_group(texts: dict[str, int]) -> None:
    found = grouped(texts)
    assert sorted(text for some in found for text in some) == sorted(texts)
    assert all(some for some in found)
    times = [sum(texts[text] for text in some) for some in found]
    assert times == sorted(times, reverse=True)


CHAIN = ["營業時間", "營業時間幾點", "營業時間幾點開門"]
"""Each is like the next one, and the first is not like the last."""
QUESTIONS = st.sampled_from([*CHAIN, *(text for some in (*ALIKE, *APART) for text in some)])


@given(st.lists(st.sampled_from(CHAIN)) | st.lists(QUESTIONS, max_size=30), st.randoms(use_true_random=False))
def test_who_is_with_whom_does_not_depend_on_the_order(texts: list[str], dice: Random) -> None:
    mixed = texts.copy()
    dice.shuffle(mixed)
    assert grouped(Counter(texts)) == grouped(Counter(mixed))


@pytest.mark.parametrize("kind", ["nonsense", "long"])
def test_a_thousand_different_ones_take_no_time_to_speak_of(kind: str) -> None:
    """A page is drawn meanwhile: 1,000 texts, each another, of few letters or of 5,000."""
    dice = Random(1)
    texts = ["".join(dice.choices("的一是不了在人有我他", k=60)) for _ in range(1_000)]
    if kind == "long":
        texts = [text + "啊" * 5_000 for text in texts]
    begun = time.process_time()
    grouped(Counter(texts))
    assert time.process_time() - begun < 1.0
