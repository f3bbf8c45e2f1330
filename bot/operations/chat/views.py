"""Views of the chats: who sees which, saving and removing them (E3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.model.chat_view import VIEWS_MOST, ChatView
from bot.model.plain_text import visible
from bot.model.translatable import tr
from bot.operations.chat.answering import ChatRefused
from bot.operations.find_contacts import NotFound
from bot.store.stores import Stores


async def chat_views(stores: Stores, account: str) -> Sequence[ChatView]:
    """Those of this account: its own, then the team's, by name."""
    found = [one for one in await stores.chat_views.all() if one.is_seen_by(account)]
    return sorted(found, key=lambda one: (one.owner == "", one.name, one.id))


async def save_chat_view(stores: Stores, view: ChatView) -> ChatView:
    """Store one. Raises `ChatRefused`."""
    name = visible(view.name).strip()
    if not name:
        raise ChatRefused(tr("a view has a name"))
    known = await stores.chat_views.all()
    if len(known) >= VIEWS_MOST and view.id not in {one.id for one in known}:
        raise ChatRefused(tr("there are {most} views, and no room for more: remove some", most=VIEWS_MOST))
    stored = replace(view, name=name)
    await stores.chat_views.store(stored)
    return stored


async def remove_chat_view(stores: Stores, account: str, id: str) -> ChatView | None:
    """Remove one; `None`: it was not there any more. Raises `NotFound` for somebody else's own."""
    found = next((one for one in await stores.chat_views.all() if one.id == id), None)
    if found is not None and not found.is_seen_by(account):
        raise NotFound(tr("this view is not there any more"))
    if found is not None:
        await stores.chat_views.remove(id)
    return found
