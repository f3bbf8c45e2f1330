"""What becomes of the tries of a draw where two contacts become one, and two again (N3)."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.members.laws import each_held
from bot.promotions.draws.model import HELD_DRAWS, HeldDraw


def _join(ours: HeldDraw, theirs: HeldDraw) -> HeldDraw:
    """The tries of both as those of one: what came of the latest is shown, and no day has a second one."""
    is_later = ours.last is None or (theirs.last is not None and theirs.last > ours.last)
    return replace(
        theirs if is_later else ours, tries=ours.tries + theirs.tries, waits=ours.waits + theirs.waits
    )


def _part(
    now: HeldDraw | None, both: HeldDraw | None, before: HeldDraw | None, other: HeldDraw | None
) -> tuple[HeldDraw | None, HeldDraw | None]:
    """As before where nothing came since, else less the tries of the other.

    A try of the other that waited at the merge was made, and what comes of it the first hears.
    """
    gone = other and replace(other, waits=0)
    if now is None:
        return None, gone
    none = HeldDraw(now.draw)
    theirs = other or none
    if now != both:
        return replace(now, tries=max(now.tries - theirs.tries, 0)), gone
    if before is None and not theirs.waits:
        return None, gone
    own = before or none
    return replace(own, waits=own.waits + theirs.waits), gone


LAWS = (each_held(HELD_DRAWS, _join, _part),)
