"""A crowd as a shop has it after some years: who they are follows from their numbers, the same each time."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bot.engine.conditions.people import ListedPeople
from bot.engine.types.table import slot_of
from bot.model.contact import AttributeValue, Binding, Contact, Identity, Tag
from bot.model.processes import part_of
from bot.store.codec.contact_changes import changes
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal

NOW = datetime(2027, 3, 1, 4, 0, tzinfo=UTC)
KINDS = 1_000
"""So many different people; all others are like one of them, but for their ids, phones and seeds."""
BATCH = 5_000
BLOCKED, NO_MARKETING, BOUND, VIP = 0.25, 0.04, 0.4, 0.08
PICTURE = "https://profile.line-scdn.net/0h" + "x" * 100


def user_of(number: int) -> str:
    """LINE's ids lie anywhere: nobody's neighbour in the order of ids was stored beside them."""
    return "U" + hashlib.blake2b(number.to_bytes(8), digest_size=16).hexdigest()


def listed(people: int, many: int) -> ListedPeople:
    """A list of so many of them, by their LINE ids."""
    step = max(1, people // many)
    return ListedPeople("bench@1", "line_id", frozenset(user_of(n) for n in range(0, step * many, step)))


async def put_in(database: Database, seal: Seal, people: int) -> None:
    """Store so many of them."""
    contacts, everybody = database.collection("contacts"), stored(seal, people)
    while some := list(islice(everybody, BATCH)):
        await contacts.insert_many(some, ordered=False)


def stored(seal: Seal, people: int) -> Iterator[dict[str, Any]]:
    """Their documents."""
    dice = random.Random(7)
    kinds = [changes(Contact("main:x"), _someone(dice), seal, born=True)[0] for _ in range(KINDS)]
    for number in range(people):
        fields = kinds[number % KINDS]
        user = user_of(number)
        contact = f"main:{user}"
        nested = _nested(fields)
        nested["ids"] = [{**nested["ids"][0], "uid": user}]
        if "p" in nested:
            nested["p"] = {"phone": user[1:33]}
        yield {
            **nested,
            "_id": contact,
            "part": part_of(contact),
            "seed": number % 10007,
            "rev": 1,
            "fence": 0,
            "open": [],
        }


def _someone(dice: random.Random) -> Contact:
    began = NOW - timedelta(days=dice.randrange(1_500), minutes=dice.randrange(1_440))
    seen = began + (NOW - began) * dice.random()
    friend = dice.random() > BLOCKED
    identity = Identity("main", "U", friend, began, seen, talked=seen, conversation=seen, menu="main")
    contact = Contact("main:x", name="王小美", language="zh-TW", picture=PICTURE, identities=(identity,))
    contact.turned, contact.version, contact.seed = seen, "3f9d" * 16, 1
    contact.tags = tuple(Tag(f"看過_{n}", seen, "rules/tags.yaml") for n in range(dice.randrange(5)))
    if dice.random() < VIP:
        contact.tags += (Tag("VIP", began, "shop"),)
    if dice.random() < NO_MARKETING:
        contact.marketing = contact.marketing_here = False
    if dice.random() < BOUND:
        contact.phone, contact.bindings = "+886912345678", {"phone": Binding(began, ("會員",))}
        contact.attributes = {
            slot_of("points", "number", private=False): AttributeValue(dice.randrange(5_000), seen),
            slot_of("tier", "text", private=False): AttributeValue(
                dice.choice(("一般", "銀卡", "金卡")), seen
            ),
            slot_of("birthday", "date", private=False): AttributeValue(
                f"19{dice.randrange(60, 99)}-03-08", seen
            ),
        }
    return contact


def _nested(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`{"n.points": 1}` as MongoDB keeps it."""
    document: dict[str, Any] = {}
    for path, value in fields.items():
        *above, name = path.split(".")
        part = document
        for step in above:
            part = part.setdefault(step, {})
        part[name] = value
    return document
