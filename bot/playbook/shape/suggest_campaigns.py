"""What marketers write for a campaign that the language has in other words, with what to paste instead."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping

from bot.model.problem import Problem
from bot.model.translatable import Translatable, row, tr
from bot.playbook.shape.declaring import english_name
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.suggest_times import suggest_span
from bot.playbook.shape.suggest_words import listed
from bot.playbook.shape.times import DURATION
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, at, text_at

_DRAWS = frozenset(("random", "lottery", "lucky_draw", "chance", "抽獎", "隨機", "機率", "中獎率"))
_TERMS = frozenset(("active", "period", "期間", "活動期間", "檔期", "活動時間"))
_WAITS = frozenset(("wait", "delay", "等", "等待", "延遲"))
MEMBERS = frozenset(("member", "is_member", "會員", "是會員", "members"))
_NUMBERED = re.compile(r"(?:text|message|msg|reply|push|card|訊息|文字|回覆)_?\d")
_PHONE = re.compile(r"[+0][\d\s()-]{7,20}")
_RULES = frozenset(("rule", "flow rule"))
_ACTS = frozenset((*_RULES, "action", "state"))


def of_campaign(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    """The message for a key that many expect, and what to write for it."""
    if key in _DRAWS and place.title in _ACTS:
        return (
            tr("{key} is no word here: a draw is a split, with a rule for each prize", key=key),
            tr(
                "write the chances once,  {splits}  and in front of each prize  {if}",
                splits="splits: {抽獎: {中獎: 10, 沒中: 90}}",
                **{"if": "if: {split: {抽獎: 中獎}}"},
            ),
        )
    if key in _TERMS and place.title in _RULES:
        return (
            tr("{key} is for flows: a rule has  from  and  until  of its own", key=key),
            tr("write  {since}  and below it  {until}", **_term(_value(place, key))),
        )
    if key in _WAITS and place.title in (*_RULES, "action"):
        span = suggest_span(_text(_value(place, key)) or "")
        return (
            tr("a rule acts at once: what waits is a flow, which the rule starts"),
            tr(
                "write  start: later  here, and  {flow}",
                flow="flows: {later: {states: {等: {wait: %s, next: 說}, 說: {push: …, end: true}}}}"
                % (span if DURATION.fullmatch(span) else "3d"),
            ),
        )
    if key in MEMBERS and place.title == "condition":
        is_not = _text(_value(place, key)) in ("false", "否", "no")
        return (
            tr("{key} is no condition: a member is who has bound a phone", key=key),
            tr("write  {meant}", meant="{not: {bound: phone}}" if is_not else "{bound: phone}"),
        )
    return None


def is_action_key(key: str) -> bool:
    """Whether this key was meant as an action of a rule."""
    return key in _DRAWS or key in _WAITS or _NUMBERED.fullmatch(key) is not None


def numbered(place: LocatedFinding) -> Problem | None:
    """Numbered messages, `text1: …, text2: …`: reported once, with the list to paste."""
    keys = [key for key in place.extras if _NUMBERED.fullmatch(key)]
    texts = [_text(_value(place, key)) for key in keys]
    if not keys or None in texts:
        return None
    meant = listed([text for text in texts if text is not None])
    word = "messages" if place.title == "card" else "reply"
    message = tr("messages are not numbered: one after the other stand in a list")
    return place.on_child(keys[0], "unknown-key", message, tr("write  {key}: {value}", key=word, value=meant))


def bare_flex(place: LocatedFinding) -> Problem | None:
    """LINE's own JSON in `flex` itself, and not in its `contents`."""
    if place.finding.path[-1:] != ("flex",) or "contents" not in place.known or "type" not in place.extras:
        return None
    message = tr("LINE's own JSON stands in  contents,  and a text for lists and old devices in  alt")
    hint = tr("write  {expected}", expected="flex: {alt: 本週優惠, contents: {type: bubble, …}}")
    return place.on_child("type", "unknown-key", message, hint)


def bare_tap(place: LocatedFinding) -> Problem | None:
    """A button as `{優惠: 看優惠}`, its label and its text; or as `{優惠, open: …}`."""
    pairs = place.node.pairs if isinstance(place.node, Map) else {}
    extras = place.extras
    if place.title != "tap" or len(extras) != 1 or extras[0].isascii() or "label" in pairs:
        return None
    [label] = extras
    key, value = pairs[label]
    text = _text(value)
    meant = None if text is None or len(pairs) > 1 else _tap(label, text)
    if len(pairs) > 1 and isinstance(value, Scalar) and value.nothing:
        meant = ", ".join((f"label: {label}", *(_pair(*pairs[one]) for one in pairs if one != label)))
        meant = f"{{{meant}}}"
    if meant is None:
        return None
    message = tr("a button is written with  label,  and with what it does")
    return problem_on(key, "unknown-key", message, tr("write  {expected}", expected=meant))


