"""The steps in which something happens (language, section 14)."""

from __future__ import annotations

from typing import get_args

from bot.model.news import MESSAGES, NEWS, SHOP_NEWS
from bot.model.translatable import Translatable, tr
from bot.playbook.shape.triggers import MESSAGES as HEARD_MESSAGES
from bot.playbook.shape.words import (
    FILLED,
    SCALARS,
    SWITCH,
    TEXT,
    Schema,
    Word,
    kinds,
    names_to,
    one_of,
    record,
    ref,
    text,
)
from bot.scenario.given import ALL_PUSHES
from bot.scenario.promotions import all_of
from bot.scenario.shape.formats import FAILED
from bot.scenario.shape.given import ATTRIBUTES
from bot.scenario.shape.schemas import PHONE, TEXTS, VALUE, named, one_named
from bot.scenario.steps import CODE_FROM_SMS, FRIENDSHIP, PARTS, PHOTOS, AnswerNotSent

AMOUNT: Schema = text("amount", "a number")
CODE: Schema = {**TEXT, "suggested": [CODE_FROM_SMS]}


def in_two_steps(first: str, second: str) -> Translatable:
    """The hint where two things stand in one step."""
    return tr("write two steps, one after the other")


USER: dict[str, Word] = {
    "says": Word(CODE, 1, "Says this, also where it looks like a name. 說", "ok"),
    "taps": Word(TEXT, 1, "Taps what is called so. 按按鈕", "優惠"),
    "opens": Word(TEXT, 1, "Opens this page. 打開頁面", "phone_binding"),
    "answers": Word(
        {
            **CODE,
            "type": [*SCALARS, "object"],
            "expected": "a text, or a form's fields with their answers",
            "additionalProperties": TEXTS,
            "minProperties": 1,
        },
        1,
        "Answers on the page that is open, or sends its form. 在頁面上回答",
        "油性",
    ),
    "sends": Word(ref("message from a person"), 2, "Sends a message that is no text. 傳照片等", "image"),
    "opens_link": Word(TEXT, 2, "Opens one of links, or scans its code. 打開連結", "store_stand"),
    **{name: one.word for name, one in all_of("user").items()},
    "says_by_page": Word(TEXT, 2, "The page says this in their name. 由頁面代說", "我綁好了"),
}
"""The words of `user`."""
_BESIDE: dict[str, tuple[Word, tuple[str, ...]]] = {
    "with": (
        Word(
            named(TEXT, "inputs, each with its value"),
            2,
            "The inputs of the page's link. 連結帶的資料",
            "{code: A01}",
        ),
        ("opens",),
    ),
    **all_of("user_beside"),
    "picks": (Word(TEXT, 2, "What a date picker gives. 選的日期", "2026-09-01"), ("taps",)),
}
"""Words that stand beside others of `user`, each with the words that it may stand beside."""
STAFF: dict[str, Word] = {
    "says": Word(FILLED, 2, "Answer the person, who sees it. 回覆客人", "您好，我是阿美"),
    "note": Word(FILLED, 2, "Leave a note to colleagues. 留內部便條", "她很急"),
    "add_tags": Word(TEXTS, 2, "Put these tags on. 貼標籤", "[VIP]"),
    "remove_tags": Word(TEXTS, 2, "Take these tags off. 拿掉標籤", "[VIP]"),
    "set": Word(ATTRIBUTES, 2, "Set attributes; nothing behind one clears it. 填屬性", "{points: 120}"),
    "binds": Word(PHONE, 2, "Bind a phone that they vouch for. 綁定手機", '"0912345678"'),
    "unbinds": Word(one_of("phone", "clerk"), 2, "Undo a binding. 解除綁定", "phone"),
    "draws": Word(
        named(TEXT, "splits, each with its group"), 2, "Draw another group of a split. 換組", "{test: B}"
    ),
    **{name: one.word for name, one in all_of("staff").items()},
    "puts_into": Word(
        one_named(TEXT, "a flow with its state"),
        2,
        "Sets the state without its actions. 放到這一步",
        "{quiz: 膚質}",
    ),
}
"""The words of `staff` that have a value."""
_STAFF_BESIDE: dict[str, tuple[Word, tuple[str, ...]]] = {
    "not_sent": (
        Word(one_of(*get_args(AnswerNotSent)), 2, "Why it does not go out. 沒送出的原因", "blocked"),
        ("says",),
    ),
    **all_of("staff_beside"),
}
"""As `_BESIDE`, of `staff`."""
STAFF_WORDS = NEWS["staff"].words
"""The words of `staff` that stand alone."""
SHOP_FIELDS: dict[str, Word] = {
    "amount": Word(AMOUNT, 2, "The amount of the order. 金額", "1200"),
    "refunded": Word(AMOUNT, 2, "What was paid back of it by now. 到目前共退多少", "100"),
    "order_no": Word(TEXT, 2, "The number of the order. 訂單編號", "A1"),
    **{name: one.word for name, one in all_of("orders").items()},
    "marketing": Word(SWITCH, 2, "Whether the member allows marketing. 是否接受行銷", "true"),
    "phone": Word(PHONE, 2, "The mobile number in the record from then on. 新的手機", '"0987654321"'),
}
"""The keys of news of the shop, beside the attributes that it maps."""
_SHOP_NEWS = {
    "member_registered": "Somebody has become a member. 加入會員",
    "member_updated": "A member's record has changed. 會員資料改變",
    "tier_changed": "The tier has changed. 等級改變",
    "order_placed": "An order was placed. 下單",
    "order_paid": "An order was paid. 付款",
    "order_cancelled": "An order was cancelled. 取消訂單",
    "order_refunded": "An order was refunded. 退款",
    "order_partially_refunded": "A part of an order was refunded. 部分退款",
}
_FROM_LINE = named(TEXT, "what LINE tells of it")
_EXAMPLES = {"location": "{title: 家, address: 台北}"}

