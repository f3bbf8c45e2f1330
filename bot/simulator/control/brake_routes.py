"""The JSON interface of the brake: what pushes are stopped, stopping them, letting them go on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from bot.model.brake import OFF, PushStop
from bot.operations.brake import StopRefused, StopScope, StopsShown
from bot.simulator.control.json_calls import reading, taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.workbench.inside import BrakeAtHand, Inside
from bot.store.unavailable import DatabaseUnavailable

NOTHING = StopsShown(OFF, 0, ())
"""Where no bot runs in this process."""


class BrakeRoutes:
    """`GET brake`, `POST brake/stop` and `POST brake/resume`."""

    def __init__(self, inside: Callable[[], Inside]) -> None:
        self._inside = inside

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            web.get(prefix + "/brake", reading(self._read)),
            web.post(prefix + "/brake/stop", taking(self._stop)),
            web.post(prefix + "/brake/resume", taking(self._resume)),
        ]

    async def _read(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        brake = self._inside().brake
        return await self._done(brake.shown()) if brake is not None else self._shown(NOTHING)

    async def _stop(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        brake, scope = self._brake(), _scope(body)

        async def work() -> StopsShown:
            await brake.stop(scope)
            return await brake.shown()

        return await self._done(work())

    async def _resume(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        brake, scope = self._brake(), _scope(body)

        async def work() -> StopsShown:
            await brake.resume(scope)
            return await brake.shown()

        return await self._done(work())

    def _brake(self) -> BrakeAtHand:
        brake = self._inside().brake
        if brake is None:
            raise CannotAct("standing", "no bot runs in this process")
        return brake

    async def _done(self, work: Awaitable[StopsShown]) -> dict[str, Any]:
        try:
            return self._shown(await work)
        except StopRefused as refused:
            told = {one.name: one.text(refused.said) for one in self._inside().languages}
            raise CannotAct("refused", str(refused), told=told) from None
        except DatabaseUnavailable:
            raise CannotAct("standing", "the database is away") from None

    def _shown(self, found: StopsShown) -> dict[str, Any]:
        playbook = self._inside().playbook()
        channels, flows = (playbook.channels, playbook.flows) if playbook is not None else ({}, {})
        return {
            "stops": [_stop_shown(stop, gone=stop.flow in found.unknown) for stop in found.brake.stops],
            "people": found.people,
            "channels": list(channels),
            "flows": [{"name": flow.name, "title": flow.title} for flow in flows.values()],
        }


def _scope(body: dict[str, Any]) -> StopScope:
    channel, flow = (body.get(name) for name in ("channel", "flow"))
    if not all(one is None or isinstance(one, str) for one in (channel, flow)) or body.keys() - {
        "channel",
        "flow",
    }:
        raise CannotAct("invalid", "a body has channel and flow only, each a name, or left out for all")
    return StopScope(channel, flow)


def _stop_shown(stop: PushStop, *, gone: bool) -> dict[str, Any]:
    told = {"channel": stop.channel, "flow": stop.flow, "by": stop.by, "at": milliseconds(stop.at)}
    return told | {"gone": gone}