def _pair(key: Scalar, value: Node) -> str:
    """A key and its value as written between braces."""
    if not isinstance(value, Scalar) or value.nothing:
        return f"{key.value}: …"
    bare = value.plain and not set(",[]{}") & set(value.value)
    return f"{key.value}: {value.value if bare else json.dumps(value.value, ensure_ascii=False)}"


def taps_of(node: Map) -> str | None:
    """The buttons that were meant by `{優惠: 看優惠, 門市: 找門市}`."""
    texts = {label: _text(value) for label, (_, value) in node.pairs.items()}
    if None in texts.values() or not texts or any(label.isascii() for label in texts):
        return None
    return f"[{', '.join(_tap(label, text or '') for label, text in texts.items())}]"


def names_as_conditions(place: LocatedFinding) -> Problem | None:
    """`if: [VIP, 老客]`: reported once, at the first; `place` is one of the names."""
    path = place.finding.path
    parent = at(place.root, path[:-1]) if path and isinstance(path[-1], int) else None
    items = parent.items if isinstance(parent, List) else []
    names = [item.value for item in items if isinstance(item, Scalar) and not item.nothing]
    if place.title != "condition" or len(names) < 2 or len(names) < len(items):
        return None
    each = ", ".join(f"{{tag: {name}}}" for name in names)
    message = tr("{place} is a text, expected {expected}", place=place.name, expected=place.expected)
    hint = tr(
        "for any of these tags write  {any},  for all of them  {all}",
        any=f"{{tag: {listed(names)}}}",
        all=f"[{each}]",
    )
    return place.on_value("wrong-type", message, hint)


def is_reported_before(place: LocatedFinding) -> bool:
    """Whether this name in a list of conditions is reported with the first."""
    return place.finding.path[-1] != 0


def of_name(place: LocatedFinding, node: Scalar) -> Translatable | None:
    """What was meant by what is no name: a telephone number at `call`, what people call a channel."""
    keys = [one for one in place.finding.path if isinstance(one, str)]
    if place.finding.path[:1] == ("flows",) and len(keys) == len(place.finding.path) <= 2 and _titled(node):
        name = english_name(node.value, _names_in(place, "flows"), "my_flow")
        return tr(
            "a flow has a name of small English letters, digits and _, and the Chinese one as its title:"
            "  {example}",
            example=f"flows: {{{name}: {{title: {node.value}, states: …}}}}",
        )
    if place.finding.path[:1] == ("cards",) and len(keys) == len(place.finding.path) <= 2 and _titled(node):
        return tr(
            "a card has a name of small English letters, digits and _:  cards: {{name}: …};"
            "  a rule sends it by  reply: {name}",
            name=english_name(node.value, _names_in(place, "cards"), "my_card"),
        )
    if keys[-1:] == ["call"] and "://" in node.value:
        hook = f"hooks: {{crm: {{url: {node.value}}}}}"
        return tr("an address is given once,  {hook},  and here stands its name:  call: crm", hook=hook)
    if keys[-1:] == ["call"] and _PHONE.fullmatch(node.value):
        open_ = f"open: tel:{re.sub(r'[^+0-9]', '', node.value)}"
        if {"taps", "tap", "quick_replies", "areas"} & set(keys):
            return tr('"call" is for hooks; for a phone write  {open}', open=open_)
        taps = f"reply: {{buttons: {{text: 打電話給我們, taps: [{{label: 打電話, {open_}}}]}}}}"
        return tr('"call" is for hooks; for a phone write  {open}', open=taps)
    channels = place.root.get("channels") if isinstance(place.root, Map) else None
    if keys[-1:] == ["channel"] and isinstance(channels, Map) and channels.pairs:
        return tr("here stands the name of a channel: {names}", names=row(channels.pairs))
    return None


def _names_in(place: LocatedFinding, section: str) -> Collection[str]:
    node = place.root.get(section) if isinstance(place.root, Map) else None
    return node.pairs if isinstance(node, Map) else ()


def _titled(node: Scalar) -> bool:
    return not node.value.isascii() and len(node.value) <= 20


def _tap(label: str, text: str) -> str:
    return f"{{label: {label}, send: {text}}}"


def _term(node: Node | None) -> Mapping[str, str]:
    since, until = "2026-11-01 00:00", "2026-11-11 24:00"
    if isinstance(node, Map):
        since, until = text_at(node, "from") or since, text_at(node, "until") or until
    return {"since": f"from: {since}", "until": f"until: {until}"}


def _value(place: LocatedFinding, key: str) -> Node | None:
    return place.node.pairs[key][1] if isinstance(place.node, Map) else None


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and not node.nothing else None
