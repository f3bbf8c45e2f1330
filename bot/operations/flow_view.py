"""Flows and journeys for pages: what begins each, how it stands, its picture with people, and its numbers.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.engine.times.local_time import today
from bot.model.answer_fields import Column, Help, Internal
from bot.model.counts import ENTERED, FAILED, FINISHED, HELD, LEFT, SENT, Count
from bot.model.mark import Mark
from bot.model.money import Prices
from bot.model.translatable import Language, tr
from bot.operations.flow_states import FlowStands, stands_of
from bot.operations.journeys import LATELY, FlowCounts
from bot.playbook.drawing.figures import Figures, figures_of, led_on, skipped_words, with_figures
from bot.playbook.drawing.sketch import BEGIN, DiagramPhrases, Sketch, begin_arrow, in_words, sketch
from bot.playbook.drawing.svg import inside_page
from bot.store.stores import Stores

COUNTED = 10_000
"""People of a flow that a list counts; more are so many, and `+`."""
DRAWN_MOST = 400
"""Boxes and arrows of a picture: its layout takes seconds by then, and minutes beyond."""
PUSH = "push"
"""The kind of call, in a mark `SENT`, of messages that LINE charges for."""


@dataclass(frozen=True, slots=True)
class FlowTotals:
    """What was counted of a flow in some days. `cost`: what its pushes cost beyond the plan, at most, on the
    channels with a known price; `None`: on none it is known."""

    entered: int = 0
    finished: int = 0
    left: int = 0
    sent: int = 0
    failed: int = 0
    pushed: int = 0
    cost: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A flow, and 30 days of it in numbers."""

    flow: Annotated[str, Column(tr("flow"))]
    title: str
    compiled: Annotated[Flow, Internal()]
    journey: Annotated[bool, Help("It begins by itself.")]
    begins: Annotated[Sequence[str], Help("What begins it; empty: a rule, a button or another flow does.")]
    people: Annotated[int, Column(tr("in it now"))]
    more: Annotated[bool, Help("There are more people than were counted.")]
    entered: Annotated[int, Column(tr("entered"))]
    finished: Annotated[int, Column(tr("finished"))]
    left: Annotated[int, Column(tr("left"))]
    sent: Annotated[int, Column(tr("sent"))]
    failed: Annotated[int, Column(tr("failed"))]
    pushed: Annotated[int, Column(tr("paid messages")), Help("Of those that were sent.")]
    cost: Annotated[Decimal | None, Column(tr("NT$")), Help("Beyond the plan, at most.")]
    stands: Sequence[FlowStands]


async def flow_lines(
    stores: Stores, playbook: Playbook, prices: Prices, now: datetime, language: Language
) -> list[FlowLine]:
    """All flows, in the order of the files."""
    counts, brake = stores.counts, await stores.brakes.read()
    quotas, totals = await stores.quotas.all(), await stores.totals.of(playbook.flows)
    await counts.fold_all()
    since = (today(now, playbook.zone) - timedelta(days=LATELY - 1)).isoformat()
    phrases = DiagramPhrases(playbook, language)
    found = []
    for flow in playbook.flows.values():
        people = await stores.standing.how_many_in(flow.name, COUNTED)
        counted = totals_of(await counts.since(since, flow.name), prices)
        pushes = totals.get(flow.name, 0)
        stands = stands_of(playbook, flow, brake, quotas, pushes, now)
        begins = begin_words(flow, phrases, language)
        about = (flow.name, flow.title, flow, flow.start is not None, begins, people, people == COUNTED)
        found.append(FlowLine(*about, **asdict(counted), stands=stands))
    return found


def begin_words(flow: Flow, phrases: DiagramPhrases, language: Language) -> Sequence[str]:
    """What begins it, a line each."""
    arrow = begin_arrow(flow, "")
    words = arrow.words if language.name == "en" else phrases.arrow(arrow).words  # English is what is written
    return [line.strip() for line in words.split("\n") if line.strip()]


def totals_of(counts: Sequence[Count], prices: Prices) -> FlowTotals:
    """All that was counted together."""
    number, pushed = Counter[str](), Counter[str]()
    for one in counts:
        number[one.mark.what] += one.number
        if _is_paid(one.mark):
            pushed[one.mark.channel] += one.number
    return FlowTotals(
        number[ENTERED],
        number[FINISHED],
        number[LEFT],
        number[SENT],
        number[FAILED],
        pushed.total(),
        _cost(pushed, prices),
    )


def _is_paid(mark: Mark) -> bool:
    """Whether it counts paid messages that LINE has taken: `about` is the state, then the kind of call."""
    return mark.what == SENT and PUSH in mark.about[1:]


def _cost(pushed: Mapping[str, int], prices: Prices) -> Decimal | None:
    """What so many pushes by channel cost, of the channels with a known price; `None`: none has one."""
    known = [prices.messages[name] * many for name, many in pushed.items() if name in prices.messages]
    return sum(known, Decimal(0)) if known else None


