"""The JSON interface of rules that are for so many people: their places are given back."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.engine.compiled.every_rule import places_of
from bot.simulator.control.json_calls import taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.workbench.workbench import Workbench
from bot.store.unavailable import DatabaseUnavailable


class PlaceRoutes:
    """`POST places`; how many are taken is told with each friend's contact."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The route below `prefix`."""
        return [web.post(prefix + "/places", taking(self._clear))]

    async def _clear(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """Nobody has a place of the rule any more."""
        inside, rule = self._bench.inside, body.get("clear")
        playbook, clear = inside.playbook(), inside.clear_places
        if playbook is None or clear is None:
            raise CannotAct("standing", "no bot runs in this process")
        if not isinstance(rule, str) or rule not in places_of(playbook):
            raise CannotAct("unknown", "no rule of this name has  first")

        async def work() -> bool:
            await clear(rule)
            self._bench.recorder.cleared()
            return True

        try:
            done = await self._bench.jumps.between(work)
        except DatabaseUnavailable:
            raise CannotAct("standing", "the database is away") from None
        if done is None:
            raise CannotAct("standing", "not everything that was begun is done")
        return {}
