"""Flows as SVG: all of them is there, nothing lies on anything, and nothing in a playbook can break it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import combinations
from xml.etree.ElementTree import Element, fromstring

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.money import prices_of
from bot.model.translatable import ENGLISH
from bot.playbook.drawing.measure import clean, shortened, width, wrapped
from bot.playbook.drawing.mermaid import mermaid
from bot.playbook.drawing.sketch import BEGIN, Arrow, Box, Sketch, in_words, sketch
from bot.playbook.drawing.svg import picture, svg
from bot.playbook.drawing.words import DiagramStep
from bot.translations.chinese import CHINESE
from tests.cli.oaflow import ROOT
from tests.depth import examples, one_of
from tests.engine.test_any_playbook import playbook
from tests.playbook.test_graph_example import edited
from tests.playbook.test_mermaid import DRAWN
from tests.playbooks import compiled

SVG = "{http://www.w3.org/2000/svg}"
MOVED = re.compile(r"translate\(([\d.]+) ([\d.]+)\)")
START = Box(BEGIN, "begin", "")


@dataclass(frozen=True)
class Area:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Area) -> bool:
        beside = self.right <= other.left or other.right <= self.left
        return not beside and not (self.bottom <= other.top or other.bottom <= self.top)


def area(rect: Element) -> Area:
    x, y, wide, high = (float(rect.get(key, "0")) for key in ("x", "y", "width", "height"))
    return Area(x, y, x + wide, y + high)


def sound(of: Sketch, drawn: str) -> None:
    """All boxes and arrows are there, inside the picture, and none lies on another."""
    root = fromstring(drawn)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "rect", "text", "tspan", "g", "path", "line", "circle")
    }
    boxes = {g.get("data-box"): g for g in root.iter(f"{SVG}g") if g.get("data-box")}
    assert list(boxes) == [box.id for box in of.boxes]
    found = MOVED.fullmatch(next(g.get("transform", "") for g in root.iter(f"{SVG}g")))
    assert found
    _, _, wide, high = map(float, root.get("viewBox", "").split())
    whole = Area(0, 0, wide - float(found[1]), high - float(found[2]))
    groups = [*boxes.values(), *(g for g in root.iter(f"{SVG}g") if g.get("class") == "label")]
    areas = [area(rect) for g in groups for rect in g.iter(f"{SVG}rect")]
    for one in areas:
        assert 0 <= one.left < one.right <= whole.right
        assert 0 <= one.top < one.bottom <= whole.bottom
    assert not [(one, other) for one, other in combinations(areas, 2) if one.meets(other)]
    told = [title.text for title in root.iter(f"{SVG}title") if title.text]
    for box in of.boxes:
        assert any(clean(box.title) in text for text in told)
    for arrow in of.arrows:
        assert any(clean(arrow.trigger) in text for text in told)
    ways = {(arrow.source, arrow.target) for arrow in of.arrows if arrow.source != arrow.target}
    heads = [path for path in root.iter(f"{SVG}path") if path.get("class") == "head"]
    assert len(ways) <= len(heads) <= len(of.arrows)


def plain(count: int, arrows: list[tuple[int, int]], title: str = "一步") -> Sketch:
    boxes = [Box(f"s{n}", "state", f"{title} {n}") for n in range(count)]
    drawn = [Arrow(f"s{a}", f"s{b}", f"text 往{b}") for a, b in arrows]
    return Sketch("flow", title, (*boxes, START), (Arrow(BEGIN, "s0"), *drawn))


@pytest.mark.ring("all", "over the whole worked example")
def test_the_flows_of_the_worked_example() -> None:
    """Byte for byte. After a change that is meant: `oaflow graph NAME --format svg > …/drawn/NAME.svg`."""
    loaded = edited({})
    made, prices = loaded.playbook, prices_of(loaded.settings)
    assert made is not None
    assert {path.stem for path in DRAWN.glob("*.svg")} == set(made.flows)
    for name, flow in made.flows.items():
        drawn = svg(made, flow, ENGLISH, prices)
        sound(sketch(made, flow, ENGLISH, prices), drawn)
        assert drawn == (DRAWN / f"{name}.svg").read_text("utf-8"), name


@pytest.mark.parametrize("seed", one_of(3, ((seed,) for seed in range(15))))
def test_any_playbook(seed: int) -> None:
    made = playbook(seed)
    for flow in made.flows.values():
        sound(sketch(made, flow, ENGLISH), svg(made, flow))


def test_one_state() -> None:
    of = plain(1, [])
    sound(of, picture(of))


@pytest.mark.ring("all", "many random or generated cases")
@pytest.mark.parametrize("states", [30, pytest.param(60, marks=pytest.mark.ring("soak", "more of the same"))])
def test_many_states(states: int) -> None:
    of = plain(states, [(n, (n * step + 1) % states) for n in range(states) for step in (1, 3)])
    sound(of, picture(of))


def test_the_same_flow_is_the_same_picture() -> None:
    of = plain(12, [(n, (n * step + 1) % 12) for n in range(12) for step in (1, 3)])
    assert picture(of) == picture(of)


def test_a_long_way_is_laid_in_rows() -> None:
    """Forty states one after another would be fourteen thousand pixels wide."""
    of = plain(40, [(n, n + 1) for n in range(39)])
    drawn = picture(of)
    sound(of, drawn)
    assert float(fromstring(drawn).get("width", "0")) < 2_500


def test_thirty_arrows_between_two_states_share_a_line() -> None:
    of = plain(2, [])
    many = tuple(
        Arrow("s0", "s1", f"text 選項{n}", (DiagramStep("add_tags", f"標籤{n}"),)) for n in range(30)
    )
    of = replace(of, arrows=(*of.arrows, *many))
    drawn = picture(of)
    sound(of, drawn)
    assert drawn.count('class="chip"') == 1
    for n in range(30):
        assert f">text 選項{n}<" in drawn
        assert f"add_tags 標籤{n}\n" in drawn or f"add_tags 標籤{n}<" in drawn


def test_an_arrow_back_leaves_to_the_left() -> None:
    """It is laid out the other way round; its head is at the right border of the state it leads to."""
    root = fromstring(picture(plain(2, [(0, 1), (1, 0)])))
    first, second = (
        area(next(g.iter(f"{SVG}rect"))) for g in root.iter(f"{SVG}g") if (g.get("data-box") or "")[:1] == "s"
    )
    assert first.right < second.left
    tips = [
        float(path.get("d", "")[1:].split(" ")[0])
        for path in root.iter(f"{SVG}path")
        if path.get("class") == "head"
    ]
    assert sorted(tips) == [first.left, first.right, second.left]


def test_a_loop_stands_in_its_card() -> None:
    of = plain(1, [])
    loop = Arrow("s0", "s0", "after 10m", (DiagramStep("push", "還在嗎", "$"),), timed=True, loose=True)
    of = replace(of, arrows=(*of.arrows, loop))
    drawn = picture(of)
    sound(of, drawn)
    assert 'class="mark round"' in drawn
    assert "一步 0\nafter 10m\npush 還在嗎 $" in drawn


def test_what_costs_is_marked() -> None:
    """F8: a coin where a message costs, a hollow one where it may, and the legend says so."""
    of = plain(1, [])
    assert "coin" not in picture(of).partition("</style>")[2]
    paid = replace(
        of.boxes[0], lines=(DiagramStep("push", "嗨", "$"), DiagramStep("reply", "嗨", "($)")), costs=True
    )
    root = fromstring(picture(replace(of, boxes=(paid, START))))
    coins = [g.get("class") for g in root.iter(f"{SVG}g") if "coin" in g.get("class", "")]
    assert coins == ["coin sure", "coin"] * 2
    assert {"costs a message", "may cost a message"} <= {text.text for text in root.iter(f"{SVG}text")}
    assert any(g.get("class") == "state costs" for g in root.iter(f"{SVG}g"))


def test_figures_have_their_place() -> None:
    """Live counts: one on a card, one on an arrow."""
    of = plain(2, [(0, 1)])
    counted = replace(of.boxes[0], figure="1,204")
    share = replace(of.arrows[1], figure="63%")
    of = replace(of, boxes=(counted, *of.boxes[1:]), arrows=(of.arrows[0], share))
    drawn = picture(of)
    sound(of, drawn)
    assert [text for text in ("1,204", "63%") if f">{text}</text>" in drawn] == ["1,204", "63%"]


HOSTILE = '</text><script>alert(1)</script><foreignObject onload="x">&amp;]]>\u202e\x00\x07'


def test_names_are_texts() -> None:
    of = plain(2, [(0, 1)], HOSTILE)
    of = replace(
        of, name=HOSTILE, arrows=(*of.arrows, Arrow("s1", "s0", HOSTILE, (DiagramStep(HOSTILE, HOSTILE),)))
    )
    drawn = picture(of)
    sound(of, drawn)
    assert "<script" not in drawn
    assert "\u202e" not in drawn


@pytest.mark.ring("test", "a law")
@settings(max_examples=examples(40))
@given(st.text(max_size=60), st.text(max_size=200))
def test_no_text_breaks_it(title: str, heard: str) -> None:
    of = plain(2, [(0, 1)], title)
    of = replace(of, arrows=(*of.arrows, Arrow("s0", "s1", heard)))
    sound(of, picture(of))


def test_a_flow_without_anything_but_an_end() -> None:
    made = compiled(
        "rules:\n  - {when: {text: 開始}, start: quiz}\nflows:\n  quiz: {states: {done: {end: true}}}\n"
    )
    sound(sketch(made, made.flows["quiz"], ENGLISH), svg(made, made.flows["quiz"]))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("您的膚質是哪一種呢", ["您的膚質是", "哪一種呢"]),
        ("請點選，下方按鈕", ["請點選，下", "方按鈕"]),
        ("五個字也對，好", ["五個字也", "對，好"]),  # no row begins with a comma
        ("四個字也「好」", ["四個字也", "「好」"]),  # and none ends with an opening quotation mark
        ("hello world", ["hello", "world"]),
        ("honorificabilitudinitatibus", ["honorifica", "bilitudin…"]),
        ("", []),
    ],
)
def test_where_a_text_is_broken(text: str, rows: list[str]) -> None:
    assert wrapped(text, 12, 62, 2) == rows


@given(st.text(), st.integers(15, 300), st.integers(1, 4))
def test_no_row_is_too_wide(text: str, most: int, rows: int) -> None:
    broken = wrapped(text, 12, most, rows)
    assert len(broken) <= rows
    assert all(width(row, 12) <= most or len(regex.findall(r"\X", row)) == 1 for row in broken)
    assert width(shortened(clean(text), 12, most), 12) <= most


@pytest.mark.ring("all", "over the whole worked example")
def test_words_that_are_not_the_playbooks_are_in_the_language() -> None:
    loaded = edited({})
    made, prices = loaded.playbook, prices_of(loaded.settings)
    assert made is not None
    flow = made.flows["welcome_series"]
    drawn = picture(in_words(sketch(made, flow, CHINESE, prices), made, CHINESE), CHINESE)
    assert drawn == (ROOT / "docs" / "welcome_series.zh-TW.svg").read_text("utf-8")  # the README shows it
    assert ">在每一步<" in drawn
    assert ">其他<" in drawn
    assert ">會用掉一則訊息<" in drawn
    assert ">3 天後<" in drawn
    assert ">一個人最多用掉 3 則訊息；超出方案 NT$0.6<" in drawn
    assert ">after 3d<" in svg(made, flow, ENGLISH)
    assert "（已刪除）" in mermaid(made, made.flows["welcome_series"], CHINESE)
    texts = {text.text for text in fromstring(drawn).iter(f"{SVG}text")}
    assert not texts & {"else", "in every state", "costs a message", "a step that is gone"}
