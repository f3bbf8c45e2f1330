"""J3: whom a text finds: by name, phone or its end, tag, value; everybody once, in the order of ids."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.model.contact import AttributeValue, Contact, Identity, Tag
from bot.model.stored import Stored
from bot.operations.contact_list import contact_page
from bot.operations.contact_search import SearchTerms, in_order
from bot.operations.find_contacts import phone_end
from bot.operations.looks import way_of
from bot.store.contacts.contact_search import SearchBatch
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.store.test_people import store

PLAYBOOK = compiled("""
channels:
  main: {id: forest, channel_id: "1", channel_secret: x}
  outlet: {id: outlet, channel_id: "2", channel_secret: y}
tags: {VIP: {added_by: staff}, VIP 金卡: {added_by: staff}, 咖啡: {added_by: staff}}
attributes:
  city: {type: text}
  birthday: {type: date}
  allergy: {type: text, private: true}
  points: {type: number}
""")


def friend(number: int, name: str = "小美", **known: Any) -> Contact:
    contact = Contact(f"main:U{number}", name=name, identities=(Identity("main", f"U{number}"),))
    return replace(contact, **known)


def tags(*names: str) -> tuple[Tag, ...]:
    return tuple(Tag(name, NOW, "staff") for name in names)


def values(**known: str | int) -> dict[str, AttributeValue]:
    return {slot.replace("_", ".", 1): AttributeValue(value, NOW) for slot, value in known.items()}


@pytest.fixture
async def shop(database: Database, seal: Seal, stores: Stores) -> Stores:
    await store(
        database,
        seal,
        friend(1, phone="+886912345678", member_no="M1001", tags=tags("VIP")),
        friend(2, "王大明", phone="+886987655678", attributes=values(t_city="台北市", n_points=5678)),
        friend(3, "Vip Chen", attributes=values(d_birthday="1990-05-01", x_allergy="花生")),
        friend(4, "阿寶", tags=tags("VIP 金卡", "咖啡"), attributes=values(t_city="台中市")),
        Contact("outlet:U9", name="林小姐", phone="+886900005678", identities=(Identity("outlet", "U9"),)),
    )
    return stores


async def found(shop: Stores, text: str, **known: str) -> list[str]:
    terms = SearchTerms(text, tag=known.get("tag"), channel=known.get("channel"))
    page = await contact_page([shop], PLAYBOOK, terms)
    return [one.contact.id.removeprefix("main:") for one in page.people]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("0912345678", ["U1"]),
        ("０９１２－３４５－６７８", ["U1"]),
        ("Ｍ１００１", ["U1"]),
        ("5678", ["U1", "U2", "outlet:U9"]),
        ("５６７８", ["U1", "U2", "outlet:U9"]),
        ("345-678", ["U1"]),
        ("87655678", ["U2"]),
        ("678", []),
        ("987655678", ["U2"]),
        ("vip", ["U1", "U3", "U4"]),
        ("ＶＩＰ", ["U1", "U3", "U4"]),
        ("VIP 金", ["U4"]),
        ("咖", []),
        ("咖啡", ["U4"]),
        ("台北", ["U2"]),
        ("台", []),
        ("1990/5/1", ["U3"]),
        ("花生", ["U3"]),
        ("花", []),
    ],
)
async def test_a_text_finds(shop: Stores, text: str, ids: list[str]) -> None:
    assert await found(shop, text) == ids


async def test_what_else_is_known_holds_too(shop: Stores) -> None:
    assert await found(shop, "5678", tag="VIP") == ["U1"]
    assert await found(shop, "5678", channel="outlet") == ["outlet:U9"]
    assert await found(shop, "台北", tag="VIP") == []


async def test_page_by_page_everybody_comes_once(shop: Stores) -> None:
    """By name, by tag and by the end of a phone at once: in one order, however small the pages are."""
    pages, after = [], ""
    for _ in range(9):
        page = await contact_page([shop], PLAYBOOK, SearchTerms("vip"), after, 1)
        pages += [one.contact.id for one in page.people]
        if not (after := page.next):
            break
    assert pages == ["main:U1", "main:U3", "main:U4"]


async def test_several_searches_are_one_in_order() -> None:
    async def some(*batches: str) -> AsyncIterator[SearchBatch]:
        for ids in batches:
            yield SearchBatch([Stored(Contact(id), 1) for id in ids], 1)

    parts = [some("adg", "", "x"), some("bd"), some(), some("", "ce")]
    told = [([one.contact.id for one in part.found], part.looked_at) async for part in in_order(parts)]
    assert [id for ids, _ in told for id in ids] == list("abcdegx")
    assert sum(looked_at for _, looked_at in told) == 6


@pytest.mark.parametrize(
    ("text", "end"),
    [("5678", "5678"), (" 345 678 ", "345678"), ("１２３４", "1234"), ("12345678", "12345678")],
)
def test_the_end_of_a_phone(text: str, end: str) -> None:
    assert phone_end(text) == end
    assert way_of(text) == "end"


@pytest.mark.parametrize("text", ["", "567", "123456789", "+8864567", "M1001", "五六七八", "²³⁴⁵⁶x"])
def test_no_end_of_a_phone(text: str) -> None:
    assert phone_end(text) is None
    assert way_of(text) == ("find" if text else "list")
