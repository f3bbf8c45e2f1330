"""Rich menus as LINE has them: each tab is a menu of LINE's, with areas in pixels (language, section 9).

Whether the taps on an area are counted is decided here as well (G5).
https://developers.line.biz/en/reference/messaging-api/#rich-menu-object
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.engine.compiled.card import CountedAddress, FileAddress, Tap
from bot.engine.compiled.menu import Menu, Tab
from bot.engine.compiled.own_address import liff_address, own_address, page_by_tap, tap_code
from bot.engine.compiled.playbook import NOWHERE, Playbook
from bot.engine.conditions.around import OnChannel, may_hold_on
from bot.engine.conditions.condition import All, Condition, Not
from bot.engine.rendering.placeholders import filling_of, lookup_of
from bot.engine.rendering.rendering import Filling, action_of
from bot.engine.texts.template import Lookup, Placeholder
from bot.engine.texts.text import fits
from bot.model.contact import Contact
from bot.model.translatable import Translatable, tr
from bot.model.value import Value

OURS = "oaflow "
"""What the names of our menus begin with at LINE, which shows them to nobody."""
OUR_ALIAS = "oaflow-"
"""What the aliases of our menus begin with at LINE."""

NAME_MOST = 300
"""Grapheme clusters in LINE's `name`."""
CHAT_BAR_MOST = 14
"""Grapheme clusters in LINE's `chatBarText`."""

_HASH = 16
"""Hexadecimal digits of a hash in names and aliases."""
_FOR_EVERYBODY = frozenset({"page", "link", "bot", "channel"})
"""Placeholders with the same value for everybody, at any time."""


@dataclass(frozen=True, slots=True)
class Face:
    """One tab of a menu as LINE is to have it.

    `label` says which tab it is, `hash` what it looks like: form and picture.
    """

    menu: str
    tab: str
    form: Mapping[str, Any]
    """LINE's JSON without the name."""
    picture: FileAddress
    alias: str | None = None
    """What taps of other tabs switch to; `None`: the menu has one tab."""
    resting: bool = False
    """It is left at LINE if it is there, and not created (paused, or over)."""

    @property
    def label(self) -> str:
        return label_of(self.menu, self.tab)

    @property
    def hash(self) -> str:
        parts = [self.menu, self.tab, self.form, self.picture.sha256]
        whole = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(whole.encode(errors="replace")).hexdigest()[:_HASH]

    @property
    def name(self) -> str:
        """What it is called at LINE: the same look has the same name, so nothing is made twice."""
        return f"{OURS}{self.label} {self.hash}"


def label_of(menu: str, tab: str) -> str:
    """Menu and tab in one line, as long as LINE's name has room for."""
    return _cut(f"{menu}/{tab}", NAME_MOST - len(OURS) - 1 - _HASH)


def label_in(name: str) -> str | None:
    """The label in the name of a menu at LINE; `None` where it is no name that we have given."""
    label, _, hash = name.removeprefix(OURS).rpartition(" ")
    ours = name.startswith(OURS) and label and len(hash) == _HASH and set(hash) <= set("0123456789abcdef")
    return label if ours else None


def alias_of(menu: str, tab: str) -> str:
    """The alias of a tab; it stays when the tab is made anew."""
    return OUR_ALIAS + hashlib.sha256(f"{menu}\n{tab}".encode(errors="replace")).hexdigest()[:_HASH]


def faces_of(playbook: Playbook, channel: str, now: datetime) -> tuple[Face, ...]:
    """The faces of all menus that can be shown on a channel, in the order of the list.

    Those without a picture are left out: `check` has reported them.
    """
    filling = _filling(playbook, channel, now)
    return tuple(
        Face(
            menu.name,
            tab.name,
            _form(playbook, channel, menu, tab, filling),
            tab.picture,
            alias_of(menu.name, tab.name) if len(menu.tabs) > 1 else None,
            menu.paused or (menu.until is not None and menu.until <= now),
        )
        for menu in playbook.menus
        if may_hold_on(menu.condition, channel)
        for tab in menu.tabs.values()
        if tab.picture is not None
    )


def default_menu(playbook: Playbook, channel: str) -> str | None:
    """The menu of people without a linked one: the first without a term or a condition on this channel."""
    for menu in playbook.menus_on(channel):
        if menu.since is None and menu.until is None and _always_holds(menu.condition, channel):
            return menu.name
    return None


