"""Draws of a scenario, in memory (N3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from bot.engine.compiled.draw import Draw, Prize
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.prizes import NOTHING, draw_outcome
from bot.model.event import Outcome
from bot.model.promotion_effects import EnterDraw
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.scenario.coupons import PretendCoupons
from bot.scenario.recorded_turn import RecordedTurn
from bot.scenario.world import PretendAnswers, PretendCaller


class PretendDraws:
    """Draws in memory: `wins` says of each what its tries win, in their order; after that what is for all."""

    def __init__(
        self, wins: Mapping[str, Iterable[str]], coupons: PretendCoupons, playbook: Callable[[], Playbook]
    ) -> None:
        self._wins = {name: [*names] for name, names in wins.items()}
        self._coupons = coupons
        self._playbook = playbook

    def enter(self, request: EnterDraw, by: PretendCaller) -> Outcome:
        """What comes of a try; a prize of which none is left is not won, as with the real desk."""
        draw = self._playbook().draws.get(request.draw)
        if draw is None:
            return Outcome("draw", "failed", request.origin, request.draw)
        for prize in self._drawn(draw):
            answer = self._coupons.give(prize.coupon, by.contact, by.now)
            if answer.result == "given":
                return draw_outcome(request, draw, answer.grant)
        return draw_outcome(request, draw, None)

    def _drawn(self, draw: Draw) -> Iterator[Prize]:
        waiting = self._wins.get(draw.name, [])
        name = waiting.pop(0) if waiting else NOTHING
        yield from (prize for prize in draw.prizes if prize.name == name)
        yield from (prize for prize in draw.prizes if prize.odds is None and prize.name != name)


def draw_answers(draws: PretendDraws) -> PretendAnswers:
    """What these are asked for."""
    return {EnterDraw: draws.enter}


def draw_lines(turns: Iterable[RecordedTurn], playbook: Playbook) -> Iterator[str]:
    """Of a recording: what the tries of each draw have won, in their order."""
    wins = defaultdict[str, list[str]](list)
    for turn in turns:
        what = turn.event.what
        if isinstance(what, Outcome) and what.asked == "draw" and what.subject in playbook.draws:
            wins[what.subject].append(str(what.fields.get("prize", NOTHING)))
    if wins:
        lists = {scalar(name): f"[{', '.join(map(scalar, names))}]" for name, names in wins.items()}
        yield f"  draws: {braces(lists)}"
