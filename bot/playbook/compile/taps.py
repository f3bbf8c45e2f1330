"""What a button does: a tap's destination as LINE's action object (language, section 7).

https://developers.line.biz/en/reference/messaging-api/#action-objects
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.engine.card import TAP, CountedAddress, LineObject, PageAddress, Tap
from bot.engine.step import Steps
from bot.engine.text import utf16_units
from bot.engine.types.table import PICKED
from bot.model.said import Said, row, say
from bot.playbook.compile import line_limits
from bot.playbook.compile.addresses import host_of, opened
from bot.playbook.compile.line_limits import DATA, TextLimit, limited
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import hint_for, not_one_of, shown
from bot.playbook.syntax.nodes import Map, Scalar, first_of, place_of

DESTINATIONS = ("send", "open", "page", "tab", "type", "copy", "pick", "camera", "camera_roll", "location")
"""Where a tap may lead; one without any is a silent postback."""

_LINES = ("line.me", "lin.ee")
_TELLS = ("", "open", "page", "tab", "type", "pick")
"""Destinations where we hear that they were tapped, so that something can be done."""


@dataclass(frozen=True, slots=True)
class TapPlace:
    """A place of taps: which destinations LINE has there, and how long texts may be. `""` is the postback."""

    called: Said
    takes: frozenset[str]
    label: TextLimit = line_limits.LABEL
    said: TextLimit = line_limits.SAID
    tabs: Collection[str] = field(default=())


_QUICK_ONLY = frozenset({"camera", "camera_roll", "location"})
_ANYWHERE = frozenset({"", "send", "open", "page", "type", "copy", "pick"})
ON_CARD = TapPlace(say("a button of a card"), _ANYWHERE)
QUICK = TapPlace(say("a quick reply"), _ANYWHERE | _QUICK_ONLY)
IN_MENU = TapPlace(say("an area of a rich menu"), _ANYWHERE | {"tab"})
IN_IMAGEMAP = TapPlace(
    say("an area of an imagemap"),
    frozenset({"send", "open", "page", "copy"}),
    line_limits.IMAGEMAP_LABEL,
    line_limits.IMAGEMAP_SAID,
)


def tap_of(scope: Scope, node: Map, key: str, where: TapPlace) -> Tap | None:
    """The tap, known by `key` when it comes back; `None` where it leads nowhere that LINE has."""
    label = node.get("label")
    if not isinstance(label, Scalar):
        return None
    to = next((word for word in DESTINATIONS if node.get(word) is not None), "")
    value = node.get(to) if to else label
    if not isinstance(value, Scalar) or not _is_here(scope, node, to, where):
        return None
    shown_label = limited(scope, label, where.label)
    if utf16_units(TAP + key) > DATA.most:
        message = say(
            "card and label are {number} characters together, LINE takes {most}",
            number=f"{utf16_units(key):,}",
            most=DATA.most - 1,
        )
        scope.wrong(label, "data-too-long", message, say("shorten the label"))
    steps = scope.tap_steps(node.get("do"), value.value if to == "pick" else None)
    if steps and to not in _TELLS:
        message = say('nobody hears that "{to}" was tapped, so nothing can be done then', to=to)
        scope.wrong(node.pairs[to][0], "action-not-here", message, say("leave the actions out"))
    action = _ACTIONS[to](scope, value, key, where, steps)
    if action is None:
        return None
    action = {"type": action.pop("type"), "label": shown_label, **action}
    return Tap(place_of(node), key, label.value, action, value.value if to == "page" else None, steps)


def _is_here(scope: Scope, node: Map, to: str, where: TapPlace) -> bool:
    if to in where.takes:
        return True
    place = node.pairs[to][0] if to else first_of(node)
    if to == "tab":
        scope.wrong(
            place, "tab-outside-menu", say("only areas of a rich menu switch tabs"), say("leave it out")
        )
        return False
    what = shown(to) if to else say("actions alone")
    has = row(sorted(word for word in where.takes if word))
    scope.wrong(
        place,
        "tap-not-here",
        say("{called} cannot have {what}, only {has}", called=where.called, what=what, has=has),
        _way_out(to),
    )
    return False


def _way_out(to: str) -> Said | None:
    if not to:
        return say("let it say something, and do them in the rule that hears it:  {send: …}")
    if to not in _QUICK_ONLY:
        return None
    return say("write it as a quick reply:  quick_replies: [{label: …, {to}: true}]", to=to)


_Action: TypeAlias = Callable[[Scope, Scalar, str, TapPlace, Steps], "dict[str, LineObject] | None"]


def _postback(scope: Scope, node: Scalar, key: str, where: TapPlace, steps: Steps) -> dict[str, LineObject]:
    return {"type": "postback", "data": TAP + key}


def _send(scope: Scope, node: Scalar, key: str, where: TapPlace, steps: Steps) -> dict[str, LineObject]:
    return {"type": "message", "text": limited(scope, node, where.said)}


def _open(scope: Scope, node: Scalar, key: str, where: TapPlace, steps: Steps) -> dict[str, LineObject]:
    to = opened(scope, node)
    return _address(to, key, where, by_us=bool(steps) or (_is_in_menu(where) and not _is_lines(node.value)))


def _is_in_menu(where: TapPlace) -> bool:
    return "tab" in where.takes


def _is_lines(address: str) -> bool:
    """Whether LINE, or the phone, opens this address by itself: another one in front of it is in the way."""
    host = host_of(address)
    return host is None or host in _LINES or host.endswith(tuple(f".{name}" for name in _LINES))


def _page(
    scope: Scope, node: Scalar, key: str, where: TapPlace, steps: Steps
) -> dict[str, LineObject] | None:
    known = scope.knows("pages", node)
    return _address(PageAddress(node.value), key, where, by_us=bool(steps)) if known else None


def _address(to: LineObject, key: str, where: TapPlace, *, by_us: bool) -> dict[str, LineObject]:
    """An address; through our own where something is to be done, or counted: LINE tells nobody of it."""
    name = "linkUri" if where is IN_IMAGEMAP else "uri"
    return {"type": "uri", name: CountedAddress(key, to) if by_us else to}


def _tab(scope: Scope, node: Scalar, key: str, where: TapPlace, steps: Steps) -> dict[str, LineObject] | None:
    if node.value not in where.tabs:
        message = (
            say("{wrong}, the tabs of this menu", wrong=not_one_of(node.value, where.tabs))
            if where.tabs
            else say("this menu has no tabs")
        )
        scope.wrong(node, "unknown-tab", message, hint_for(node.value, where.tabs))
        return None
    return {"type": "richmenuswitch", "tab": node.value, "data": TAP + key}


def _type(scope: Scope, node: Scalar, key: str, where: TapPlace, steps: Steps) -> dict[str, LineObject]:
    text = limited(scope, node, line_limits.SAID)
    return {"type": "postback", "data": TAP + key, "inputOption": "openKeyboard", "fillInText": text}


def _copy(scope: Scope, node: Scalar, key: str, where: TapPlace, steps: Steps) -> dict[str, LineObject]:
    return {"type": "clipboard", "clipboardText": limited(scope, node, line_limits.COPIED)}


def _pick(scope: Scope, node: Scalar, key: str, where: TapPlace, steps: Steps) -> dict[str, LineObject]:
    mode = next((mode for type_, mode in PICKED.items() if type_ == node.value), "date")
    return {"type": "datetimepicker", "data": TAP + key, "mode": mode}


def _bare(type_: str) -> _Action:
    """An action that has a type and a label only."""
    return lambda scope, node, key, where, steps: {"type": type_}


_ACTIONS: Mapping[str, _Action] = {
    "": _postback,
    "send": _send,
    "open": _open,
    "page": _page,
    "tab": _tab,
    "type": _type,
    "copy": _copy,
    "pick": _pick,
    "camera": _bare("camera"),
    "camera_roll": _bare("cameraRoll"),
    "location": _bare("location"),
}
