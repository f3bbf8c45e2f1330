"""Draws of a scenario: what tries win is said beforehand (N3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from bot.engine.compiled.playbook import Playbook
from bot.model.event import Outcome
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.draws.engine.declared import DRAWS, Draw, Prize
from bot.promotions.draws.engine.prizes import NOTHING
from bot.promotions.draws.services import WHEEL
from bot.scenario.promotions import ScenarioPart
from bot.scenario.recorded_turn import RecordedTurn


class WheelOfNames:
    """A wheel that stops as a scenario says: `wins` of each draw, in their order; after them at nothing."""

    def __init__(self, wins: Mapping[str, Iterable[str]]) -> None:
        self._wins = {name: [*names] for name, names in wins.items()}
        self._won: dict[str, str] = {}
        """By call."""

    def __call__(self, draw: Draw, call: str) -> Iterator[Prize]:
        """See `bot.promotions.draws.services.Wheel`."""
        names = self._wins.get(draw.name, [])
        if call not in self._won:
            self._won[call] = names.pop(0) if names else NOTHING
        won = self._won[call]
        yield from (prize for prize in draw.prizes if prize.name == won)
        yield from (prize for prize in draw.prizes if prize.odds is None and prize.name != won)


def draw_lines(turns: Iterable[RecordedTurn], playbook: Playbook) -> Iterator[str]:
    """Of a recording: what the tries of each draw have won, in their order."""
    wins = defaultdict[str, list[str]](list)
    for turn in turns:
        what = turn.event.what
        if isinstance(what, Outcome) and what.asked == "draw" and what.subject in DRAWS.of(playbook):
            wins[what.subject].append(str(what.fields.get("prize", NOTHING)))
    if wins:
        lists = {scalar(name): f"[{', '.join(map(scalar, names))}]" for name, names in wins.items()}
        yield f"  draws: {braces(lists)}"


PART = ScenarioPart(lambda context: {WHEEL: WheelOfNames(context.given.draws)})
