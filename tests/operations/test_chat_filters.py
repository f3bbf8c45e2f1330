"""E3: of a list only who has a tag: pages go on until they have rows, and say so where there may be more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.engine.compiled.playbook import TAIPEI
from bot.model.contact import Contact, Identity, Tag
from bot.model.staff_chat import StaffChat
from bot.operations.chat import lists
from bot.operations.chat.lists import ChatList, chats
from bot.store.contacts.staff_chats import ChatPlace
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.people import come

WAITING, EACH = 30, 7
"""So many wait, and every so many one is a VIP."""


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "PAGE", 3)
    monkeypatch.setattr(lists, "LOOKED_MOST", 9)


def customer(number: int) -> Contact:
    """The first one is a VIP no more."""
    since = NOW - timedelta(minutes=WAITING - number)
    ends = NOW - timedelta(days=1) if number == 0 else None
    return Contact(
        f"main:U{number}",
        identities=(Identity("main", f"U{number}", friend=True),),
        chats=(StaffChat("main", "waits", since, since),),
        tags=(Tag("VIP", NOW - timedelta(days=9), "staff", ends),) if number % EACH == 0 else (),
    )


async def page(stores: Stores, after: ChatPlace | None = None, tag: str = "VIP", most: int = 3) -> ChatList:
    return await chats(stores, "waits", me="console:amy", zone=TAIPEI, tag=tag, after=after, most=most)


async def test_a_page_goes_on_until_it_has_rows_or_was_long_enough(stores: Stores) -> None:
    await come(stores.contacts, *map(customer, range(WAITING)))
    found, looked, after = list[str](), 0, None
    while True:
        one = await page(stores, after)
        looked += 1
        found += [row.contact.contact for row in one.rows]
        if (after := one.further) is None:
            break
    assert found == [f"main:U{number}" for number in (7, 14, 21, 28)], "longest first, each once"
    assert looked == 4, "of nine chats each"
    first = await page(stores, most=1)
    assert [row.contact.contact for row in first.rows] == ["main:U7"]
    assert first.further is not None
    none = await page(stores, tag="nobody has it")
    assert (none.rows, none.further is not None) == ((), True), "not all were looked at yet"
