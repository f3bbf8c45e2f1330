"""Message bodies looked at as strictly as by LINE: what it takes, and what it says to all else. L4."""

# ruff: noqa: E501 (tables, a case in a line)

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.engine.compiled.card import Card
from bot.engine.rendering.rendering import rendered
from bot.playbook.load import load
from bot.simulator.platform.message_shape import checked_messages
from bot.simulator.platform.refusal import LineRefusal
from tests.playbook.test_messages_by_sdk import FILLING

URL = "https://forest.example/a.png"
LOCAL = "http://127.0.0.1:8080/media/a/b.png"
FAMILY = "👨‍👩‍👧‍👦"


def refusal_of(*messages: Any, mentions: bool = True) -> dict[str, Any] | None:
    try:
        checked_messages({"messages": list(messages)}, mentions=mentions)
    except LineRefusal as refusal:
        return refusal.body if refusal.status == 400 else {}
    return None


def details(*messages: Any) -> list[tuple[str, str]]:
    body = refusal_of(*messages)
    return [(one["property"], one["message"]) for one in body["details"]] if body else []


def say(label: str = "好", text: str = "好") -> dict[str, str]:
    return {"type": "message", "label": label, "text": text}


def template(**of: Any) -> dict[str, Any]:
    return {"type": "template", "altText": "a", "template": of}


def buttons(**other: Any) -> dict[str, Any]:
    return template(**({"type": "buttons", "text": "字", "actions": [say()]} | other))


def column(**other: Any) -> dict[str, Any]:
    return {"text": "字", "actions": [say()]} | other


def carousel(*columns: dict[str, Any], **other: Any) -> dict[str, Any]:
    return template(type="carousel", columns=list(columns), **other)


def image_carousel(**action: Any) -> dict[str, Any]:
    return template(type="image_carousel", columns=[{"imageUrl": URL, "action": action}])


def quick(*actions: dict[str, Any]) -> dict[str, Any]:
    items = [{"type": "action", "action": action} for action in actions]
    return {"type": "text", "text": "a", "quickReply": {"items": items}}


def flex(contents: Any) -> dict[str, Any]:
    return {"type": "flex", "altText": "a", "contents": contents}


def box(*contents: Any, layout: str = "vertical", **other: Any) -> dict[str, Any]:
    return {"type": "box", "layout": layout, "contents": list(contents), **other}


def bubble(*contents: Any, **other: Any) -> dict[str, Any]:
    return {"type": "bubble", "body": box(*contents), **other}


def inside(*contents: Any, **other: Any) -> dict[str, Any]:
    return flex(bubble(*contents, **other))


def text(words: Any = "字", **other: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **other}


def button(**action: Any) -> dict[str, Any]:
    return {"type": "button", "action": action or say()}


VIDEO = {
    "type": "video",
    "url": "https://forest.example/v.mp4",
    "previewUrl": URL,
    "altContent": {"type": "image", "url": URL},
}
IMAGE = {"type": "image", "url": URL}
AREA = {"x": 0, "y": 0, "width": 520, "height": 520}


def imagemap(**other: Any) -> dict[str, Any]:
    return {
        "type": "imagemap",
        "baseUrl": "https://forest.example/map",
        "altText": "a",
        "baseSize": {"width": 1040, "height": 520},
        "actions": [{"type": "message", "text": "a", "area": AREA}],
    } | other


def uri(address: Any) -> dict[str, Any]:
    return {"type": "uri", "label": "看", "uri": address}


def pick(**other: Any) -> dict[str, Any]:
    return {"type": "datetimepicker", "label": "日", "data": "d", "mode": "date"} | other


