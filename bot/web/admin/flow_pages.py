"""Journeys and flows in the console: how each stands, its picture, its numbers (H6, H7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import orjson

from bot.engine.compiled.flow import Flow
from bot.engine.compiled.playbook import Playbook
from bot.model.admin import CONSOLE
from bot.model.brake import PushStop
from bot.model.money import Prices, money_text
from bot.model.reports import JourneyReport
from bot.model.translatable import TranslatableValue, tr
from bot.operations.actors import actor_words
from bot.operations.flow_states import STANDINGS, FlowStands, StandingKind, stands_of
from bot.operations.flow_view import COUNTED, FlowView, flow_lines, flow_view
from bot.operations.journey_reports.words import NOBODY_YET, goal_words, rate_words
from bot.operations.journeys import LATELY, FlowCounts
from bot.operations.recent_figures import RecentFigures
from bot.operations.report_figures import difference_words
from bot.store.stores import Stores
from bot.web.admin.contact_desk import CONTACTS
from bot.web.admin.frame import ShopNow
from bot.web.admin.store_context import SealedParts
from bot.web.admin.visit import AdminAnswer, AdminHandler, RenderedPage, Visit, page_address

PAGE = "/admin/flows"
TITLE = tr("Journeys and flows")
SPANS = (7, 30, 90)
"""Days whose numbers are shown, today among them."""
TONES: Mapping[StandingKind, str] = {
    "live": "is-good",
    "closed": "is-warn",
    "paused": "is-warn",
    "stopped": "is-bad",
    "braked": "is-bad",
    "used_up": "is-warn",
    "capped": "is-warn",
}
GONE = RenderedPage("message.html", tr("The playbook has no such flow (any more)"), status=404)


@dataclass(frozen=True, slots=True)
class FlowFigures:
    """What is counted of flows among many people, for whoever looks: figures of some days, and goals."""

    counts: RecentFigures[FlowCounts]
    goals: RecentFigures[JourneyReport]

    async def close(self) -> None:
        """Count no more."""
        await self.counts.close()
        await self.goals.close()


@dataclass(frozen=True, slots=True)
class FlowPages:
    """`/admin/flows`; `now` is the time of the people."""

    stores: Stores
    playbook: Callable[[], Playbook]
    prices: Callable[[], Prices]
    shop: Callable[[], ShopNow]
    figures: FlowFigures
    parts: SealedParts
    now: Callable[[], datetime]

    def handlers(self) -> Mapping[str, AdminHandler]:
        """By the names of the table."""
        return {"flows": self.flows, "flow": self.flow}

    async def flows(self, visit: Visit) -> AdminAnswer:
        """All of them."""
        playbook = self.playbook()
        lines = await flow_lines(self.stores, playbook, self.prices(), self.now(), visit.words)
        reports = await asyncio.gather(*(self._goal(playbook, one.flow) for one in lines))
        data = {
            "days": LATELY,
            "most": COUNTED,
            "groups": [
                (
                    title,
                    [
                        (one, flow_address(one.flow.name), self._stands(one.stands), goal)
                        for one, goal in some
                    ],
                )
                for title, some in (
                    (tr("Journeys: they begin by themselves"), _of_kind(lines, reports, journey=True)),
                    (tr("Flows: somebody says or opens something"), _of_kind(lines, reports, journey=False)),
                )
                if some
            ],
            "rate_of": rate_of,
            "who": _who,
            "goal_words": goal_words,
        }
        return RenderedPage("flows.html", TITLE, data)

    async def flow(self, visit: Visit) -> AdminAnswer:
        """One of them, with its picture."""
        playbook = self.playbook()
        flow = playbook.flows.get(visit.path["flow"])
        return GONE if flow is None else await self.page(visit, playbook, flow)

    async def page(self, visit: Visit, playbook: Playbook, flow: Flow) -> RenderedPage:
        """The page of a flow."""
        span = visit.query("days")
        days = int(span) if span in map(str, SPANS) else LATELY
        counted = await self.figures.counts.of(flow.name, days, playbook.version)
        report = await self._goal(playbook, flow)
        brake, quotas = await self.stores.brakes.read(), await self.stores.quotas.all()
        totals = await self.stores.totals.of([flow.name])
        pushes = totals.get(flow.name, 0)
        view, links = None, dict[str, str]()
        if counted is not None:
            links = {state: self._people_in(visit, flow.name, state) for state in flow.states}
            view = await flow_view(playbook, flow, counted.value, self.prices(), visit.words, links)
        data = {
            "flow": flow,
            "own": flow_address(flow.name),
            "days": days,
            "spans": [(one, visit.address(days=str(one)), one == days) for one in SPANS],
            "stands": self._stands(stands_of(playbook, flow, brake, quotas, pushes, self.now())),
            "view": view,
            "steps": []
            if view is None
            else [(one, _step_link(view, one.state, links)) for one in view.steps],
            "cost": None if view is None or view.totals.cost is None else money_text(view.totals.cost),
            "money": money_text,
            "counted_at": None if counted is None else counted.at,
            "report": report,
            "rate_words": rate_words,
            "goal_words": goal_words,
            "difference_words": difference_words,
            "pushes": pushes,
            "who": _who,
            "list": PAGE,
        }
        return RenderedPage("flow.html", tr("{name}", name=flow.title or flow.name), data)

    async def _goal(self, playbook: Playbook, flow: Flow) -> JourneyReport | None:
        if flow.goal is None:
            return None
        found = await self.figures.goals.of(flow.name, LATELY, playbook.version)
        return None if found is None else found.value

    def _people_in(self, visit: Visit, flow: str, state: str) -> str:
        """The list of customers who are in a step."""
        written = f"in_flow: {{{_quoted(flow)}: [{_quoted(state)}]}}"
        find = self.parts.sealed(visit.signed.name, "contacts", "", written)
        return page_address(CONTACTS, find=find)

    def _stands(self, stands: Sequence[FlowStands]) -> Sequence[Mapping[str, Any]]:
        """Those that are alike as one, without a channel where all are."""
        channels = self.shop().channels
        alike: dict[tuple[object, ...], list[FlowStands]] = {}
        for one in stands:
            alike.setdefault((one.kinds, one.state.why, one.stop), []).append(one)
        return [
            {
                "tags": [(STANDINGS[kind], TONES[kind]) for kind in some[0].kinds],
                "why": some[0].why,
                "stop": some[0].stop,
                "kinds": some[0].kinds,
                "on": [] if len(alike) == 1 else [channels.get(one.channel, one.channel) for one in some],
            }
            for some in alike.values()
        ]


def flow_address(flow: str) -> str:
    """The page of a flow."""
    return f"{PAGE}/{quote(flow, safe='')}"


def rate_of(report: JourneyReport) -> object:
    """The rate of those who are sent all of it, with its interval; of several groups the first."""
    sent = [one for one in report.groups if not one.holdout] or list(report.groups)
    return rate_words(sent[0]) if sent else NOBODY_YET


def _who(stop: PushStop) -> TranslatableValue:
    return actor_words(stop.by.removeprefix(CONSOLE))


def _quoted(name: str) -> str:
    """As YAML takes it, whatever the name is."""
    return orjson.dumps(name).decode()


def _of_kind(lines: Sequence[Any], reports: Sequence[JourneyReport | None], *, journey: bool) -> list[Any]:
    both = zip(lines, reports, strict=True)
    return [(one, report) for one, report in both if (one.flow.start is not None) == journey]


def _step_link(view: FlowView, state: str, links: Mapping[str, str]) -> str:
    step = view.flow.states.get(state)
    return "" if step is None or step.end else links[state]
