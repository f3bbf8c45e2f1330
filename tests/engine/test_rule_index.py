"""The index finds the rules that asking each of them, one after the other, would find (F1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from random import Random

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.engine.compiled.rule import (
    FieldTest,
    OnAfter,
    OnAnythingElse,
    OnDate,
    OnMessage,
    OnNews,
    OnPattern,
    OnPostback,
    OnText,
    OnTextContaining,
    Rule,
    Trigger,
)
from bot.engine.compiled.rule_index import RuleIndex
from bot.engine.compiled.trigger_event import TriggerEvent, fits
from bot.engine.conditions.comparisons import Is, IsKnown, Order
from bot.engine.texts.pattern import Anything, Pattern
from bot.engine.texts.text import fold
from bot.engine.times.bounds import When
from bot.engine.times.local_time import HOUR, Wait
from bot.model.value import Value
from bot.playbook.compile.values.values import pattern_of
from tests.depth import examples
from tests.engine.anything import NASTY
from tests.playbooks import SMALLEST, place, reply, rule

RULE_SETS = examples(4_000)
HEARD_EACH = 8
NOON = When(datetime(2026, 9, 1, 4, tzinfo=UTC), TAIPEI)

PIECES = (
    "a",
    "A",
    "Ａ",
    "ab",
    "b",
    " ",
    "　",
    "茶",
    "茶几",
    "優惠",
    "惠",
    "ß",
    "ss",
    "e",
    "\u0301",
    "か",
    "゙",
)
"""Few enough that rules overlap, share pieces and hide each other."""
PATTERNS = (
    "{x}",
    "*",
    "a{x}",
    "茶{n:digits}",
    "茶 {x:rest}",
    "{x} 茶",
    "*b*",
    "か{x}",
    "優惠*",
    "a{x}b",
    "ß{x}",
)
KINDS = ("image", "sticker", "shop", "tag_added", "follow", "since-added")
SUBJECTS = ("茶", "first", "again", "order_paid", "any")
TESTS = (
    FieldTest("tag", "text", (Is(("茶", "x")),)),
    FieldTest("tag", "text", (IsKnown(False),)),
    FieldTest("amount", "number", (Order("at_least", 3), IsKnown(True))),
    FieldTest("amount", "number", (Is((5,)),)),
)
FIELDS: tuple[Mapping[str, Value], ...] = ({}, {"tag": "茶"}, {"amount": 5, "tag": "x"}, {"amount": "5"})


class Drawn:
    """Draws rules and what they hear."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)

    def text(self, most: int) -> str:
        pieces = NASTY if self.dice.random() < 0.2 else PIECES
        return "".join(self.dice.choices(pieces, k=self.dice.randint(1, most)))

    def texts(self) -> tuple[str, ...]:
        texts = (self.text(3) for _ in range(self.dice.randint(1, 3)))
        return tuple(text for text in texts if fold(text)) or ("茶",)

    def yes(self) -> bool:
        return self.dice.random() < 0.3

    def pattern(self) -> Pattern:
        return pattern_of(self.dice.choice(PATTERNS), strict=self.yes())

    def trigger(self) -> Trigger:
        dice = self.dice
        match dice.randrange(10):
            case 0 | 1:
                return OnText(self.texts(), self.yes())
            case 2 | 3:
                return OnTextContaining(self.texts(), self.yes(), self.yes())
            case 4 | 5:
                return OnPattern(self.pattern(), self.yes())
            case 6:
                return OnPostback(self.texts())
            case 7:
                return OnMessage(dice.choice(KINDS))
            case 8:
                return self.news()
            case _:
                others = OnAnythingElse(), OnAfter(Wait("1h", HOUR)), OnDate("d.day", 1, time(10), True)
                return dice.choice(others)

    def news(self) -> OnNews:
        dice = self.dice
        subjects = None if self.yes() else tuple(dice.sample(SUBJECTS, dice.randint(1, 3)))
        tests = tuple(dice.choice(TESTS) for _ in range(dice.randrange(3)))
        return OnNews(dice.choice(KINDS), subjects, tests)

    def rules(self) -> tuple[Rule, ...]:
        return tuple(
            Rule(
                place(f"rules[{n}]"),
                tuple(self.trigger() for _ in range(self.dice.randint(1, 3))),
                None,
                (),
                "",
            )
            for n in range(self.dice.randint(0, 12))
        )

    def heard(self, rules: tuple[Rule, ...]) -> TriggerEvent:
        dice = self.dice
        kind = dice.choice(("text", "text", "text", "postback", "postback", *KINDS))
        if kind in KINDS:
            return TriggerEvent(kind, dice.choice(SUBJECTS), dice.choice(FIELDS))
        known = [text for rule in rules for trigger in rule.when for text in texts_of(trigger, kind)]
        if not known or dice.random() < 0.3:
            return TriggerEvent(kind, self.text(5) * dice.randrange(2))
        before, behind = self.text(1) * dice.randrange(2), dice.choice(("", "", "茶", "゙"))
        return TriggerEvent(kind, before + dice.choice(known) + behind)


