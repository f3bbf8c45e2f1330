"""E3: views of the chats: who sees which, and what the list shows of one."""

from __future__ import annotations

import pytest

from bot.model.chat_view import ChatFilters, ChatView
from bot.model.contact import Contact, Identity
from bot.model.staff_chat import StaffChat
from bot.operations.chat.answering import ChatRefused
from bot.operations.chat.lists import chats
from bot.operations.chat.views import chat_views, remove_chat_view, save_chat_view
from bot.operations.find_contacts import NotFound
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.operations.test_answer_promise import TAIPEI
from tests.people import come

AMY, BEN = "console:amy", "console:ben"


def view(id: str, name: str, owner: str = "") -> ChatView:
    return ChatView(id, name, ChatFilters("done", reason="客訴"), AMY, NOW, owner)


async def test_ones_own_then_the_teams_and_nobody_elses(stores: Stores) -> None:
    for one in (view("1", "客訴"), view("2", " 我的\u202e ", AMY), view("3", "乙", BEN)):
        await save_chat_view(stores, one)
    seen = await chat_views(stores, AMY)
    assert [(one.id, one.name) for one in seen] == [("2", "我的"), ("1", "客訴")]
    assert seen[1].filters == ChatFilters("done", reason="客訴")
    with pytest.raises(ChatRefused):
        await save_chat_view(stores, view("4", " "))
    with pytest.raises(NotFound):
        await remove_chat_view(stores, BEN, "2")
    assert await remove_chat_view(stores, BEN, "1") == seen[1]
    assert await remove_chat_view(stores, BEN, "1") is None


async def test_a_list_by_the_reason_for_which_chats_ended(stores: Stores) -> None:
    async def ended(user: str, reason: str) -> None:
        chat = StaffChat("main", "done", NOW, NOW, by=AMY, reason=reason)
        there = Contact(f"main:{user}", identities=(Identity("main", user, friend=True),), chats=(chat,))
        await come(stores.contacts, there)

    for user, reason in (("U1", "客訴"), ("U2", ""), ("U3", "訂單")):
        await ended(user, reason)
    found = await chats(stores, "done", me=AMY, zone=TAIPEI, reason="客訴")
    assert [(one.contact.contact, one.reason) for one in found.rows] == [("main:U1", "客訴")]
