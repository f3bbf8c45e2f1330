"""Journeys, flows and rich menus: how they stand, closing and pausing them (H6, H7, G3)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from bot.model.admin import TEAM
from bot.model.brake import FLOW_LIMITS, FlowRestriction, MenuPause
from bot.model.translatable import ENGLISH
from bot.operations.flow_limits import (
    REASON_MOST,
    free_flow,
    limit_flow,
    pause_menu,
    reasons_of,
    resume_menu,
)
from bot.operations.flow_states import FlowStands
from bot.operations.flow_view import FlowLine, FlowTotals, StepFigures, WayFigures, flow_lines, flow_view
from bot.operations.journeys import LATELY, flow_counts
from bot.operations.menu_view import ShownMenu, menus_view
from bot.operations.payload import Payload, as_json, pick
from bot.operations.resolve_name import flow_of
from bot.store.unavailable import DatabaseUnavailable
from bot.web.api.context import ApiContext
from bot.web.api.endpoint import ConsoleCall, action, get
from bot.web.api.shapes import MOMENT, NAME, NUMBER, TEXT, YES, list_of, maybe
from bot.web.openapi_schema import JsonSchema, object_of

_LIMIT: JsonSchema = {"type": "string", "enum": list(FLOW_LIMITS)}
_REASON: JsonSchema = {"type": "string", "minLength": 1, "maxLength": REASON_MOST}
_DAYS: JsonSchema = {"type": "integer", "minimum": 1, "maximum": 90}
_TOTALS = ("entered", "finished", "left", "sent", "failed", "pushed")
_STANDS = object_of({"channel": TEXT, "kinds": list_of(TEXT), "why": maybe(TEXT)})
_FLOW = {
    "flow": TEXT,
    "title": TEXT,
    "journey": YES,
    "people": NUMBER,
    "more": {**YES, "description": "There are more people than were counted."},
    **dict.fromkeys(_TOTALS, NUMBER),
    "cost": maybe(TEXT),
    "stands": list_of(_STANDS),
}
_RESTRICTION = {"flow": TEXT, "limit": _LIMIT, "by": TEXT, "at": MOMENT}
_STEP = object_of(
    {
        "state": TEXT,
        "title": TEXT,
        **dict.fromkeys(("people", "held", "sent", "failed", "left"), NUMBER),
        "came": maybe(NUMBER),
        "cost": maybe(TEXT),
        "is_gone": YES,
    }
)
_WAY = object_of(
    {"source": TEXT, "target": TEXT, "words": TEXT, "number": NUMBER, "share": maybe({"type": "number"})}
)
_PAUSE = {"menu": TEXT, "by": TEXT, "at": MOMENT}
_MENU = object_of(
    {
        "menu": TEXT,
        "who": TEXT,
        "standing": TEXT,
        "since": maybe(MOMENT),
        "until": maybe(MOMENT),
        "at_line": YES,
        "taps": list_of(object_of({"tab": TEXT, "area": TEXT, "taps": NUMBER, "or_typed": YES})),
    }
)


@dataclass(frozen=True, slots=True)
class FlowApi:
    """`/flows`, `/menus`."""

    context: ApiContext

    @get("/flows", roles=TEAM, answer=object_of({"flows": list_of(object_of(_FLOW))}))
    async def flows(self, call: ConsoleCall) -> Payload:
        """Journeys and flows: how they stand, how many are in them, 30 days in numbers."""
        context = self.context
        lines = await flow_lines(context.stores, context.playbook(), context.prices(), call.now, ENGLISH)
        return {"flows": list(map(_line, lines))}

    @get(
        "/flows/figures",
        roles=TEAM,
        query={"flow": NAME, "days": _DAYS},
        answer=object_of({"flow": TEXT, "since": TEXT, "steps": list_of(_STEP), "ways": list_of(_WAY)}),
    )
    async def flow_figures(self, call: ConsoleCall) -> Payload:
        """The people in each step of one, and how often each way was taken in the last days."""
        context, playbook = self.context, self.context.playbook()
        flow = flow_of(playbook, call.query.get("flow"))
        days = call.query.get("days", LATELY)
        counted = await flow_counts(context.stores, playbook, flow.name, days, call.now)
        view = await flow_view(playbook, flow, counted, context.prices(), call.words, {})
        steps, ways = list(map(_step, view.steps)), list(map(_way, view.ways))
        return {"flow": flow.name, "since": view.since, "steps": steps, "ways": ways}

    @get(
        "/flows/limits",
        answer=object_of(
            {
                "flows": list_of(object_of({**_RESTRICTION, "reason": maybe(TEXT)})),
                "menus": list_of(object_of({**_PAUSE, "reason": maybe(TEXT)})),
            }
        ),
    )
    async def flow_limits(self, call: ConsoleCall) -> Payload:
        """Which flows and rich menus staff have closed or paused, by whom, and why."""
        brake = await self.context.stores.brakes.read()
        reasons = await reasons_of(self.context.stores, [*brake.restrictions, *brake.menus])
        flows = [{**as_json(one), "reason": reasons.get(one.key)} for one in brake.restrictions]
        return {
            "flows": flows,
            "menus": [{**as_json(one), "reason": reasons.get(one.key)} for one in brake.menus],
        }

    @action(
        "/flows/limit",
        body=object_of({"flow": NAME, "limit": _LIMIT, "reason": _REASON}),
        answer=object_of({**_RESTRICTION, "new": YES}),
    )
    async def limit_flow(self, call: ConsoleCall) -> Payload:
        """Close a flow to new people, or pause it: nobody moves. The playbook's version stays."""
        # somebody else may have done it already
        context, body = self.context, call.body
        made, is_new = await limit_flow(
            *(context.stores, context.playbook(), body["flow"], body["limit"]),
            *(body["reason"], call.caller.by, call.now),
        )
        return await self._done(made, is_new)

    @action("/flows/free", body=object_of({"flow": NAME, "limit": _LIMIT}), answer=object_of(_RESTRICTION))
    async def free_flow(self, call: ConsoleCall) -> Payload:
        """It takes new people again, or goes on."""
        body = call.body
        ended, _ = await free_flow(self.context.stores, body["flow"], body["limit"], call.caller.by, call.now)
        return await self._done(ended)

    @get(
        "/menus",
        query={"channel": NAME, "days": _DAYS},
        answer=object_of({"channel": TEXT, "same": YES, "synced": maybe(MOMENT), "menus": list_of(_MENU)}),
    )
    async def menus(self, call: ConsoleCall) -> Payload:
        """The rich menus of a channel: who sees which, whether LINE has them so, taps on areas."""
        context = self.context
        channel = context.channel(call.query.get("channel"), "query/channel") or next(
            iter(context.settings().channels)
        )
        view = await menus_view(
            *(context.stores, context.playbook(), channel, None, call.query.get("days", LATELY)),
            *(call.now, call.words),
        )
        menus = list(map(_menu, view.menus))
        return {"channel": channel, "same": view.is_same, "synced": view.synced, "menus": menus}

    @action(
        "/menus/pause",
        body=object_of({"menu": NAME, "reason": _REASON}),
        answer=object_of({**_PAUSE, "new": YES}),
    )
    async def pause_menu(self, call: ConsoleCall) -> Payload:
        """A rich menu is as if it were not there: people get the next one that is for them."""
        # somebody else may have done it already
        context, body = self.context, call.body
        made, is_new = await pause_menu(
            context.stores, context.playbook(), body["menu"], body["reason"], call.caller.by, call.now
        )
        return await self._done(made, is_new)

    @action("/menus/resume", body=object_of({"menu": NAME}), answer=object_of(_PAUSE))
    async def resume_menu(self, call: ConsoleCall) -> Payload:
        """A rich menu that was paused is shown again."""
        ended, _ = await resume_menu(self.context.stores, call.body["menu"], call.caller.by, call.now)
        return await self._done(ended)

    async def _done(self, made: FlowRestriction | MenuPause, is_new: bool | None = None) -> Payload:
        """This process knows at once; others read it within a second."""
        with suppress(DatabaseUnavailable):  # it is done
            await self.context.look()
        return as_json(made) if is_new is None else {**as_json(made), "new": is_new}


