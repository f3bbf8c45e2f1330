"""Whether the taps on an area of a rich menu are counted, and why not (G5)."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.compiled.card import CountedAddress, Tap
from bot.engine.compiled.playbook import Playbook
from bot.engine.menus.menu_face import is_public
from bot.model.said import Said, say


def uncounted(playbook: Playbook, channel: str) -> Iterator[tuple[str, Said]]:
    """The areas of a channel's menus whose taps are not counted, `menu/tab/area`, each with why."""
    for menu in playbook.menus_on(channel):
        for tab in menu.tabs.values():
            for area in tab.areas:
                if (why := why_not_counted(playbook, channel, area.tap)) is not None:
                    yield area.tap.key, why


def why_not_counted(playbook: Playbook, channel: str, tap: Tap) -> Said | None:
    """Why a tap is not counted; `None` where it is.

    https://developers.line.biz/en/reference/messaging-api/#action-objects
    """
    action = tap.action
    if action["type"] == "clipboard":
        return say("LINE tells nobody that a text was copied")
    address = action.get("uri")
    if tap.page is not None or address is None:
        return None
    if not isinstance(address, CountedAddress):
        return say("LINE and the phone open this address themselves, and tell nobody")
    by_liff = bool(tap.do) and playbook.channels[channel].liff_id is not None
    return None if by_liff or is_public(playbook) else say("OAFLOW_PUBLIC_URL is not set")


def counts_what_is_typed(tap: Tap) -> bool:
    """Whether whoever types the same is counted, too: LINE tells of such a tap only what it says."""
    return isinstance(tap.action, dict) and tap.action["type"] == "message"
