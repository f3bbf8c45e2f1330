"""A person's tries of a draw: one a day or one in all, decided by the world, won or not (N3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.times.local_time import today
from bot.engine.turn.turn import Turn
from bot.model.event import Origin, Outcome
from bot.model.mark import Mark
from bot.model.value import Value
from bot.promotions.coupons.model import GRANT
from bot.promotions.draws.engine import notes as draws_notes
from bot.promotions.draws.engine.declared import DRAWS, Draw
from bot.promotions.draws.model import HELD_DRAWS, NOTHING_WON, OF_DRAWS, WON, DrawSource, EnterDraw, HeldDraw

RefusedTry: TypeAlias = Literal["had", "over"]
"""`had`: today's try, or the only one, was made; `over`: the draw has not begun, or is over."""


def draw_pressed(turn: Turn, name: str) -> None:
    """The person has pressed on the page of draws."""
    draw = DRAWS.of(turn.playbook).get(name)
    if draw is None:
        turn.note(draws_notes.DRAW_GONE, name)
    else:
        enter_draw(turn, draw, Origin("", turn.channel, 0), "page")


def enter_draw(turn: Turn, draw: Draw, origin: Origin, source: DrawSource = "action") -> None:
    """Try once, where that is allowed now; what comes of it is the world's to say.

    That it is not allowed is news at once; the page shows it without any.
    """
    held = held_draw(turn, draw.name).without_lost(turn.now)
    refused = refusal(draw, held, turn.now, turn.playbook.zone)
    if refused is not None:
        turn.note(draws_notes.DRAW_HAD if refused == "had" else draws_notes.DRAW_OVER, draw.name)
        if source == "action":
            fields = {"draw": draw.name, "title": draw.title, "source": source, "result": refused}
            turn.queue_news("draw", draw.name, fields)
        return
    tries, waits = held.tries + 1, held.waits + 1
    _store(turn, replace(held, tries=tries, last=turn.now, waits=waits, result="", prize="", grant=""))
    turn.actions.append(EnterDraw(draw.name, origin, source))
    turn.note(draws_notes.DRAW_TRIED, draw.name)


def take_draw(turn: Turn, outcome: Outcome) -> None:
    """Note what came of a try (semantics 42). One that the world could not decide does not count."""
    if outcome.asked != "draw":
        return
    held = held_draw(turn, outcome.subject)
    if not held.waits:
        turn.note(draws_notes.DRAW_DECIDED_BEFORE, outcome.subject)
        return
    _store(turn, _decided(held, outcome))
    if outcome.result != "failed":
        what = NOTHING_WON if GRANT.of(outcome) is None else WON
        turn.marks.append(Mark(turn.channel, OF_DRAWS, what, (held.draw, _prize(outcome))))


def _decided(held: HeldDraw, outcome: Outcome) -> HeldDraw:
    """With one try less to wait for. A failed one is given back, unless another has counted since."""
    held = replace(held, waits=held.waits - 1)
    if outcome.result == "failed":
        return replace(held, tries=held.tries - 1, last=held.last if held.result or held.waits else None)
    if (grant := GRANT.of(outcome)) is None:
        return replace(held, result=held.result or "nothing")  # of two the one that has won is shown
    return replace(held, result="won", prize=_prize(outcome), grant=grant.id)


def _prize(outcome: Outcome) -> str:
    return str(outcome.fields.get("prize", ""))


def draw_news(turn: Turn, outcome: Outcome) -> Mapping[str, Value]:
    """The fields of an outcome as flows and rules read them."""
    draw, grant = DRAWS.of(turn.playbook).get(outcome.subject), GRANT.of(outcome)
    fields: dict[str, Value] = {"draw": outcome.subject, **outcome.fields, "result": outcome.result}
    if draw is not None:
        fields["title"] = draw.title
    if grant is not None:
        fields |= {"coupon": grant.title, "code": grant.code, "until": grant.until}
    return fields


def held_draw(turn: Turn, name: str) -> HeldDraw:
    """What the person has tried of this draw by now."""
    return HELD_DRAWS.one(turn.contact, name) or HeldDraw(name)


def refusal(draw: Draw, held: HeldDraw, now: datetime, zone: ZoneInfo) -> RefusedTry | None:
    """Why one may not try at this moment (UTC); `None`: one may.

    A clock that was set back gives no second try: a day that is still to come is not over either.
    """
    held = held.without_lost(now)
    if not draw.is_open(now):
        return "over"
    if held.last is None:
        return None
    is_had = draw.each == "once" or today(held.last, zone) >= today(now, zone)
    return "had" if is_had or held.waits else None


def _store(turn: Turn, held: HeldDraw) -> None:
    HELD_DRAWS.put(turn.contact, (*HELD_DRAWS.without(turn.contact, held.draw), held))
