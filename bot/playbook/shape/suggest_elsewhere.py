"""Keys that belong to another place, or are made of other parts here, with what to paste."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.problem import Problem
from bot.model.translatable import Quoted, Translatable, tr
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.messages import KINDS
from bot.playbook.shape.schema import ACTIONS, DEFINITIONS
from bot.playbook.shape.suggest_broadcasts import acts_in_broadcast, groups_without_split, no_goal
from bot.playbook.shape.suggest_words import listed
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, key_of, text_at

_ELSE = frozenset(("else", "otherwise", "否則", "不然", "不符合"))
_TO_ALL = frozenset(("broadcast", "broadcasts", "群發"))
_BUTTONS: Mapping[str, str] = {
    "quick_replies": "{text: TEXT, quick_replies: BUTTONS}",
    "快速回覆": "{text: TEXT, quick_replies: BUTTONS}",
    "taps": "{buttons: {text: TEXT, taps: BUTTONS}}",
    "buttons": "{buttons: {text: TEXT, taps: BUTTONS}}",
    "按鈕": "{buttons: {text: TEXT, taps: BUTTONS}}",
}
"""Parts of a message that are written beside it, and the message with them."""
_TRIGGER_KEYS = frozenset(("when", "trigger", "keyword", "keywords", "關鍵字", "當"))
_ACTS: Mapping[str, str] = {
    "tag": "add_tags",
    "answer": "reply",
    "flow": "start",
    "流程": "start",
    "開始": "start",
    "goto": "start",
    "go_to": "start",
    "jump": "start",
    "前往": "start",
    "跳到": "start",
    "webhook": "call",
    "api": "call",
    "notify": "notify_staff",
    "通知": "notify_staff",
    "通知客服": "notify_staff",
}
"""What a rule is to do, by words that mean something else or nothing here: where it does nothing besides."""
_HOOKS = frozenset(("webhook", "api", "hook"))
_OF_LINE: Mapping[str, str] = {
    "text": "TEXT",
    "flex": "{flex: {alt: 本週優惠, contents: {type: bubble, …}}}",
    "image": "{image: https://…}",
    "template": "{buttons: {text: …, taps: [{label: …, open: https://…}]}}",
    "sticker": "{sticker: 446/1988}",
}
"""Messages of LINE's API by their type, as they are written here."""
_NOT: Mapping[str, str] = {
    **dict.fromkeys(("no_tag", "not_tag", "without_tag", "tag_not", "沒有標籤"), "tag"),
    **dict.fromkeys(("not_during", "outside", "非營業時間", "不在時段"), "during"),
}
"""Names of negated conditions that the language does not have."""
_ONCE = frozenset(("once", "只有一次", "一次", "限一次", "每人限一次"))
_LONGEST = 40
_RULES = frozenset(("rule", "flow rule"))


def problem_of_place(place: LocatedFinding) -> Problem | None:
    """A problem that is reported once for a place, instead of each of its keys."""
    return _pair_as_rule(place) or groups_without_split(place) or _json_of_line(place)


def is_pair(place: LocatedFinding) -> bool:
    """Whether a rule is `{營業時間: 每天 11:00}`: the trigger's text, and the reply."""
    pairs = list(place.node.pairs.items()) if isinstance(place.node, Map) else []
    if place.title != "rule" or len(pairs) != 1 or pairs[0][0].isascii():
        return False
    value = pairs[0][1][1]
    return isinstance(value, Scalar) and not value.nothing and pairs[0][0] not in _ACTS


def _pair_as_rule(place: LocatedFinding) -> Problem | None:
    if not is_pair(place) or not isinstance(place.node, Map):
        return None
    [(text, (key, _))] = place.node.pairs.items()
    reply = _short(place.node.get(text))
    hint = tr("write  {expected}", expected=f"- {{when: {{text: {text}}}, reply: {reply}}}")
    message = tr("a rule has a word for what it hears, and one for what it answers")
    return problem_on(key, "unknown-key", message, hint)


