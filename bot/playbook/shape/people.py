"""Facts about people, and messages to groups of them: tags, attributes, audiences, broadcasts, menus."""

from __future__ import annotations

from typing import get_args

from bot.engine.compiled.broadcast import BroadcastStatus, IfQuotaShort
from bot.engine.conditions.people import ListColumn
from bot.engine.types.table import TYPES
from bot.playbook.shape.conditions import IF, UNLESS
from bot.playbook.shape.messages import AREAS, GRID
from bot.playbook.shape.sections import name_in, names_in
from bot.playbook.shape.triggers import GOAL, PRIORITY
from bot.playbook.shape.words import (
    DURATION,
    FILE,
    HOURS,
    MOMENT,
    NAME,
    PICTURE,
    SCALARS,
    SWITCH,
    TEXT,
    WORD_NAME,
    Schema,
    Word,
    list_of,
    names_to,
    one_of,
    record,
    ref,
    short_or,
    text,
)

_ATTRIBUTE: dict[str, Word] = {
    "type": Word(one_of(*TYPES), 1, "Its type. 類型", "text"),
    "title": Word(TEXT, 1, "What people call it. 名稱", "膚質"),
    "values": Word(
        list_of("text", "a list of values"), 1, "The only values that it may have. 可能的值", "[乾性, 油性]"
    ),
    "private": Word(SWITCH, 2, "Encrypted; only equality and known can be asked. 加密儲存", "true"),
    "moved_from": Word(WORD_NAME, 2, "The attribute that it was before. 原來的名字", "skin_type"),
    "set_by": Word(
        one_of("staff"), 2, "Staff or another system set it, so nothing here has to. 由誰填寫", "staff"
    ),
}
_TAG: dict[str, Word] = {
    "expires": Word(DURATION, 1, "From the last tagging. 多久失效", "30d"),
    "category": Word(TEXT, 1, "For lists in the console. 分類", "興趣"),
    "moved_from": Word(NAME, 2, "The tag that it was before. 原來的名字", "看優惠"),
    "added_by": Word(
        one_of("staff"), 2, "Staff or another system put it on, so nothing here has to. 由誰加上", "staff"
    ),
}
_AUDIENCE: dict[str, Word] = {
    "title": Word(TEXT, 1, "What people call it. 標題", "沉睡的 VIP"),
    "if": IF,
    "unless": UNLESS,
    "csv": Word(FILE, 1, "A list of people. 名單檔案", "rules/expo.csv"),
    "column": Word(one_of(*get_args(ListColumn)), 1, "What is in the list. 欄位", "phone"),
}
_PUSH = "全館 85 折！輸入「停止推播」就不再收到"
_BROADCAST: dict[str, Word] = {
    "title": Word(TEXT, 1, "What people call it. 標題", "週年慶"),
    "to": Word(ref("recipients"), 1, "An audience, everyone, or a condition. 發給誰", "everyone"),
    "split": Word(name_in("splits"), 2, "A message for each of its groups. 分組", "雙11測試"),
    "push": Word({}, 1, "What is sent; with split, to each group. 內容", _PUSH),
    "channel": Word(names_in("channels"), 1, "On which account. 官方帳號", "main"),
    "at": Word(MOMENT, 1, "When. 時間", "2026-11-11 10:00"),
    "every": Word(
        text("every", "a rhythm, such as day at 10:00"), 2, "Again and again. 重複", "week on mon at 10:00"
    ),
    "until": Word(MOMENT, 2, "Until then. 到何時", "2027-01-01 00:00"),
    "quiet_hours": Word(HOURS, 1, "Hours in which nothing is sent. 勿擾時段", "21:00-09:00"),
    "add_tags": Word(names_in("tags"), 1, "Put on who was sent it. 發送後加標籤", "[收過邀請]"),
    "if_quota_short": Word(
        one_of(*get_args(IfQuotaShort)), 2, "Where the quota is too small. 額度不足時", "refuse"
    ),
    "priority": PRIORITY,
    "goal": GOAL,
    "status": Word(one_of(*get_args(BroadcastStatus)), 1, "Whether it goes out. 狀態", "live"),
}
_MENU_FACE: dict[str, Word] = {
    "image": Word(PICTURE, 1, "Its picture. 圖片", "cards/menu.png"),
    "chat_bar": Word(TEXT, 1, "The text below it, at most 14 characters. 選單列文字", "點我開啟選單"),
    "grid": GRID,
    "areas": AREAS,
}
_MENU: dict[str, Word] = {
    "menu": Word(NAME, 1, "Its name. 名稱", "會員"),
    "if": IF,
    "unless": UNLESS,
    **_MENU_FACE,
    "paused": Word(SWITCH, 1, "As if it were not there. 停用", "true"),
    "tabs": Word(
        names_to(ref("menu face"), "new solid name", "tabs, each with image, grid and areas", least=1),
        2,
        "Several faces that a tap switches. 分頁",
        "{選購: {image: cards/a.png, areas: {…: {send: …}}}}",
    ),
    "from": Word(MOMENT, 2, "From then on. 開始", "2026-11-01 00:00"),
    "until": Word(MOMENT, 2, "Until then. 結束", "2026-11-12 00:00"),
    "open": Word(SWITCH, 2, "Unfolded at once. 預設展開", "true"),
}
_MEMBER_CARD: dict[str, Word] = {
    "picture": Word(PICTURE, 2, "Its picture, 1200 by 512. 圖片", "cards/member_card.png"),
    "colour": Word(text("colour", "a colour"), 2, "Its colour. 顏色", '"#2f6b4f"'),
    "barcode": Word(one_of("code128", "code39", "ean13", "qr"), 2, "The kind of its code. 條碼", "code128"),
    "fields": Word(
        list_of("shown field", "a list of {show: …}"), 2, "What it shows. 欄位", "[{show: contact.name}]"
    ),
    "unbound": Word(
        name_in("pages"), 2, "The flow for who is not bound. 還沒綁定的人走這個流程", "phone_binding"
    ),
}
_SHOWN: dict[str, Word] = {
    "show": Word(TEXT, 2, "contact.x or attribute.x. 顯示什麼", "attribute.points"),
    "title": Word(TEXT, 2, "Its title. 標題", "點數"),
    "icon": Word(PICTURE, 2, "Its icon. 圖示", "cards/points.png"),
}

