"""Cards as they are compiled: LINE's JSON, taps with their keys, and what stays to be filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from bot.engine.actions.tags import AddTags
from bot.engine.compiled.card import Bounded, CountedAddress, FileAddress, PageAddress, WebAddress
from bot.engine.compiled.step import SendMessages
from bot.playbook.load import load
from tests.playbook.compiled_cards import HEAD, card_of, cards_of, problems_of, put_files, sent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put_files(tmp_path)


def test_a_text_is_ready_byte_for_byte(folder: Path) -> None:
    card = card_of(folder, "text: '  100%  {a} \\{{ b }}\u3000🌿'")
    assert card.key == "c"
    assert card.bubbles[0].ready == {"type": "text", "text": "  100%  {a} {{ b }}\u3000🌿"}


def test_a_text_with_placeholders_is_filled_and_bounded(folder: Path) -> None:
    card = card_of(folder, "text: 嗨 {{ contact.name }}，{{ attribute.points as number or 0 }} 點")
    assert card.bubbles[0].ready is None
    assert isinstance(card.bubbles[0].form["text"], Bounded)
    assert sent(card, name="小美", points=1500)[0]["text"] == "嗨 小美，1,500 點"


def test_a_picture_of_the_folder_has_an_address_that_changes_with_it(folder: Path) -> None:
    card = card_of(folder, "image: cards/small.jpg")
    digest = sha256((folder / "cards" / "small.jpg").read_bytes()).hexdigest()
    address = FileAddress("cards/small.jpg", digest)
    form = {"type": "image", "originalContentUrl": address, "previewImageUrl": address}
    assert card.bubbles[0].form == form


def test_a_picture_at_an_address(folder: Path) -> None:
    card = card_of(folder, "image: https://forest.example/新品.png")
    address = "https://forest.example/%E6%96%B0%E5%93%81.png"
    ready = {"type": "image", "originalContentUrl": address, "previewImageUrl": address}
    assert card.bubbles[0].ready == ready


COUPONS = """
coupons: {折百: {title: 折 100 元, terms: 滿千可用, image: cards/wide.png, for: 30d}}
rules: [{when: {text: 領}, give_coupon: 折百}, {when: {coupon: 折百, result: [given, had]}, reply: c}]
cards: {c: {coupon: 折百}}
"""


def test_a_coupons_card_says_what_it_is_to_everybody(folder: Path) -> None:
    """N1: the playbook's words, its picture in its own shape, and the way to the page."""
    (message,) = sent(cards_of(folder, COUPONS)["c"], by_group={"page": "https://a"})
    assert message["altText"] == "折 100 元"
    hero, body = message["contents"]["hero"], message["contents"]["body"]
    assert (hero["url"], hero["aspectRatio"]) == ("https://bot.example/media/cards/wide.png", "1040:520")
    assert [part.get("text", part["type"]) for part in body["contents"]] == [
        "折 100 元",
        "滿千可用",
        "button",
    ]
    button = body["contents"][-1]["action"]
    assert (button["label"], button["uri"]) == ("我的優惠券", "https://liff.line.me/1-a/my_coupons")


def test_who_holds_the_coupon_sees_its_code_and_its_end(folder: Path) -> None:
    """N1."""
    until = datetime(2026, 11, 30, 15, 59, 59, 999_000, tzinfo=UTC)
    held = {"coupon_code": "AB-CD", "coupon_until": until}
    card = cards_of(folder, COUPONS)["c"]
    (message,) = sent(card, by_group=held)
    box = message["contents"]["body"]["contents"][2]
    assert [part.get("text") for part in box["contents"]] == [
        None,
        "代碼",
        "AB-CD",
        "使用期限",
        "2026/11/30 23:59",
    ]


def test_without_pages_a_coupons_card_has_no_button(folder: Path) -> None:
    """N1."""
    (message,) = sent(cards_of(folder, COUPONS)["c"])
    assert [part["type"] for part in message["contents"]["body"]["contents"]] == ["text", "text"]


def test_an_unknown_coupon_has_no_card(folder: Path) -> None:
    """N1."""
    problems = problems_of(folder, COUPONS.replace("{coupon: 折百}}\n", "{coupon: 折五十}}\n"))
    assert [problem.code for problem in problems] == ["unknown-coupon"]


def test_buttons(folder: Path) -> None:
    card = card_of(
        folder,
        """
        buttons:
          image: cards/small.jpg
          title: 認識您
          text: 只要 30 秒
          taps:
            - {label: 填寫, page: customer_data}
            - {label: 官網, open: "https://forest.example/?a=1"}
            - 找客服
            - {label: 我要, add_tags: [想要]}
        """,
    )
    (message,) = sent(card)
    assert message == {
        "type": "template",
        "altText": "認識您",
        "template": {
            "type": "buttons",
            "thumbnailImageUrl": "https://bot.example/media/cards/small.jpg",
            "imageAspectRatio": "rectangle",
            "title": "認識您",
            "text": "只要 30 秒",
            "actions": [
                {"type": "uri", "label": "填寫", "uri": "https://liff.line.me/1-a/customer_data"},
                {"type": "uri", "label": "官網", "uri": "https://forest.example/?a=1"},
                {"type": "message", "label": "找客服", "text": "找客服"},
                {"type": "postback", "label": "我要", "data": "~c/我要"},
            ],
        },
    }
    assert [tap.key for tap in card.taps] == ["c/填寫", "c/官網", "c/找客服", "c/我要"]
    assert card.taps[0].page == "customer_data"
    (step,) = card.taps[3].do
    assert isinstance(step, AddTags)
    assert step.tags == ("想要",)
    assert card.bubbles[0].needs_tap


