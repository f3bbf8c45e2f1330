"""What the bot reacts to: `when` (language, section 4.2); `goal`, which counts such events (section 10)."""

from __future__ import annotations

from bot.engine.compiled.goal import PRIORITIES
from bot.model.asked import ASKED, FROM_THE_WORLD
from bot.model.news import NEWS as KINDS_OF_NEWS
from bot.model.news import NEWS_RESULTS
from bot.playbook.shape.promotions import WORDS_PARTS
from bot.playbook.shape.sections import name_in, names_in
from bot.playbook.shape.words import (
    DURATION,
    NAMES,
    NUMBER,
    SWITCH,
    TEXTS,
    TIME,
    TRIGGER_TEXTS,
    WHOLE,
    Schema,
    Word,
    kinds,
    one_of,
    record,
    ref,
    short_or,
    text,
)

_PATTERN = text("pattern", "a pattern")
_ANY = one_of("any")


def _words(news: str) -> Schema:
    """The words that this news may be about."""
    kind = KINDS_OF_NEWS[news]
    return one_of(*kind.words, *(["any"] if kind.bare else []))


def _outcomes(kind: str) -> Schema:
    return {"oneOrMore": f"{kind} outcome", "expected": "an outcome, or a list of them"}


def wait(expected: str) -> Schema:
    """A span, or a distance from a date of the person."""
    words = {
        "date": Word(name_in("attributes"), 2, "A date attribute. 日期屬性", "birthday"),
        "days_before": Word(WHOLE, 2, "So many days before it. 前幾天", "3"),
        "days_after": Word(WHOLE, 2, "So many days after it. 後幾天", "3"),
        "months_before": Word(WHOLE, 2, "So many months before it. 前幾個月", "1"),
        "months_after": Word(WHOLE, 2, "So many months after it. 後幾個月", "6"),
        "at": Word(TIME, 2, "At this time of day. 幾點", "10:00"),
    }
    return short_or(text("wait", expected), record("", words, required=["date"]), expected)


MESSAGES: dict[str, Word] = {
    "text": Word(
        TRIGGER_TEXTS, 1, "The person's text equals one of these. 說的話等於其中之一", "[營業時間, 幾點開]"
    ),
    "text_contains": Word(
        TRIGGER_TEXTS, 1, "One of these is in the person's text. 說的話包含其中之一", "優惠"
    ),
    "anything_else": Word(_ANY, 1, "Nothing else took the message. 沒有別的規則符合", "any"),
    "text_contains_all": Word(
        TRIGGER_TEXTS, 2, "All of these are in the person's text. 全部都包含", "[退, 運費]"
    ),
    "image": Word(_ANY, 2, "A picture. 圖片", "any"),
    "video": Word(_ANY, 2, "A video. 影片", "any"),
    "audio": Word(_ANY, 2, "A voice message. 語音", "any"),
    "file": Word(_ANY, 2, "A file. 檔案", "any"),
    "location": Word(_ANY, 2, "A place: event.address, event.title. 位置", "any"),
    "sticker": Word(_ANY, 2, "A sticker. 貼圖", "any"),
    "postback": Word(TEXTS, 2, "The data of one's own Flex button, exactly. 按鈕的資料", "show_coupon"),
    "text_pattern": Word(
        _PATTERN, 2, "The whole text fits the pattern. 整句符合樣式", '"查訂單 {order_no:digits}"'
    ),
    "postback_pattern": Word(_PATTERN, 2, "The whole data fits the pattern. 資料符合樣式", '"coupon {code}"'),
    "any_message": Word(_ANY, 3, "Any message at all. 任何訊息", "any"),
}
"""Messages: the first rule or flow that takes one ends the search."""

