"""The JSON interface of going back in a friend's conversation."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.simulator.control.json_calls import asked_friend, taking
from bot.simulator.people.friend_acts import CannotAct, FriendActs
from bot.simulator.state.chats import Chats
from bot.simulator.workbench.past import Past


class PastRoutes:
    """`POST friends/ID/back` and `POST friends/ID/anew`."""

    def __init__(self, past: Past, acts: FriendActs, chats: Chats) -> None:
        self._past = past
        self._acts = acts
        self._chats = chats

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`."""
        return [
            web.post(prefix + "/friends/{id}/back", taking(self._back)),
            web.post(prefix + "/friends/{id}/anew", taking(self._anew)),
        ]

    async def _back(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = asked_friend(request, self._chats)
        message = self._acts.message_of(friend, body.get("message"))
        if message.chat != friend.id:
            raise CannotAct("invalid", "one goes back in the friend's own chat, not in a group")
        return {"turns": await self._past.back_to(friend, message)}

    async def _anew(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = asked_friend(request, self._chats)
        await self._past.begin_anew(friend)
        return self._acts.shown(self._chats.friends[friend.id])
