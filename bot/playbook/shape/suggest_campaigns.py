"""What marketers write for a campaign that the language has in other words, with what to paste instead."""

from __future__ import annotations

import json
import re

from bot.model.problem import Problem
from bot.model.translatable import Translatable, row, tr
from bot.playbook.shape.declaring import english_name
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.suggest_advice import names_in
from bot.playbook.shape.suggest_words import listed
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, at

_NUMBERED = re.compile(r"(?:text|message|msg|reply|push|card|訊息|文字|回覆)_?\d")
"""A numbered key: `text1`, `訊息2`."""
_PHONE = re.compile(r"[+0][\d\s()-]{7,20}")
"""A telephone number."""


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
        name = english_name(node.value, names_in(place.root, "flows"), "my_flow")
        return tr(
            "a flow has a name of small English letters, digits and _, and the Chinese one as its title:"
            "  {example}",
            example=f"flows: {{{name}: {{title: {node.value}, states: …}}}}",
        )
    if place.finding.path[:1] == ("cards",) and len(keys) == len(place.finding.path) <= 2 and _titled(node):
        return tr(
            "a card has a name of small English letters, digits and _:  cards: {{name}: …};"
            "  a rule sends it by  reply: {name}",
            name=english_name(node.value, names_in(place.root, "cards"), "my_card"),
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


def _titled(node: Scalar) -> bool:
    return not node.value.isascii() and len(node.value) <= 20


def _tap(label: str, text: str) -> str:
    return f"{{label: {label}, send: {text}}}"


def _value(place: LocatedFinding, key: str) -> Node | None:
    return place.node.pairs[key][1] if isinstance(place.node, Map) else None


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, Scalar) and not node.nothing else None