NEWS: dict[str, Word] = {
    "follow": Word(_words("follow"), 1, "Somebody adds the account, or unblocks it. 加入好友", "any"),
    "tag_added": Word(names_in("tags"), 1, "A tag was put on. 加上標籤時", "已綁定"),
    "tag_removed": Word(names_in("tags"), 1, "A tag was taken off, or expired. 拿掉標籤時", "VIP"),
    "attribute_changed": Word(
        name_in("attributes"), 2, "An attribute has another value now. 屬性改變時", "tier"
    ),
    "bound": Word(_words("bound"), 2, "Bound for the first time in a life. 第一次綁定", "phone"),
    "unbound": Word(_words("unbound"), 2, "Unbound. 解除綁定", "phone"),
    "shop": Word(_words("shop"), 2, "News of the shop. 商店的事件", "order_paid"),
    "form_sent": Word(name_in("forms"), 2, "A form was sent. 送出表單", "customer_data"),
    "page_opened": Word(name_in("pages"), 2, "A page was opened. 打開頁面", "phone_binding"),
    "link": Word(name_in("links"), 2, "Opened through this link. 從這個連結打開", "store_stand"),
    "enters": Word(name_in("audiences"), 2, "Comes into the audience. 進入分眾", "沉睡的VIP"),
    "leaves": Word(name_in("audiences"), 2, "Leaves the audience. 離開分眾", "沉睡的VIP"),
    "marketing": Word(_words("marketing"), 2, "Stopped or allowed marketing. 停止或恢復推播", "stopped"),
    "unfollow": Word(_words("unfollow"), 2, "The account was blocked. 封鎖", "any"),
    "signal": Word(name_in("signals"), 3, "A signal: from raise, or from outside. 訊號", "parcel_arrived"),
    "hook": Word(name_in("hooks"), 3, "The answer of a hook. 外部系統的回應", "crm"),
    **{kind.news: part.news for kind, part in WORDS_PARTS.by_kind.items()},
    "staff": Word(_words("staff"), 3, "Staff come or go. 客服接手或交還", "takes_over"),
    "flow_ended": Word(name_in("flows"), 3, "A flow has ended. 流程結束", "skin_quiz"),
    "join": Word(_words("join"), 3, "Taken into a group. 加入群組", "any"),
    "beacon": Word(_words("beacon"), 3, "LINE Beacon. 感應器", "enter"),
    "account_link": Word(_words("account_link"), 3, "LINE account link. 帳號連結", "ok"),
    "membership": Word(_words("membership"), 3, "LINE membership. 會員方案", "joined"),
    "member_joined": Word(_words("member_joined"), 3, "Somebody joined the group. 有人加入群組", "any"),
    "member_left": Word(_words("member_left"), 3, "Somebody left the group. 有人離開群組", "any"),
    "unsend": Word(_words("unsend"), 3, "A message was unsent. 收回訊息", "any"),
    "message_edited": Word(_words("message_edited"), 3, "A message was edited. 編輯訊息", "any"),
    "video_done": Word(_words("video_done"), 3, "A video was watched to its end. 影片看完", "any"),
}
"""News: flows, journeys' starts and rules may each react."""

TIMES: dict[str, Word] = {
    "date": Word(
        name_in("attributes"), 2, "Once, so many days from a date attribute. 某個日期前後", "birthday"
    ),
    "anniversary": Word(
        name_in("attributes"), 2, "Each year, so many days from a date. 每年的這一天前後", "birthday"
    ),
}
"""Starts of journeys."""

IN_STATES: dict[str, Word] = {
    "after": Word(
        wait("a duration, such as 10m"), 2, "So long after the state was entered. 進入這一步之後多久", "10m"
    ),
    "code": Word(_outcomes("code"), 3, "What became of send_code or check_code. 驗證碼的結果", "sent"),
    "member": Word(_outcomes("member"), 3, "What became of looking for the member. 找會員的結果", "found"),
    "clerk": Word(
        _outcomes("clerk"), 3, "What became of bind_clerk or check_clerk. 門市人員綁定的結果", "bound"
    ),
    "ended": Word(
        NAMES, 3, "The flow that ran ended in one of these states. 執行的流程結束在哪一步", "bound"
    ),
}
"""Times and outcomes within flows."""

