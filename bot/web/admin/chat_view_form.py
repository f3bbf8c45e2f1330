"""Views of the chats on their page: saved, and removed with a way back (E3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.model.chat_view import ChatFilters, ChatView
from bot.model.translatable import tr
from bot.operations.chat.lists import WhichChats
from bot.operations.chat.views import chat_views
from bot.operations.declared.chat_views import remove_view, save_view
from bot.web.admin.open_chat import CHAT
from bot.web.admin.store_context import StoreContext
from bot.web.admin.visit import AdminAnswer, AdminPages, Flash, Redirect, Undo, Visit, page_address

SAVE = f"{CHAT}/view"
"""Where a view is saved."""


def filters_query(filters: ChatFilters) -> Mapping[str, str]:
    """The query of the address of a list with these filters."""
    return {
        "list": filters.list,
        "channel": filters.channel,
        "tag": filters.tag,
        "unread": "1" if filters.unread else "",
        "reason": filters.reason,
    }


def view_address(filters: ChatFilters) -> str:
    """The page of chats with these filters."""
    return page_address(CHAT, **filters_query(filters))


@dataclass(frozen=True, slots=True)
class ChatViewForm(AdminPages):
    """What is below `/admin/chat/view`."""

    context: StoreContext
    lists: Mapping[WhichChats, object]

    async def chat_view_save(self, visit: Visit) -> AdminAnswer:
        """Save the list that the form was on, with its filters."""
        form = visit.form
        first: WhichChats = "waits"
        which = next((one for one in self.lists if one == form.get("list")), first)
        await save_view(
            visit.call(self.context),
            form.get("name", ""),
            which,
            form.get("channel") or None,
            form.get("tag") or None,
            unread=form.get("unread") == "1",
            reason=form.get("reason") or None,
            mine=form.get("for") == "mine",
        )
        filters = ChatFilters(
            *(which, form.get("channel", ""), form.get("tag", "")),
            *(form.get("unread") == "1", form.get("reason", "")),
        )
        return Redirect(view_address(filters), flash=Flash(tr("The view is saved")))

    async def chat_view_remove(self, visit: Visit) -> AdminAnswer:
        """Remove one; it can be saved again at once."""
        id = visit.form.get("view", "")
        known = await chat_views(self.context.stores, visit.signed.by)
        was = next((one for one in known if one.id == id), None)
        await remove_view(visit.call(self.context), id)
        if was is None:
            return Redirect(CHAT, flash=Flash(tr("this view is not there any more")))
        done = Flash(tr("The view {name} is removed", name=was.name), Undo(SAVE, _again(was)))
        return Redirect(page_address(CHAT, list=was.filters.list), flash=done)


def _again(view: ChatView) -> Mapping[str, str]:
    whose = {"for": "mine" if view.owner else "team"}
    return {"name": view.name, **whose, **filters_query(view.filters)}
