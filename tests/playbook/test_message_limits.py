"""LINE's limits of messages, at their borders: so much is taken, and one more is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.model.problem import Problem
from bot.playbook.load import load
from tests.pictures import jpeg, png
from tests.playbooks import loaded

HEAD = """bot: 森活選品
channels: {main: {id: forest, channel_id: '1234', channel_secret: opaque}}
attributes:
  tier: {type: text, values: [一般, 白金卡會員], set_by: staff}
  birthday: {type: date, set_by: staff}
  nickname: {type: text, set_by: staff}
"""
FAMILY = "👩‍👩‍👧‍👦"
DARK_FAMILY = "👩🏿‍👩🏿‍👧🏿‍👦🏿"
"""Each is one character to people, and 11 and 19 UTF-16 code units."""
ACCENTED = "a" + "\u0301" * 39
"""One character too, of 40 code units."""


def found(folder: Path, card: dict[str, Any]) -> list[Problem]:
    """What is wrong with a card, but for warnings about who uses it."""
    text = HEAD + "cards: " + json.dumps({"c": card}, ensure_ascii=False)
    (folder / "bot.yaml").write_text(text, "utf-8")
    problems = load(folder, {}).problems
    return [problem for problem in problems if problem.code not in ("card-unused", "tap-unheard")]


def codes(folder: Path, card: dict[str, Any]) -> list[str]:
    return [problem.code for problem in found(folder, card)]


def errors(folder: Path, card: dict[str, Any]) -> list[Problem]:
    return [problem for problem in found(folder, card) if problem.level == "error"]


def confirm(**changes: Any) -> dict[str, Any]:
    return {"confirm": {"text": "好嗎", "taps": ["好", "不好"], **changes}}


def buttons(**changes: Any) -> dict[str, Any]:
    return {"buttons": {"text": "選", "taps": ["好"], **changes}}


def carousel(*columns: dict[str, Any]) -> dict[str, Any]:
    return {"carousel": [{"text": "選", "taps": ["好"], **column} for column in columns]}


def quick(*taps: Any) -> dict[str, Any]:
    return {"text": "選", "quick_replies": list(taps)}


def tap(**to: Any) -> dict[str, Any]:
    return quick({"label": "看", **to})


def imagemap(areas: dict[str, Any], grid: Any = None, **more: Any) -> dict[str, Any]:
    made = {"image": "square.png", "alt": "圖", "areas": areas, **more}
    return {"imagemap": made | ({"grid": grid} if grid else {})}


def flex(contents: Any) -> dict[str, Any]:
    return {"flex": {"alt": "圖", "contents": contents}}


def bubble(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": list(components)},
        **more,
    }


def text(words: str = "字", **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **more}


def button(**action: Any) -> dict[str, Any]:
    return flex(bubble({"type": "button", "action": {"label": "字", **action}}))


def box(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "box", "layout": "vertical", "contents": list(components), **more}


def in_box(**more: Any) -> dict[str, Any]:
    return flex(bubble(box(**more)))


def shaded(**more: Any) -> dict[str, Any]:
    gradient = {"type": "linearGradient", "angle": "0deg", "startColor": "#ffffff", "endColor": "#000000"}
    return in_box(background=gradient | more)


def columns(*bubbles: dict[str, Any]) -> dict[str, Any]:
    return flex({"type": "carousel", "contents": list(bubbles)})


IMAGE = {"type": "image", "url": "https://a.b/c.png"}
ICON = {"type": "icon", "url": "https://a.b/c.png"}
VIDEO = {
    "type": "video",
    "url": "https://a.b/c.mp4",
    "previewUrl": "https://a.b/c.png",
    "altContent": IMAGE,
}
URI = {"type": "uri", "uri": "https://a.b"}
PICK = {"type": "datetimepicker", "data": "d", "mode": "date"}
POSTBACK = {"type": "postback", "data": "d"}
MESSAGE = {"type": "message", "text": "a"}

BORDERS: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("text-too-long", {"text": "字" * 5_000}, {"text": "字" * 5_001}),
    ("text-too-long", {"text": "😀" * 2_500}, {"text": "😀" * 2_500 + "a"}),
    ("text-too-long", {"text": FAMILY * 454}, {"text": FAMILY * 455}),
    ("text-too-long", buttons(text="字" * 160), buttons(text="字" * 161)),
    (
        "text-too-long",
        {**buttons(text=FAMILY * 160), "alt": "圖"},
        {**buttons(text=FAMILY * 161), "alt": "圖"},
    ),
    ("text-too-long", buttons(text="字" * 60, title="題"), buttons(text="字" * 61, title="題")),
    ("text-too-long", buttons(title="題" * 40), buttons(title="題" * 41)),
    ("text-too-long", confirm(text="字" * 240), confirm(text="字" * 241)),
    ("text-too-long", carousel({"text": "字" * 120}), carousel({"text": "字" * 121})),
    ("text-too-long", tap(send="字" * 300), tap(send="字" * 301)),
    ("text-too-long", tap(type="字" * 300), tap(type="字" * 301)),
    ("text-too-long", tap(copy="字" * 1_000), tap(copy="字" * 1_001)),
    ("text-too-long", tap(open="https://a.b/" + "a" * 988), tap(open="https://a.b/" + "a" * 989)),
    (
        "text-too-long",
        {"location": {"title": "店" * 100, "address": "址" * 100, "at": [25, 121]}},
        {"location": {"title": "店" * 101, "address": "址" * 100, "at": [25, 121]}},
    ),
    ("alt-too-long", {**confirm(), "alt": "字" * 1_500}, {**confirm(), "alt": "字" * 1_501}),
    ("alt-too-long", buttons(text=FAMILY * 136), buttons(text=FAMILY * 137)),
    ("alt-too-long", buttons(title=ACCENTED * 37), buttons(title=ACCENTED * 38)),
    ("alt-too-long", confirm(text=FAMILY * 136), confirm(text=FAMILY * 137)),
    ("alt-too-long", carousel({"text": DARK_FAMILY * 78}), carousel({"text": DARK_FAMILY * 79})),
    ("label-too-long", quick("字" * 20), quick("字" * 21)),
    (
        "label-too-long",
        quick({"label": FAMILY * 20, "send": "a"}),
        quick({"label": FAMILY * 21, "send": "a"}),
    ),
    ("label-too-long", button(**MESSAGE, label="字" * 40), button(**MESSAGE, label="字" * 41)),
    ("data-too-long", button(**POSTBACK | {"data": "a" * 300}), button(**POSTBACK | {"data": "a" * 301})),
    (
        "data-too-long",
        quick({"label": FAMILY * 20, "note": "a"}),
        quick({"label": DARK_FAMILY * 20, "note": "a"}),
    ),
    ("too-many-taps", buttons(taps=[*"一二三四"]), buttons(taps=[*"一二三四五"])),
    ("too-many-taps", confirm(), confirm(taps=[*"一二三"])),
    ("too-many-taps", carousel({"taps": [*"一二三"]}), carousel({"taps": [*"一二三四"]})),
    ("taps-differ", confirm(), confirm(taps=["一"])),
    ("columns-differ", carousel({"title": "一"}, {"title": "二"}), carousel({"title": "一"}, {})),
    ("too-many-columns", carousel(*[{}] * 10), carousel(*[{}] * 11)),
    ("too-many-columns", columns(*[bubble(text())] * 12), columns(*[bubble(text())] * 13)),
    (
        "columns-differ",
        columns(bubble(text()), bubble(text(), size="mega")),
        columns(bubble(text()), bubble(text(), size="kilo")),
    ),
    ("quick-replies-over-13", quick(*"一二三四五六七八九十百千萬"), quick(*"一二三四五六七八九十百千萬億")),
    (
        "quick-replies-twice",
        {"messages": [{"text": "一"}, {"text": "二", "quick_replies": ["好"]}]},
        {"messages": [{"text": "一", "quick_replies": ["好"]}, {"text": "二", "quick_replies": ["好"]}]},
    ),
    ("not-https", {"image": "https://a.b/c.png"}, {"image": "http://a.b/c.png"}),
    ("not-https", flex(bubble(IMAGE)), flex(bubble(IMAGE | {"url": "http://a.b"}))),
    ("uri-scheme", tap(open="line://ti/p/@forest"), tap(open="ftp://a.b")),
    ("uri-scheme", tap(open="tel:0912345678"), tap(open="javascript:alert(1)")),
    ("uri-scheme", tap(open="https://a.b"), tap(open="a.b/c")),
    ("uri-scheme", tap(open="https://a.b"), tap(open="https://")),
    (
        "sender-name",
        {"text": "一", "sender": {"name": "字" * 20}},
        {"text": "一", "sender": {"name": "字" * 21}},
    ),
    (
        "sender-name",
        {"text": "一", "sender": {"name": "Airlines"}},
        {"text": "一", "sender": {"name": "LINE客服"}},
    ),
    ("tap-not-here", quick({"label": "拍", "camera": True}), buttons(taps=[{"label": "拍", "camera": True}])),
    (
        "tap-not-here",
        imagemap({"一": {"copy": "FOREST8"}}, ["一"]),
        imagemap({"一": {"add_tags": "看過"}}, ["一"]),
    ),
    ("action-not-here", tap(copy="FOREST8"), tap(copy="FOREST8", add_tags="看過")),
    ("image-missing", {"image": "small.jpg"}, {"image": "large.jpg"}),
    ("image-type", {"image": "small.jpg"}, {"image": "a.gif"}),
    ("image-type", {"image": "small.jpg"}, {"image": "a.mp4"}),
    (
        "image-type",
        {"video": {"file": "a.mp4", "preview": "small.jpg"}},
        {"video": {"file": "small.jpg", "preview": "small.jpg"}},
    ),
    (
        "image-type",
        {"text": "一", "sender": {"icon": "square.png"}},
        {"text": "一", "sender": {"icon": "square.jpg"}},
    ),
    (
        "image-size",
        {"text": "一", "sender": {"icon": "square.png"}},
        {"text": "一", "sender": {"icon": "wide.png"}},
    ),
    ("image-size", imagemap({"一": "a"}, ["一"]), imagemap({"一": "a"}, ["一"], image="small.jpg")),
    ("image-size", imagemap({"一": "a"}, ["一"]), imagemap({"一": "a"}, ["一"], image="https://a.b/c")),
    ("image-size", buttons(image="small.jpg"), buttons(image="wide.png")),
    ("image-too-large", {"image": "mega.png"}, {"image": "large.png"}),
    (
        "grid-not-rectangle",
        imagemap({"一": "a", "二": "b"}, ["一 一", "二 二"]),
        imagemap({"一": "a", "二": "b"}, ["一 二", "二 一"]),
    ),
    ("grid-and-areas", imagemap({"一": "a"}, ["一"]), imagemap({"一": "a"}, ["一 二"])),
    ("grid-and-areas", imagemap({"一": "a"}, ["一"]), imagemap({"一": "a", "二": "b"}, ["一"])),
    (
        "grid-and-areas",
        imagemap({"一": "a"}, ["一"]),
        imagemap({"一": {"send": "a", "box": [0, 0, 1, 1]}}, ["一"]),
    ),
    (
        "bad-value",
        imagemap({"一": {"send": "a", "box": [0, 0, 1040, 1040]}}),
        imagemap({"一": {"send": "a", "box": [0, 0, 1041, 1040]}}),
    ),
    (
        "bad-value",
        {"location": {"title": "店", "address": "址", "at": [90, 180]}},
        {"location": {"title": "店", "address": "址", "at": [121.5, 25]}},
    ),
    (
        "bad-value",
        {"audio": {"file": "https://a.b/c.m4a", "length": "24d"}},
        {
            "audio": {"file": "https://a.b/c.m4a", "length": "25d"}
        },  # more milliseconds than LINE's number holds
    ),
    ("unknown-key", {**confirm(), "alt": "問"}, {"text": "一", "alt": "問"}),
    (
        "replies-over-5",
        {"messages": [{"text": "一"}] * 5},
        {"messages": [{"messages": [{"text": "一"}] * 3}] * 2},
    ),
    ("flex-too-large", flex(bubble(*[text("a" * 2_900)] * 10)), flex(bubble(*[text("a" * 2_990)] * 10))),
    (
        "flex-too-large",
        columns(*[bubble(*[text("字" * 900)] * 9)] * 2),
        columns(*[bubble(*[text("字" * 950)] * 9)] * 2),
    ),
    ("flex-unknown-property", flex(bubble(text(wrap=True))), flex(bubble(text(wrapp=True)))),
    ("bad-value", flex(bubble(text(size="xl"))), flex(bubble(text(size="huge")))),
    ("bad-value", flex(bubble(text(color="#06c755"))), flex(bubble(text(color="green")))),
    ("bad-value", flex(bubble(text(weight="bold"))), flex(bubble(text(weight="fat")))),
    ("bad-value", flex(bubble(text(wrap=True))), flex(bubble(text(wrap="yes")))),
    ("bad-value", flex(bubble(text(maxLines=2))), flex(bubble(text(maxLines="two")))),
    ("bad-value", flex(bubble(text(), size="deca")), flex(bubble(text(), size="huge"))),
    ("bad-value", flex(bubble()), flex({"type": "bubbel"})),
    (
        "bad-value",
        flex(bubble(IMAGE | {"aspectRatio": "1:3"})),
        flex(bubble(IMAGE | {"aspectRatio": "1:3.1"})),
    ),
    ("bad-value", button(**POSTBACK), button(**POSTBACK | {"data": "~show"})),
    ("bad-value", flex(bubble(hero=IMAGE)), flex(bubble(hero=text()))),
    ("bad-value", flex(bubble(text(size="5xl"))), flex(bubble(text(size="full")))),
    ("bad-value", flex(bubble(text(size="12.5px"))), flex(bubble(text(size="50%")))),
    ("bad-value", flex(bubble({**IMAGE, "size": "50%"})), flex(bubble({**IMAGE, "size": "-5px"}))),
    ("bad-value", flex(bubble({**IMAGE, "size": "full"})), flex(bubble({**IMAGE, "size": "none"}))),
    ("bad-value", flex(bubble(text(lineSpacing="1.5px"))), flex(bubble(text(lineSpacing="md")))),
    ("bad-value", flex(bubble(text(flex=0))), flex(bubble(text(flex=-1)))),
    ("bad-value", flex(bubble(text(margin="xxl"))), flex(bubble(text(margin="3xl")))),
    ("bad-value", flex(bubble(text(margin="12px"))), flex(bubble(text(margin="１２px")))),
    ("bad-value", in_box(offsetTop="-10%"), in_box(offsetTop="10")),
    ("bad-value", in_box(spacing="md"), in_box(spacing="5%")),
    ("bad-value", in_box(paddingAll="5%"), in_box(paddingAll="-5%")),
    ("bad-value", in_box(width="50%"), in_box(width="md")),
    ("bad-value", in_box(cornerRadius="xxl"), in_box(cornerRadius="50%")),
    ("bad-value", in_box(borderWidth="semi-bold"), in_box(borderWidth="xl")),
    ("bad-value", shaded(angle="359.9deg"), shaded(angle="360deg")),
    ("bad-value", shaded(centerPosition="100%"), shaded(centerPosition="101%")),
    ("bad-value", flex(bubble(box(ICON, layout="baseline"))), flex(bubble(ICON))),
    ("bad-value", flex(bubble(IMAGE)), flex(bubble(box(IMAGE, layout="baseline")))),
    ("bad-value", flex(bubble(hero=VIDEO)), flex(bubble(VIDEO))),
    ("bad-value", flex(bubble(hero=VIDEO, size="kilo")), flex(bubble(hero=VIDEO, size="hecto"))),
    (
        "bad-value",
        flex(bubble(hero=VIDEO | {"action": URI})),
        flex(bubble(hero=VIDEO | {"action": {"type": "message", "text": "a"}})),
    ),
    ("bad-value", columns(bubble(hero=IMAGE)), columns(bubble(hero=VIDEO))),
    ("bad-value", button(**URI), button(type="camera")),
    (
        "bad-value",
        flex(bubble(*[IMAGE | {"animated": True}] * 10)),
        flex(bubble(*[IMAGE | {"animated": True}] * 11)),
    ),
    ("bad-value", button(**POSTBACK, text="a"), button(**POSTBACK, text="a", displayText="a")),
    (
        "bad-value",
        button(**POSTBACK, inputOption="openKeyboard", fillInText="a"),
        button(**POSTBACK, inputOption="openVoice", fillInText="a"),
    ),
    ("bad-value", button(**PICK, min="2026-02-28"), button(**PICK, min="2026-13-01")),
    ("bad-value", button(**PICK, max="2100-12-31"), button(**PICK, max="2026-02-28T10:00")),
    (
        "bad-value",
        button(**PICK, min="2026-02-01", max="2026-02-28"),
        button(**PICK, min="2026-02-28", max="2026-02-28"),
    ),
    (
        "bad-value",
        button(**PICK, initial="2026-02-01", max="2026-02-28"),
        button(**PICK, initial="2026-03-01", max="2026-02-28"),
    ),
    ("missing-key", flex({"type": "bubble", "hero": IMAGE}), flex({"type": "bubble", "size": "kilo"})),
    (
        "missing-key",
        flex(bubble({"type": "text", "contents": [{"type": "span", "text": "字"}]})),
        flex(bubble({"type": "text", "contents": []})),
    ),
    ("uri-scheme", button(type="uri", uri="https://a.b/字"), button(type="uri", uri="https://a.b/ 字")),
    ("uri-scheme", flex(bubble(IMAGE)), flex(bubble(IMAGE | {"url": "https://a.b/<c>.png"}))),
    ("uri-scheme", tap(open="https://a.b:80"), tap(open="https://:80")),
    ("uri-scheme", tap(open="https://[::1]/"), tap(open="https://[::1/")),
    (
        "flex-unknown-property",
        flex(bubble(styles={"hero": {"separator": True}})),
        flex(bubble(styles={"hero": {"type": "image"}})),
    ),
    ("missing-key", flex(bubble(text())), flex(bubble({"text": "字"}))),
    ("missing-key", flex(bubble()), flex({"type": "bubble", "body": {"type": "box", "layout": "vertical"}})),
    ("missing-key", button(**URI), flex(bubble({"type": "button", "action": URI}))),
    ("wrong-type", flex(bubble()), flex({"type": "bubble", "body": []})),
]


def put_files(folder: Path) -> Path:
    """Pictures that the cards here name."""
    mega = png(10, 10)
    files = {
        "square.png": png(1040, 1040),
        "wide.png": png(1100, 520),
        "square.jpg": jpeg(300, 300),
        "small.jpg": jpeg(600, 400),
        "a.gif": b"GIF89a" + b"\0" * 20,
        "a.mp4": b"\0\0\0\x18ftypmp42",
        "mega.png": png(10, 10, 1_000_000 - len(mega)),
        "large.png": png(10, 10, 1_000_001 - len(mega)),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return put_files(tmp_path_factory.mktemp("playbook"))


@pytest.mark.parametrize(
    ("code", "right", "wrong"),
    BORDERS,
    ids=[f"{code}-{number}" for number, (code, _, _) in enumerate(BORDERS)],
)
def test_so_much_and_no_more(folder: Path, code: str, right: dict[str, Any], wrong: dict[str, Any]) -> None:
    assert found(folder, right) == []
    assert set(codes(folder, wrong)) == {code}


@pytest.mark.parametrize(
    ("placeholder", "longest"),
    [
        ("{{ contact.name or 朋友 }}", 20),
        ("{{ attribute.tier or 您 }}", 5),
        ("{{ attribute.tier or 我們最親愛的好朋友 }}", 9),
        ("{{ attribute.birthday or 生日 }}", 10),
        ("{{ attribute.birthday as weekday or 某 }}", 2),
        ("{{ attribute.nickname or 您 }}", 1),
        ("{{ bot.name }}", 4),
        ("{{ channel.name }}", 0),
    ],
)
def test_placeholders_count_with_the_longest_that_is_known(
    folder: Path, placeholder: str, longest: int
) -> None:
    def label(more: int) -> dict[str, Any]:
        return quick({"label": placeholder + "字" * more, "send": "好"})

    assert errors(folder, label(20 - longest)) == []
    (problem,) = errors(folder, label(21 - longest))
    assert str(problem.message) == "this label may have 21 characters, a tap takes 20"


@pytest.mark.parametrize(
    ("placeholder", "may_be_cut"),
    [
        ("{{ contact.name or 朋友 }}", False),
        ("{{ attribute.tier or 您 }}", False),
        ("{{ attribute.birthday or 生日 }}", False),
        ("{{ attribute.nickname or 您 }}", True),
        ("{{ attribute.nickname as masked or 您 }}", False),
    ],
)
def test_free_text_in_a_short_field_is_warned_of(folder: Path, placeholder: str, may_be_cut: bool) -> None:
    """28: what is too long once filled is cut, which nobody would see before."""
    assert codes(folder, quick({"label": placeholder, "send": "好"})) == ["text-may-be-cut"] * may_be_cut


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("text", ["text-may-be-cut"]),
        ("{type: text, max_length: 40}", []),
        ("{type: text, max_length: 41}", ["text-too-long"]),
        ("phone", []),
    ],
)
def test_an_answer_with_a_length_of_its_own_is_no_free_text(answer: str, told: list[str]) -> None:
    found = loaded(f"""
flows:
  f:
    states:
      問: {{ask: 暱稱, answer: {answer}, next: 好}}
      好:
        reply: {{buttons: {{title: "{{{{ answer.問 }}}}", text: 好, taps: [{{label: 好, send: f}}]}}}}
        end: true
rules: [{{when: {{text: f}}, start: f}}]
privacy: {{policy: "https://forest.example/privacy", notice: 我們只用來聯絡您}}
""")
    assert [one.code for one in found.problems if one.code.startswith("text-")] == told


def test_the_same_label_twice_is_no_mistake(folder: Path) -> None:
    taps = [{"label": "要", "note": "甲"}, {"label": "要", "note": "乙"}]
    assert found(folder, buttons(taps=taps)) == []


def test_where_the_caret_stands(folder: Path) -> None:
    (problem,) = found(folder, quick("好", "字" * 21))
    assert problem.place.path == "cards.c.quick_replies[1]"
    assert str(problem.hint) == "shorten it, such as  " + "字" * 20
