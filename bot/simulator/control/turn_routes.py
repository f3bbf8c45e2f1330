"""The JSON interface of what the bot decided: turns, what it knows of a friend, requests and responses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.engine.compiled.every_rule import places_of
from bot.engine.compiled.playbook import Playbook
from bot.model.clock import Clock
from bot.model.contact import Contact
from bot.simulator.control.json_calls import friend_of, reading
from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import Chats, Friend
from bot.simulator.state.exchanges import ExchangeKind, Exchanges, exchange_json
from bot.simulator.workbench.contact_view import contact_json, hidden_of, places_json
from bot.simulator.workbench.inside import Inside
from bot.simulator.workbench.turns import ObservedChat, Turns
from bot.store.unavailable import DatabaseUnavailable


@dataclass(eq=False, repr=False)
class TurnRoutes:
    """`GET turns`, `GET friends/ID/contact`, `GET friends/ID/hidden`, `GET calls/ID`, `GET webhooks/ID`."""

    _turns: Turns
    _chats: Chats
    _exchanges: Exchanges
    _clock: Clock
    _inside: Callable[[], Inside]

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes below `prefix`."""
        return [
            web.get(prefix + "/turns", reading(self._of_friend)),
            web.get(prefix + "/friends/{id}/contact", reading(self._contact)),
            web.get(prefix + "/friends/{id}/hidden", reading(self._hidden)),
            web.get(prefix + "/calls/{id}", reading(self._exchange("call"))),
            web.get(prefix + "/webhooks/{id}", reading(self._exchange("webhook"))),
        ]

    def _of_friend(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        chat = request.query.get("friend", "")
        if chat not in self._chats.friends and chat not in self._chats.groups:
            raise CannotAct("unknown", "no such friend or group")
        return {"turns": self._turns.of(chat)}

    async def _contact(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        friend = friend_of(request, self._chats)
        observed = self._observed(friend)
        if observed is None:
            return {"met": False}
        seen, playbook = observed
        contact = await _now(self._inside(), seen.contact)
        shown = contact_json(contact, friend.channel, playbook, seen.own, self._clock.now())
        places = places_json(contact, playbook, await self._taken(playbook))
        return {"met": True, **shown, "places": places}

    async def _taken(self, playbook: Playbook) -> Mapping[str, int]:
        """How many places of its rules are taken; nothing is known of that while the database is away."""
        if not (rules := places_of(playbook)):
            return {}
        try:
            return await self._inside().places_taken(rules)
        except DatabaseUnavailable:
            return {}

    async def _hidden(self, request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
        """One value that is masked elsewhere, as somebody asked to see it."""
        observed = self._observed(friend_of(request, self._chats))
        if observed is None:
            raise CannotAct("unknown", "the bot does not know this friend yet")
        seen, playbook = observed
        contact = await _now(self._inside(), seen.contact)
        return {"value": hidden_of(contact, request.query.get("attribute", ""), playbook)}

    def _observed(self, friend: Friend) -> tuple[ObservedChat, Playbook] | None:
        """What the turns have shown of this friend, and the live playbook; `None` before the first turn."""
        seen, playbook = self._turns.seen(friend.id), self._inside().playbook()
        return None if seen is None or playbook is None else (seen, playbook)

    def _exchange(self, kind: ExchangeKind) -> Callable[[web.Request, dict[str, Any]], dict[str, Any]]:
        def turn_exchange(request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
            found = self._exchanges.find(kind, request.match_info["id"])
            if found is None:
                raise CannotAct("unknown", f"no such {kind}, or no longer kept")
            return exchange_json(found)

        return turn_exchange


async def _now(inside: Inside, seen: Contact) -> Contact:
    """A contact as it is stored: a sweep of menus changes it without a turn.

    While the database is away it is the contact of the last turn, so that the page stays readable.
    """
    try:
        stored = await inside.contact(seen.id)
    except DatabaseUnavailable:
        return seen
    return seen if stored is None else stored.contact
