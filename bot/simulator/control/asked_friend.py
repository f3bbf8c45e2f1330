"""Which friend is a call of the JSON interface about?"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.simulator.people.friend_acts import CannotAct
from bot.simulator.state.chats import Chats, Friend


def asked_friend(request: web.Request, chats: Chats) -> Friend:
    """The friend of an address `…/friends/{id}…`. Raises `CannotAct`."""
    return known_friend(request.match_info["id"], chats)


def known_friend(id: Any, chats: Chats) -> Friend:
    """The friend of this id. Raises `CannotAct`, also where it is no text."""
    friend = chats.friends.get(id) if isinstance(id, str) else None
    if friend is None:
        raise CannotAct("unknown", "no such friend")
    return friend
