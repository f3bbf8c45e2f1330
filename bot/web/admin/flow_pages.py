"""Journeys and flows in the console: how each stands, its picture, its numbers (H6, H7)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import orjson
from aiohttp import web
from markupsafe import Markup

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.model.brake import Brake, FlowLimit, FlowRestriction, PushStop
from bot.model.money import money_text
from bot.model.reports import JourneyReport
from bot.model.translatable import Refusal, Translatable, TranslatableValue, tr
from bot.operations.actors import by_name
from bot.operations.brake import reasons_of
from bot.operations.catalog.call import OperationCall
from bot.operations.declared.flows import (
    FlowFreed,
    FlowLimited,
    close_flow,
    open_flow,
    pause_flow,
    resume_flow,
)
from bot.operations.declared.stop import PushesResumed, PushesStopped, resume_pushes, stop_pushes
from bot.operations.flow_limits import REASON_MOST, reason_of
from bot.operations.flow_states import STANDINGS, FlowStands, StandingKind, stands_of
from bot.operations.flow_view import COUNTED, flow_lines, flow_view
from bot.operations.journey_reports.words import NONE_FINISHED, goal_words, rate_words
from bot.operations.journeys import LATELY, FlowCounts
from bot.operations.recent_figures import RecentFigures
from bot.operations.report_figures import difference_words
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.route import COMMERCE, CONTACTS
from bot.web.admin.visit import (
    AdminAnswer,
    AdminPages,
    Flash,
    Redirect,
    RenderedPage,
    Undo,
    Visit,
    page_address,
)

PAGE = "/admin/flows"
TITLE = tr("Journeys and flows")
SPANS = (7, 30, 90)
"""The choice of days whose numbers are shown, today among them."""
TONES: Mapping[StandingKind, str] = {
    "live": "is-good",
    "closed": "is-warn",
    "paused": "is-warn",
    "stopped": "is-bad",
    "braked": "is-bad",
    "used_up": "is-warn",
    "capped": "is-warn",
}
"""The CSS class of the tag for each standing."""
ACTIONS: Mapping[str, tuple[Translatable, Translatable]] = {
    "closed": (tr("Close to new people"), tr("Nobody new comes in; whoever is in it goes on")),
    "paused": (tr("Pause"), tr("Nobody comes in, and nobody moves, until you let it go on")),
    "stopped": (tr("Stop its pushes"), tr("It says nothing by itself; whoever writes is answered as always")),
}
"""What staff do to a flow: the label of the button, and what it means."""
BACK: Mapping[str, Translatable] = {
    "open": tr("Open to new people again"),
    "go_on": tr("Let it go on"),
    "resumed": tr("Let its pushes go on"),
}
"""What takes an action back: the label of the button."""
BACK_OF = {"closed": "open", "paused": "go_on", "stopped": "resumed"}
"""By action, what takes it back."""
HELD_BY = {back: act for act, back in BACK_OF.items()}
"""By what takes an action back, the action."""
HOLDS: Mapping[str, Callable[[OperationCall, str, str], Awaitable[FlowLimited | PushesStopped]]] = {
    "closed": close_flow,
    "paused": pause_flow,
    "stopped": lambda call, flow, why: stop_pushes(call, None, flow, reason_of(why)),
}
"""The operation of each action, with the flow's name and the reason."""
FREES: Mapping[str, Callable[[OperationCall, str], Awaitable[FlowFreed | PushesResumed]]] = {
    "open": open_flow,
    "go_on": resume_flow,
    "resumed": lambda call, flow: resume_pushes(call, None, flow),
}
"""The operation of what takes each action back, with the flow's name."""
DONE: Mapping[str, Translatable] = {
    "closed": tr("Closed to new people. Every server knows within a second"),
    "paused": tr("Paused. Every server knows within a second"),
    "stopped": tr("Its pushes are stopped. Every server knows within a second"),
    "open": tr("It takes new people again"),
    "go_on": tr("It goes on: whoever waits in it moves within an hour, and what came due meanwhile is late"),
    "resumed": tr("Its pushes go on. What came due meanwhile is late"),
}
"""What is said once each was done."""
GONE = RenderedPage("message.html", tr("The playbook has no such flow (any more)"), status=404)


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """What is counted of flows among many people, for all visitors together."""

    counts: RecentFigures[[str, int, str], FlowCounts]
    """The numbers of a flow in so many days, by the playbook's version."""
    goals: RecentFigures[[str, int, str], JourneyReport]
    """The report on a flow's goal in so many days, by the playbook's version."""

    async def close(self) -> None:
        """End counting."""
        await self.counts.close()
        await self.goals.close()


