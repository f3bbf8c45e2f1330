"""The one language of conditions (language, section 5): in rules, flows, menus, audiences, broadcasts."""

from __future__ import annotations

from bot.playbook.shape.promotions import WORDS_PARTS
from bot.playbook.shape.sections import Section, list_or_states, names_in
from bot.playbook.shape.words import (
    DURATION,
    HOURS,
    NAMES,
    SCALARS,
    SWITCH,
    TEXT,
    TEXTS,
    WHOLE,
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

COMPARISONS: dict[str, Word] = {
    "is": Word(TEXTS, 1, "Equal to this, or to one of these. 等於", "金卡"),
    "at_least": Word(TEXT, 1, "This or more; for dates also today, today + 3d. 至少", "100"),
    "at_most": Word(TEXT, 1, "This or less. 至多", "100"),
    "more_than": Word(TEXT, 1, "More than this. 超過", "100"),
    "less_than": Word(TEXT, 1, "Less than this. 低於", "100"),
    "known": Word(SWITCH, 2, "Whether anything is known. 有沒有值", "true"),
    "contains": Word(TEXT, 2, "This is in the text. 包含", "寄送"),
    "starts_with": Word(TEXT, 2, "The text begins with this. 開頭是", "/AB"),
    "within": Word(DURATION, 2, "Not longer ago. 多久以內", "7d"),
    "over": Word(DURATION, 2, "Longer ago. 超過多久以前", "90d"),
    "in_next": Word(DURATION, 2, "In the time to come. 接下來多久以內", "7d"),
    "days_ago": Word(WHOLE, 2, "That whole day, so many days ago. 幾天前的那一天", "3"),
    "in_days": Word(WHOLE, 2, "That whole day, in so many days. 幾天後的那一天", "3"),
    "anniversary_in_days": Word(WHOLE, 2, "Its day of the year comes in so many days. 幾天後是週年", "3"),
    "during": Word(HOURS, 2, "These hours are open then; of answers and events only. 在這個時段", "門診時間"),
    "in_month": Word(text("month", "a month"), 2, "Its month: this, next, or 1 to 12. 在哪個月", "this"),
}

CONTACT_FIELDS = {
    "name": "What LINE calls the person. 名字",
    "language": "The person's language at LINE. 語言",
    "phone": "The phone that is bound. 手機",
    "email": "The e-mail address. 電子郵件",
    "member_no": "The number as a member. 會員編號",
    "friend": "Whether the account is a friend, not blocked. 是否好友",
    "marketing": "Whether journeys and broadcasts are allowed. 同意推播",
    "followed": "When the account was added. 加好友的時間",
    "last_seen": "When the person was last heard of. 最後往來",
    "last_push": "When something was last pushed. 最後推播",
    "last_staff": "When staff last wrote. 客服最後回覆",
    "last_order": "When something was last ordered. 最後下單",
    "clerk_since": "Since when the person has a clerk. 綁定店員的時間",
    "clerk": "The clerk's code. 專屬店員",
}

_TESTS = ref("comparison")
_BINDINGS = ("phone", "shop", "clerk")


def _tests(names: str, expected: str, of: Section | None = None) -> Schema:
    return names_to(_TESTS, names, expected, least=1, of=of)


CONDITIONS: dict[str, Word] = {
    "tag": Word(
        {
            **list_or_states("tags", "a tag, a list of tags, or {TAG: {within: 7d}}"),
            "additionalProperties": ref("tag since"),
        },
        1,
        "Has the tag, or one of them. 有這個標籤",
        "VIP",
    ),
    "not": Word(ref("condition"), 1, "The condition does not hold. 條件不成立", "{tag: VIP}"),
    "bound": Word(some("binding", "phone, shop, clerk, or a list of them"), 1, "Is bound. 已綁定", "phone"),
    "bound_before": Word(one_of("phone"), 2, "Has had a phone bound once. 曾經綁定過", "phone"),
    "during": Word(HOURS, 1, "It is during these hours. 在這個時段", "客服時間"),
    "attribute": Word(
        _tests("name", "attributes, each with its test", "attributes"),
        1,
        "The attributes pass their tests. 屬性符合",
        "{tier: 金卡}",
    ),
    "any": Word(
        list_of("condition", "a list of conditions"),
        2,
        "One of them holds. 其中之一成立",
        "[{tag: VIP}, {bound: shop}]",
    ),
    "all": Word(
        list_of("condition", "a list of conditions"),
        2,
        "All of them hold. 全部成立",
        "[{tag: VIP}, {bound: shop}]",
    ),
    "contact": Word(
        record(
            "fields of the contact, each with its test",
            {field: Word(_TESTS, 2, says, "{known: true}") for field, says in CONTACT_FIELDS.items()},
            minProperties=1,
        ),
        2,
        "What is known about the person passes the tests. 聯絡人資料符合",
        "{marketing: true}",
    ),
    "audience": Word(names_in("audiences"), 2, "Is in the audience. 在這個分眾裡", "沉睡的VIP"),
    **WORDS_PARTS.table(lambda part: part.conditions),
    "channel": Word(names_in("channels"), 2, "On this official account. 在這個官方帳號", "main"),
    "split": Word(
        names_to(
            NAMES,
            "own name",
            "a split with a group, such as {welcome_test: 優惠}",
            least=1,
            of="splits",
            more={"maxProperties": 1},
        ),
        2,
        "Is in this group of the split. 隨機分組在這一組",
        "{welcome_test: 優惠}",
    ),
    "setting": Word(
        _tests("own name", "settings of the flow, each with its test"),
        3,
        "The flow is set so. 流程的設定是",
        "{match: shop}",
    ),
    "in_flow": Word(
        list_or_states("flows", "a flow, a list of flows, or {FLOW: STATE}"),
        2,
        "Is in the flow, or in a state of it. 正在這個流程",
        "skin_quiz",
    ),
    "answer": Word(
        _tests("own name", "states or inputs, each with its test"),
        2,
        "What was answered passes the tests. 回答符合",
        "{問膚質: 乾性}",
    ),
    "store": Word(names_in("stores"), 3, "The store of the person's clerk. 專屬門市", "xinyi"),
    "store_group": Word(names_in("store_groups"), 3, "The group of that store. 專屬門市的分區", "北區"),
    "staff": Word(SWITCH, 3, "Whether staff have the conversation. 客服是否接手中", "true"),
    "event": Word(
        _tests("name", "fields of the event, each with its test"),
        3,
        "What the event brought passes the tests. 事件的欄位符合",
        "{status: {known: true}}",
    ),
    "sms_credit": Word(one_of("none", "low", "fine"), 3, "How much SMS credit is left. 簡訊餘額", "none"),
}
"""Conditions by their one key."""

DEFINITIONS: dict[str, Schema] = {
    "binding": one_of(*_BINDINGS),
    "coupon state": one_of("usable", "used"),
    "tag since": record(
        "when it was put on, such as {within: 7d}",
        {
            "within": Word(DURATION, 1, "Put on not longer ago. 多久以內加上的", "7d"),
            "over": Word(DURATION, 1, "Put on longer ago. 多久以前加上的", "7d"),
        },
        minProperties=1,
    ),
    "comparison": {
        **record("a value, a list of values, or tests such as {at_least: 100}", COMPARISONS, minProperties=1),
        "type": [*SCALARS, "array", "object"],
        "items": ref("text"),
        "minItems": 1,
        "title": "comparison",
    },
    "condition": {
        **record("a condition, such as {tag: VIP}", CONDITIONS),
        "title": "condition",
        "description": "One test with one key. 條件",
        **kinds("a condition", list(CONDITIONS), two="condition-two-keys"),
    },
}

IF = Word(
    some("condition", "a condition, or a list of conditions"),
    1,
    "Only if all of these hold. 條件：全部成立",
    "{tag: VIP}",
)
UNLESS = Word(
    some("condition", "a condition, or a list of conditions"),
    1,
    "Not if all of these hold. 除非：全部成立",
    "{tag: VIP}",
)