TAKEN = [
    {"type": "text", "text": "😀" * 2_500},
    {"type": "text", "text": "a", "sender": {"name": "小森", "iconUrl": URL}, "unknown": 1},
    {"type": "text", "text": "a", "quickReply": None, "emojis": None},
    {"type": "text", "text": "😀$", "emojis": [{"index": 2, "productId": "5ac1", "emojiId": "001"}]},
    {"type": "textV2", "text": "{{x}} {name}", "substitution": {"name": {"type": "mention", "mentionee": {"type": "all"}}}},
    {"type": "textV2", "text": "{e}", "substitution": {"e": {"type": "emoji", "productId": "a", "emojiId": "b"}}},
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    {"type": "image", "originalContentUrl": URL, "previewImageUrl": LOCAL},
    {"type": "video", "originalContentUrl": URL, "previewImageUrl": URL, "trackingId": "a-(1)?<>[]"},
    {"type": "audio", "originalContentUrl": URL, "duration": 60_000},
    {"type": "location", "title": "店", "address": "台北", "latitude": 25, "longitude": 121.5},
    {"type": "coupon", "couponId": "01JYNW8JMQVFBNWF1APF8Z3FS7", "deliveryTag": "autumn_1"},
    imagemap(),
    imagemap(
        video={
            "originalContentUrl": URL,
            "previewImageUrl": URL,
            "area": AREA,
            "externalLink": {"linkUri": "https://forest.example/", "label": "更多"},
        }
    ),
    imagemap(actions=[{"type": "clipboard", "clipboardText": "c", "label": "", "area": AREA}] * 50),
    buttons(actions=[say()] * 4, defaultAction=uri("line://nv/camera"), title="題", text=FAMILY * 60),
    buttons(text=FAMILY * 160, actions=[say(FAMILY * 20, FAMILY * 300)]),
    template(type="confirm", text="字" * 240, actions=[say(), say()]),
    carousel(*[column(actions=[say()] * 3, title="題", text="字" * 60)] * 10),
    carousel(column(text="字" * 120), imageAspectRatio="square", imageSize="contain"),
    image_carousel(type="uri", uri="tel:0223456789"),
    image_carousel(type="message", label="字" * 12, text="a"),
    quick(*[say()] * 9, *({"type": t, "label": "開"} for t in ("camera", "cameraRoll", "location")), pick()),
    buttons(actions=[pick(mode="datetime", min="1900-01-01T00:00", max="2100-12-31t23:59", initial="2026-08-01t10:00")]),
    buttons(actions=[{"type": "postback", "label": "a", "data": "d", "inputOption": "openKeyboard", "fillInText": "a\nb"}]),
    inside(text("a" * 5_000, size="3xl", wrap=True, maxLines=0, lineSpacing="1.5px", flex=0, margin="-4px")),
    inside({"type": "text", "contents": [{"type": "span", "text": "a", "size": "12.5px", "weight": "bold"}]}),
    inside({**IMAGE, "size": "50%", "aspectRatio": "1:3", "aspectMode": "cover", "animated": True}),
    inside(box(paddingAll="5%", width="50px", cornerRadius="xxl", borderWidth="semi-bold", offsetTop="-10%")),
    inside(box({"type": "icon", "url": URL}, text(), {"type": "filler"}, layout="baseline")),
    inside(button(type="uri", label="字" * 40, uri=URL, altUri={"desktop": URL})),
    inside(box(background={"type": "linearGradient", "angle": "359.9deg", "startColor": "#ffffff", "endColor": "#00000080", "centerPosition": "100%"})),
    flex(bubble(hero=VIDEO, size="kilo", styles={"hero": {"separator": True, "separatorColor": "#000000"}})),
    flex({"type": "carousel", "contents": [bubble(text(), size="nano")] * 12}),
]  # fmt: skip


@pytest.mark.parametrize("message", TAKEN, ids=range(len(TAKEN)))
def test_what_line_takes(message: dict[str, Any]) -> None:
    assert refusal_of(message) is None


