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
    FILLED,
    HOURS,
    MOMENT,
    NAME,
    NUMBER,
    PICTURE,
    SCALARS,
    SWITCH,
    TEXT,
    TIME,
    WHOLE,
    WORD_NAME,
    Schema,
    Word,
    list_of,
    names_to,
    one_of,
    record,
    ref,
    short_or,
    some,
    text,
)
from bot.promotions.coupons.model import RedeemWay
from bot.promotions.draws.model import DrawLook
from bot.promotions.referrals.model import ReferralGoal
from bot.promotions.stamps.model import StampWay

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

_REMINDER: dict[str, Word] = {
    "days_before": Word(WHOLE, 2, "So many days before its last day. 最後一天的前幾天", "3"),
    "at": Word(TIME, 2, "At this time of day. 幾點", "10:00"),
}
_REMIND = Word(
    record("days_before and at", _REMINDER, required=["days_before", "at"]),
    2,
    "When expires_soon is news. 到期前提醒",
    '{days_before: 3, at: "10:00"}',
)
_COUPON: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "新朋友折 100 元"),
    "terms": Word(TEXT, 2, "Its terms of use. 使用說明", "單筆滿 1,000 元可用"),
    "image": Word(PICTURE, 2, "Its picture. 圖片", "cards/coupon.png"),
    "stock": Word(WHOLE, 2, "How many are given in all; 0 stops it. 總共發幾張", "100"),
    "per_person": Word(WHOLE, 2, "How many one person is given. 每人最多幾張", "1"),
    "from": Word(MOMENT, 2, "Usable from then on. 開始", "2026-11-01 00:00"),
    "until": Word(MOMENT, 2, "Usable until then. 結束", "2026-11-30 24:00"),
    "for": Word(DURATION, 2, "Usable so long once it is given. 發出後多久內可用", "30d"),
    "remind": _REMIND,
    "codes": Word(one_of("made", "imported"), 2, "Whose codes they are. 序號從哪裡來", "imported"),
    "code": Word(FILLED, 2, "One code for everybody. 大家共用的代碼", "SUMMER100"),
    "redeem": Word(
        some("coupon way", "clerk, press, order, or a list of them"), 2, "By whom. 誰來核銷", "clerk"
    ),
    "gives_back": Word(
        SWITCH, 2, "Usable again where its order is cancelled or refunded. 訂單取消、退款就還給客人", "true"
    ),
}

_STAMP_CARD: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "森活集點卡"),
    "terms": Word(TEXT, 2, "How it is stamped. 使用說明", "每滿 300 元集一點"),
    "image": Word(PICTURE, 2, "Its picture. 圖片", "cards/stamps.png"),
    "cells": Word(WHOLE, 2, "How many stamps fill it: 2 to 30. 幾格", "10"),
    "rewards": Word(
        names_to(name_in("coupons"), "whole", "cells, each with its coupon", least=1),
        2,
        "The coupon that is given at each of these cells. 集到第幾點送哪張優惠券",
        "{5: 折50, 10: 折200}",
    ),
    "until": Word(MOMENT, 2, "Good until then. 結束", "2026-12-31 24:00"),
    "for": Word(DURATION, 2, "Good so long from its first stamp on. 第一點之後多久內有效", "1y"),
    "remind": _REMIND,
    "per_day": Word(WHOLE, 2, "Most stamps in stores on one day. 門市一天最多幾點", "1"),
    "again": Word(SWITCH, 2, "Whether a full card is followed by an empty one. 集滿後再一張", "true"),
    "stamp": Word(some("stamp way", "clerk, code, or both"), 2, "Who stamps in stores. 誰來蓋點", "clerk"),
    "orders": Word(
        record(
            "{each: AMOUNT}",
            {"each": Word(NUMBER, 2, "So much is a stamp. 每多少錢一點", "300")},
            required=["each"],
        ),
        2,
        "Paid orders of the shop stamp it. 訂單付款就集點",
        "{each: 300}",
    ),
}

_PRIZE = record(
    "{coupon: NAME, odds: 5%}",
    {
        "coupon": Word(name_in("coupons"), 2, "The coupon that is won. 獎品是哪張優惠券", "大獎券"),
        "odds": Word(
            text("odds", "odds, such as 1/200 or 5%"),
            2,
            "How likely it is; without, for all others. 中獎機率",
            "5%",
        ),
    },
    required=["coupon"],
)
_DRAW: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "週年慶抽獎"),
    "terms": Word(TEXT, 2, "Its rules. 活動辦法", "每人每天一次，獎品送完為止"),
    "image": Word(PICTURE, 2, "Its picture. 圖片", "cards/draw.png"),
    "look": Word(one_of(*get_args(DrawLook)), 2, "A wheel, or a card to scratch. 轉盤或刮刮樂", "wheel"),
    "from": Word(MOMENT, 2, "Open from then on. 開始", "2026-12-01 00:00"),
    "until": Word(MOMENT, 2, "Open until then. 結束", "2026-12-31 24:00"),
    "each": Word(one_of("day", "once"), 2, "How often one person may try. 每人每天一次，或只能一次", "day"),
    "prizes": Word(
        names_to(_PRIZE, "new own name", "prizes, each with its coupon and odds", least=1),
        2,
        "What can be won. 獎項",
        "{大獎: {coupon: 大獎券, odds: 5%}}",
    ),
    "tries": Word(WHOLE, 2, "How many tries you expect, for the check. 預計會抽幾次", "3000"),
}

