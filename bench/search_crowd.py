"""A million people to search among: named as people of Taiwan are, with tags, stores, numbers and attributes.

Who somebody is follows from their number, so that a question can be made of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from bench.audience_crowd import user_of
from bot.model.contact import AttributeValue, Binding, Clerk, Contact, Identity, Tag
from bot.model.contact_kind import WITHOUT_LINE
from bot.model.mark import Mark
from bot.model.processes import part_of
from bot.promotions.coupons.model import GIVEN, HELD_COUPONS, OF_COUPONS, REDEEMED, Grant, HeldCoupon
from bot.store.codec.contact_changes import changes
from bot.store.counters.folding import ALL_DAYS, addition
from bot.store.database.mongo import Database, Document
from bot.store.sealing.seal import Seal

NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
BATCH = 2_000
FEW = 5
"""So many have the tag, the store, the clerk and the surname that hardly anybody has."""
SURNAMES = (
    "陳" * 110
    + "林" * 83
    + "黃" * 60
    + "張" * 53
    + "李" * 51
    + "王" * 41
    + "吳" * 40
    + "劉" * 32
    + ("蔡楊許鄭謝郭洪曾邱廖賴周徐蘇葉莊呂江何蕭羅高潘簡朱鍾彭游詹胡施沈余趙盧梁顏柯孫魏翁戴范方宋" * 10)
)
GIVEN_NAMES = (
    "家豪志明俊傑建宏淑芬美玲雅婷怡君冠宇宗翰佳穎宜庭詩涵承恩品妍子晴宥柏睿心悅小雨文安國華玉蘭秀英麗珠惠雯"
)
LATIN = (
    "Amy",
    "Kevin",
    "Jessica",
    "Tony",
    "Vivian",
    "Jason",
    "Sandy",
    "Eric",
    "Peggy",
    "Andy",
    "Ｍｉｎｉ",
    "Zoé",
)
RARE = "笪"
PLAYBOOK = """\
bot: 量測
channels: {main: {id: "@bench", channel_id: "1", channel_secret: x, access_token: t}}
attributes: {points: {type: number, set_by: staff}, tier: {type: text, set_by: staff}}
tags: {半數: {added_by: staff}, VIP: {added_by: staff}, 稀有: {added_by: staff}}
stores: {large: {title: 旗艦店}, small: {title: 巷口店}, STORES}
audiences:
  everybody: {if: {channel: main}}
  gold: {if: {attribute: {tier: 金卡}}}
  with_4321: {if: {attribute: {points: 4321}}}
  nobody: {if: {attribute: {points: {more_than: 90000}}}}
  few_tagged: {if: {tag: 稀有}}
  tagged_nobody: {if: {all: [{tag: 半數}, {attribute: {points: {more_than: 90000}}}]}}
coupons: {COUPONS}
rules:
  - {when: follow, reply: 歡迎}