def _json_of_line(place: LocatedFinding) -> Problem | None:
    """A message as LINE's own API takes it: `{type: text, text: 您好}`."""
    kind = text_at(place.node, "type") if isinstance(place.node, Map) else ""
    if place.title not in ("message", "card") or "type" not in place.extras or kind not in _OF_LINE:
        return None
    assert isinstance(place.node, Map)
    meant = _OF_LINE[kind].replace("TEXT", _short(place.node.get("text")))
    if place.title == "card" and kind == "text":
        meant = f"{{text: {meant}}}"
    message = tr("this is LINE's own JSON, and messages are written more shortly here")
    key = place.finding.path[-1]
    hint = tr("write  {expected}", expected=meant)
    if isinstance(key, str) and place.title == "message":
        hint = tr("write  {key}: {value}", key=key, value=meant)
    return place.on_child("type", "unknown-key", message, hint)


def elsewhere(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    """The message for a key that belongs to another place, and what to write there."""
    if key == "quick_replies" and (part := place.finding.path[-1]) in KINDS:
        return (
            tr("quick replies belong to the whole message, not to its {part}", part=str(part)),
            tr("write quick_replies to the left, in line with {part}:", part=str(part)),
        )
    if place.title in _RULES:
        return _of_rule(place, key)
    if (advice := no_goal(place, key) or acts_in_broadcast(place, key)) is not None:
        return advice
    if place.title == "card" and key in _TRIGGER_KEYS:
        name = place.finding.path[-1] if len(place.finding.path) == 2 else "coupon"
        return (
            tr("a card is what is sent; when it is sent, says a rule"),
            tr("write  {expected}", expected=f"rules: [{{when: {{text: 優惠}}, reply: {name}}}]"),
        )
    if place.title == "condition" and key in _NOT:
        meant = f"{{not: {{{_NOT[key]}: {_short(_value(place, key))}}}}}"
        return tr("unknown key {key}", key=Quoted(key)), tr("write  {meant}", meant=meant)
    if place.title == "condition" and (named := _named(place.root, key)) is not None:
        of, value = named, _value(place, key)
        meant = (
            f"{{attribute: {{{key}: {_short(value)}}}}}"
            if of == "attributes"
            else f"{{{_CONDITION_OF[of]}: {key}}}"
        )
        return tr("unknown key {key}", key=Quoted(key)), tr("write  {meant}", meant=meant)
    if place.finding.path == ("limits",) and key == "quiet_hours":
        return (
            tr('"{key}" belongs to a journey or a broadcast', key=key),
            tr("write there  {key}: {value}", key=key, value="21:00-09:00"),
        )
    return None


def _of_rule(place: LocatedFinding, key: str) -> tuple[Translatable, Translatable] | None:
    value, node = _value(place, key), place.node
    if key in _ELSE and isinstance(node, Map):
        when = node.get("when")
        text = _short(when.get("text")) if isinstance(when, Map) else "…"
        reply = value.get("reply") if isinstance(value, Map) else value
        return (
            tr('a rule has no "{key}": where its if does not hold, the rules below it answer', key=key),
            tr(
                "write one more rule below it, without if:  {paste}",
                paste=f"- {{when: {{text: {text}}}, reply: {_short(reply)}}}",
            ),
        )
    if key in _TRIGGER_KEYS and "when" not in place.keys and (texts := _texts(value)):
        meant = f"{{text: {texts}}}"
        return tr("unknown key {key}", key=Quoted(key)), tr("write  {key}: {value}", key="when", value=meant)
    if key in _ONCE:
        return tr("unknown key {key}", key=Quoted(key)), tr(
            "write  {key}: {value}", key="once_per", value="person"
        )
    if key == "text" and place.title == "rule" and "when" in place.keys:
        hint = tr("to say this text, write  reply: {word}", word=_short(value))
        return tr("unknown key {key}", key=Quoted(key)), hint
    if key in _TO_ALL:
        paste = f"broadcasts: {{雙11: {{to: everyone, push: {_short(value)}, at: 2026-11-11 10:00}}}}"
        return (
            tr("a rule speaks to the one who wrote; to everybody speaks a broadcast"),
            tr("write it apart from the rules:  {paste}", paste=paste),
        )
    if key in _BUTTONS and isinstance(node, Map):
        buttons = _texts(value) if isinstance(value, List) else "[…]"
        meant = _BUTTONS[key].replace("TEXT", _short(node.get("reply"))).replace("BUTTONS", buttons or "[…]")
        return (
            tr('"{key}" is a part of the message', key=key),
            tr("write  {key}: {value}", key="reply", value=meant),
        )
    if key in _HOOKS and "://" in _short(value):
        hook = f"hooks: {{crm: {{url: {_short(value)}}}}}"
        return (
            tr("unknown key {key}", key=Quoted(key)),
            tr("an address is given once,  {hook},  and here stands its name:  call: crm", hook=hook),
        )
    meant_by = suggest_action(place, key)
    if meant_by is None:
        return None
    return tr("unknown key {key}", key=Quoted(key)), tr("here it is called {name}", name=Quoted(meant_by))


def suggest_action(place: LocatedFinding, key: str) -> str | None:
    """The action that a key means in a rule without another action."""
    acts = {"do", *ACTIONS} & set(place.keys)
    value = _value(place, key)
    if acts or key not in _ACTS or (key == "開始" and _short(value)[:1].isdigit()):
        return None
    return _ACTS[key]


def acts_elsewhere(place: LocatedFinding) -> bool:
    """Whether a rule without an action has an unknown key, which is reported, as its action."""
    return place.title in _RULES and bool(place.extras)


def channel_without_name(place: LocatedFinding) -> tuple[Problem, ...] | None:
    """`channels: {id: …, channel_id: …}`: reported once, at the first; `None` where it is something else."""
    path = place.finding.path
    channels = place.root.get("channels") if isinstance(place.root, Map) else None
    known = set(DEFINITIONS["channel"]["properties"])
    if len(path) != 2 or path[0] != "channels" or path[1] not in known or not isinstance(channels, Map):
        return None
    if path[1] != next(one for one in channels.pairs if one in known):
        return ()
    message = tr("a channel has a name, and its settings stand below that")
    hint = tr("write  {expected}", expected="channels: {main: {id: …, channel_id: …, channel_secret: …}}")
    return (problem_on(key_of(place.root, path), "wrong-type", message, hint),)


def of_channel(key: str) -> tuple[Translatable, Translatable] | None:
    """The message for a section that is a setting of a channel: `plan`, `staff`."""
    known = DEFINITIONS["channel"]["properties"].get(key)
    if not isinstance(known, Mapping) or key in ("id", "settings"):
        return None
    return (
        tr('"{key}" is no section: it belongs to a channel', key=key),
        tr(
            "write it below the channel's name:  {key}: {value}",
            key=key,
            value=str(known.get("example", "…")),
        ),
    )


_CONDITION_OF: Mapping[str, str] = {"tags": "tag", "hours": "during", "audiences": "audience"}


def _named(root: Node, name: str) -> str | None:
    """The section that has this name, of those that a condition asks for."""
    for section in ("attributes", *_CONDITION_OF):
        node = root.get(section) if isinstance(root, Map) else None
        if isinstance(node, Map) and name in node.pairs:
            return section
    return None


def _value(place: LocatedFinding, key: str) -> Node | None:
    return place.node.pairs[key][1] if isinstance(place.node, Map) and key in place.node.pairs else None


def _texts(node: Node | None) -> str:
    """A text, or several as a list, as they are pasted."""
    if isinstance(node, List) and node.items and all(isinstance(item, Scalar) for item in node.items):
        return listed(item.value for item in node.items if isinstance(item, Scalar))
    return node.value if isinstance(node, Scalar) and 0 < len(node.value) <= _LONGEST else ""


def _short(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and 0 < len(node.value) <= _LONGEST else "…"