_REFERRAL: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "好友一起來"),
    "terms": Word(TEXT, 2, "How it works. 活動說明", "好友綁定後，兩位都有禮"),
    "image": Word(PICTURE, 2, "Its picture. 圖片", "cards/friends.png"),
    "from": Word(MOMENT, 2, "Friends may come from then on. 開始", "2026-11-01 00:00"),
    "until": Word(MOMENT, 2, "Friends may come until then. 結束", "2026-12-31 24:00"),
    "when": Word(
        one_of(*get_args(ReferralGoal)),
        2,
        "What the friend has to do for it to count. 好友做了什麼才算",
        "bound",
    ),
    "within": Word(DURATION, 2, "So long after coming. 加入後多久內", "30d"),
    "friend": Word(name_in("coupons"), 2, "The coupon for the friend. 送好友的優惠券", "見面禮"),
    "inviter": Word(name_in("coupons"), 2, "The coupon for the inviter. 送邀請人的優惠券", "謝禮"),
    "max": Word(WHOLE, 2, "How often an inviter is rewarded. 邀請人最多領幾次", "10"),
}

_APPOINTMENT_REMINDER: dict[str, Word] = {
    "days_before": Word(WHOLE, 2, "So many days before. 前幾天", "1"),
    "at": Word(TIME, 2, "At this time of that day. 那一天幾點", "10:00"),
    "hours_before": Word(WHOLE, 2, "So many hours before it begins. 開始前幾小時", "2"),
}
_STAFF_MEMBER: dict[str, Word] = {
    "hours": Word(
        ref("hours in place"), 2, "Hours of their own, within those of the service. 個人的班表", "小芳的班"
    ),
    "store": Word(name_in("stores"), 2, "Where they work. 在哪家門市", "xinyi"),
}
_STAFF: Schema = {
    "type": [*SCALARS, "array", "object"],
    "expected": "names, or names with their own hours: {小芳: {hours: 小芳的班}}",
    "items": ref("name"),
    "minItems": 1,
    "minProperties": 1,
    "propertyNames": {"format": "own name"},
    "additionalProperties": ref("staff member"),
}
_APPOINTMENT: dict[str, Word] = {
    "title": Word(TEXT, 2, "What people call it. 名稱", "剪髮預約"),
    "hours": Word(
        ref("hours in place"), 2, "When it is offered, as hours are written. 可以預約的時段", "營業時間"
    ),
    "minutes": Word(WHOLE, 2, "How long it takes: 5, 10 … 720. 一次幾分鐘", "60"),
    "step": Word(WHOLE, 2, "One may begin each so many minutes. 每隔幾分鐘一個時段", "30"),
    "places": Word(WHOLE, 2, "How many people at once. 同時幾位", "2"),
    "staff": Word(_STAFF, 2, "Who does it, each one person at a time. 服務人員", "[小芳, 阿明]"),
    "ahead": Word(
        record(
            "{from: DURATION, until: DURATION}",
            {
                "from": Word(DURATION, 2, "Booked no later than so long before. 最晚多久前", "2h"),
                "until": Word(DURATION, 2, "Booked no earlier than so long before. 最早多久前", "30d"),
            },
            minProperties=1,
        ),
        2,
        "When it can be booked. 什麼時候可以預約",
        "{from: 2h, until: 30d}",
    ),
    "per_person": Word(WHOLE, 2, "How many one person has to come. 每人最多幾個", "1"),
    "cancel_until": Word(
        DURATION, 2, "Moved or cancelled until so long before. 最晚多久前可以改期或取消", "3h"
    ),
    "remind": Word(
        record(
            "days_before and at, or hours_before",
            _APPOINTMENT_REMINDER,
            needs=["days_before", "hours_before"],
            dependentRequired={"days_before": ["at"], "at": ["days_before"]},
        ),
        2,
        "When soon is news. 預約前提醒",
        '{days_before: 1, at: "10:00"}',
    ),
    "waiting": Word(
        DURATION,
        2,
        "People can wait for a full day; the next one is told so long after the first. 候補",
        "30m",
    ),
}

DEFINITIONS: dict[str, Schema] = {
    "referral campaign": record(
        "a campaign, such as {when: bound, friend: 見面禮}",
        _REFERRAL,
        required=["when"],
        needs=["friend", "inviter"],
        title="referral campaign",
    ),
    "appointment": record(
        "an appointment, such as {minutes: 60, hours: 營業時間}",
        _APPOINTMENT,
        required=["hours", "minutes"],
        title="appointment",
    ),
    "staff member": {**record("{hours: …, store: …}, or nothing", _STAFF_MEMBER), "type": ["object", "null"]},
    "stamp way": one_of(*get_args(StampWay)),
    "stamp card": record(
        "a stamp card, such as {cells: 10, rewards: {10: 折200}}",
        _STAMP_CARD,
        required=["cells", "rewards"],
        title="stamp card",
    ),
    "draw": record(
        "a draw, such as {prizes: {大獎: {coupon: 大獎券, odds: 5%}}}",
        _DRAW,
        required=["prizes"],
        title="draw",
    ),
    "coupon way": one_of(*get_args(RedeemWay)),
    "coupon": record("a coupon, such as {until: 2026-12-31 24:00}", _COUPON, title="coupon"),
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
