"""Which key was meant by one that its place does not have."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.model.translatable import Quoted, Translatable, tr
from bot.playbook.shape.conditions import CONDITIONS
from bot.playbook.shape.connections import SECRET_LIKE
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.similar import folded, hint_for, in_other_characters, nearest

WIDE_COLON = re.compile(r"(?:^|\s)([a-z_]+)：")
"""A key with a full-width colon, at the beginning of a text or behind a space."""

WRONG_PLACE = {
    ("rule", "to"): tr('"to" goes to a state, and is for rules of a flow'),
    ("rule", "next"): tr('"next" goes to a state, and is for states of a flow'),
    ("flow rule", "interrupt"): tr('"interrupt" is for rules outside flows'),
    ("flow rule", "with_staff"): tr('"with_staff" is for rules outside flows'),
}
"""Keys of the language that are known, but not in this place."""

SIGNS: Mapping[str, str] = {
    **dict.fromkeys((">=", "≥"), "at_least"),
    **dict.fromkeys(("<=", "≤"), "at_most"),
    ">": "more_than",
    "<": "less_than",
    **dict.fromkeys(("=", "=="), "is"),
}
"""The comparisons by the signs that others have for them."""
SPOKEN_SIGNS: Mapping[str, str] = {
    **dict.fromkeys(("以上", "起"), "at_least"),
    **dict.fromkeys(("以下", "以內"), "at_most"),
    **dict.fromkeys(("超過", "大於", "多於", "高於"), "more_than"),
    **dict.fromkeys(("低於", "小於", "少於", "未滿", "不到"), "less_than"),
    **dict.fromkeys(("至少", "滿"), "at_least"),
    "至多": "at_most",
}
"""The same in Chinese, in front of the value or behind it."""

OTHER_WORDS = {
    ("shop", "api_username"): tr("CYBERBIZ's API username is  username: …"),
    ("shop", "api_secret"): tr("CYBERBIZ's API secret is  secret: …"),
    **dict.fromkeys(
        (("shop", "webhook"), ("shop", "webhook_url")),
        tr("the webhook's address is not written here: it is copied from the shop's page in /admin"),
    ),
    **dict.fromkeys(
        (("shop", "sync"), ("shop", "schedule")),
        tr("a shop is asked every night by itself; all its members are read by  oaflow shop sync"),
    ),
    **dict.fromkeys(
        (("shop", "write"), ("shop", "from")),
        tr(
            "what may be written back is said of its field:  {mapped}",
            mapped="attributes: {生日: {from: birthday, write: true}}",
        ),
    ),
    **dict.fromkeys(
        (("message", "taps"), ("card", "taps")), tr("buttons are a part:  buttons: {text: …, taps: […]}")
    ),
    ("flow rule", "text"): tr("to say this, write  push: …  or  reply: …"),
    ("flow rule", "next"): tr("a rule goes on by  to: …"),
    ("flow rule", "goto"): tr("write  to: …"),
    **dict.fromkeys((("state", "to"), ("state", "goto")), tr("a state goes on by  next: …")),
    ("branch item", "next"): tr("write  to: …"),
    ("branch item", "else"): tr("the last one has no if:  - {to: …}"),
    ("branch item", "then"): tr("write  to: …"),
    **dict.fromkeys(
        (("branch item", "otherwise"), ("branch item", "default"), ("branch item", "其他")),
        tr("the last one has no if:  - {to: …}"),
    ),
    **{("comparison", sign): tr("write  {how}: …", how=how) for sign, how in SIGNS.items()},
}
"""Hints for keys that are called otherwise elsewhere, by the title of their place and the key."""

EVERYDAY_KEYS: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(
        ("send", "say", "message", "response", "respond", "回覆", "回應", "訊息", "說"),
        ("reply", "push", "text"),
    ),
    "reply": ("push",),
    "text": ("label", "push"),
    "name": ("menu", "label", "title"),
    "title": ("label", "alt"),
    **dict.fromkeys(("url", "link", "uri", "href", "網址", "連結"), ("open", "links")),
    **dict.fromkeys(("button", "buttons", "按鈕"), ("taps", "quick_replies")),
    **dict.fromkeys(("options", "choices", "選項"), ("answer", "of")),
    **dict.fromkeys(("question", "問題", "問"), ("ask", "fields")),
    **dict.fromkeys(("questions", "欄位"), ("fields",)),
    **dict.fromkeys(("goto", "go_to", "jump", "jump_to", "前往", "跳到"), ("to", "next")),
    **dict.fromkeys(("sleep", "delay", "pause", "延遲", "等"), ("wait",)),
    **dict.fromkeys(("contains", "include", "includes", "包含", "有"), ("text_contains", "contains")),
    **dict.fromkeys(("or", "any_of", "one_of", "或", "任一"), ("any",)),
    **dict.fromkeys(("and", "all_of", "且", "而且"), ("all",)),
    **dict.fromkeys(("picture", "photo", "img", "pic", "照片", "圖"), ("image",)),
    **dict.fromkeys(("webhook", "api", "外部系統"), ("call", "hooks")),
    **dict.fromkeys(("頻道id", "channelid"), ("channel_id",)),
    **dict.fromkeys(("頻道密鑰", "密鑰", "secret"), ("channel_secret", "secret")),
    **dict.fromkeys(("權杖", "存取權杖", "token"), ("access_token", "token")),
    **dict.fromkeys(("timeout", "time_out", "逾時"), ("give_up_after",)),
    **dict.fromkeys(("retry", "retries", "答錯"), ("otherwise", "tries")),
    **dict.fromkeys(("start_date", "開始"), ("from", "start")),
    **dict.fromkeys(("end_date", "to_date", "到期"), ("until", "expires")),
    **dict.fromkeys(("more", "greater", "超過", "大於"), ("more_than",)),
    **dict.fromkeys(("less", "低於", "小於"), ("less_than",)),
    **dict.fromkeys(("min", "至少", "以上"), ("at_least", "person")),
    **dict.fromkeys(("max", "至多", "最多", "以下"), ("at_most", "max_pushes", "first")),
    **dict.fromkeys(("limit", "quota", "名額", "限量", "數量", "前幾名"), ("first", "at_most", "max_pushes")),
    **dict.fromkeys(("轉客服", "客服", "真人", "真人客服", "handover"), ("hand_over",)),
    **dict.fromkeys(("多久一次", "次數", "每人一次"), ("once_per",)),
    **dict.fromkeys(("audience", "recipients", "對象"), ("to", "audiences")),
    **dict.fromkeys(("schedule", "time", "when", "日期", "發送時間"), ("at",)),
    **dict.fromkeys(("then", "actions", "動作"), ("do",)),
    **dict.fromkeys(("keyword", "keywords", "trigger", "當", "關鍵字"), ("when", "text")),
    **dict.fromkeys(("condition", "conditions", "如果", "條件"), ("if",)),
    **dict.fromkeys(("tags", "標籤", "加標籤"), ("add_tags", "tag")),
    "推播": ("push",),
    "除非": ("unless",),
    "下一步": ("next",),
    "等待": ("wait",),
    "答": ("answer",),
    "結束": ("end",),
    "名稱": ("name", "title"),
    "標題": ("title",),
    "文字": ("text",),
    "圖片": ("image",),
    "規則": ("rules",),
    "卡片": ("cards",),
    "流程": ("flows",),
    "選單": ("rich_menus", "menu"),
    "屬性": ("attributes", "attribute"),
    "分眾": ("audiences", "audience"),
    "群發": ("broadcasts",),
}
"""Everyday words for keys: the first of these that a place has is meant."""

_INSTEAD_OF = {
    ("branch item", "else"): "to",
    ("branch item", "then"): "to",
    ("branch item", "otherwise"): "to",
    ("branch item", "default"): "to",
    ("branch item", "其他"): "to",
    ("branch item", "next"): "to",
    ("flow rule", "next"): "to",
    ("flow rule", "goto"): "to",
    ("state", "to"): "next",
    ("state", "goto"): "next",
}


def names_secret(*parts: str) -> bool:
    """Whether a key, or its value, contains the name of a secret: then messages do not show it."""
    return any(SECRET_LIKE.search(part) for part in parts)


def suggest_keys(title: str, keys: Collection[str], known: Collection[str]) -> set[str]:
    """The known keys that may be meant by those of `keys` that are not known."""
    return {meant for key in keys if key not in known for meant in _candidates(title, key, keys, known)}


def _candidates(title: str, key: str, keys: Collection[str], known: Collection[str]) -> Iterable[str]:
    if wide := WIDE_COLON.match(key):
        yield wide[1]
    other = (
        _INSTEAD_OF.get((title, key)) or belongs_to(title, key, keys, known) or suggest_key(key, keys, known)
    )
    if other is not None:
        yield other


def suggest_key(key: str, keys: Collection[str], known: Iterable[str]) -> str | None:
    """The known key that was meant by this one: another word for it, or the nearest that is not there yet."""
    free = set(known).difference(keys)
    close = nearest(key, free)
    if close is not None and folded(close) == folded(key):
        return close
    word = key.casefold()
    if word not in EVERYDAY_KEYS:
        word = in_other_characters(word, EVERYDAY_KEYS) or word
    return next((name for name in EVERYDAY_KEYS.get(word, ()) if name in free), close)


def hint_for_key(key: str, keys: Collection[str], known: Collection[str]) -> Translatable | None:
    """A hint that names the key that was meant."""
    meant = suggest_key(key, keys, known)
    if meant is not None and meant != nearest(key, {meant}):
        return tr("here it is called {name}", name=Quoted(meant))
    return hint_for(key, known if meant is None else {meant})


def belongs_to(title: str, key: str, keys: Collection[str], known: Collection[str]) -> str | None:
    """`when` for a trigger, `if` for a condition that is written beside them like a key of the place."""
    if title in ("rule", "flow rule") and key in TRIGGERS and "when" not in keys:
        return "when"
    return "if" if key in CONDITIONS and "if" in known and "if" not in keys else None


def as_names(key: str, value: str) -> str:
    """A value as its key takes it: names of `testers` are a list, of one name, too."""
    if key != "testers" or not value or value[0] in "[{":
        return value
    return f"[{', '.join(filter(None, map(str.strip, re.split('[,，、]', value))))}]"
