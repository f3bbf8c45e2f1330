"""Which area of a rich menu was tapped (G5), as far as LINE tells it."""

from __future__ import annotations

from bot.engine.turn import Turn
from bot.model.mark import TAPPED, Mark


def count_tap(turn: Turn, key: str) -> None:
    """A tap has come back; only those of rich menus are counted."""
    if key in turn.playbook.menu_taps:
        turn.marks.append(Mark(turn.channel, "", TAPPED, (key,)))


def count_said(turn: Turn, text: str) -> None:
    """A text that an area of the menu before the person's eyes says counts as a tap on it.

    LINE tells of a message action only what it said: who types the same is counted with them.
    https://developers.line.biz/en/reference/messaging-api/#message-action
    """
    places = turn.playbook.menu_texts.get(text)
    if places is None:
        return
    identity = turn.identity
    key = places.get((identity.menu, identity.tab))
    if key is not None:
        turn.marks.append(Mark(turn.channel, "", TAPPED, (key,)))
