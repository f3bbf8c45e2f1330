"""The steps that expect something (language, section 14)."""

from __future__ import annotations

from typing import get_args

from bot.model.instance import HeldBy
from bot.model.news import BINDINGS
from bot.model.screen import STATELESS
from bot.model.translatable import tr
from bot.playbook.shape.words import (
    SCALARS,
    SWITCH,
    TEXT,
    WHOLE,
    Schema,
    Word,
    kinds,
    one_of,
    record,
    ref,
    short_or,
    some,
)
from bot.scenario.checks import MISSED, NOTHING, SENDING_WAITS, WHY_NOT_SENT
from bot.scenario.promotions import all_of
from bot.scenario.shape.acts import AMOUNT, in_two_steps
from bot.scenario.shape.given import ATTRIBUTES, BOUND
from bot.scenario.shape.schemas import TEXTS, VALUE, named, one_named

_OR_NOTHING: Schema = {**TEXT, "suggested": [NOTHING]}
_CONTAINS: dict[str, Word] = {
    "contains": Word(TEXT, 1, "Something in which this can be read. 包含這段文字", "85 折"),
}
CONTACT: dict[str, Word] = {
    "tags": Word(TEXTS, 1, "At least these tags. 至少有這些標籤", "[VIP]"),
    "tags_exactly": Word(TEXTS, 1, "Just these tags. 剛好是這些標籤", "[VIP]"),
    "attributes": Word(ATTRIBUTES, 1, "These attributes; nothing: not known. 屬性", "{points: 120}"),
    "bound": Word(
        {
            **BOUND,
            "expected": "phone, shop or clerk, a list of them, or nothing",
            "words": [*BINDINGS, NOTHING],
        },
        1,
        "How the person is bound. 綁定",
        "phone",
    ),
    **{name: one.word for name, one in all_of("contact").items()},
    "marketing": Word(
        one_of("true", "false", NOTHING), 2, "Whether marketing is allowed. 是否接受行銷", "true"
    ),
    "waits": Word(SWITCH, 2, "Whether the person waits for staff. 是否在等客服", "true"),
    "at_shop": Word(
        {
            **record(
                "attributes that a shop maps, and marketing",
                {
                    "marketing": Word(
                        one_of("true", "false", NOTHING),
                        2,
                        "Whether marketing is allowed there. 商店記的是否接受行銷",
                        "true",
                    )
                },
            ),
            "additionalProperties": VALUE,
            "minProperties": 1,
        },
        2,
        "What stands in the shop's record; nothing: not known. 商店的會員資料",
        "{birthday: 1990-05-20}",
    ),
    "set": Word(
        {
            **record("attributes, and tags", {"tags": Word(TEXTS, 2, "Add these tags. 加標籤", "[VIP]")}),
            "additionalProperties": VALUE,
            "minProperties": 1,
        },
        2,
        "Changes what is known, whoever it was. 改變屬性或標籤",
        "{points: 50}",
    ),
}
"""The words of the check `contact`."""


def _text_or_part(suggested: list[str], expected: str) -> Schema:
    """A text, or `{contains: …}`."""
    return {
        **short_or(TEXT, record("", _CONTAINS, required=["contains"]), expected),
        "suggested": suggested,
    }


CHECKS: dict[str, Word] = {
    "bot": Word(
        {
            **some("expected message", "a message, a list of them, or nothing"),
            "empty": tr("write  bot: {nothing}", nothing=NOTHING),
        },
        1,
        "Exactly these messages: cards by name, texts, or nothing. 機器人說",
        "歡迎！",
    ),
    "contact": Word(
        record("what is known of the person", CONTACT, minProperties=1),
        1,
        "What is known of the person. 對客人的認識",
        "{tags: [VIP]}",
    ),
    "flow": Word(
        {
            **record(
                "flows, each with its state",
                {
                    "held": Word(
                        one_of(*get_args(HeldBy)), 3, "Waits at the door, for this. 在等什麼", "quiet"
                    )
                },
            ),
            "additionalProperties": _OR_NOTHING,
            "minProperties": 1,
        },
        1,
        "Where the person stands, or stood at the end. 在流程的哪一步",
        "{quiz: 膚質}",
    ),
    "menu": Word(
        {
            **one_named(TEXT, "a menu, a menu with its tab, or nothing"),
            "type": [*SCALARS, "object"],
            "suggested": [NOTHING],
        },
        1,
        "The rich menu shown. 顯示的選單",
        "會員",
    ),
    "cost": Word(WHOLE, 1, "Messages paid so far, of everybody. 到這裡花的則數", "0"),
    "page": Word(
        _text_or_part([NOTHING, *STATELESS], "a state, {contains: …}, or nothing"),
        2,
        "What the open page shows. 頁面顯示",
        "phone",
    ),
    "sms": Word(
        _text_or_part([NOTHING], "a text, {contains: …}, or nothing"),
        2,
        "The last SMS. 最後一封簡訊",
        "{contains: 驗證碼}",
    ),
    "sent": Word(
        one_named(ref("sent"), "a broadcast with who got it"),
        1,
        "Who got a broadcast, and what it cost. 群發送給了誰",
        "{週年慶: [小美, 大明]}",
    ),
    "explain": Word(
        {
            **record(
                "a rule or a file",
                {
                    "rule": Word(TEXT, 2, "The rule with this name decided. 這條規則決定的", "closed"),
                    "file": Word(
                        TEXT, 2, "Something in this file decided. 這個檔案決定的", "rules/first.yaml"
                    ),
                },
            ),
            **kinds("what decided", ["rule", "file"], apart=in_two_steps),
        },
        2,
        "What decided. 是什麼決定的",
        "{rule: closed}",
    ),
}
"""The kinds of steps that expect something."""

SENT: dict[str, Word] = {
    "to": Word(TEXTS, 1, "Exactly these people got it. 只有這些人收到", "[小美]"),
    "not_to": Word(
        named(one_of(*WHY_NOT_SENT), "people, each with why not"),
        1,
        "These did not, and why. 誰沒收到、為什麼",
        "{大明: stopped}",
    ),
    "messages": Word(WHOLE, 1, "The messages that it cost. 花了幾則", "1"),
    "price": Word(AMOUNT, 2, "What they cost beyond the plan's, in NT$. 花了多少錢", "0.2"),
    "waits": Word(one_of(*SENDING_WAITS), 2, "Why it waits. 在等什麼", "quiet"),
}
"""The words of the check `sent`."""
DEFINITIONS: dict[str, Schema] = {
    "sent": {
        **record("who got it, nothing, or missed", SENT, minProperties=1),
        "type": [*SCALARS, "array", "object"],
        "items": TEXT,
        "minItems": 1,
        "suggested": [NOTHING, MISSED],
    },
    "expected message": {
        **record(
            "a text, the name of a card, or what it contains",
            {
                **_CONTAINS,
                "text": Word(TEXT, 1, "Exactly this text, also where it looks like a name. 這段文字", "ok"),
                "any_of": Word(
                    some("expected message", "messages, one of which it is"),
                    2,
                    "One of these. 其中之一",
                    "[你好, 您好]",
                ),
            },
        ),
        "type": [*SCALARS, "object"],
        "suggested": [NOTHING],
        **kinds("a message", ["text", "contains", "any_of"], apart=in_two_steps),
    },
}
"""Shapes that the kinds of steps refer to, by name."""
