"""Patterns: what fits, what is captured, and what it costs (language, 4.2)."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any
from unicodedata import category, normalize

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.engine.texts.pattern import LONGEST, Anything, Capture, CaptureType, Pattern, Year
from bot.engine.texts.text import fold
from bot.model.plain_text import visible
from bot.model.value import Value
from bot.playbook.compile.values.values import pattern_of
from tests.depth import examples
from tests.engine.anything import NASTY

Part = str | Capture | Anything
ANYTHING = Anything()
VARIATION = ("\ufe0e", "\ufe0f")


def taken(pattern: str, said: str) -> dict[str, Value] | None:
    return pattern_of(pattern).match(said)


# -- a reference: every split is tried, one after the other, in the order in which the language prefers them


def folded(text: str) -> str:
    plain = "".join(character for character in text if character not in VARIATION)
    return normalize("NFKC", normalize("NFKC", plain).casefold())


def ends(part: Part, text: str, at: int) -> Iterator[int]:
    """Where a part that begins at `at` may end; what is preferred first."""
    match part:
        case str():
            yield from ends_of_literal(folded(part), text, at)
        case Anything():
            yield from range(at, len(text) + 1)
        case Capture(type="rest"):
            yield from range(len(text), at, -1)
        case Capture(type="digits"):
            yield from reversed([end for end in runs(text, at) if set(text[at:end]) <= set("0123456789")])
        case Capture():
            yield from runs(text, at)


def runs(text: str, at: int) -> Iterator[int]:
    for end in range(at + 1, len(text) + 1):
        if text[end - 1].isspace():
            return
        yield end


def ends_of_literal(literal: str, text: str, at: int) -> Iterator[int]:
    if not literal:
        yield at
    elif literal[0].isspace():
        spaces = 0
        while at + spaces < len(text) and text[at + spaces].isspace():
            spaces += 1
        for taken in range(spaces, -1, -1):
            yield from ends_of_literal(literal.lstrip(), text, at + taken)
    elif text.startswith(literal[0], at):
        yield from ends_of_literal(literal[1:], text, at + 1)


def ways(parts: tuple[Part, ...], text: str, at: int) -> Iterator[list[tuple[int, int]]]:
    if not parts:
        if at == len(text):
            yield []
        return
    for end in ends(parts[0], text, at):
        for others in ways(parts[1:], text, end):
            yield [(at, end), *others]


def cut(said: str, first: int, last: int) -> str:
    """The shortest piece of what was said that folds to what lies between these two places, or to more."""
    whole = folded(said)
    borders = [
        at
        for at in range(len(said) + 1)
        if at == 0 or (folded(said[:at]) + folded(said[at:]) == whole and not joins(said[at : at + 1]))
    ]
    start = max(at for at in borders if len(folded(said[:at])) <= first)
    end = min(at for at in borders if len(folded(said[:at])) >= last and at > start)
    return said[start:end]


def joins(character: str) -> bool:
    """Whether people see it as one with what stands before it: marks, and vowels of Korean."""
    if character in VARIATION:
        return True
    first = folded(character)[:1]
    return bool(first) and (category(first) in ("Mn", "Mc", "Me") or "\u1160" <= first <= "\u11ff")


def reference(parts: tuple[Part, ...], said: str) -> dict[str, str] | None:
    whole = folded(said)
    outside = len(whole) - len(whole.lstrip())
    way = next(ways(parts, whole.strip(), 0), None)
    if way is None:
        return None
    return {
        part.name: cut(said, first + outside, last + outside)
        for part, (first, last) in zip(parts, way, strict=True)
        if isinstance(part, Capture)
    }


ALPHABET = "\ufe0fab1 2Ａ１　\n茶ßﬁfiがかｶﾞ゙ｶ\u0301é가가ㄱㅏ😀´İ"
"""Few enough to meet, and each with a way of its own to change its length when it is folded."""
SOME = st.text(st.sampled_from(ALPHABET), max_size=7) | st.text(max_size=4)
LITERAL = st.text(st.sampled_from(ALPHABET), min_size=1, max_size=3)
TYPES: tuple[CaptureType, ...] = ("any", "word", "digits", "rest")


@st.composite
def some_parts(draw: st.DrawFn) -> tuple[Part, ...]:
    """Parts of a pattern: captures never touch, neither each other nor a `*`."""
    kinds = draw(st.lists(st.sampled_from(TYPES) | st.sampled_from(("*", None)), max_size=4))
    parts: list[Part] = []
    for number, kind in enumerate(kinds):
        if kind is None or (parts and not isinstance(parts[-1], str)):
            parts.append(draw(LITERAL))
        match kind:
            case "*":
                parts.append(ANYTHING)
            case "any" | "word" | "digits" | "rest":
                parts.append(Capture(f"x{number}", kind))
            case _:
                pass  # a literal
    return tuple(parts)


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(1_500))
@given(some_parts(), st.data())
@example((Capture("x"), "i"), None)
@example(("´",), None)
def test_it_takes_what_trying_every_split_would_take(parts: tuple[Part, ...], data: Any) -> None:
    pattern = Pattern("", parts)
    texts = ["ﬁ", "´", "´i", " か゚i"]
    if data is not None:  # a text that is likely to fit: a filled pattern
        filled = [part if isinstance(part, str) else data.draw(SOME) for part in parts]
        texts = ["".join(filled), data.draw(SOME)]
    for said in texts:
        expected = reference(parts, said)
        if expected is not None:
            digits = {part.name for part in parts if isinstance(part, Capture) and part.type == "digits"}
            expected = {k: fold(v) if k in digits else v.strip() for k, v in expected.items()}
        assert pattern.match(said) == expected, (parts, said)


@given(SOME | st.lists(st.sampled_from(NASTY), max_size=6).map("".join))
@example("ㄱㅏ")
@example("か\uff9e")
def test_a_text_without_captures_is_compared_as_text_is(said: str) -> None:
    """F1: `text_pattern: X` hears at least what `text: X` hears; white space may be missing besides."""
    parts = (said,) if said else ()
    assert Pattern(said, parts).match(said) == {}
    assert Pattern(said, parts).match(folded(said)) == {}
    assert Pattern(said, parts).match(f"\u3000{said}\n") == {}


@given(st.text(max_size=30), st.sampled_from(TYPES))
def test_a_capture_of_everything_gives_what_was_said(said: str, type_: CaptureType) -> None:
    found = Pattern("{x}", (Capture("x", type_),)).match(said)
    assert found is None or type_ == "digits" or found["x"] == visible(said).strip()


@given(some_parts(), SOME, st.booleans())
def test_every_text_that_fits_begins_with_the_prefix(
    parts: tuple[Part, ...], said: str, strict: bool
) -> None:
    """Else the index, which looks by prefix, would not ask the pattern."""
    pattern = Pattern("", parts, strict)
    filled = "".join(part if isinstance(part, str) else said for part in parts)
    for text in (filled, said):
        if pattern.match(text) is not None:
            assert fold(text).startswith(pattern.prefix)


# -- what is captured


@pytest.mark.parametrize(
    ("pattern", "said", "captured"),
    [
        ("查訂單 {no:digits}", "查訂單 12345", {"no": "12345"}),
        ("查訂單 {no:digits}", "查訂單１２３４５", {"no": "12345"}),
        ("查訂單 {no:digits}", "查訂單\u3000\n 123 ", {"no": "123"}),
        ("查訂單 {no:digits}", "查訂單 12a", None),
        ("查訂單 {no:digits}", "查訂單", None),
        ("查 {no:digits}*", "查 123 謝謝", {"no": "123"}),
        ("{a:digits}0{b:digits}", "1002", {"a": "10", "b": "2"}),
        ("聯絡專員 {code}", "聯絡專員 Ａbc１", {"code": "Ａbc１"}),
        ("聯絡專員 {code}", "聯絡專員 A B", None),
        ("聯絡專員 {code:word}", "聯絡專員ABC", {"code": "ABC"}),
        ("我叫 {name:rest}", "我叫  王 小 明 ", {"name": "王 小 明"}),
        ("我叫 {name:rest}", "我叫", None),
        ("我叫 {name:rest}", "我叫 Ｗáng ㍿", {"name": "Ｗáng ㍿"}),
        ("{a:rest}給{b:rest}", "茶給你給我", {"a": "茶給你", "b": "我"}),
        ("{a}給{b}", "茶給你給我", {"a": "茶", "b": "你給我"}),
        ("*優惠*", "有優惠嗎", {}),
        ("*優惠*", "優惠", {}),
        ("*優惠*", "優 惠", None),
        ("*", "", {}),
        ("我 要 買", "我要買", {}),
        ("我 要 買", "我\t要\u3000 買", {}),
        ("我要買", "我 要買", None),
        ("HELLO {x}", "ｈｅｌｌｏ 世界", {"x": "世界"}),
        ("straße {n:digits}", "STRASSE 5", {"n": "5"}),
        ("ガム{x}", "ｶﾞﾑ赤", {"x": "赤"}),
        ("か{x}", "か\u3099ん", None),
        ("{x}ム", "ガム", {"x": "ガ"}),
        ("送 {who}", "送 👩‍👩‍👧‍👦", {"who": "👩‍👩‍👧‍👦"}),
        ("送 {who} 花", "送 👍🏽 花", {"who": "👍🏽"}),
        ("❤ {who}", "❤️ 小美", {"who": "小美"}),
        ("送 {who} 花", "送 ❤️ 花", {"who": "❤️"}),
        ("{x}i", "ﬁ", {"x": "ﬁ"}),
        ("f{x}", "ﬁ", {"x": "ﬁ"}),
        ("e{x}", "e\u0301a", None),
        ("{x}!", "e\u0301！", {"x": "e\u0301"}),
    ],
)
def test_captures(pattern: str, said: str, captured: dict[str, Value] | None) -> None:
    assert taken(pattern, said) == captured


@pytest.mark.parametrize(
    ("pattern", "said", "captured"),
    [
        ("買 {n:number} 個", "買 １，５００ 個", {"n": 1500}),
        ("買 {n:number} 個", "買2.5個", {"n": 2.5}),
        ("買 {n:number}, 謝謝", "買 5, 謝謝", {"n": 5}),
        ("買 {n:number} 個", "買 一千 個", None),
        ("買 {n:number} 個", "買 1,50 個", None),
        ("{a:number}-{b:number}", "100-200", {"a": 100, "b": 200}),
        ("編號-{n:number}", "編號-3", {"n": 3}),
        ("編號 {n:number}", "編號 -3", {"n": -3}),
        ("iphone{n:number}*", "iPhone15 Pro", {"n": 15}),
        ("生日 {d:date}", "生日 1990/5/20", {"d": "1990-05-20"}),
        ("生日 {d:date}", "生日１９９０－０５－２０", {"d": "1990-05-20"}),
        ("生日 {d:date}", "生日 1990年5月20日", {"d": "1990-05-20"}),
        ("生日 {d:date} 對", "生日 1990 年 5 月 20 日 對", {"d": "1990-05-20"}),
        ("生日 {d:date}", "生日 1990/13/1", None),
        ("生日 {d:date}*", "生日 1990/5/201", None),
        ("我的生日是 {d:date}", "我的生日是5/20", {"d": "2026-05-20"}),
        ("我的生日是 {d:date}", "我的生日是 5月20日", {"d": "2026-05-20"}),
        ("我的生日是 {d:date}", "我的生日是 五月二十日", {"d": "2026-05-20"}),
        ("我的生日是 {d:date}", "我的生日是民國80年3月15日", {"d": "1991-03-15"}),
        ("我的生日是 {d:date}", "我的生日是 19900520", {"d": "1990-05-20"}),
        ("我的生日是 {d:date}", "我的生日是 2/30", None),
        ("預約 {d:date} {t:rest}", "預約 12/1(二) 下午三點", {"d": "2026-12-01", "t": "下午三點"}),
        ("預約 {d:date} {t:rest}", "預約下週三 14:00", {"d": "2026-01-07", "t": "14:00"}),
        ("{d:date}的課", "大後天的課", {"d": "2026-01-04"}),
        ("{d:date} 有課嗎", "next Friday 有課嗎", {"d": "2026-01-09"}),
        ("{a:date}到{b:date}", "12/1到12/3", {"a": "2026-12-01", "b": "2026-12-03"}),
        ("預約 {d:date}", "預約 12/1(一)", None),
        ("電話 {p:phone}", "電話 0912-345-678", {"p": "+886912345678"}),
        ("電話 {p:phone}", "電話 ０９１２　３４５　６７８", {"p": "+886912345678"}),
        ("電話 {p:phone}", "電話 +886 912 345 678", {"p": "+886912345678"}),
        ("電話 {p:phone} 謝謝", "電話 0912345678 謝謝", {"p": "+886912345678"}),
        ("電話 {p:phone}", "電話 0912", None),
    ],
)
def test_typed_captures_take_a_whole_run_that_is_a_value(
    pattern: str, said: str, captured: dict[str, Value] | None
) -> None:
    assert taken(pattern, said) == captured


@pytest.mark.parametrize(
    ("year", "said", "captured"),
    [
        ("written", "1990/5/20", True),
        ("written", "民國80/3/15", True),
        ("written", "5/20", False),
        ("written", "2/29", False),
        ("written", "明天", False),
        ("missing", "5/20", True),
        ("missing", "2月29日", True),
        ("missing", "1990/5/20", False),
    ],
)
def test_a_date_with_its_year_or_without(year: Year, said: str, captured: bool) -> None:
    assert (Pattern("", (Capture("d", "date", year),)).match(said) is not None) is captured


@given(st.text(max_size=40), st.sampled_from(("number", "date", "phone")))
def test_what_a_typed_capture_takes_is_of_its_type(said: str, type_: CaptureType) -> None:
    capture = Capture("x", type_)
    found = Pattern("", (Anything(), ">", capture)).match(f"> {said}>{said}")
    if found is not None:
        assert isinstance(found["x"], int | float if capture.value_type == "number" else str)


def test_strict_compares_the_characters() -> None:
    pattern = pattern_of("ABC {x}", strict=True)
    assert pattern.match("ABC ｄ") == {"x": "ｄ"}
    assert pattern.match("abc d") is None
    assert pattern.match("ＡBC d") is None


def test_a_text_longer_than_line_takes_is_read_so_far() -> None:
    assert taken("{x}", "a" * (LONGEST + 1)) == {"x": "a" * LONGEST}


# -- cost


def lines_run(pattern: Pattern, said: str) -> int:
    """How many lines of Python a match runs: a measure that no other load on the machine changes."""
    count = 0

    def trace(frame: FrameType, what: str, _: object) -> Any:
        nonlocal count
        count += what == "line"
        return trace

    before = sys.gettrace()
    gc.disable()  # hypothesis has it tell when it collects: more lines
    sys.settrace(trace)
    try:
        pattern.match(said)
    finally:
        sys.settrace(before)
        gc.enable()
    return count


@pytest.mark.parametrize(
    ("pattern", "start", "again", "end"),
    [
        ("*a*a*a*a*a*b", "", "a", ""),
        ("{a}a{b}a{c}a{d}b", "", "a", "c"),
        ("{a} {b:digits}", "x", " ", "y"),
        (" a  b ", "a", " ", "c"),
        ("* * * * !", "", " ", ""),
        ("{a:rest}給{b:rest}給{c:rest}!", "", "給", ""),
        ("*{n:number}*{m:number}*{d:date}x", "", "1,", ""),
        ("*{d:date}*{e:date}x", "2026", "\n", "年"),
        ("*{p:phone}*{q:phone}x", "", "0 (", ""),
        ("{a:digits}1{b:digits}1{c:digits}x", "", "1", ""),
        ("{x}茶", "e", "\u0301", "湯"),
        ("{x}茶", "", "\uff9e", "湯"),
        ("*茶", "", "ﷺ", "湯"),
    ],
)
def test_a_text_twice_as_long_costs_twice_as_much(pattern: str, start: str, again: str, end: str) -> None:
    """Decision 16: no text, however hostile, costs more than its length."""
    compiled = pattern_of(pattern)
    compiled.match(start + again + end)  # what is built once
    once, twice = (lines_run(compiled, start + again * n + end) for n in (200, 400))
    assert once <= twice <= 2.1 * once