OUTER = [
    ({"type": "text"}, "text", "May not be empty"),
    ({"type": "text", "text": ""}, "text", "May not be empty"),
    ({"type": "text", "text": "a" * 5_001}, "text", "Length must be between 0 and 5000"),
    ({"type": "text", "text": "😀" * 2_501}, "text", "Length must be between 0 and 5000"),
    ({}, "type", "May not be empty"),
    ({"type": "flex", "altText": "a" * 1_501, "contents": {}}, "altText", "Length must be between 0 and 1500"),
    ({"type": "flex", "altText": "a"}, "contents", "May not be empty"),
    ({"type": "template", "altText": "a"}, "template", "May not be empty"),
    ({"type": "text", "text": "a", "sender": {"name": "LINE 客服"}}, "sender.name", "The value is invalid"),
    ({"type": "text", "text": "a", "sender": {"name": "字" * 21}}, "sender.name", "Length must be between 0 and 20"),
    ({"type": "text", "text": "😀$", "emojis": [{"index": 1, "productId": "a", "emojiId": "b"}]}, "emojis[0].index", "The value is invalid"),
    ({"type": "text", "text": "$", "emojis": [{"index": 0, "emojiId": "b"}]}, "emojis[0].productId", "May not be empty"),
    ({"type": "text", "text": "$", "emojis": [{"index": 0, "productId": "a", "emojiId": "b"}] * 21}, "emojis", "Size must be between 0 and 20"),
    ({"type": "image", "originalContentUrl": URL}, "previewImageUrl", "May not be empty"),
    ({"type": "image", "originalContentUrl": "http://forest.example/a", "previewImageUrl": URL}, "originalContentUrl", "Must be a valid HTTPS URL"),
    ({"type": "image", "originalContentUrl": URL + "a" * 2_000, "previewImageUrl": URL}, "originalContentUrl", "Length must be between 0 and 2000"),
    ({"type": "video", "originalContentUrl": URL, "previewImageUrl": URL, "trackingId": "字"}, "trackingId", "The value is invalid"),
    ({"type": "audio", "originalContentUrl": URL, "duration": 0}, "duration", "Must be between 1 and 2147483647"),
    ({"type": "location", "title": "a", "address": "b" * 101, "latitude": 1, "longitude": 2}, "address", "Length must be between 0 and 100"),
    ({"type": "location", "title": "a", "address": "b", "latitude": 91, "longitude": 2}, "latitude", "Must be between -90 and 90"),
    ({"type": "sticker", "packageId": "446"}, "stickerId", "May not be empty"),
    ({"type": "coupon", "couponId": "a", "deliveryTag": "秋"}, "deliveryTag", "The value is invalid"),
    (imagemap(baseSize={"width": 1000, "height": 520}), "baseSize.width", "Must be between 1040 and 1040"),
    (imagemap(actions=[]), "actions", "Size must be between 1 and 50"),
    (imagemap(actions=[{"type": "postback", "data": "a", "area": AREA}]), "actions[0].type", "Must be one of the following values: [uri, message, clipboard]"),
    (imagemap(actions=[{"type": "message", "text": "a" * 401, "area": AREA}]), "actions[0].text", "Length must be between 0 and 400"),
    (imagemap(actions=[{"type": "message", "text": "a", "area": AREA | {"x": 521}}]), "actions[0].area", "The value is invalid"),
    (imagemap(video={"originalContentUrl": URL, "previewImageUrl": URL}), "video.area", "May not be empty"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "where", "words"), OUTER, ids=range(len(OUTER)))
def test_what_line_refuses_of_a_messages_own_properties(message: Any, where: str, words: str) -> None:
    body = refusal_of({"type": "text", "text": "a"}, message)
    assert body == {
        "message": "The request body has 1 error(s)",
        "details": [{"message": words, "property": f"messages[1].{where}"}],
    }


def test_a_value_of_another_type_is_an_invalid_property() -> None:
    where = "The property, '{}', in the request body is invalid (line: -, column: -)"
    for message, at in (
        ({"type": "text", "text": 5}, "messages[0].text"),
        ("text", "messages[0]"),
        ({"type": "location", "title": "a", "address": "b", "latitude": "25", "longitude": 1}, "messages[0].latitude"),
        ({"type": "audio", "originalContentUrl": URL, "duration": 1.5}, "messages[0].duration"),
        ({"type": "audio", "originalContentUrl": URL, "duration": True}, "messages[0].duration"),
    ):  # fmt: skip
        assert refusal_of(message) == {"message": where.format(at)}