def _always_holds(condition: Condition | None, channel: str) -> bool:
    match condition:
        case None:
            return True
        case OnChannel(channels=names):
            return channel in names
        case All(parts=parts):
            return all(_always_holds(part, channel) for part in parts)
        case Not(part=part):
            return not may_hold_on(part, channel)
        case _:
            return False


def _form(playbook: Playbook, channel: str, menu: Menu, tab: Tab, filling: Filling) -> dict[str, Any]:
    width, height = tab.size
    return {
        "size": {"width": width, "height": height},
        "selected": menu.open,
        "chatBarText": _cut(tab.chat_bar, CHAT_BAR_MOST),
        "areas": list(_areas(playbook, channel, menu, tab, filling)),
    }


def _areas(
    playbook: Playbook, channel: str, menu: Menu, tab: Tab, filling: Filling
) -> Iterator[dict[str, Any]]:
    for area in tab.areas:
        action = action_of(_for_everybody(playbook, channel, area.tap, menu), filling)
        if action is not None:
            if area.tap.opens_page:
                action["uri"] = page_by_tap(action["uri"], area.tap.key)
            x, y, width, height = area.box
            bounds = {"x": x, "y": y, "width": width, "height": height}
            yield {"bounds": bounds, "action": action}


def _for_everybody(playbook: Playbook, channel: str, tap: Tap, menu: Menu) -> Tap:
    """A tap in a menu: a switch names LINE's alias; counted addresses go through ours."""
    action = dict(tap.action)
    if action["type"] == "richmenuswitch":
        action["richMenuAliasId"] = alias_of(menu.name, action.pop("tab"))
    counted = action.get("uri")
    if isinstance(counted, CountedAddress):
        action["uri"] = _through_ours(playbook, channel, tap) or counted.to
    return replace(tap, action=action)


def _through_ours(playbook: Playbook, channel: str, tap: Tap) -> str | None:
    """Our own address in front of another one; `None` where the world does not reach us.

    By LIFF where the tap has actions, as LIFF identifies the person. A redirect, which needs no permission,
    suffices to count.
    """
    code = tap_code(tap.key)
    through = liff_address(playbook.channels[channel].liff_id, "o", code) if tap.do else None
    if through is None and is_public(playbook):
        return own_address(playbook.public, "o", channel, code)
    return through


def is_public(playbook: Playbook) -> bool:
    """Whether it is known how the world reaches us."""
    return playbook.public not in ("", NOWHERE)


def _filling(playbook: Playbook, channel: str, now: datetime) -> Filling:
    """What fills a menu that many people see. A page that is closed says so itself when it is opened."""
    known = lookup_of(playbook, Contact(""), channel, now, {}, {})

    def lookup(placeholder: Placeholder) -> Value | None:
        return known(placeholder) if placeholder.group in _FOR_EVERYBODY else None

    everybody: Lookup = lookup
    return replace(filling_of(playbook, channel, now, everybody), page_open=lambda page: True)


def _cut(text: str, most: int) -> str:
    """As much of a text as fits into so many grapheme clusters."""
    return text if fits(text, most, "grapheme") else text[:most]  # no cluster has less than a code point


def uncounted(playbook: Playbook, channel: str) -> Iterator[tuple[str, Translatable]]:
    """The areas of a channel's menus whose taps are not counted, `menu/tab/area`, each with why."""
    for menu in playbook.menus_on(channel):
        for tab in menu.tabs.values():
            for area in tab.areas:
                if (why := why_not_counted(playbook, channel, area.tap)) is not None:
                    yield area.tap.key, why


def why_not_counted(playbook: Playbook, channel: str, tap: Tap) -> Translatable | None:
    """Why a tap is not counted; `None` where it is.

    https://developers.line.biz/en/reference/messaging-api/#action-objects
    """
    action = tap.action
    if action["type"] == "clipboard":
        return tr("LINE tells nobody that a text was copied")
    address = action.get("uri")
    if tap.page is not None or address is None:
        return None
    if not isinstance(address, CountedAddress):
        return tr("LINE and the phone open this address themselves, and tell nobody")
    by_liff = bool(tap.do) and playbook.channels[channel].liff_id is not None
    return None if by_liff or is_public(playbook) else tr("OAFLOW_PUBLIC_URL is not set")


def counts_what_is_typed(tap: Tap) -> bool:
    """Whether the same text typed by hand is counted, too: LINE delivers of such a tap its text only."""
    return isinstance(tap.action, dict) and tap.action["type"] == "message"
