"""Flex: LINE's own JSON, in place or from a file, untouched but for placeholders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.line.objects.flex_table import KINDS, PROPERTIES
from tests.depth import examples
from tests.playbook.compiled_cards import card_of, problems_of, put_files, sent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put_files(tmp_path)


FLEX = """
flex:
  alt: 您的會員卡
  contents:
    type: bubble
    size: kilo
    body:
      type: box
      layout: vertical
      paddingAll: 12px
      contents:
        - {type: text, text: "{{ contact.name }}", weight: bold, flex: 1, wrap: true, color: "#06c755"}
        - {type: text, text: 100, size: 1.5px}
        - {type: image, url: "https://a.b/圖.png", aspectRatio: "20:13"}
    footer:
      type: box
      layout: vertical
      contents:
        - {type: button, action: {type: uri, label: 打開, uri: "{{ page.customer_data }}"}}
        - {type: button, action: {type: postback, label: 優惠, data: show_coupon}}
"""


def test_flex_is_typed_by_lines_own_table(folder: Path) -> None:
    (message,) = sent(card_of(folder, FLEX), name="{{ 小美 }}", customer_data="https://liff.line.me/1-a")
    body = message["contents"]["body"]
    assert body["contents"] == [
        {
            "type": "text",
            "text": "{{ 小美 }}",
            "weight": "bold",
            "flex": 1,
            "wrap": True,
            "color": "#06c755",
        },
        {"type": "text", "text": "100", "size": "1.5px"},
        {"type": "image", "url": "https://a.b/圖.png", "aspectRatio": "20:13"},
    ]
    assert message["contents"]["footer"]["contents"][0]["action"]["uri"] == "https://liff.line.me/1-a"


def test_flex_from_a_file_is_lines_json_untouched(folder: Path) -> None:
    contents = {
        "type": "carousel",
        "contents": [
            {
                "type": "bubble",
                "body": {
                    "type": "box",
                    "layout": "baseline",
                    "contents": [
                        {"type": "text", "text": '他說："好" \\ 😀\\ud83d\\ude00\t{a}\n', "maxLines": 2}
                    ],
                    "spacing": "md",
                },
            }
        ],
    }
    file = folder / "cards" / "a.json"
    for text in (
        json.dumps(contents),
        json.dumps(contents, ensure_ascii=False, indent="\t"),
        "\ufeff" + json.dumps(contents),
    ):
        file.write_text(text, "utf-8")
        card = card_of(folder, "flex: {alt: 一, file: cards/a.json}")
        assert card.bubbles[0].ready == {"type": "flex", "altText": "一", "contents": contents}


def test_a_placeholder_in_a_flex_file_is_filled(folder: Path) -> None:
    text = {"type": "text", "text": "嗨 {{ contact.name }}"}
    contents = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [text]}}
    (folder / "cards" / "a.json").write_text(json.dumps(contents), "utf-8")
    (message,) = sent(card_of(folder, "flex: {alt: 一, file: cards/a.json}"), name="小美")
    assert message["contents"]["body"]["contents"][0]["text"] == "嗨 小美"


def test_what_line_may_have_learnt_since_is_passed_on_as_it_stands(folder: Path) -> None:
    text = {"type": "text", "text": "嗨", "new": [None, 1, {"deep": [True, None, "a"]}]}
    contents = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [text]}}
    (folder / "cards" / "a.json").write_text(json.dumps(contents), "utf-8")
    (message,) = sent(card_of(folder, "flex: {alt: 一, file: cards/a.json}"))
    assert message["contents"] == contents


def test_a_mistake_in_a_flex_file_has_its_place_there(folder: Path) -> None:
    lines = '{\n  "type": "bubble",\n  "size": "huge",\n  "hero": {"type": "image", "url": "https://a.b"}\n}'
    (folder / "cards" / "a.json").write_text(lines, "utf-8")
    found = problems_of(folder, "cards: {c: {flex: {alt: 一, file: cards/a.json}}}")
    (problem,) = (one for one in found if one.code != "card-unused")
    assert (problem.place.file, problem.place.line, problem.place.column) == ("cards/a.json", 3, 11)
    assert problem.code == "bad-value"


@pytest.mark.parametrize("text", ["{", "[1,", "\xff", "[" * 100_000])
def test_a_file_that_is_no_json_is_said_to_be_none(folder: Path, text: str) -> None:
    (folder / "cards" / "a.json").write_bytes(text.encode("latin-1"))
    (problem,) = problems_of(folder, "cards: {c: {flex: {alt: 一, file: cards/a.json}}}")
    assert problem.code == "bad-value"


WORDS = sorted({"type", *(key for keys in PROPERTIES.values() for key in keys)})
SAID = [
    "",
    "字",
    "{{ contact.name }}",
    "{{",
    "12px",
    "#06c755",
    "1:1",
    "https://a.b",
    "true",
    "7",
    "~a",
    "\x00",
]
VALUES = [*SAID, *(kind for kinds in KINDS.values() for kind in kinds)]
ANY_FLEX = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.sampled_from(VALUES)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)
    ),
    max_leaves=30,
)


@settings(
    max_examples=examples(150),
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ANY_FLEX)
def test_no_flex_makes_it_fall(folder: Path, contents: object) -> None:
    (folder / "cards" / "a.json").write_text(json.dumps({"type": "bubble", "body": contents}), "utf-8")
    for problem in problems_of(folder, "cards: {c: {flex: {alt: 一, file: cards/a.json}}}"):
        assert problem.place.file in ("cards/a.json", "bot.yaml")