INVALID, UNKNOWN, MISSING, EMPTY = (
    "invalid property",
    "unknown field",
    "must be specified",
    "must be non-empty text",
)
URI, SCHEME = "invalid uri", "invalid uri scheme"
INNER = [
    (buttons(text=""), "template/text", EMPTY),
    (buttons(text="字" * 161), "template/text", "must not be longer than 160 characters"),
    (buttons(text="字" * 61, title="題"), "template/text", "must not be longer than 60 characters"),
    (buttons(title="題" * 41), "template/title", "must not be longer than 40 characters"),
    (buttons(actions=[say()] * 5), "template/actions", "must not be more than 4 items"),
    (buttons(actions=[]), "template/actions", "must not be less than 1 items"),
    (buttons(actions=[say("字" * 21)]), "template/actions/0/label", "must not be longer than 20 characters"),
    (buttons(actions=[{"type": "message", "text": "a"}]), "template/actions/0/label", MISSING),
    (buttons(actions=[say(text="a" * 301)]), "template/actions/0/text", "must not be longer than 300 characters"),
    (buttons(actions=[{"type": "camera", "label": "a"}]), "template/actions/0/type", INVALID),
    (buttons(actions=[{"type": "richmenuswitch", "label": "a", "richMenuAliasId": "a", "data": "d"}]), "template/actions/0/type", INVALID),
    (buttons(actions=[{"type": "postback", "label": "a", "data": "d", "displayText": "a", "text": "b"}]), "template/actions/0/text", INVALID),
    (buttons(actions=[{"type": "postback", "label": "a", "data": "d", "fillInText": "a"}]), "template/actions/0/fillInText", INVALID),
    (buttons(actions=[{"type": "postback", "label": "a", "data": "字" * 301}]), "template/actions/0/data", "must not be longer than 300 characters"),
    (buttons(actions=[{"type": "clipboard", "label": "a", "clipboardText": "a" * 1_001}]), "template/actions/0/clipboardText", "must not be longer than 1000 characters"),
    (buttons(actions=[pick(mode="week")]), "template/actions/0/mode", INVALID),
    (buttons(actions=[pick(min="2026-13-01")]), "template/actions/0/min", INVALID),
    (buttons(actions=[pick(min="2026-08-02", max="2026-08-01")]), "template/actions/0/max", INVALID),
    (buttons(actions=[pick(max="2026-08-02", initial="2026-08-03")]), "template/actions/0/initial", INVALID),
    (buttons(actions=[pick(mode="time", initial="24:00")]), "template/actions/0/initial", INVALID),
    (buttons(actions=[uri("https://forest.example/a b")]), "template/actions/0/uri", URI),
    (buttons(actions=[uri("javascript:alert(1)")]), "template/actions/0/uri", SCHEME),
    (buttons(actions=[uri("https://")]), "template/actions/0/uri", URI),
    (buttons(actions=[uri("http://[::1")]), "template/actions/0/uri", URI),
    (buttons(actions=[uri("https://a.b/" + "a" * 1_000)]), "template/actions/0/uri", "must not be longer than 1000 characters"),
    (buttons(thumbnailImageUrl="http://forest.example/a.png"), "template/thumbnailImageUrl", SCHEME),
    (buttons(imageSize="fill"), "template/imageSize", INVALID),
    (buttons(imageBackgroundColor="red"), "template/imageBackgroundColor", INVALID),
    (template(type="confirm", text="字", actions=[say()]), "template/actions", "must not be less than 2 items"),
    (template(type="confirm", text="字" * 241, actions=[say(), say()]), "template/text", "must not be longer than 240 characters"),
    (template(type="spinner"), "template/type", INVALID),
    (carousel(*[column()] * 11), "template/columns", "must not be more than 10 items"),
    (carousel(column(actions=[say()] * 4)), "template/columns/0/actions", "must not be more than 3 items"),
    (carousel(column(), column(title="題" * 41)), "template/columns/1/title", "must not be longer than 40 characters"),
    (carousel(column(), column(actions=[say()] * 2)), "template/columns", "inconsistent number of actions in columns"),
    (carousel(column(), column(title="題")), "template/columns", "inconsistent use of title in columns"),
    (carousel(column(text="字" * 61, thumbnailImageUrl=URL)), "template/columns/0/text", "must not be longer than 60 characters"),
    (image_carousel(type="message", label="字" * 13, text="a"), "template/columns/0/action/label", "must not be longer than 12 characters"),
    (quick(*[say()] * 14), "quickReply/items", "must not be more than 13 items"),
    (quick({"type": "location"}), "quickReply/items/0/action/label", MISSING),
    ({"type": "text", "text": "a", "quickReply": {"items": [{"type": "button", "action": say()}]}}, "quickReply/items/0/type", INVALID),
    ({"type": "textV2", "text": "{!owe}"}, "text", "The key '!owe' enclosed in '{}' does not match the pattern '^[a-zA-Z0-9_]{1,20}$'."),
    ({"type": "textV2", "text": "{a}"}, "text", "The key 'a' enclosed in '{}' is not in 'substitution'."),
    ({"type": "textV2", "text": "}"}, "text", "The text contains unpaired '{' or '}'."),
    ({"type": "textV2", "text": "{a}", "substitution": {"a": {"type": "emoji", "productId": "a"}}}, "substitution/a/emojiId", MISSING),
    (flex({}), "/type", MISSING),
    (flex({"type": "flex"}), "/type", INVALID),
    (flex({"type": "bubble"}), "/", "At least one block must be specified"),
    (inside(text("")), "/body/contents/0/text", EMPTY),
    (inside({"type": "text"}), "/body/contents/0/text", MISSING),
    (inside(text(size="huge")), "/body/contents/0/size", INVALID),
    (inside(text(size="50%")), "/body/contents/0/size", INVALID),
    (inside(text(color="red")), "/body/contents/0/color", INVALID),
    (inside(text(flex=1.5)), "/body/contents/0/flex", "must be an integer"),
    (inside(text(flex="1")), "/body/contents/0/flex", INVALID),
    (inside(text(wrap="true")), "/body/contents/0/wrap", INVALID),
    (inside(text(weight="heavy")), "/body/contents/0/weight", INVALID),
    (inside(text(shadow="1px")), "/body/contents/0/shadow", UNKNOWN),
    (inside({"type": "text", "contents": [text()]}), "/body/contents/0/contents/0", INVALID),
    (inside({"type": "spacer"}), "/body/contents/0", INVALID),
    (inside({"type": "span", "text": "a"}), "/body/contents/0", INVALID),
    (inside({"type": "icon", "url": URL}), "/body/contents/0", INVALID),
    (inside(VIDEO), "/body/contents/0", INVALID),
    (inside(box(IMAGE, layout="baseline")), "/body/contents/0/contents/0", INVALID),
    (inside(box({"type": "separator"}, layout="baseline")), "/body/contents/0/contents/0", INVALID),
    (inside({"type": "image"}), "/body/contents/0/url", MISSING),
    (inside(IMAGE | {"url": "/a.png"}), "/body/contents/0/url", URI),
    (inside(IMAGE | {"aspectMode": "contain"}), "/body/contents/0/aspectMode", INVALID),
    (inside(IMAGE | {"aspectRatio": "1:3.1"}), "/body/contents/0/aspectRatio", INVALID),
    (inside(IMAGE | {"aspectRatio": "0:1"}), "/body/contents/0/aspectRatio", INVALID),
    (inside(button(type="message", text="a")), "/body/contents/0/action/label", MISSING),
    (inside(button(type="message", label="字" * 41, text="a")), "/body/contents/0/action/label", "must not be longer than 40 characters"),
    (inside(button(type="uri", label="a", uri="https://a.b", x=1)), "/body/contents/0/action/x", UNKNOWN),
    (inside({"type": "button"}), "/body/contents/0/action", MISSING),
    (inside(box(width="md")), "/body/contents/0/width", INVALID),
    (inside(box(spacing="5%")), "/body/contents/0/spacing", INVALID),
    (inside(box(borderWidth="xl")), "/body/contents/0/borderWidth", INVALID),
    (inside(box(background={"type": "linearGradient", "angle": "360deg", "startColor": "#000000", "endColor": "#ffffff"})), "/body/contents/0/background/angle", INVALID),
    (inside(box(background={"type": "linearGradient", "angle": "0deg", "startColor": "#000000"})), "/body/contents/0/background/endColor", MISSING),
    (inside(box(layout="grid")), "/body/contents/0/layout", INVALID),
    (inside({"type": "box", "layout": "vertical"}), "/body/contents/0/contents", MISSING),
    (flex(bubble(size="tera")), "/size", INVALID),
    (flex(bubble(header=text())), "/header", INVALID),
    (flex(bubble(hero=text())), "/hero", INVALID),
    (flex(bubble(hero=IMAGE | {"url": "http://forest.example/a.png"})), "/hero/url", SCHEME),
    (flex(bubble(hero=VIDEO, size="nano")), "/hero", INVALID),
    (flex(bubble(hero=VIDEO | {"action": say()})), "/hero/action/type", INVALID),
    (flex(bubble(styles={"type": "styles"})), "/styles/type", UNKNOWN),
    (flex(bubble(type="carousel", contents=[])), "/body", UNKNOWN),
    (flex({"type": "carousel", "contents": []}), "/contents", "must not be less than 1 items"),
    (flex({"type": "carousel", "contents": [bubble()] * 13}), "/contents", "must not be more than 12 items"),
    (flex({"type": "carousel", "contents": [bubble(), bubble(size="kilo")]}), "/contents/1/size", INVALID),
    (flex({"type": "carousel", "contents": [bubble(hero=VIDEO)]}), "/contents/0/hero", INVALID),
    (inside(*[text("a" * 4_000)] * 8), "/", "Too large flex message. The maximum size of JSON data that defines a bubble is 30 KB."),
    (flex({"type": "carousel", "contents": [bubble(text("a" * 5_000))] * 11}), "/", "Too large flex message. The maximum size of JSON data that defines a carousel is 50 KB."),
    (inside(*[IMAGE | {"animated": True}] * 11), "/", "must not have more than 10 animated images"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "where", "words"), INNER, ids=range(len(INNER)))
