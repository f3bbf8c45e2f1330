"""Which key somebody meant who wrote one that has no place where it stands."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.model.said import Quoted, Said, say
from bot.playbook.shape.conditions import CONDITIONS
from bot.playbook.shape.triggers import KINDS as TRIGGERS
from bot.playbook.similar import hint_for, nearest

WIDE_COLON = re.compile(r"(?:^|\s)([a-z_]+)：")
"""A key with a full-width colon, at the beginning of a text or behind a space."""

WRONG_PLACE = {
    ("rule", "to"): say('"to" goes to a state, and is for rules of a flow'),
    ("flow rule", "interrupt"): say('"interrupt" is for rules outside flows'),
    ("flow rule", "with_staff"): say('"with_staff" is for rules outside flows'),
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

OTHER_WORDS = {
    ("rule", "text"): say("to say this, write  reply: …"),
    ("flow rule", "text"): say("to say this, write  push: …  or  reply: …"),
    ("branch item", "else"): say("the last one has no if:  - {to: …}"),
    ("branch item", "then"): say("write  to: …"),
    **{("comparison", sign): say("write  {how}: …", how=how) for sign, how in SIGNS.items()},
}
"""Hints for keys that are called otherwise elsewhere, by the title of their place and the key."""

SAID_OTHERWISE: Mapping[str, Sequence[str]] = {
    **dict.fromkeys(
        ("send", "say", "message", "response", "respond", "回覆", "回應", "訊息", "說"), ("reply",)
    ),
    **dict.fromkeys(("then", "actions", "動作"), ("do",)),
    **dict.fromkeys(("keyword", "keywords", "trigger", "當", "關鍵字"), ("when", "text")),
    **dict.fromkeys(("condition", "conditions", "如果", "條件"), ("if",)),
    **dict.fromkeys(("tags", "標籤", "加標籤"), ("add_tags", "tag")),
    "推播": ("push",),
    "除非": ("unless",),
    "前往": ("to",),
    "下一步": ("next",),
    "等待": ("wait",),
    "問": ("ask",),
    "答": ("answer",),
    "選項": ("answer",),
    "結束": ("end",),
    "名稱": ("name", "title"),
    "標題": ("title",),
    "按鈕": ("taps",),
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
"""What people call a key who have not learnt its name: the first of these that a place knows is meant."""

_INSTEAD_OF = {("branch item", "else"): "to", ("branch item", "then"): "to"}


def meant_keys(title: str, keys: Collection[str], known: Collection[str]) -> set[str]:
    """The known keys that somebody may have meant by those of `keys` that are not known."""
    return {meant for key in keys if key not in known for meant in _meant(title, key, keys, known)}


def _meant(title: str, key: str, keys: Collection[str], known: Collection[str]) -> Iterable[str]:
    if wide := WIDE_COLON.match(key):
        yield wide[1]
    other = _INSTEAD_OF.get((title, key)) or belongs_to(title, key, keys) or meant_by(key, keys, known)
    if other is not None:
        yield other


def meant_by(key: str, keys: Collection[str], known: Iterable[str]) -> str | None:
    """The known key that was meant by this one: another word for it, or the nearest that is not there yet."""
    free = set(known).difference(keys)
    called = next((name for name in SAID_OTHERWISE.get(key.casefold(), ()) if name in free), None)
    return called or nearest(key, free)


def hint_for_key(key: str, keys: Collection[str], known: Collection[str]) -> Said | None:
    """A hint that names the key that was meant."""
    meant = meant_by(key, keys, known)
    if meant is not None and meant != nearest(key, {meant}):
        return say("here it is called {name}", name=Quoted(meant))
    return hint_for(key, known if meant is None else {meant})


def belongs_to(title: str, key: str, keys: Collection[str]) -> str | None:
    """`when` for a trigger, `if` for a condition that stands in a rule as if it were a key of it."""
    if title not in ("rule", "flow rule"):
        return None
    if key in TRIGGERS and "when" not in keys:
        return "when"
    return "if" if key in CONDITIONS and "if" not in keys else None
