"""A person's tries of a draw: one a day or one in all, decided by the world, won or not (N3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from hashlib import sha256
from typing import ClassVar, Literal, TypeAlias
from zoneinfo import ZoneInfo

from bot.engine.actions.action import Doers, origin_of
from bot.engine.compiled.step import Step
from bot.engine.members.laws import each_held
from bot.engine.times.local_time import today
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.model.brought import brought
from bot.model.event import Origin, Outcome
from bot.model.mark import Mark
from bot.model.trace import NoteKind
from bot.model.value import Value
from bot.promotions.coupons.model import GRANT, Grant
from bot.promotions.draws.engine.declared import DRAWS, Draw
from bot.promotions.draws.model import HELD_DRAWS, NOTHING_WON, OF_DRAWS, WON, DrawSource, EnterDraw, HeldDraw

DRAW_TRIED = NoteKind(
    "draw: {draw} tried", "Tried the draw {draw}, and waits for what comes of it", "wait", code="draw_tried"
)
DRAW_HAD = NoteKind(
    "draw: {draw} was tried already", "Has tried the draw {draw} already", "not", code="draw_had"
)
DRAW_OVER = NoteKind("draw: {draw} is not open", "The draw {draw} is not open", "not", code="draw_over")
DRAW_GONE = NoteKind("draw: there is no {draw}", "There is no draw {draw}", "not", code="draw_gone")
DRAW_DECIDED_BEFORE = NoteKind(
    "draw: {draw} was decided before",
    "What came of the draw {draw} is known already",
    "no",
    code="draw_decided_before",
)


RefusedTry: TypeAlias = Literal["had", "over"]
"""`had`: today's try, or the only one, was made; `over`: the draw has not begun, or is over."""


def draw_pressed(turn: Turn, name: str) -> None:
    """The person has pressed on the page of draws."""
    draw = DRAWS.of(turn.playbook).get(name)
    if draw is None:
        turn.note(DRAW_GONE, name)
    else:
        enter_draw(turn, draw, Origin("", turn.channel, 0), "page")


def enter_draw(turn: Turn, draw: Draw, origin: Origin, source: DrawSource = "action") -> None:
    """Try once, where that is allowed now; what comes of it is the world's to say.

    That it is not allowed is news at once; the page shows it without any.
    """
    held = held_draw(turn, draw.name).without_lost(turn.now)
    refused = refusal(draw, held, turn.now, turn.playbook.zone)
    if refused is not None:
        turn.note(DRAW_HAD if refused == "had" else DRAW_OVER, draw.name)
        if source == "action":
            fields = {"draw": draw.name, "title": draw.title, "source": source, "result": refused}
            turn.queue_news("draw", draw.name, fields)
        return
    tries, waits = held.tries + 1, held.waits + 1
    _store(turn, replace(held, tries=tries, last=turn.now, waits=waits, result="", prize="", grant=""))
    turn.actions.append(EnterDraw(draw.name, origin, source))
    turn.note(DRAW_TRIED, draw.name)


def take_draw(turn: Turn, outcome: Outcome) -> None:
    """Note what came of a try (semantics 42). One that the world could not decide does not count."""
    if outcome.asked != "draw":
        return
    held = held_draw(turn, outcome.subject)
    if not held.waits:
        turn.note(DRAW_DECIDED_BEFORE, outcome.subject)
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


@dataclass(frozen=True, slots=True)
class TryDraw(Step):
    """`enter_draw`."""

    asks: ClassVar = EnterDraw.question
    about: ClassVar = "draw"
    draw: str


def _try_draw(turn: Turn, step: TryDraw, doing: Doing) -> None:
    """Try a draw; who gets the answer outside flows are the rules."""
    draw = DRAWS.of(turn.playbook)[step.draw]  # the compiler has looked it up
    enter_draw(turn, draw, origin_of(turn, doing) or Origin("", turn.channel, 0))


DO: Doers = {TryDraw: _try_draw}


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


NOTHING = "nothing"
"""Instead of a prize: the try wins none."""

_BITS = 64


def chance_of(secret: str) -> Fraction:
    """A number of at least 0 and less than 1 that nobody can tell who does not know the secret text.

    The same text has the same one, so a try that is carried out again wins the same.
    """
    return Fraction(int.from_bytes(sha256(secret.encode()).digest()[: _BITS // 8]), 2**_BITS)


def draw_outcome(request: EnterDraw, draw: Draw | None, grant: Grant | None) -> Outcome:
    """What a try comes back with: the prize whose coupon was given (`draw`: if it is there), or nothing."""
    fields = {"source": request.source}
    if grant is None:
        return Outcome("draw", NOTHING, request.origin, request.draw, fields=fields)
    prizes = () if draw is None else draw.prizes
    won = next((prize.name for prize in prizes if prize.coupon == grant.coupon), grant.title)
    return Outcome(
        "draw",
        "won",
        request.origin,
        request.draw,
        fields={**fields, "prize": won},
        brought=brought(grant=grant),
    )