def _line(one: FlowLine) -> Payload:
    return {
        "flow": one.flow.name,
        "title": one.flow.title,
        "journey": one.flow.start is not None,
        "people": one.people,
        "more": one.has_more,
        **_totals(one.totals),
        "stands": list(map(_stands, one.stands)),
    }


def _totals(of: FlowTotals) -> Payload:
    return {**pick(of, *_TOTALS), "cost": None if of.cost is None else str(of.cost)}


def _stands(one: FlowStands) -> Payload:
    return {
        "channel": one.channel,
        "kinds": list(one.kinds),
        "why": None if one.why is None else str(one.why),
    }


def _step(one: StepFigures) -> Payload:
    numbers = pick(one, "state", "title", "people", "held", "came", "sent", "failed", "left", "is_gone")
    return {**numbers, "cost": None if one.cost is None else str(one.cost)}


def _way(one: WayFigures) -> Payload:
    return pick(one, "source", "target", "words", "number", "share")


def _menu(one: ShownMenu) -> Payload:
    taps = [
        {"tab": tab.tab.name, "area": area.area.name, "taps": area.taps, "or_typed": area.or_typed}
        for tab in one.tabs
        for area in tab.areas
    ]
    return {
        "menu": one.menu.name,
        "who": one.audience,
        "standing": one.standing,
        "since": one.menu.since,
        "until": one.menu.until,
        "at_line": all(tab.is_same for tab in one.tabs),
        "taps": taps,
    }
