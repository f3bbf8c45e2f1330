"""What LINE's events other than messages are as news: a trigger word each (language, section 4.2).

Which area of a rich menu (G5) or button of a broadcast was tapped is read from them, too.
https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.engine.compiled.own_address import TAPPED as TAPPED_BY
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.turn.turn import Turn
from bot.model.counts import OF_GOALS, REACHED, TAPPED
from bot.model.event import Follow, Join, Other, Unfollow, What
from bot.model.mark import Mark
from bot.model.news import NEWS


def count_tap(turn: Turn, key: str) -> None:
    """Count a tap that has come back, if it is one of rich menus or broadcasts."""
    if key in turn.playbook.menu_taps:
        turn.marks.append(Mark(turn.channel, "", TAPPED, (key,)))
    for name in turn.playbook.broadcast_taps.get(key, ()):
        turn.marks.append(Mark(turn.channel, OF_GOALS, REACHED, (name,)))


def count_opened(turn: Turn, inputs: Mapping[str, str]) -> None:
    """Count the opening of a page by an area of a rich menu, or from a broadcast, as its address says."""
    code = inputs.get(TAPPED_BY, "")
    if (key := turn.playbook.menu_codes.get(code)) is not None:
        count_tap(turn, key)
    elif (name := turn.playbook.broadcast_codes.get(code)) is not None:
        turn.marks.append(Mark(turn.channel, OF_GOALS, REACHED, (name,)))


def count_menu_text(turn: Turn, text: str) -> None:
    """Count a text as a tap on the area of the present menu that sends this text.

    LINE delivers of a message action its text only: people who type the same are counted as well.
    https://developers.line.biz/en/reference/messaging-api/#message-action
    """
    places = turn.playbook.menu_texts.get(text)
    if places is None:
        return
    identity = turn.identity
    key = places.get((identity.menu, identity.tab))
    if key is not None:
        turn.marks.append(Mark(turn.channel, "", TAPPED, (key,)))


_KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    kind.line[0]: (word, kind.line[1]) for word, kind in NEWS.items() if kind.line is not None
}
"""LINE's type → our word, and the path of its own kind within the event."""


def news_of(what: What) -> TriggerEvent | None:
    """The news that an event of LINE's is; `None` where no trigger is about it."""
    match what:
        case Follow(again):
            return TriggerEvent("follow", "again" if again else "first")
        case Unfollow():
            return TriggerEvent("unfollow", "any")
        case Join():
            return TriggerEvent("join", "any")
        case Other(type=kind, content=content) if kind in _KINDS:
            word, path = _KINDS[kind]
            return TriggerEvent(word, _at(content, path))
        case _:
            return None


def _at(content: Any, path: tuple[str, ...]) -> str:
    for key in path:
        content = content.get(key) if isinstance(content, Mapping) else None
    return content if isinstance(content, str) else "any"