@dataclass(frozen=True, slots=True)
class FlowPages(AdminPages):
    """`/admin/flows` and what is below it."""

    context: ConsoleContext
    figures: FlowFigures

    async def flows(self, visit: Visit) -> AdminAnswer:
        """The list of all flows."""
        playbook = self.context.playbook()
        lines = await flow_lines(
            self.context.stores, playbook, self.context.prices(), self.context.now(), visit.words
        )
        reports = await asyncio.gather(*(self._goal(playbook, one.compiled) for one in lines))
        data = {
            "days": LATELY,
            "groups": [
                (
                    title,
                    [(one, flow_address(one.flow), self._stands(one.stands), goal) for one, goal in some],
                )
                for title, some in (
                    (tr("Journeys: they begin by themselves"), _of_kind(lines, reports, journey=True)),
                    (tr("Flows: somebody says or opens something"), _of_kind(lines, reports, journey=False)),
                )
                if some
            ],
            "reasons": await reasons_of(
                self.context.stores, {x for one in lines for on in one.stands for x in on.by_staff}
            ),
            "rate_of": rate_of,
            "who": _stopped_by,
            "goal_words": goal_words,
        }
        return RenderedPage("flows.html", TITLE, data)

    async def flow(self, visit: Visit) -> AdminAnswer:
        """The page of one flow."""
        playbook = self.context.playbook()
        flow = playbook.flows.get(visit.path["flow"])
        return GONE if flow is None else await self.page(visit, playbook, flow)

    async def flow_do(self, visit: Visit) -> AdminAnswer:
        """Close or pause a flow, stop its pushes, or take that back. Raises `HTTPBadRequest` for any other
        `act`."""
        playbook, form = self.context.playbook(), visit.form
        flow, act = playbook.flows.get(visit.path["flow"]), form.get("act", "")
        if flow is None:
            return GONE
        if act not in HOLDS and act not in FREES:
            raise web.HTTPBadRequest
        to, call, why = flow_address(flow.name), visit.call(self.context), form.get("why", "")
        try:
            if act in HOLDS:
                undo = {"act": BACK_OF[act]} if (await HOLDS[act](call, flow.name, why)).new else None
            else:  # what had no reason (a stop by command) is not done again: without one it is refused
                was = (await FREES[act](call, flow.name)).reason
                undo = {"act": HELD_BY[act], "why": was} if was else {}
        except Refusal as error:
            return await self.page(visit, playbook, flow, refused=error.message, asked=act)
        if undo is None:
            return Redirect(to, flash=Flash(tr("Somebody else has done that already")))
        return Redirect(to, flash=Flash(DONE[act], Undo(f"{to}/do", undo) if undo else None))

    async def page(
        self,
        visit: Visit,
        playbook: Playbook,
        flow: Flow,
        refused: Translatable | None = None,
        asked: str = "",
    ) -> RenderedPage:
        """The page of a flow; `asked`: the action that was `refused`."""
        span = visit.query("days")
        days = int(span) if span in map(str, SPANS) else LATELY
        counted = await self.figures.counts.of(flow.name, days, playbook.version)
        report = await self._goal(playbook, flow)
        brake, quotas = await self.context.stores.brakes.read(), await self.context.stores.quotas.all()
        totals = await self.context.stores.totals.of([flow.name])
        pushes = totals.get(flow.name, 0)
        view, links = None, dict[str, str]()
        if counted is not None:
            links = {
                state: self._people_in(visit, flow.name, state)
                for state, one in flow.states.items()
                if not one.end
            }
            view = await flow_view(playbook, flow, counted.value, self.context.prices(), visit.words, links)
        data = {
            "flow": flow,
            "own": flow_address(flow.name),
            "days": days,
            "spans": [(one, visit.address(days=str(one)), one == days) for one in SPANS],
            "stands": self._stands(stands_of(playbook, flow, brake, quotas, pushes, self.context.now())),
            "view": view,
            # made by ElementTree, which escapes what it is given
            "picture": "" if view is None else Markup(view.svg),
            "steps": [] if view is None else [(one, links.get(one.state, "")) for one in view.steps],
            "cost": None if view is None or view.totals.cost is None else money_text(view.totals.cost),
            "money": money_text,
            "counted_at": None if counted is None else counted.at,
            "report": report,
            "rate_words": rate_words,
            "goal_words": goal_words,
            "difference_words": difference_words,
            "pushes": pushes,
            "reasons": await reasons_of(self.context.stores, [*brake.restrictions, *brake.stops]),
            "deeds": await self._actions(visit, flow, brake),
            "asked": asked,
            "written": visit.form.get("why", "")[:REASON_MOST] if refused else "",
            "reason_most": REASON_MOST,
            "who": _stopped_by,
            "list": PAGE,
        }
        title = tr("{name}", name=flow.title or flow.name)
        return RenderedPage("flow.html", title, data, 200 if refused is None else 409, refused)

    async def _actions(self, visit: Visit, flow: Flow, brake: Brake) -> Mapping[str, Any]:
        """What the visitor may do to the flow, and how many people are in it."""
        if visit.signed.role not in COMMERCE:
            return {"may": [], "back": []}
        stop = brake.stop_of(PushStop(None, flow.name, "", self.context.now()).key)
        limits: tuple[FlowLimit, ...] = ("closed", "paused")
        now_so: dict[str, FlowRestriction | PushStop | None] = {
            **{one: brake.restriction_of(flow.name, one) for one in limits},
            "stopped": stop,
        }
        people = await self.context.stores.standing.how_many_in(flow.name, COUNTED)
        return {
            "may": [(act, *ACTIONS[act]) for act, one in now_so.items() if one is None],
            "back": [
                (BACK_OF[act], BACK[BACK_OF[act]], one) for act, one in now_so.items() if one is not None
            ],
            "concerned": people,
            "most": COUNTED,
        }

    async def _goal(self, playbook: Playbook, flow: Flow) -> JourneyReport | None:
        if flow.goal is None:
            return None
        found = await self.figures.goals.of(flow.name, LATELY, playbook.version)
        return None if found is None else found.value

    def _people_in(self, visit: Visit, flow: str, state: str) -> str:
        """The address of the list of customers who are in a state of the flow."""
        written = f"in_flow: {{{_quoted(flow)}: [{_quoted(state)}]}}"
        find = self.context.parts.sealed(visit.signed.name, "contacts", "", written)
        return page_address(CONTACTS, find=find)

    def _stands(self, stands: Sequence[FlowStands]) -> Sequence[Mapping[str, Any]]:
        """How a flow stands on its channels: alike ones as one entry, without channels
        where all are alike."""
        channels = self.context.shop().channels
        alike: dict[tuple[object, ...], list[FlowStands]] = {}
        for one in stands:
            alike.setdefault((one.kinds, one.why and str(one.why), one.by_staff), []).append(one)
        return [
            {
                "tags": [(STANDINGS[kind], TONES[kind]) for kind in some[0].kinds],
                "why": some[0].why,
                "by_staff": some[0].by_staff,
                "on": [] if len(alike) == 1 else [channels.get(one.channel, one.channel) for one in some],
            }
            for some in alike.values()
        ]


def flow_address(flow: str) -> str:
    """The page of a flow."""
    return f"{PAGE}/{quote(flow, safe='')}"


def rate_of(report: JourneyReport) -> object:
    """The rate of the first group that is sent everything, with its interval."""
    sent = [one for one in report.groups if not one.holdout] or list(report.groups)
    return rate_words(sent[0]) if sent else NONE_FINISHED


def _stopped_by(stop: FlowRestriction | PushStop) -> TranslatableValue:
    return by_name(stop.by)


def _quoted(name: str) -> str:
    """A name as YAML reads it, whatever is in it."""
    return orjson.dumps(name).decode()


def _of_kind(lines: Sequence[Any], reports: Sequence[JourneyReport | None], *, journey: bool) -> list[Any]:
    both = zip(lines, reports, strict=True)
    return [(one, report) for one, report in both if one.journey == journey]