def test_a_card_whose_taps_lead_anywhere_always_is_ready(folder: Path) -> None:
    card = card_of(folder, "confirm: {text: 好嗎, taps: [好, {label: 不好, add_tags: [不好]}]}")
    assert card.bubbles[0].ready == {
        "type": "template",
        "altText": "好嗎",
        "template": {
            "type": "confirm",
            "text": "好嗎",
            "actions": [
                {"type": "message", "label": "好", "text": "好"},
                {"type": "postback", "label": "不好", "data": "~c/不好"},
            ],
        },
    }


def test_alt_is_the_first_text_or_what_is_written(folder: Path) -> None:
    written = card_of(folder, "{confirm: {text: 好嗎, taps: [好, 不好]}, alt: 問一下}")
    assert sent(written)[0]["altText"] == "問一下"
    filled = card_of(folder, 'confirm: {text: "{{ contact.name }}，好嗎", taps: [好, 不好]}')
    assert sent(filled, name="小美")[0]["altText"] == "小美，好嗎"


def test_carousel(folder: Path) -> None:
    card = card_of(
        folder,
        """
        carousel:
          - {title: 甲, text: 一, image: cards/small_square.png, taps: [{label: 要, add_tags: [甲]}]}
          - {title: 乙, text: 二, image: cards/small.jpg, taps: [{label: 要, add_tags: [乙]}]}
        """,
    )
    (message,) = sent(card)
    assert message["altText"] == "甲"
    assert message["template"]["imageAspectRatio"] == "square"
    assert [column["title"] for column in message["template"]["columns"]] == ["甲", "乙"]
    data = [column["actions"][0]["data"] for column in message["template"]["columns"]]
    assert data == ["~c/要", "~c/要#2"]
    assert [tap.key for tap in card.taps] == ["c/要", "c/要#2"]


def test_imagemap_areas_are_rectangles_of_the_grid_in_1040_wide(folder: Path) -> None:
    card = card_of(
        folder,
        """
        imagemap:
          image: cards/wide.png
          alt: 週年慶
          grid: [選購 選購 會員, 選購 選購 客服]
          areas:
            選購: {open: "https://forest.example/sale", add_tags: [看過]}
            會員: {page: customer_data}
            客服: {label: 找客服, send: 找客服}
        """,
    )
    (message,) = sent(card)
    assert message["baseUrl"] == "https://bot.example/media/cards/wide.png"
    assert message["baseSize"] == {"width": 1040, "height": 520}
    areas = {action["label"]: action["area"] for action in message["actions"]}
    assert areas == {
        "選購": {"x": 0, "y": 0, "width": 693, "height": 520},
        "會員": {"x": 693, "y": 0, "width": 347, "height": 260},
        "找客服": {"x": 693, "y": 260, "width": 347, "height": 260},
    }
    assert message["actions"][0]["linkUri"] == "https://bot.example/o/main/c/選購"
    assert message["actions"][2]["text"] == "找客服"
    assert card.taps[0].action["linkUri"] == CountedAddress("c/選購", "https://forest.example/sale")
    assert card.taps[1].action["linkUri"] == PageAddress("customer_data")


def test_imagemap_areas_in_pixels(folder: Path) -> None:
    card = card_of(
        folder,
        "imagemap: {image: cards/square.png, alt: 一, areas: {一: {box: [10, 20, 300, 400], send: 一}}}",
    )
    assert sent(card)[0]["actions"][0]["area"] == {"x": 10, "y": 20, "width": 300, "height": 400}


def test_messages_are_sent_one_after_the_other(folder: Path) -> None:
    cards = cards_of(
        folder,
        "cards:\n  b: {text: 二, quick_replies: [好]}\n"
        "  c: {messages: [{text: 一}, b, {confirm: {text: 三, taps: [{label: 是, note: 是}, 否]}}]}\n",
    )
    messages = sent(cards["c"])
    assert [message.get("text") for message in messages] == ["一", "二", None]
    assert messages[2]["quickReply"]["items"][0]["action"]["text"] == "好"
    assert [tap.key for tap in cards["c"].taps] == ["b/好", "c/是", "c/否"]