def test_what_line_refuses_inside_a_message(message: Any, where: str, words: str) -> None:
    body = refusal_of({"type": "text", "text": "a"}, message)
    assert body is not None
    assert body["message"] == "A message (messages[1]) in the request body is invalid"
    assert (where, words) in details(message)


def test_all_mistakes_of_a_card_are_told_together() -> None:
    card = inside(
        text(""), button(type="uri", label="看", uri="/booking"), hero=IMAGE | {"url": "http://a.b/"}
    )
    assert sorted(details(card)) == [
        ("/body/contents/0/text", EMPTY),
        ("/body/contents/1/action/uri", URI),
        ("/body/contents/1/action/uri", SCHEME),
        ("/hero/url", SCHEME),
    ]


def test_the_request_is_looked_at_before_what_is_in_its_messages() -> None:
    assert details(flex({}), {"type": "text", "text": ""}) == [("messages[1].text", "May not be empty")]


def test_mentions_are_for_replies_and_pushes() -> None:
    mention = {"a": {"type": "mention", "mentionee": {"type": "user", "userId": "U1"}}}
    message = {"type": "textV2", "text": "{a}", "substitution": mention}
    assert refusal_of(message) is None
    assert refusal_of(message, mentions=False) is not None
    many = {f"m{n}": mention["a"] for n in range(21)}
    assert details({"type": "textV2", "text": "a", "substitution": many})[0][0] == "substitution"


