"""What the bot says: messages, cards, taps (language, section 7)."""

from __future__ import annotations

from bot.engine.types.table import PICKED
from bot.model.message import MESSAGES_MOST
from bot.playbook.shape.actions import ACTING
from bot.playbook.shape.promotions import WORDS_PARTS
from bot.playbook.shape.sections import name_in
from bot.playbook.shape.words import (
    FILE,
    FILLED,
    NUMBER,
    PICTURE,
    SCALARS,
    SWITCH,
    TEXT,
    Schema,
    Word,
    kinds,
    list_of,
    names_to,
    one_of,
    record,
    ref,
    some,
    text,
)

TAPS = list_of("tap", "a list of taps")
GRID = Word(
    list_of("text", "a list of rows, each with the names of its cells"),
    1,
    "Rows of names; a name over several cells is one area. 版面",
    "[選購 選購 服務]",
)
AREAS = Word(
    names_to(ref("area"), "new own name", "areas, each with what a tap on it does", least=1),
    1,
    "What a tap on each area does. 各區塊做什麼",
    "{選購: {open: https://forest.example}}",
)

DESTINATIONS: dict[str, Word] = {
    "send": Word(TEXT, 1, "Says this text in the person's name. 替人說這句話", "找客服"),
    "open": Word(TEXT, 1, "Opens an address. 打開網址", "https://forest.example"),
    "page": Word(name_in("pages"), 1, "Opens a page. 打開頁面", "member_card"),
    "tab": Word(text("own name", "a tab"), 2, "Rich menus: switches to this tab. 切換分頁", "服務"),
    "type": Word(TEXT, 2, "Opens the keyboard with this text in it. 打開鍵盤並帶入文字", "查訂單 "),
    "copy": Word(TEXT, 3, "Copies this text. 複製", "FOREST8"),
    "pick": Word(one_of(*PICKED), 2, "Lets the person pick a date or time. 選日期或時間", "date"),
    "camera": Word(one_of("true"), 3, "Opens the camera. 相機", "true"),
    "camera_roll": Word(one_of("true"), 3, "Opens the pictures. 相簿", "true"),
    "location": Word(one_of("true"), 3, "Lets the person send a place. 傳送位置", "true"),
}
"""Where a tap leads; at most one."""

_LABEL = Word(TEXT, 1, "What stands on the button. 按鈕文字", "找客服")
_AREA: dict[str, Word] = {
    "label": _LABEL,
    **DESTINATIONS,
    **ACTING,
    "box": Word(
        {**list_of("whole", "x, y, width, height"), "minItems": 4, "maxItems": 4},
        2,
        "x, y, width, height in pixels, where no grid fits. 位置與大小",
        "[0, 0, 1250, 843]",
    ),
}
_TITLE = Word(TEXT, 1, "Its title. 標題", "產地直送")
_TEXT = Word(TEXT, 1, "Its text. 內文", "每一瓶，都找得到背後的小農")
_IMAGE = Word(PICTURE, 1, "Its picture. 圖片", "cards/farm.jpg")
_TAPS = Word(TAPS, 1, "Its buttons. 按鈕", "[{label: 找客服, send: 找客服}]")
_ALT = Word(TEXT, 2, "What lists and old devices show. 替代文字", "本週優惠")

KINDS: dict[str, Word] = {
    "text": Word(FILLED, 1, "A text, sent as it is written. 文字", "歡迎"),
    "image": Word(PICTURE, 1, "A picture: a file or an https address. 圖片", "cards/new.png"),
    "buttons": Word(
        record(
            "a text and its taps",
            {"image": _IMAGE, "title": _TITLE, "text": _TEXT, "taps": _TAPS},
            required=["text", "taps"],
        ),
        1,
        "A text with up to four buttons. 按鈕卡片",
        "{text: …, taps: [{label: 找客服, send: 找客服}]}",
    ),
    "messages": Word(
        {**some("message", "a list of messages"), "maxItems": MESSAGES_MOST},
        1,
        "Up to five messages under one name. 最多五則，一起送",
        "[{text: …}, {image: cards/new.png}]",
    ),
    "carousel": Word(
        list_of("column", "a list of columns, each with text and taps"),
        2,
        "Up to ten columns side by side. 輪播",
        "[{text: …, taps: [{label: 看故事, open: https://forest.example}]}]",
    ),
    "imagemap": Word(
        record(
            "image, alt, grid and areas",
            {"image": _IMAGE, "alt": _ALT, "grid": GRID, "areas": AREAS},
            required=["image", "alt", "areas"],
        ),
        2,
        "A picture with areas to tap. 圖文訊息",
        "{image: cards/sale.png, alt: 優惠, grid: [看], areas: {看: {send: 優惠}}}",
    ),
    "confirm": Word(
        record("a text and two taps", {"text": _TEXT, "taps": _TAPS}, required=["text", "taps"]),
        2,
        "A question with two buttons. 確認",
        "{text: 確定嗎, taps: [是, 否]}",
    ),
    "video": Word(
        record(
            "file and preview",
            {
                "file": Word(PICTURE, 2, "The video. 影片", "cards/a.mp4"),
                "preview": Word(PICTURE, 2, "Its picture. 預覽圖", "cards/a.png"),
            },
            required=["file", "preview"],
        ),
        2,
        "A video. 影片",
        "{file: cards/a.mp4, preview: cards/a.png}",
    ),
    "audio": Word(
        record(
            "file and length",
            {
                "file": Word(PICTURE, 2, "The sound. 聲音檔", "cards/a.m4a"),
                "length": Word(text("fixed duration", "a duration"), 2, "How long it is. 長度", "30s"),
            },
            required=["file", "length"],
        ),
        2,
        "A sound. 聲音",
        "{file: cards/a.m4a, length: 30s}",
    ),
    "sticker": Word(text("sticker", "package/id of a sticker"), 2, "A sticker of LINE. 貼圖", "446/1988"),
    "location": Word(
        record(
            "title, address and at",
            {
                "title": Word(TEXT, 2, "Its name. 名稱", "信義店"),
                "address": Word(TEXT, 2, "Its address. 地址", "台北市信義區"),
                "at": Word(
                    {**list_of("number", "latitude and longitude"), "minItems": 2, "maxItems": 2},
                    2,
                    "Latitude and longitude. 緯度、經度",
                    "[25.03, 121.56]",
                ),
            },
            required=["title", "address", "at"],
        ),
        2,
        "A place on the map. 位置",
        "{title: 信義店, address: 台北市, at: [25.03, 121.56]}",
    ),
    **WORDS_PARTS.table(lambda part: part.cards),
    "flex": Word(ref("flex"), 2, "LINE's own Flex JSON. Flex 訊息", "{alt: …, file: cards/a.json}"),
}
"""Cards by their kind."""

