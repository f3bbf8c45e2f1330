"""Compiles taps: what a button, an area or a quick reply leads to, as LINE's action object (language, section
7).

https://developers.line.biz/en/reference/messaging-api/#action-objects
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.engine.compiled.card import TAP, CountedAddress, LineObject, PageAddress, Tap
from bot.engine.compiled.step import Steps
from bot.engine.types.table import PICKED
from bot.line.objects import actions
from bot.line.objects.addresses import host_of
from bot.line.objects.spec import Kinds, TextSpec
from bot.model.translatable import Translatable, row, tr
from bot.playbook.compile.messages.from_nodes import FromNode, taps_under, without_nodes
from bot.playbook.compile.messages.refused_by_line import judged
from bot.playbook.compile.messages.text_lengths import limited
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.addresses import opened
from bot.playbook.compile.values.campaign_parameters import with_utm
from bot.playbook.compile.values.grids import GridBox
from bot.playbook.shape.messages import DESTINATIONS
from bot.playbook.similar import hint_for, not_one_of, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Scalar, first_of, place_of

_LINES = ("line.me", "lin.ee")
"""Hosts of LINE."""
_TELLS = ("", "open", "page", "tab", "type", "pick")
"""Destinations whose tap the bot learns of, so that actions can be done; `""` is the postback."""


_TYPES: Mapping[str, str] = {
    "": "postback",
    "send": "message",
    "open": "uri",
    "page": "uri",
    "tab": "richmenuswitch",
    "type": "postback",
    "copy": "clipboard",
    "pick": "datetimepicker",
    "camera": "camera",
    "camera_roll": "cameraRoll",
    "location": "location",
}
"""The type of LINE's action for each destination; `""` is a postback without text in the chat."""


@dataclass(frozen=True, slots=True)
class TapSlot:
    """A kind of place where taps are allowed."""

    called: Translatable
    """Its name in messages."""
    actions: Kinds
    """The actions that LINE takes there."""
    tabs: Collection[str] = field(default=())
    """In a rich menu: the names of its tabs, which a tap may switch to."""

    def takes(self, to: str) -> bool:
        """Whether LINE takes the action of this destination here; `""` is the postback."""
        return _TYPES[to] in self.actions.of

    def limit(self, to: str, name: str) -> TextSpec:
        """The limit of the text `name` of the action to this destination."""
        spec = self.actions.of[_TYPES[to]].properties[name]
        assert isinstance(spec, TextSpec), name
        return spec


ON_CARD = TapSlot(tr("a button of a card"), actions.IN_TEMPLATE)
QUICK = TapSlot(tr("a quick reply"), actions.IN_QUICK_REPLY)
IN_MENU = TapSlot(tr("an area of a rich menu"), actions.IN_MENU)
_QUICK_ONLY = frozenset({"camera", "camera_roll", "location"})
"""Destinations that only quick replies may have."""


def tap_of(scope: Scope, node: Map, key: str, where: TapSlot, box: GridBox | None = None) -> Tap | None:
    """Compiles a tap; `None` where it leads nowhere, which is reported.

    `key` identifies it when it is tapped; `box` is its area in a picture.
    """
    label = node.get("label")
    if not isinstance(label, Scalar):
        return None
    to = next((word for word in DESTINATIONS if node.get(word) is not None), "")
    value = node.get(to) if to else label
    if not isinstance(value, Scalar) or not _is_reachable(scope, node, to, where):
        return None
    steps = scope.tap_steps(node.get("do"), value.value if to == "pick" else None)
    if steps and to not in _TELLS:
        message = tr('nobody hears that "{to}" was tapped, so nothing can be done then', to=to)
        scope.wrong(node.pairs[to][0], "action-not-here", message, tr("leave the actions out"))
    action = _ACTIONS[to](scope, value, key, where, steps) if to in _ACTIONS else {}
    if action is None:
        return None
    form = {
        "type": _TYPES[to],
        "label": FromNode(label, limited(scope, label, where.limit(to, "label"))),
        **({"data": FromNode(label, TAP + key)} if "data" in where.actions.of[_TYPES[to]].required else {}),
        **action,
        **({} if box is None else {"area": box._asdict()}),
    }
    judged(scope, {**form, **_KNOWN_LATER.get(to, {})}, where.actions, node)
    return Tap(
        place_of(node), key, label.value, without_nodes(form), value.value if to == "page" else None, steps
    )


_KNOWN_LATER: Mapping[str, Mapping[str, str]] = {"tab": {"richMenuAliasId": "alias"}}
"""For checks, by destination: properties that are only known when LINE has the menus."""


def _is_reachable(scope: Scope, node: Map, to: str, where: TapSlot) -> bool:
    """Whether LINE takes the destination here; reported where not."""
    if where.takes(to):
        return True
    place = node.pairs[to][0] if to else first_of(node)
    if to == "tab":
        scope.wrong(
            place, "tab-outside-menu", tr("only areas of a rich menu switch tabs"), tr("leave it out")
        )
        return False
    what = quoted(to) if to else tr("actions alone")
    has = row(sorted(word for word in DESTINATIONS if where.takes(word)))
    scope.wrong(
        place,
        "tap-not-here",
        tr("{called} cannot have {what}, only {has}", called=where.called, what=what, has=has),
        _way_out(to),
    )
    return False