def test_pictures_of_this_machine_are_taken_with_http() -> None:
    """With the simulator nothing else serves them; LINE itself asks for https."""
    for host in ("127.0.0.1:8080", "localhost", "[::1]:80"):
        assert refusal_of(inside(IMAGE | {"url": f"http://{host}/media/a.png"})) is None
    for host in ("127.0.0.1.example", "192.168.0.1", "localhost.example", "user@forest.example"):
        assert details(inside(IMAGE | {"url": f"http://{host}/a.png"})) == [("/body/contents/0/url", SCHEME)]


EXAMPLE = Path(__file__).parents[2]


def cards_in(value: Any, seen: set[int]) -> Iterator[Card]:
    """Every card that something compiled holds, also those written in place in a rule or a state."""
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, Card):
        yield value
    inner: list[Any] = []
    if isinstance(value, Mapping):
        inner += value.values()
    elif isinstance(value, list | tuple | set | frozenset):
        inner += value
    elif is_dataclass(value):
        inner += [getattr(value, field.name) for field in fields(value)]
    for one in inner:
        yield from cards_in(one, seen)


@pytest.mark.ring("all", "a bot and a simulator of its own")
def test_every_card_of_the_worked_example_is_taken() -> None:
    playbook = load(EXAMPLE, {}, unset="warning").playbook
    cards = list(cards_in(playbook, set()))
    assert len(cards) > 80
    for card in cards:
        for message in rendered([card], FILLING).messages:
            assert refusal_of(message) is None, (card.key, message)