_BESIDE: dict[str, Word] = {
    "quick_replies": Word(
        list_of("tap", "a list of taps"),
        1,
        "Buttons below the message, up to 13. 快速回覆",
        "[營業時間, 找客服]",
    ),
    "sender": Word(
        record(
            "name and icon",
            {
                "name": Word(TEXT, 2, "The name. 名字", "小森"),
                "icon": Word(PICTURE, 2, "The picture. 頭像", "cards/a.png"),
            },
            minProperties=1,
        ),
        2,
        "Another name and picture than the account's. 寄件人",
        "{name: 小森}",
    ),
    "alt": _ALT,
}

_OF_NAMED: dict[str, Word] = {
    "ready": Word(SWITCH, 2, "With true, staff find it among their ready answers. 放進常用回覆", "true"),
    "staff": Word(
        SWITCH, 2, "With false, it is no ready answer where no card says ready. 不放進常用回覆", "false"
    ),
}
"""What only a card with a name says."""

_CARD = record("a card, such as {text: …}", {**KINDS, **_BESIDE, **_OF_NAMED})
_BY_NAME = Word(name_in("cards"), 2, "The card of this name; the name alone does it too. 卡片名稱", "coupon")
_TAP = record(
    "a tap, such as {label: …, send: …}",
    {"label": _LABEL, **DESTINATIONS, **ACTING},
    acts="optional",
    tap=True,
)

DEFINITIONS: dict[str, Schema] = {
    "whole": text("whole", "a whole number"),
    "number": NUMBER,
    "tap": {**_TAP, "title": "tap", "type": [*SCALARS, "object"], "required": ["label"]},
    "area": {
        **record("what a tap does, such as {send: …}", _AREA, acts="optional", tap=True),
        "title": "area",
        "type": [*SCALARS, "object"],
    },
    "column": record(
        "a column: text and taps",
        {"title": _TITLE, "text": _TEXT, "image": _IMAGE, "taps": _TAPS},
        required=["text", "taps"],
    ),
    "flex": record(
        "alt, and contents or file",
        {
            "alt": Word(TEXT, 2, "What lists and old devices show. 替代文字", "您的會員卡"),
            "contents": Word(
                {"type": "object", "expected": "LINE's own JSON"},
                2,
                "LINE's own JSON. Flex 的 JSON",
                "{type: bubble, body: {type: box, layout: vertical, contents: []}}",
            ),
            "file": Word(FILE, 2, "A file that holds it. JSON 檔案", "cards/a.json"),
        },
        required=["alt"],
        **kinds("flex", ["contents", "file"], {"alt": ["contents", "file"]}),
    ),
    "card": {
        **_CARD,
        "title": "card",
        "usual": "text",
        "description": "A message with one kind. 卡片",
        **kinds("a card", list(KINDS), {key: list(KINDS) for key in (*_BESIDE, *_OF_NAMED)}),
    },
    "message": {
        **record("a message", {**KINDS, "card": _BY_NAME, **_BESIDE}),
        "title": "message",
        "description": "A text, the name of a card, or a card in place. 訊息",
        "type": [*SCALARS, "object"],
        "format": "filled",
        "section": "cards",
        **kinds("a message", [*KINDS, "card"], {key: list(KINDS) for key in _BESIDE}),
    },
    "messages": {
        **some("message", "a message, or a list of messages"),
        "maxItems": MESSAGES_MOST,
        "title": "messages",
    },
    "reply or push": record(
        "{message: …, or_push: true}",
        {
            "message": Word(ref("messages"), 1, "What to say. 訊息", "opening_hours"),
            "or_push": Word(
                SWITCH, 1, "Pushes it where a reply is no longer possible; may cost. 回覆不成就推播", "true"
            ),
        },
        required=["message"],
    ),
    "reply": {
        "if": {"required": ["message"], "type": "object"},
        "then": ref("reply or push"),
        "else": ref("messages"),
    },
}