def _way_out(to: str) -> Translatable | None:
    """Advice on a destination that is not possible here."""
    if not to:
        return tr("let it say something, and do them in the rule that hears it:  {send: …}")
    if to not in _QUICK_ONLY:
        return None
    return tr("write it as a quick reply:  quick_replies: [{label: …, {to}: true}]", to=to)


_Action: TypeAlias = Callable[[Scope, Scalar, str, TapSlot, Steps], "dict[str, LineObject] | None"]
"""Makes the properties of an action from its value, the tap's key, its slot and its actions; `None` where it
is wrong, which has been reported."""


def _send(scope: Scope, node: Scalar, key: str, where: TapSlot, steps: Steps) -> dict[str, LineObject]:
    return {"text": FromNode(node, limited(scope, node, where.limit("send", "text")))}


def _open(scope: Scope, node: Scalar, key: str, where: TapSlot, steps: Steps) -> dict[str, LineObject]:
    """`open: https://…`. In rich menus, and where there are actions, through our own address, which counts
    taps."""
    by_us = bool(steps) or (where.takes("tab") and not _is_lines(node.value))
    campaign, _, button = key.partition("/")
    return _address(node, with_utm(scope, opened(scope, node), campaign, button), key, where, by_us=by_us)


def _is_lines(address: str) -> bool:
    """Whether LINE or the phone handles this address itself (`line.me`, `tel:`): a redirect in front would
    break it."""
    host = host_of(address)
    return host is None or host in _LINES or host.endswith(tuple(f".{name}" for name in _LINES))


def _page(scope: Scope, node: Scalar, key: str, where: TapSlot, steps: Steps) -> dict[str, LineObject] | None:
    known = scope.has_name("pages", node)
    return _address(node, PageAddress(node.value), key, where, by_us=bool(steps)) if known else None


def _address(node: Scalar, to: LineObject, key: str, where: TapSlot, *, by_us: bool) -> dict[str, LineObject]:
    """The property with the address `to`; `by_us`: through our own address, as LINE does not report that it
    was opened."""
    (name,) = {"uri", "linkUri"} & where.actions.of["uri"].properties.keys()
    return {name: FromNode(node, CountedAddress(key, to) if by_us else to)}


def _tab(scope: Scope, node: Scalar, key: str, where: TapSlot, steps: Steps) -> dict[str, LineObject] | None:
    """`tab: …`; the alias that LINE needs is put in when the menus are there."""
    if node.value not in where.tabs:
        message = (
            tr("{wrong}, the tabs of this menu", wrong=not_one_of(node.value, where.tabs))
            if where.tabs
            else tr("this menu has no tabs")
        )
        scope.wrong(node, "unknown-tab", message, hint_for(node.value, where.tabs))
        return None
    return {"tab": node.value}


def _type(scope: Scope, node: Scalar, key: str, where: TapSlot, steps: Steps) -> dict[str, LineObject]:
    text = limited(scope, node, where.limit("type", "fillInText"))
    return {"inputOption": "openKeyboard", "fillInText": FromNode(node, text)}


def _copy(scope: Scope, node: Scalar, key: str, where: TapSlot, steps: Steps) -> dict[str, LineObject]:
    return {"clipboardText": FromNode(node, limited(scope, node, where.limit("copy", "clipboardText")))}


def _pick(scope: Scope, node: Scalar, key: str, where: TapSlot, steps: Steps) -> dict[str, LineObject]:
    """`pick: date`: the mode of LINE's date picker."""
    return {"mode": next((mode for type_, mode in PICKED.items() if type_ == node.value), "date")}


_ACTIONS: Mapping[str, _Action] = {
    "send": _send,
    "open": _open,
    "page": _page,
    "tab": _tab,
    "type": _type,
    "copy": _copy,
    "pick": _pick,
}
"""By destination: what makes the properties that its action has beside type, label and data."""


class CardTaps:
    """Compiles the taps of the card with the key `card`, and collects them."""

    def __init__(self, scope: Scope, card: str) -> None:
        self._scope = scope
        self._card = card
        self._by_key: dict[str, Tap] = {}

    def all(self) -> tuple[Tap, ...]:
        """All taps so far, in order."""
        return tuple(self._by_key.values())

    def of_list(self, node: Node | None, where: TapSlot) -> list[Tap | None]:
        """The taps of a list; `None` for those that lead nowhere, which are reported."""
        items = node.items if isinstance(node, List) else []
        return [self.one(item, where) for item in items if isinstance(item, Map)]

    def buttons(self, node: Map) -> LineObject:
        """The `taps` of a card or column as LINE's list of actions."""
        return taps_under(node, "taps", self.of_list(node.get("taps"), ON_CARD))

    def one(self, node: Map, where: TapSlot, box: GridBox | None = None) -> Tap | None:
        """Compiles a tap; `box` is its area in a picture. Its key is `card/label`, or `card/label#2` where
        the label is there again."""
        label = node.get("label")
        own = f"{self._card}/{label.value}" if isinstance(label, Scalar) else self._card
        key, number = own, 1
        while key in self._by_key:
            number += 1
            key = f"{own}#{number}"
        tap = tap_of(self._scope, node, key, where, box)
        if tap is not None:
            self._by_key[key] = tap
        return tap