def test_a_sender_is_on_every_message(folder: Path) -> None:
    card = card_of(
        folder,
        "messages: [{text: 一}, {image: cards/small.jpg}]\n"
        "sender: {name: 小森, icon: cards/small_square.png}",
    )
    sender = {"name": "小森", "iconUrl": "https://bot.example/media/cards/small_square.png"}
    assert [message["sender"] for message in sent(card)] == [sender, sender]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "video: {file: cards/a.mp4, preview: cards/small.jpg}",
            {
                "type": "video",
                "originalContentUrl": "https://bot.example/media/cards/a.mp4",
                "previewImageUrl": "https://bot.example/media/cards/small.jpg",
            },
        ),
        (
            "audio: {file: cards/a.m4a, length: 1m30s}",
            {
                "type": "audio",
                "originalContentUrl": "https://bot.example/media/cards/a.m4a",
                "duration": 90_000,
            },
        ),
        ("sticker: 446/1988", {"type": "sticker", "packageId": "446", "stickerId": "1988"}),
        (
            "location: {title: 信義店, address: 台北市信義區, at: [25.03, -121.56]}",
            {
                "type": "location",
                "title": "信義店",
                "address": "台北市信義區",
                "latitude": 25.03,
                "longitude": -121.56,
            },
        ),
    ],
)
def test_simple_messages(folder: Path, text: str, message: dict[str, Any]) -> None:
    assert sent(card_of(folder, text)) == [message]


@pytest.mark.parametrize(
    ("tap", "action"),
    [
        ("{label: L, send: 找客服}", {"type": "message", "label": "L", "text": "找客服"}),
        ("{label: L, open: 'tel:0912345678'}", {"type": "uri", "label": "L", "uri": "tel:0912345678"}),
        (
            "{label: L, open: 'https://a.b/商 品'}",
            {"type": "uri", "label": "L", "uri": "https://a.b/%E5%95%86%20%E5%93%81"},
        ),
        ("{label: L, page: unbind}", {"type": "uri", "label": "L", "uri": "https://liff.line.me/1-a/unbind"}),
        (
            "{label: L, type: '查訂單 '}",
            {
                "type": "postback",
                "label": "L",
                "data": "~c/L",
                "inputOption": "openKeyboard",
                "fillInText": "查訂單 ",
            },
        ),
        ("{label: L, copy: FOREST8}", {"type": "clipboard", "label": "L", "clipboardText": "FOREST8"}),
        ("{label: L, pick: date}", {"type": "datetimepicker", "label": "L", "data": "~c/L", "mode": "date"}),
        (
            "{label: L, pick: date_time}",
            {"type": "datetimepicker", "label": "L", "data": "~c/L", "mode": "datetime"},
        ),
        ("{label: L, camera: true}", {"type": "camera", "label": "L"}),
        ("{label: L, camera_roll: true}", {"type": "cameraRoll", "label": "L"}),
        ("{label: L, location: true}", {"type": "location", "label": "L"}),
        ("{label: L}", {"type": "postback", "label": "L", "data": "~c/L"}),
        ("優惠", {"type": "message", "label": "優惠", "text": "優惠"}),
    ],
)
def test_every_destination(folder: Path, tap: str, action: dict[str, Any]) -> None:
    card = card_of(folder, f"text: 選\nquick_replies: [{tap}]")
    (message,) = sent(card)
    assert message["quickReply"] == {"items": [{"type": "action", "action": action}]}


def test_what_is_filled_into_an_address_is_encoded(folder: Path) -> None:
    tap = '{label: 看, open: "https://a.b/?q={{ contact.name }}"}'
    card = card_of(folder, f"text: 選\nquick_replies: [{tap}]")
    assert isinstance(card.taps[0].action["uri"], WebAddress)
    action = sent(card, name="小 美&x=1")[0]["quickReply"]["items"][0]["action"]
    assert action["uri"] == "https://a.b/?q=%E5%B0%8F%20%E7%BE%8E%26x%3D1"


def test_a_card_in_place_is_known_by_what_it_says(folder: Path) -> None:
    inner = "{confirm: {text: 好嗎, taps: [{label: 好, add_tags: [好]}, 不好]}}"
    text = f"rules:\n  - {{when: follow, reply: {inner}}}\n  - {{when: {{text: 好嗎}}, reply: {inner}}}\n"
    (folder / "bot.yaml").write_text(HEAD + text, "utf-8")
    playbook = load(folder, {}).playbook
    assert playbook is not None
    said = [step for rule in playbook.rules for step in rule.do if isinstance(step, SendMessages)]
    first, second = (step.cards[0] for step in said)
    assert first.key == second.key
    assert len(first.key) == 12
    assert first.taps[0].key == f"{first.key}/好"
    assert playbook.taps[first.taps[0].key].do


def test_a_card_is_kept_from_staff(folder: Path) -> None:
    """E3: else whatever has a name stands ready for them; in place of a message there is no such word."""
    assert card_of(folder, "text: 嗨").for_staff
    assert card_of(folder, "text: 嗨\nstaff: true").for_staff
    assert not card_of(folder, "text: 嗨\nstaff: false").for_staff
    assert card_of(folder, "text: 嗨\nready: true").ready
