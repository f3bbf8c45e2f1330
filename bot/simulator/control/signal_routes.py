"""The JSON interface of signals: what the shop's own systems may tell of a friend, told by whoever plays."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from bot.model.clock import Clock
from bot.model.event import News
from bot.model.value import Type
from bot.runtime.intake.outside_event import WrongField, read_signal
from bot.simulator.control.asked_friend import asked_friend
from bot.simulator.control.json_calls import reading, taking
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import Chats
from bot.simulator.state.type_shown import type_shown
from bot.simulator.workbench.inside import Inside


class SignalRoutes:
    """`GET signals`, `POST friends/ID/signal`: read as `POST /api/events` reads them."""

    def __init__(self, chats: Chats, clock: Clock, inside: Callable[[], Inside]) -> None:
        self._chats = chats
        self._clock = clock
        self._inside = inside

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            web.get(prefix + "/signals", reading(self._all)),
            web.post(prefix + "/friends/{id}/signal", taking(self._tell)),
        ]

    def _all(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        playbook = self._inside().playbook()
        signals = playbook.signals if playbook is not None else {}
        return {
            "signals": [{"name": name, "fields": _fields_shown(fields)} for name, fields in signals.items()]
        }

    async def _tell(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend, inside = asked_friend(request, self._chats), self._inside()
        playbook, tell = inside.playbook(), inside.tell
        if playbook is None or tell is None:
            raise CannotAct("standing", "no bot runs in this process")
        if body.keys() - {"signal", "values"}:
            raise CannotAct("invalid", "a body has signal and values only")
        whose = {"id": uuid.uuid4().hex, "channel": friend.channel, "contact": {"line_id": friend.id}}
        read = read_signal({**body, **whose}, playbook, self._clock.now())
        if isinstance(read, WrongField):
            raise CannotAct("invalid", f"{read.field} {read.message}")
        return {"event": await tell(friend.channel, friend.id, News("signal", read.signal, read.values))}


def _fields_shown(fields: Mapping[str, Type]) -> list[dict[str, Any]]:
    return [{"name": key, **type_shown(type_), "values": [], "saves": []} for key, type_ in fields.items()]