REFINEMENTS: dict[str, tuple[Word, tuple[str, ...]]] = {
    "strict": (
        Word(SWITCH, 2, "Compares the characters as they are. 大小寫、全半形都要一樣", "true"),
        ("text", "text_contains", "text_contains_all", "text_pattern", "postback_pattern"),
    ),
    "from": (Word(TEXTS, 2, "The value before. 原來的值", "銀卡"), ("attribute_changed",)),
    "to": (Word(TEXTS, 2, "The value now. 新的值", "金卡"), ("attribute_changed",)),
    "at_least": (Word(NUMBER, 2, "The amount at least. 金額至少", "1000"), ("shop",)),
    "result": (
        Word(
            TEXTS,
            2,
            "How the call or draw went, what became of the coupon. 呼叫或抽獎的結果、優惠券怎麼了",
            "ok",
        ),
        ("hook", *NEWS_RESULTS),
    ),
    "at": (
        Word(
            {**TEXTS, "expected": "an end state or a list of them; after a date, a time"},
            2,
            "Its end state; after a date, the time of day. 結束在哪一步；幾點",
            "10:00",
        ),
        ("flow_ended", "date", "anniversary", "enters"),
    ),
    "days_before": (Word(WHOLE, 2, "So many days before. 前幾天", "3"), ("date", "anniversary")),
    "days_after": (Word(WHOLE, 2, "So many days after. 後幾天", "3"), ("date", "anniversary")),
    "months_before": (Word(WHOLE, 2, "So many months before. 前幾個月", "1"), ("date",)),
    "months_after": (Word(WHOLE, 2, "So many months after. 後幾個月", "6"), ("date",)),
}
"""Keys beside a trigger, and the triggers that they belong to."""

KINDS: dict[str, Word] = {**MESSAGES, **NEWS, **TIMES, **IN_STATES}
WORDS = tuple(key for key, word in KINDS.items() if "any" in word.value.get("words", ()))
"""Triggers that may stand as a word alone."""

LISTS = tuple(
    key
    for key, word in {**KINDS, **{k: w for k, (w, _) in REFINEMENTS.items()}}.items()
    if "oneOrMore" in word.value
)
"""Triggers and refinements whose value may be a list."""


def _results(kinds_left: list[str]) -> Schema:
    """What `result` may be, by what is heard; of no other kind it is a hook's."""
    kind, *others = kinds_left or ["hook"]
    of_kind = {"oneOrMore": f"{kind} result", "expected": "a result, or a list of them"}
    these = {"properties": {"result": of_kind}}
    return {"if": {"required": [kind]}, "then": these, "else": _results(others)} if kinds_left else these


DEFINITIONS: dict[str, Schema] = {
    "hook result": one_of(*ASKED["call"].outcomes),
    **{f"{kind} result": one_of(*results) for kind, results in NEWS_RESULTS.items()},
    **{f"{answer} outcome": _words(answer) for answer in IN_STATES if answer in FROM_THE_WORLD},
    "trigger": {
        **record("a trigger", {**KINDS, **{key: word for key, (word, _) in REFINEMENTS.items()}}),
        "title": "trigger",
        "description": "What the bot hears: a word, or one kind with its value. 什麼時候",
        "type": ["string", "object"],
        "words": list(WORDS),
        **kinds("a trigger", list(KINDS), {key: of for key, (_, of) in REFINEMENTS.items()}),
        "if": {"required": ["flow_ended"]},
        "else": {"properties": {"at": TIME}, **_results([*NEWS_RESULTS])},
    },
}


GOALS = (
    "shop",
    "bound",
    "form_sent",
    "link",
    "page_opened",
    "tag_added",
    "attribute_changed",
    "enters",
    "flow_ended",
    "signal",
    "membership",
    *NEWS_RESULTS,
)
"""The news that a goal may be: acts of a person that are reported once. Messages are not."""

_BESIDE = {
    key: (word, here)
    for key, (word, of) in REFINEMENTS.items()
    if (here := [one for one in of if one in GOALS and (key, one) != ("at", "enters")])
}
_GOAL: dict[str, Word] = {
    **{kind: NEWS[kind] for kind in GOALS},
    **{key: word for key, (word, _) in _BESIDE.items()},
    "at": Word(
        {**TEXTS, "expected": "an end state or a list of them"}, 2, "Its end state. 結束在哪一步", "完成"
    ),
    "within": Word(DURATION, 2, "At most so long after it was sent, or begun. 多久之內", "7d"),
}
GOAL = Word(ref("goal"), 2, "What it is for: counted in its report. 目標", "{shop: order_paid, within: 7d}")

PRIORITY = Word(
    one_of(*PRIORITIES), 2, "Whether it also takes the pushes that limits reserve. 優先順序", "high"
)

GOAL_DEFINITIONS: dict[str, Schema] = {
    "goal": {
        **record("a goal, such as {shop: order_paid, within: 7d}", _GOAL, required=["within"], title="goal"),
        **kinds("a goal", GOALS, {key: of for key, (_, of) in _BESIDE.items()}),
    }
}