@dataclass(frozen=True, slots=True)
class StepFigures:
    """A step of a flow, and its numbers."""

    state: Annotated[str, Column(tr("step"))]
    title: str
    people: Annotated[int, Column(tr("in it now"))] = 0
    held: Annotated[int, Column(tr("held")), Help("Of the people.")] = 0
    came: Annotated[int | None, Column(tr("ended here")), Help("`null`: it is no end.")] = None
    sent: Annotated[int, Column(tr("sent"))] = 0
    failed: Annotated[int, Column(tr("failed"))] = 0
    left: Annotated[int, Column(tr("left"))] = 0
    skipped: Annotated[Mapping[str, int], Help("Pushes that were left out, by why.")] = field(
        default_factory=dict
    )
    costs: Annotated[bool, Help("It pushes.")] = False
    cost: Annotated[Decimal | None, Column(tr("NT$"))] = None
    is_gone: Annotated[bool, Help("The playbook has no such step any more.")] = False

    @property
    def why_skipped(self) -> object:
        """How many of its pushes were left out, and why, in words."""
        return skipped_words(self.skipped)


@dataclass(frozen=True, slots=True)
class WayFigures:
    """An arrow between two steps, and how often it was taken."""

    source: Annotated[str, Column(tr("from")), Help("Empty: it begins here.")]
    target: Annotated[str, Column(tr("to"))]
    words: Annotated[str, Column(tr("when"))]
    number: Annotated[int, Column(tr("times"))]
    share: Annotated[float | None, Help("Of all that led on from there.")] = None


@dataclass(frozen=True, slots=True)
class FlowView:
    """A flow with its numbers of some days, and its picture (`svg`), empty where it is too large."""

    flow: Flow
    since: str
    people: int
    totals: FlowTotals
    steps: Sequence[StepFigures]
    ways: Sequence[WayFigures]
    svg: str


async def flow_view(
    playbook: Playbook,
    flow: Flow,
    counted: FlowCounts,
    prices: Prices,
    language: Language,
    addresses: Mapping[str, str],
) -> FlowView:
    """What was counted, drawn and as tables; `addresses`: where steps lead, by name."""
    return await asyncio.to_thread(_drawn, playbook, flow, counted, prices, language, addresses)


def _drawn(
    playbook: Playbook,
    flow: Flow,
    counted: FlowCounts,
    prices: Prices,
    language: Language,
    addresses: Mapping[str, str],
) -> FlowView:
    figures = figures_of(counted.since, counted.counts, counted.here)
    plain = in_words(sketch(playbook, flow, language, prices), playbook, language)
    shown = with_figures(plain, figures, language, shares=True)
    by_box = {box.id: addresses[box.state] for box in shown.boxes if box.state in addresses}
    return FlowView(
        flow,
        counted.since,
        sum(figures.here.values()),
        totals_of(counted.counts, prices),
        list(_steps(plain, figures, counted, prices)),
        list(_ways(plain, figures)),
        inside_page(shown, language, by_box) if len(shown.boxes) + len(shown.arrows) <= DRAWN_MOST else "",
    )


def _steps(of: Sketch, figures: Figures, counted: FlowCounts, prices: Prices) -> Iterator[StepFigures]:
    pushed: dict[str, Counter[str]] = {}
    for one in counted.counts:
        if _is_paid(one.mark):
            pushed.setdefault(one.mark.about[0], Counter())[one.mark.channel] += one.number
    known = set()
    for box in of.boxes:
        if not box.state:
            continue
        known.add(box.state)
        is_end = box.kind == "end"
        yield StepFigures(
            box.state,
            box.title or box.state,
            figures.here.get(box.state, 0),
            figures.tallied.get((HELD, box.state), 0),
            figures.finished.get(box.state, 0) if is_end else None,
            figures.tallied.get((SENT, box.state), 0),
            figures.tallied.get((FAILED, box.state), 0),
            figures.tallied.get((LEFT, box.state), 0),
            figures.skipped.get(box.state, {}),
            box.costs,
            _cost(pushed.get(box.state, {}), prices),
        )
    for state, people in sorted(figures.here.items()):
        if state not in known and people:
            yield StepFigures(state, state, people, figures.tallied.get((HELD, state), 0), is_gone=True)


def _ways(of: Sketch, figures: Figures) -> Iterator[WayFigures]:
    titles = {box.id: box.title for box in of.boxes}
    on = led_on(of, figures)
    for arrow in of.arrows:
        words = " ".join(arrow.words.split("\n"))
        if arrow.source == BEGIN:
            yield WayFigures("", titles[arrow.target], words, figures.entered)
        elif arrow.way is not None:
            number, all_of_it = figures.passed.get(arrow.way, 0), on.get(arrow.source, 0)
            stays = arrow.loose or arrow.source == arrow.target
            share = number / all_of_it if all_of_it and not stays else None
            yield WayFigures(titles[arrow.source], titles[arrow.target], words, number, share)
