"""The JSON interface of what goes wrong on LINE's side: switched on and off for each channel."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.simulator.control.json_calls import taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.account import Accounts
from bot.simulator.state.faults import ANSWERS, DELIVERIES, SLOW_AT_MOST, Faults
from bot.simulator.state.feed import Feed
from bot.simulator.state.shown import faults_shown


class FaultRoutes:
    """`PUT channels/NAME/faults`."""

    def __init__(self, accounts: Accounts, feed: Feed) -> None:
        self._accounts = accounts
        self._feed = feed

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The route below `prefix`."""
        return [web.put(prefix + "/channels/{name}/faults", taking(self._set))]

    def _set(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        account = self._accounts.by_name.get(request.match_info["name"])
        if account is None:
            raise CannotAct("unknown", "no such channel")
        account.faults = _faults(body)
        shown = faults_shown(account.faults)
        self._feed.publish("faults", {"channel": account.channel.name, **shown})
        return shown


def _faults(body: dict[str, Any]) -> Faults:
    """What a body switches on; what it leaves out is off."""
    slow, answer, deliver = (body.get(name) for name in ("slow", "answer", "deliver"))
    if slow is not None and (type(slow) not in (int, float) or not 0 < slow <= SLOW_AT_MOST):
        raise CannotAct("invalid", f"slow must be seconds, more than 0 and at most {SLOW_AT_MOST}, or null")
    if answer is not None and answer not in ANSWERS:
        raise CannotAct("invalid", f"answer must be null or one of {', '.join(ANSWERS)}")
    if deliver is not None and deliver not in DELIVERIES:
        raise CannotAct("invalid", f"deliver must be null or one of {', '.join(DELIVERIES)}")
    if body.keys() - {"slow", "answer", "deliver"}:
        raise CannotAct("invalid", "a body has slow, answer and deliver only")
    return Faults(slow, answer, deliver)