"""
COUPONS = [f"折{100 + 10 * n}" for n in range(12)]
DAYS_OF_COUPONS, STORES_OF_COUPONS = 365, 30
"""Each coupon was given and redeemed on each of these days, in each of these stores."""


def is_one_of_few(number: int, people: int) -> bool:
    """Whether this is one of the few whom something rare belongs to."""
    return number % max(1, people // FEW) == 7


def has_line(number: int) -> bool:
    """One of twenty is known from a list alone."""
    return number % 20 != 1


def is_member(number: int) -> bool:
    """Two of five have a phone and a member number."""
    return number % 5 < 2


def phone_of(number: int) -> str:
    return f"+8869{number:08}"


def member_no_of(number: int) -> str:
    return f"M{number:08}"


def name_of(number: int, people: int) -> str:
    dice = random.Random(number)
    if number % 8 == 3:
        return (
            f"{dice.choice(LATIN)} {dice.choice(('Chen', 'Lin', 'Wang', 'Tsai', 'Hsu'))}{dice.randrange(100)}"
        )
    surname = RARE if is_one_of_few(number, people) else dice.choice(SURNAMES)
    return surname + "".join(dice.choices(GIVEN_NAMES, k=1 if number % 10 == 0 else 2))


def person(number: int, people: int) -> Contact:
    """Everybody has a name; what else they have follows from their number."""
    at = NOW - timedelta(minutes=number)
    user, few = user_of(number), is_one_of_few(number, people)
    contact = Contact(f"main:{user}" if has_line(number) else f"{WITHOUT_LINE}{user[1:25].lower()}")
    contact.name, contact.seed = name_of(number, people), number % 10_007
    if has_line(number):
        contact.identities = (Identity("main", user, number % 4 != 2, at, at, talked=at, menu="main"),)
        contact.turned, contact.version, contact.language = at, "3f9d" * 16, "zh-TW"
    names = [
        *(["半數"] if number % 2 else []),
        *(["VIP"] if number % 12 == 5 else []),
        *(["稀有"] if few else []),
    ]
    contact.tags = tuple(Tag(name, at, "rules/tags.yaml") for name in names)
    if is_member(number):
        contact.phone, contact.member_no = phone_of(number), member_no_of(number)
        contact.bindings = {"phone": Binding(at, ("會員",))}
        contact.attributes = {
            "n.points": AttributeValue(number // 5 % 5_000, at),
            "t.tier": AttributeValue("金卡" if number % 10 == 1 else "一般", at),
        }
    if number % 10 == 6:
        HELD_COUPONS.put(contact, (HeldCoupon(grant_of(number)),))
    if few:
        contact.clerk = Clerk("x", "小安", "small", at, "C5")
    elif number % 10 == 1:
        contact.clerk = Clerk("x", "小安", "large", at, f"A{number // 10 % 100}")
    elif number % 10 == 3:
        contact.clerk = Clerk("x", "小安", f"s{number // 10 % 300}", at, f"B{number // 10 % 900}")
    return contact


def grant_of(number: int) -> Grant:
    """The coupon of who holds one: one of ten."""
    name, code = COUPONS[number // 10 % len(COUPONS)], f"{number:010}"
    return Grant(f"g{number}", name, name, code, NOW, None, NOW + timedelta(days=365))


def counted_coupons() -> Iterator[Document]:
    """A year of coupons, as it is counted."""
    days = [(NOW - timedelta(days=past)).date().isoformat() for past in range(DAYS_OF_COUPONS)]
    for coupon in COUPONS:
        for day, many in [(ALL_DAYS, 3 * DAYS_OF_COUPONS), *((day, 3) for day in days)]:
            marks = [Mark("main", OF_COUPONS, REDEEMED, (coupon, f"s{n}")) for n in range(STORES_OF_COUPONS)]
            for mark in (Mark("main", OF_COUPONS, GIVEN, (coupon, "")), *marks):
                about, change = addition(day, mark, 1)
                yield about | change["$setOnInsert"] | {"n": many}


def documents(seal: Seal, people: int) -> Iterator[Document]:
    """As turns and imports write them."""
    for number in range(people):
        contact = person(number, people)
        document: Document = {}
        for path, value in changes(Contact(contact.id), contact, seal, born=True)[0].items():
            *above, name = path.split(".")
            part = document
            for step in above:
                part = part.setdefault(step, {})
            part[name] = value
        about = {"_id": contact.id, "part": part_of(contact.id), "rev": 1, "fence": 0, "open": []}
        yield document | about


async def put_in(database: Database, seal: Seal, people: int) -> None:
    """Store so many of them."""
    contacts, everybody = database.collection("contacts"), documents(seal, people)
    while some := list(islice(everybody, BATCH)):
        await contacts.insert_many(some, ordered=False)
    counted = counted_coupons()
    while rows := list(islice(counted, BATCH)):
        await database.collection("counts").insert_many(rows, ordered=False)
    given = DAYS_OF_COUPONS * 3
    await database.collection("coupons").insert_many([{"_id": name, "n": given} for name in COUPONS])


def playbook_text() -> str:
    """The playbook that has these names."""
    stores = ", ".join(f"s{n}: {{title: 分店{n}}}" for n in range(300))
    coupons = ", ".join(f"{name}: {{stock: 2000000, for: 1y}}" for name in COUPONS)
    return PLAYBOOK.replace("STORES", stores).replace("COUPONS", coupons)
