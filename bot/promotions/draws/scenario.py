"""Draws of a scenario: what tries win is said beforehand (N3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.model.event import Outcome
from bot.model.screen import Screen
from bot.model.translatable import tr
from bot.playbook.shape.words import Word, ref
from bot.playbook.similar import not_one_of, quoted
from bot.playbook.syntax.nodes import Node
from bot.playbook.syntax.yaml_text import braces, scalar
from bot.promotions.draws.engine.declared import DRAWS, Draw, Prize
from bot.promotions.draws.engine.held import NOTHING
from bot.promotions.draws.services import WHEEL
from bot.scenario.failure import Failed
from bot.scenario.player import Player
from bot.scenario.promotions import GivenWord, PlayedPage, ScenarioPart
from bot.scenario.reading import Reading, items, pairs, text
from bot.scenario.recorded_turn import RecordedTurn
from bot.scenario.shape.schemas import TEXTS, named
from bot.scenario.steps import AnswersPage


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


def _wins(reading: Reading, node: Node) -> Mapping[str, tuple[str, ...]]:
    """Of draws by name what their tries win, in their order: a prize, or `nothing`."""
    known = DRAWS.of(reading.playbook)
    return {
        name: tuple(_prizes(reading, value, known[name]))
        for name, key, value in pairs(node)
        if reading.name(key, "draw", known) is not None
    }


def _prizes(reading: Reading, node: Node, draw: Draw) -> Iterator[str]:
    """The prizes of this draw, or `nothing`; others are reported."""
    known = (*(prize.name for prize in draw.prizes), NOTHING)
    for item in items(node):
        if text(item) in known:
            yield text(item)
        else:
            reading.wrong(item, "bad-value", not_one_of(text(item), known))


def _submission(_: Player, step: AnswersPage, shown: Screen) -> str:
    """The name of the draw that is tried. Raises `Failed` where there is none of this name."""
    if step.text in {one.name for one in shown.content.get("draws", ())}:
        return step.text
    raise Failed(step.place, tr("the page has no {name}", name=quoted(step.text)))


def _chosen(playbook: Playbook, chosen: Collection[tuple[str, str]]) -> Mapping[str, Any]:
    """What tries win, where it is chosen that they do: the first prize, which is there."""
    if ("draw", "won") not in chosen:
        return {}
    won = {name: (draw.prizes[0].name,) for name, draw in DRAWS.of(playbook).items() if draw.prizes}
    return {"draws": won}


_WINS = GivenWord(
    Word(
        named(ref("draw wins"), "draws, each with what its tries win"),
        2,
        "What the tries of each draw win, in their order. 抽獎依序會抽中什麼",
        "{週年慶抽獎: [大獎, nothing]}",
    ),
    _wins,
    draw_lines,
    (
        "draw wins",
        {**TEXTS, "title": "draw wins", "expected": "a prize or nothing, or a list of them"},
    ),
)
PART = ScenarioPart(
    lambda context: {WHEEL: WheelOfNames(context.given.promotions.get("draws", {}))},
    given={"draws": _WINS},
    page=PlayedPage(screen="draws", submits=_submission),
    chosen=_chosen,
    real=frozenset({("draw", "won")}),
)