ACTS: dict[str, Word] = {
    "user": Word(ref("user"), 1, "What the person does: a text is said. 客人做的事", "營業時間"),
    "wait": Word(text("time to wait", "a time to wait, such as 3d"), 1, "Time passes. 過了多久", "30m"),
    "as": Word(TEXT, 1, "From here on it is this person's phone. 換誰的手機", "小美"),
    "shop": Word(
        ref("news of the shop"),
        2,
        "News from the shop platform. 商店傳來的消息",
        "{order_paid: {amount: 1200}}",
    ),
    "staff": Word(ref("staff"), 2, "What staff do. 客服做的事", "takes_over"),
    "signal": Word(
        {
            **one_named(named(TEXT, "fields, each with its value"), "a signal with its fields"),
            "type": [*SCALARS, "object"],
        },
        3,
        "An event from the shop's own systems. 自家系統的訊號",
        "{parcel_arrived: {shop_name: 信義店}}",
    ),
    "hook": Word(
        one_named(ref("hook answer"), "a hook with its answer"),
        3,
        "How a web hook answers that was called. 外部系統的回應",
        "{stock: {left: 3}}",
    ),
    "down": Word(
        text("time to wait", "a time to wait, such as 3d"),
        3,
        "Time passes with the server off. 停機多久",
        "7d",
    ),
    "fails": Word(one_of(*PARTS), 3, "From here on it does not answer. 從這裡起故障", "sms"),
    "works": Word(one_of(*PARTS), 3, "And from here on it does again. 從這裡起恢復", "sms"),
    "stop": Word(ref("pushes"), 3, "From here on these pushes are stopped. 從這裡起停止推播", ALL_PUSHES),
    "resume": Word(ref("pushes"), 3, "And from here on they go on. 從這裡起恢復推播", ALL_PUSHES),
    "broadcast": Word(TEXT, 1, "Staff send this broadcast now. 發送群發", "週年慶"),
    "edit": Word(
        names_to(ref("edited file"), "file", "files, each with its new text, or pieces of it", least=1),
        3,
        "A live edit: all that follows goes by it. 上線中修改",
        "{bot.yaml: {舊的文字: 新的文字}}",
    ),
}
"""The kinds of steps in which something happens."""

DEFINITIONS: dict[str, Schema] = {
    "user": {
        **record(
            "a text, or what somebody does", {**USER, **{key: word for key, (word, _) in _BESIDE.items()}}
        ),
        "type": [*SCALARS, "object"],
        "format": "said",
        "suggested": [*FRIENDSHIP, CODE_FROM_SMS],
        **kinds(
            "what somebody does",
            list(USER),
            {key: of for key, (_, of) in _BESIDE.items()},
            apart=in_two_steps,
        ),
    },
    "message from a person": {
        **record(
            "a kind of message",
            {
                kind: Word(_FROM_LINE, message.level, message.says, _EXAMPLES.get(kind, "…"))
                for kind, message in HEARD_MESSAGES.items()
                if kind in MESSAGES
            }
            | {
                PHOTOS: Word(
                    text("photos", "how many photos"), 2, "So many photos at once. 一次傳幾張照片", "5"
                )
            },
        ),
        "type": [*SCALARS, "object"],
        "words": list(MESSAGES),
        **kinds("a message", [*MESSAGES, PHOTOS], apart=in_two_steps),
    },
    "shop record": {
        **record("amount, order_no, and what the shop maps", SHOP_FIELDS),
        "additionalProperties": VALUE,
        "minProperties": 1,
    },
    "news of the shop": {
        **record(
            "news of the shop",
            {word: Word(ref("shop record"), 2, _SHOP_NEWS[word], "{tier: 金卡}") for word in SHOP_NEWS},
        ),
        "type": [*SCALARS, "object"],
        "words": list(SHOP_NEWS),
        **kinds("news of the shop", SHOP_NEWS, apart=in_two_steps),
    },
    "staff": {
        **record("what staff do", {**STAFF, **{key: word for key, (word, _) in _STAFF_BESIDE.items()}}),
        "type": [*SCALARS, "object"],
        "words": list(STAFF_WORDS),
        **kinds(
            "what staff do",
            list(STAFF),
            {key: of for key, (_, of) in _STAFF_BESIDE.items()},
            together=("add_tags", "remove_tags"),
            apart=in_two_steps,
        ),
    },
    "hook answer": {
        "type": [*SCALARS, "object"],
        "format": "hook answer",
        "suggested": [FAILED],
        "expected": "the fields of its answer, or failed",
    },
    "edited file": {
        **named(VALUE, "a text, or pieces of the old one with the new"),
        "type": [*SCALARS, "object"],
    },
}
"""Shapes that the kinds of steps refer to, by name."""
