"""Keys that belong to another place, or are made of other parts here, with what to paste."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.shape.findings_at import LocatedFinding, problem_on
from bot.playbook.shape.schema import DEFINITIONS
from bot.playbook.shape.suggest_advice import is_called_action
from bot.playbook.shape.suggest_broadcasts import groups_without_split
from bot.playbook.syntax.nodes import Map, Node, Scalar, key_of, text_at

_OF_LINE: Mapping[str, str] = {
    "text": "TEXT",
    "flex": "{flex: {alt: 本週優惠, contents: {type: bubble, …}}}",
    "image": "{image: https://…}",
    "template": "{buttons: {text: …, taps: [{label: …, open: https://…}]}}",
    "sticker": "{sticker: 446/1988}",
}
"""Messages of LINE's API by their type, as they are written here."""
_LONGEST = 40
"""Characters of a text that a hint repeats, at most."""


def problem_of_place(place: LocatedFinding) -> Problem | None:
    """A problem that is reported once for a place, instead of each of its keys."""
    return _pair_as_rule(place) or groups_without_split(place) or _json_of_line(place)


def is_pair(place: LocatedFinding) -> bool:
    """Whether a rule is `{營業時間: 每天 11:00}`: the trigger's text, and the reply."""
    pairs = list(place.node.pairs.items()) if isinstance(place.node, Map) else []
    if place.title != "rule" or len(pairs) != 1 or pairs[0][0].isascii():
        return False
    value = pairs[0][1][1]
    return isinstance(value, Scalar) and not value.nothing and not is_called_action(pairs[0][0])


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


def _short(node: Node | None) -> str:
    return node.value if isinstance(node, Scalar) and 0 < len(node.value) <= _LONGEST else "…"
