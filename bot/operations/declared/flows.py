"""Journeys and flows: how they stand, what was counted, closing and pausing them (H6, H7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, TypeAlias

from annotated_types import Ge, Le

from bot.engine.flows.starting import journeys
from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Help, Table
from bot.model.brake import FlowLimit, FlowRestriction, MenuPause
from bot.model.translatable import Translatable, plural, tr
from bot.operations.actors import actor_words
from bot.operations.brake import reasons_of
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import CommandWord, FlowName, Name, PlaybookName, Reason
from bot.operations.declared.flow_figures import FlowHistory, history_of
from bot.operations.declared.flow_standing import FlowStatuses, status_of
from bot.operations.flow_limits import free_flow, limit_flow
from bot.operations.flow_view import COUNTED, FlowLine, StepFigures, WayFigures, flow_lines, flow_view
from bot.operations.journey_reports.report import journey_report
from bot.operations.journey_reports.report_files import ReportedJourney, reported_journey
from bot.operations.journeys import LATELY, flow_counts
from bot.operations.resolve_name import paused_name
from bot.playbook.similar import quoted

FigureDays: TypeAlias = Annotated[int, Ge(1), Le(90), Help("the last so many days, with today (30)")]
CountedDays: TypeAlias = Annotated[int, Ge(1), Le(3_660), Help("the last so many days, with today (30)")]
ReportDays: TypeAlias = Annotated[
    int, Ge(1), Le(3_660), Help("who began in the last N days, with today (as far back as is kept)")
]
ReportSplit: TypeAlias = Annotated[Name, Help("which split is compared (the first that it asks for)")]
OneFlow: TypeAlias = Annotated[FlowName | None, CommandWord(), Help("this flow only (all journeys)")]
PausedName: TypeAlias = Annotated[Name, PlaybookName(paused_name), Help("name of a flow, or of a form")]
LimitedFlowName: TypeAlias = Annotated[Name, Help("the flow, also one that the playbook lacks by now")]


@dataclass(frozen=True, slots=True)
class FlowList:
    """All of the playbook, in its order."""

    flows: Annotated[Sequence[FlowLine], Table(tr("the playbook has no flows"))]


@dataclass(frozen=True, slots=True)
class FlowNumbers:
    """The people in each step of a flow, and how often each way was taken."""

    flow: str
    since: str
    steps: Annotated[Sequence[StepFigures], Table(tr("it has no steps"))]
    ways: Annotated[Sequence[WayFigures], Table(tr("no way leads on"))]


@dataclass(frozen=True, slots=True)
class LimitedFlow(FlowRestriction):
    """A flow that staff have closed or paused."""

    reason: str | None

    def line(self, at: Clock) -> Translatable:
        state = tr("closed to new people") if self.limit == "closed" else tr("paused")
        about = tr("{flow}: {state}", flow=self.flow, state=state)
        return _since(about, self.by, at(self.at), self.reason)


@dataclass(frozen=True, slots=True)
class PausedMenu(MenuPause):
    """A rich menu that staff have paused."""

    reason: str | None

    def line(self, at: Clock) -> Translatable:
        about = tr("rich menu {menu}: paused", menu=quoted(self.menu))
        return _since(about, self.by, at(self.at), self.reason)


def _since(about: Translatable, by: str, at: str, reason: str | None) -> Translatable:
    since = tr("{about}, since {at}, by {who}", about=about, at=at, who=actor_words(by))
    return tr("{since}: {why}", since=since, why=reason) if reason else since


@dataclass(frozen=True, slots=True)
class FlowLimits:
    """What staff have closed or paused."""

    flows: Sequence[LimitedFlow]
    menus: Sequence[PausedMenu]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        if not (self.flows or self.menus):
            yield tr("staff have closed or paused nothing")
        yield from (one.line(at) for one in self.flows)
        yield from (one.line(at) for one in self.menus)


@dataclass(frozen=True, slots=True)
class FlowLimited(FlowRestriction):
    """What holds now."""

    new: Annotated[bool, Help("`false`: it was so before.")]
    people: Annotated[int, Help("Who is in it; 10,000 are as many or more.")]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        yield self._done() if self.new else self._was(at(self.at))
        number = self.people
        many = f"{number:,}+" if number == COUNTED else f"{number:,}"
        yield plural("1 person is in it", "{number} people are in it", number, number=many)

    def _done(self) -> Translatable:
        if self.limit == "closed":
            return tr("closed to new people: whoever is in it goes on; every process knows within a second")
        return tr("paused: nobody comes in, and nobody moves; every process knows within a second")

    def _was(self, at: str) -> Translatable:
        by = actor_words(self.by)
        if self.limit == "closed":
            return tr("closed already, since {at}, by {who}", at=at, who=by)
        return tr("paused already, since {at}, by {who}", at=at, who=by)


@dataclass(frozen=True, slots=True)
class FlowFreed(LimitedFlow):
    """What held until now."""

    def lines(self, at: Clock) -> Iterator[Translatable]:
        if self.limit == "closed":
            yield tr("it takes new people again; every process knows within a second")
        else:
            yield tr(
                "it goes on: whoever waits in it moves within an hour, and what came due meanwhile is late"
            )


@operation("flows.list", roles=TEAM)
async def list_flows(call: OperationCall) -> FlowList:
    """Journeys and flows: how they stand, how many are in them, 30 days in numbers."""
    prices = call.context.prices()
    return FlowList(await flow_lines(call.stores, call.playbook, prices, call.now, call.language))


@operation("flows.status", roles=TEAM, example="welcome_series")
async def flow_status(call: OperationCall, flow: OneFlow = None) -> FlowStatuses:
    """Live, closed, paused or stopped, why, and how many people are in it."""
    playbook = call.playbook
    flows = list(journeys(playbook)) if flow is None else [playbook.flows[flow]]
    plans = {name: one.plan for name, one in call.settings.channels.items() if one.plan is not None}
    return FlowStatuses(await status_of(call.stores, playbook, flows, plans))


@operation("flows.figures", roles=TEAM, example="welcome_series")
async def flow_figures(call: OperationCall, flow: FlowName, days: FigureDays = LATELY) -> FlowNumbers:
    """The people in each step of one, and how often each way was taken in the last days."""
    playbook, prices = call.playbook, call.context.prices()
    counted = await flow_counts(call.stores, playbook, flow, days, call.now)
    view = await flow_view(playbook, playbook.flows[flow], counted, prices, call.language, {})
    return FlowNumbers(flow, view.since, view.steps, view.ways)


@operation("flows.counts", roles=TEAM, example="welcome_series --days 7")
async def count_flow(call: OperationCall, flow: FlowName, days: CountedDays = LATELY) -> FlowHistory:
    """What was counted, day by day, and who is in it now."""
    found = await flow_counts(call.stores, call.playbook, flow, days, call.now)
    return history_of(call.playbook, call.playbook.flows[flow], found)


@operation("flows.report", example="welcome_series")
async def report_flow(
    call: OperationCall, flow: FlowName, days: ReportDays | None = None, split: ReportSplit | None = None
) -> ReportedJourney:
    """Who reached its goal in time: rates, differences, a picture."""
    meant = call.playbook.flows[flow]
    found = await journey_report(call.stores, call.playbook, meant, days, split)
    return reported_journey(found, call.language, call.playbook.zone)


@operation("flows.limits")
async def flow_limits(call: OperationCall) -> FlowLimits:
    """What staff have closed or paused, flows and rich menus, by whom, and why."""
    brake = await call.stores.brakes.read()
    reasons = await reasons_of(call.stores, [*brake.restrictions, *brake.menus])
    return FlowLimits(
        [LimitedFlow(**asdict(one), reason=reasons.get(one.key)) for one in brake.restrictions],
        [PausedMenu(**asdict(one), reason=reasons.get(one.key)) for one in brake.menus],
    )


@operation("flows.close", changes=True, audit="flow_closed", example="welcome_series --reason 文案寫錯了")
async def close_flow(call: OperationCall, flow: FlowName, reason: Reason) -> FlowLimited:
    """Nobody new comes into a flow; whoever is in it goes on."""
    return await _limited(call, flow, "closed", reason)


@operation("flows.open", changes=True, audit="flow_opened", example="welcome_series")
async def open_flow(call: OperationCall, flow: LimitedFlowName) -> FlowFreed:
    """A flow that staff have closed takes new people again."""
    return await _freed(call, flow, "closed")


@operation("flows.pause", changes=True, audit="flow_paused", example="welcome_series --reason 文案寫錯了")
async def pause_flow(call: OperationCall, flow: PausedName, reason: Reason) -> FlowLimited:
    """Nobody comes into a flow, and nobody moves in it; a form is switched off."""
    return await _limited(call, flow, "paused", reason)


@operation("flows.resume", changes=True, audit="flow_resumed", example="welcome_series")
async def resume_flow(call: OperationCall, flow: LimitedFlowName) -> FlowFreed:
    """A flow that staff have paused goes on; a form is switched on."""
    return await _freed(call, flow, "paused")


async def _limited(call: OperationCall, flow: str, limit: FlowLimit, reason: str) -> FlowLimited:
    made, is_new = await limit_flow(call.stores, call.playbook, flow, limit, reason, call.by, call.now)
    people = await call.stores.standing.how_many_in(made.flow, COUNTED)
    await call.look()
    return FlowLimited(**asdict(made), new=is_new, people=people)


async def _freed(call: OperationCall, flow: str, limit: FlowLimit) -> FlowFreed:
    ended, why = await free_flow(call.stores, flow, limit, call.by, call.now)
    await call.look()
    return FlowFreed(**asdict(ended), reason=why)