DEFINITIONS: dict[str, Schema] = {
    "attribute": short_or(
        one_of(*TYPES), record("", _ATTRIBUTE, required=["type"]), "a type, or {type: …, title: …}"
    ),
    "tag": {**record("{expires: …, category: …}, or nothing", _TAG), "type": ["object", "null"]},
    "audience": record(
        "an audience: if, or csv and column",
        _AUDIENCE,
        needs=["if", "unless", "csv"],
        dependentRequired={"csv": ["column"], "column": ["csv"]},
    ),
    "recipients": {
        **name_in("audiences"),
        "type": [*SCALARS, "array", "object"],
        "expected": "an audience, everyone, or a condition",
        "items": ref("condition"),
        "minItems": 1,
        "if": {"type": "object"},
        "then": ref("condition"),
    },
    "broadcast": record(
        "a broadcast",
        _BROADCAST,
        required=["to", "push"],
        title="broadcast",
        **{
            "if": {"required": ["split"], "type": "object"},
            "then": {"properties": {"push": ref("messages by group")}},
            "else": {"properties": {"push": ref("messages")}},
        },
    ),
    "messages by group": names_to(
        ref("messages"), "own name", "the groups of the split, each with its messages or nothing", least=1
    ),
    "rich menu": record(
        "a rich menu",
        _MENU,
        required=["menu"],
        title="rich menu",
        needs=["image", "tabs"],
        dependentRequired={"image": ["areas"]},
    ),
    "menu face": record("image, chat_bar, grid and areas", _MENU_FACE, required=["image", "areas"]),
    "shown field": record("{show: …}", _SHOWN, required=["show"]),
    "member card": record("the member card", _MEMBER_CARD),
}
