"""What there is before the first step: `given` (language, section 14)."""

from __future__ import annotations

from typing import get_args

from bot.model.decision import SmsCredit
from bot.model.news import BINDINGS
from bot.playbook.shape.words import (
    SCALARS,
    SWITCH,
    TEXT,
    WHOLE,
    Schema,
    Word,
    names_to,
    one_of,
    record,
    ref,
    some,
    text,
)
from bot.scenario.given import ALL_BROADCASTS, ALL_PUSHES, ANOTHER
from bot.scenario.promotions import all_of
from bot.scenario.shape.schemas import PHONE, TEXTS, VALUE, named

BOUND: Schema = {
    "type": [*SCALARS, "array"],
    "expected": "phone, shop or clerk, or a list of them",
    "words": list(BINDINGS),
    "items": ref("binding"),
}


def list_or_one(name: str, expected: str) -> Schema:
    """Blocks of a definition in a list, which may be empty, or one of them."""
    return {
        "type": ["array", "object"],
        "expected": expected,
        "items": ref(name),
        "if": {"type": "object"},
        "then": ref(name),
    }


ATTRIBUTES = named(VALUE, "attributes, each with its value")

PERSON: dict[str, Word] = {
    "name": Word(TEXT, 1, "The name that LINE tells. 顯示名稱", "小美"),
    "tags": Word(TEXTS, 1, "The tags that they have. 標籤", "[VIP]"),
    "attributes": Word(ATTRIBUTES, 1, "What is known of them. 屬性", "{points: 120}"),
    "bound": Word(BOUND, 1, "How they are bound. 綁定", "phone"),
    "flow": Word(
        named(TEXT, "a flow with its state"), 1, "Where they stand in flows. 在流程的哪一步", "{quiz: 膚質}"
    ),
    "friend": Word(SWITCH, 1, "Whether they are a friend of the account. 是否好友", "false"),
    "language": Word(TEXT, 2, "The language of their LINE. 語言", "ja"),
    "channel": Word(TEXT, 2, "On which account. 官方帳號", "outlet"),
    "phone": Word(PHONE, 2, "The phone that they have bound. 手機", "0912345678"),
    "email": Word(TEXT, 2, "Their address. 電子郵件", "amy@example.com"),
    "member_no": Word(TEXT, 2, "Their member number. 會員編號", "M1001"),
    "marketing": Word(SWITCH, 2, "Whether they allow marketing. 是否接受行銷", "false"),
    "places": Word(TEXTS, 2, "Rules with first of which they have a place. 搶到的名額", "[coupon]"),
    **{name: one.word for name, one in all_of("person").items()},
    "bound_before": Word(one_of("phone"), 3, "Was bound once, and is no more. 曾經綁定", "phone"),
    "clerk": Word(TEXT, 3, "The code of the clerk whom they are bound to. 門市人員", "A01"),
}
"""The words of a person."""
MEMBER: dict[str, Word] = {
    "phone": Word(PHONE, 1, "The member's mobile number. 手機", '"0912345678"'),
    "member_no": Word(TEXT, 1, "The member's number. 會員編號", "M1001"),
    "line": Word(
        {**TEXT, "suggested": ["true", "false"]},
        2,
        "Whose LINE account the shop knows: true, or a person. 商店認得誰的 LINE",
        "true",
    ),
    "bound_to": Word(
        {**TEXT, "suggested": [ANOTHER]}, 2, "Who has bound this phone already. 已經被誰綁定", "another"
    ),
    "birthday": Word(
        text("any date", "a date"), 2, "The birthday in the member's record. 生日", "1990-05-20"
    ),
    "marketing": Word(SWITCH, 2, "Whether the member allows marketing. 是否接受行銷", "true"),
}
"""The words of a member, beside the attributes that the shop maps."""
CLERK: dict[str, Word] = {
    "code": Word(TEXT, 3, "The code that their QR code carries. 代碼", "A01"),
    "name": Word(TEXT, 3, "What they are called. 姓名", "小林"),
    "store": Word(TEXT, 3, "Their store. 門市", "xinyi"),
    "suspended": Word(SWITCH, 3, "Whether their code counts no more. 停用", "true"),
}
"""The words of a clerk."""
PUSHES: dict[str, Word] = {
    "channel": Word(TEXT, 3, "The pushes of this account. 這個官方帳號的", "outlet"),
    "flow": Word(TEXT, 3, "Those of this flow, and of what it runs. 這個流程的", "care"),
}
"""The words for the pushes of a channel or a flow."""
_PUSHES = "pushes, a flow, or a channel and a flow"
GIVEN: dict[str, Word] = {
    "now": Word(text("any moment", "a moment"), 1, "When it begins. 現在是什麼時候", "2026-09-01 14:00"),
    "contact": Word(ref("person"), 1, "The person. 這位客人", "{name: 小美, tags: [VIP]}"),
    "people": Word(
        names_to(ref("person"), "person", "people, each with a name", least=1),
        1,
        "Several people, each with a name. 幾位客人",
        "{小美: {tags: [VIP]}, 大明: {}}",
    ),
    "shop": Word(
        list_or_one("member", "a member of the shop, or a list of them"),
        2,
        "Members in the shop's records. 商店裡的會員",
        '{phone: "0912345678"}',
    ),
    "channel": Word(TEXT, 2, "On which account all are. 官方帳號", "outlet"),
    "split": Word(
        named(TEXT, "splits, each with its group"), 2, "What is drawn by lot. 隨機分組抽到哪一組", "{test: A}"
    ),
    "quota": Word(WHOLE, 2, "Pushes left this month. 這個月剩下的則數", "500"),
    "taken": Word(
        named(WHOLE, "rules, each with a number"), 2, "Places that are taken. 已用掉的名額", "{coupon: 99}"
    ),
    **{name: one.word for name, one in all_of("given").items()},
    "stopped": Word(some("pushes", _PUSHES), 3, "Pushes that staff have stopped. 已經停止的推播", ALL_PUSHES),
    "broadcasts": Word(
        {**TEXTS, "expected": "all, a broadcast, or a list of them", "suggested": [ALL_BROADCASTS]},
        2,
        "Broadcasts that go out at their times though no step names them. 到時間會自己發的群發",
        ALL_BROADCASTS,
    ),
    "sms_credit": Word(one_of(*get_args(SmsCredit)), 3, "What is left at the SMS provider. 簡訊餘額", "none"),
    "clerks": Word(
        list_or_one("clerk", "a clerk, or a list of them"),
        3,
        "Clerks with their codes. 門市人員",
        "{code: A01, name: 小林, store: xinyi}",
    ),
}
"""The words of `given`."""

DEFINITIONS: dict[str, Schema] = {
    "binding": one_of(*BINDINGS),
    "pushes": {
        **record(_PUSHES, PUSHES),
        "type": [*SCALARS, "object"],
        "suggested": [ALL_PUSHES],
        "minProperties": 1,
    },
    "person": {
        **record("what is known of a person", PERSON),
        "type": ["object", "null"],
        "title": "person",
    },
    "member": {
        **record("a member of the shop", MEMBER, required=["phone"]),
        "additionalProperties": VALUE,
        "title": "member",
    },
    **dict(one.definition for one in all_of("given").values()),
    "clerk": record("a clerk", CLERK, required=["code", "name", "store"], title="clerk"),
}
"""Shapes that the words of `given` refer to, by name."""
