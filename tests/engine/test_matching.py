"""Which rule hears what: F1, and the order of the file."""

from __future__ import annotations

import random

import pytest

from bot.engine.playbook import OnFollow, OnText, OnTextContaining, Playbook, Rule, Trigger
from bot.engine.text import fold
from tests.engine.anything import NASTY
from tests.playbooks import SMALLEST, place, playbook, reply, rule, tags

RULE_SETS = 3_000
TEXTS_EACH = 6

PIECES = (
    *(
        "a",
        "A",
        "Ａ",
        "ab",
        "b",
        "ba",
        " ",
        "　",
        "\n",
        "茶",
        "茶几",
        "優惠",
        "優",
        "惠",
        "ß",
        "ss",
        "ｶﾞ",
        "ガ",
    ),
    *NASTY,
)
"""Few enough that rules overlap, share pieces and hide each other."""


def heard(playbook: Playbook, text: str) -> list[int]:
    numbers = {id(rule): number for number, rule in enumerate(playbook.rules)}
    return [numbers[id(rule)] for rule in playbook.on_text(text)]


def asked_one_after_the_other(playbook: Playbook, text: str) -> list[int]:
    """What the language says, with no cleverness: every rule of the file is asked."""

    def hears(trigger: Trigger) -> bool:
        match trigger:
            case OnText(said):
                return any(fold(text) == fold(one) for one in said)
            case OnTextContaining(said):
                return any(fold(one) in fold(text) for one in said)
            case OnFollow():
                return False

    return [n for n, rule in enumerate(playbook.rules) if any(hears(t) for t in rule.when)]


def some_text(dice: random.Random, most: int) -> str:
    return "".join(dice.choices(PIECES, k=dice.randint(1, most)))


def some_texts(dice: random.Random) -> tuple[str, ...]:
    texts = (some_text(dice, 3) for _ in range(dice.randint(1, 4)))
    return tuple(text for text in texts if fold(text)) or ("茶",)


def some_trigger(dice: random.Random) -> Trigger:
    kind = dice.randrange(5)
    if kind == 0:
        return OnFollow()
    return OnText(some_texts(dice)) if kind < 3 else OnTextContaining(some_texts(dice))


def some_playbook(dice: random.Random) -> Playbook:
    rules = [
        Rule(place("rules"), tuple(some_trigger(dice) for _ in range(dice.randint(1, 3))), ())
        for _ in range(dice.randint(0, 12))
    ]
    return playbook(*rules)


@pytest.mark.parametrize("seed", range(4))
def test_the_index_hears_what_asking_every_rule_would(seed: int) -> None:
    """F1: all rules that hear a text, in the order of the file; 3,000 rule sets, 18,000 texts."""
    dice = random.Random(seed)
    matched = 0
    for _ in range(RULE_SETS // 4):
        book = some_playbook(dice)
        said = [text for r in book.rules for t in r.when if not isinstance(t, OnFollow) for text in t.texts]
        for _ in range(TEXTS_EACH):
            text = some_text(dice, 5)
            if said and dice.random() < 0.5:
                text = some_text(dice, 1) + dice.choice(said)
            expected = asked_one_after_the_other(book, text)
            assert heard(book, text) == expected, text
            matched += bool(expected)
    assert matched > RULE_SETS // 4  # else the texts would try nothing


def test_the_order_of_the_file_wins_whatever_the_kind() -> None:
    """F1: never the newest, the longest or the most exact."""
    exact, long, short = OnText(("優惠券",)), OnTextContaining(("優惠券",)), OnTextContaining(("優惠",))
    for order in ((exact, long, short), (short, long, exact), (long, short, exact)):
        book = playbook(*(rule(trigger, reply("x")) for trigger in order))
        assert heard(book, "優惠券") == [0, 1, 2]


def test_a_rule_that_hears_twice_is_heard_once() -> None:
    book = playbook(Rule(place("rules"), (OnText(("茶", "茶 ")), OnTextContaining(("茶", "茶"))), ()))
    assert heard(book, "茶") == [0]


def test_an_exact_text_is_the_whole_text() -> None:
    assert heard(SMALLEST, "請問營業時間") == []
    assert heard(SMALLEST, "  營業時間\n") == [1]


@pytest.mark.parametrize(
    "text",
    ["優惠", "有優惠嗎", "\u202e優惠", "a\x00優惠\x00", "\ud83d優惠\ude00", "👩‍👩‍👧優惠🇹🇼", "　優惠　"],
)
def test_a_contained_text_is_found_anywhere(text: str) -> None:
    assert heard(SMALLEST, text) == [2]


@pytest.mark.parametrize("text", ["優\u200b惠", "優 惠", "優\x00惠", ""])
def test_a_broken_text_is_another_text(text: str) -> None:
    assert heard(SMALLEST, text) == []


def test_zwj_sequences_are_texts_like_others() -> None:
    """`text_contains` asks for characters: a child's emoji stands in the family's."""
    book = playbook(rule(OnTextContaining(("👧",)), reply("x")), rule(OnText(("👩‍👩‍👧",)), reply("y")))
    assert heard(book, "👩‍👩‍👧") == [0, 1]
    assert heard(book, "👩‍👩") == []


def test_follow_first_again_and_any() -> None:
    book = playbook(
        rule(OnFollow("again"), tags("a")), rule(OnFollow("first"), tags("b")), rule(OnFollow(), tags("c"))
    )
    assert list(book.on_follow(again=False)) == [book.rules[1], book.rules[2]]
    assert list(book.on_follow(again=True)) == [book.rules[0], book.rules[2]]


def test_ten_thousand_rules_find_the_first() -> None:
    rules = [rule(OnTextContaining((f"商品{n}號",)), reply(str(n))) for n in range(10_000)]
    assert heard(playbook(*rules), "請問商品4321號、商品17號有貨嗎") == [17, 4321]