def texts_of(trigger: Trigger, kind: str) -> tuple[str, ...]:
    """What a trigger may well hear as a message of this kind."""
    match trigger:
        case OnPostback(texts) if kind == "postback":
            return texts
        case OnText(texts) | OnTextContaining(texts) if kind == "text":
            return texts
        case OnPattern(pattern):
            return ("".join(part if isinstance(part, str) else "1" for part in pattern.parts),)
        case _:
            return ()


def asked_one_after_the_other(
    rules: tuple[Rule, ...], heard: TriggerEvent
) -> list[tuple[int, Mapping[str, Value]]]:
    """What the language says, with no cleverness: of each rule in the file the first trigger that fits."""
    found = []
    for number, one in enumerate(rules):
        added = next((a for t in one.when if (a := fits(t, heard, NOON)) is not None), None)
        if added is not None:
            found.append((number, added))
    return found


def found_by_index(rules: tuple[Rule, ...], heard: TriggerEvent) -> list[tuple[int, Mapping[str, Value]]]:
    numbers = {id(one): number for number, one in enumerate(rules)}
    return [(numbers[id(one)], added) for one, added in RuleIndex(rules).matches(heard, NOON)]


@pytest.mark.parametrize("seed", range(4))
def test_the_index_hears_what_asking_every_rule_would(seed: int) -> None:
    """All rules that hear it, in the order of the file, with what their first fitting trigger adds."""
    drawn = Drawn(seed)
    kinds: dict[type, int] = {}
    for _ in range(RULE_SETS // 4):
        rules = drawn.rules()
        for _ in range(HEARD_EACH):
            heard = drawn.heard(rules)
            expected = asked_one_after_the_other(rules, heard)
            assert found_by_index(rules, heard) == expected, (rules, heard)
            for number, _ in expected:
                for trigger in rules[number].when:
                    if fits(trigger, heard, NOON) is not None:
                        kinds[type(trigger)] = kinds.get(type(trigger), 0) + 1
    for kind in (OnText, OnTextContaining, OnPattern, OnPostback, OnMessage, OnNews):
        assert kinds[kind] > RULE_SETS // 100, kind  # else the rule sets would try nothing


def texts_heard(*rules: Rule, text: str) -> list[int]:
    return [number for number, _ in found_by_index(rules, TriggerEvent("text", text))]


def test_the_order_of_the_file_wins_whatever_the_kind() -> None:
    """F1: never the newest, the longest or the most exact."""
    triggers = (
        OnText(("優惠券",)),
        OnTextContaining(("優惠券",)),
        OnTextContaining(("優惠",)),
        OnPattern(pattern_of("優惠{x}")),
        OnPattern(pattern_of("*")),
    )
    for shift in range(len(triggers)):
        order = (*triggers[shift:], *triggers[:shift])
        assert texts_heard(*(rule(trigger) for trigger in order), text="優惠券") == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("text", ["請問營業時間", "優 惠", "優\x00惠", "", "嗯"])
def test_another_text_is_another_text(text: str) -> None:
    assert texts_heard(*SMALLEST.rules, text=text) == []


@pytest.mark.parametrize(
    "text", ["優惠", "有優惠嗎", "\u202e優惠", "\ud83d優惠\ude00", "👩‍👩‍👧優惠🇹🇼", "　優惠　"]
)
def test_a_contained_text_is_found_anywhere(text: str) -> None:
    assert texts_heard(*SMALLEST.rules, text=text) == [2]


def test_signs_that_nobody_sees_are_not_compared() -> None:
    """F1: in what is said, for every kind of trigger; in the playbook, unless it is strict."""
    rules = (
        rule(OnText(("優惠券",))),
        rule(OnText(("優\u2060惠券",))),
        rule(OnText(("優惠券",), strict=True)),
        rule(OnTextContaining(("惠券",))),
        rule(OnTextContaining(("惠券",), strict=True)),
        rule(OnPattern(pattern_of("優惠{x}"))),
    )
    said = "\u202d優\u200b惠\ufeff券\u200d\u202c"
    assert texts_heard(*rules, text=said) == texts_heard(*rules, text="優惠券") == [0, 1, 2, 3, 4, 5]
    assert found_by_index((rules[5],), TriggerEvent("text", said)) == [(0, {"x": "券"})]


def test_zwj_sequences_are_texts_like_others() -> None:
    """`text_contains` asks for characters: a child's emoji stands in the family's."""
    rules = rule(OnTextContaining(("👧",))), rule(OnText(("👩‍👩‍👧",)))
    assert texts_heard(*rules, text="👩‍👩‍👧") == [0, 1]
    assert texts_heard(*rules, text="👩‍👩") == []


def test_strict_asks_for_the_characters_themselves() -> None:
    rules = rule(OnText(("VIP",), strict=True)), rule(OnTextContaining(("か",), strict=True))
    assert texts_heard(*rules, text="VIP") == [0]
    assert texts_heard(*rules, text="ＶＩＰ") == []
    assert texts_heard(*rules, text="か\u3099") == [1]
    assert texts_heard(*rules, text="が") == []


def test_what_nobody_else_took_is_asked_apart() -> None:
    """`anything_else` is asked last, wherever it stands: the index gives its rules in the file's order."""
    first, second = rule(OnAnythingElse(), reply("a")), rule(OnAnythingElse(), reply("b"))
    index = RuleIndex((first, rule(OnText(("茶",))), second))
    assert index.defaults == [first, second]
    assert [r.when for r, _ in index.matches(TriggerEvent("text", "茶"), NOON)] == [(OnText(("茶",)),)]


def test_any_message_is_any_text_and_nothing_else() -> None:
    rules = (rule(OnPattern(Pattern("*", (Anything(),)))),)
    assert [n for n, _ in found_by_index(rules, TriggerEvent("text", ""))] == [0]
    assert found_by_index(rules, TriggerEvent("image", "1")) == []
    assert found_by_index(rules, TriggerEvent("postback", "x")) == []


@pytest.mark.ring("all", "many random or generated cases")
def test_ten_thousand_rules_are_not_asked_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asking costs what may fit, not the number of rules."""
    rules = tuple(
        rule(trigger)
        for n in range(2_000)
        for trigger in (
            OnText((f"商品{n}號",)),
            OnTextContaining((f"商品{n}號", "貨"), every=True),
            OnPattern(pattern_of(f"第{n}號{{x:rest}}")),
            OnPostback((f"item={n}",)),
            OnNews("tag_added", (f"標籤{n}",)),
        )
    )
    index, asked = RuleIndex(rules), []

    def counted(trigger: Trigger, heard: TriggerEvent, when: When) -> Mapping[str, Value] | None:
        asked.append(trigger)
        return fits(trigger, heard, when)

    monkeypatch.setattr("bot.engine.compiled.rule_index.fits", counted)
    for text, fitting, most in (
        ("請問商品432號、商品17號有貨嗎", 2, 2),
        ("第17號好嗎", 1, 1),
        ("商品17號", 1, 1),
    ):
        asked.clear()
        assert len(list(index.matches(TriggerEvent("text", text), NOON))) == fitting
        assert len(asked) <= most
    for heard in (TriggerEvent("postback", "item=17"), TriggerEvent("tag_added", "標籤17")):
        asked.clear()
        assert len(list(index.matches(heard, NOON))) == 1
        assert len(asked) <= 1


def test_a_rule_that_is_not_reached_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who takes a message ends the search, and patterns cost."""
    index, asked = RuleIndex((rule(OnText(("茶",))), rule(OnPattern(pattern_of("{x}"))))), []
    monkeypatch.setattr("bot.engine.compiled.rule_index.fits", lambda *arguments: asked.append(arguments))
    next(index.matches(TriggerEvent("text", "茶"), NOON))
    assert asked == []
