"""People in the database of a small shop, for the tests of `oaflow contact`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot.engine.turn.timers import GATE
from bot.model.contact import AttributeValue, Binding, CameBy, Consent, Contact, Identity, Tag
from bot.model.instance import Hold, Instance, Timer
from bot.model.journal import CallEnd, TimelineRow
from bot.model.outgoing import DeadLetter, Outgoing
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.store.mongod.embedded import OWN_NAME
from bot.store.stores import Stores
from tests.conftest import NOW

if TYPE_CHECKING:
    from tests.cli.commands import OnStores, Running

BOT = """
bot: 森活選品
channels:
  main: {id: forest, channel_id: "1234", channel_secret: opaque}
  outlet: {id: outlet, channel_id: "1235", channel_secret: opaque}
attributes:
  points: {type: number, title: 點數}
  allergy: {type: text, private: true}
  skin: {type: text, values: [乾性, 油性]}
  birthday: date
  tier: text
tags: {已綁定: , VIP: {added_by: staff}}
links: {poster: {title: 海報, send: 嗨}, stand: {title: 門市立牌, send: 嗨}}
rules:
  - {when: {text: 嗨}, reply: 哈囉}
  - {when: {text: 測驗}, start: survey}
  - {when: {tag_added: VIP}, set: {skin: 油性}}
flows:
  survey:
    states:
      問膚質: {wait: 1d, next: 結束}
      結束: {end: true}
"""
PHONE = "+886912345678"
MORNING = NOW + timedelta(hours=21)
LINE_ID = "U0123456789abcdef0123456789abcdef"
AMY = Contact(
    f"main:{LINE_ID}",
    name="王小美",
    language="zh-TW",
    identities=(
        Identity("main", LINE_ID, friend=True, since=NOW, seen=NOW + timedelta(minutes=3)),
        Identity("outlet", "U9", friend=False),
    ),
    tags=(
        Tag("已綁定", NOW, "flows.phone_binding.states.first_time", again=2, last=NOW + timedelta(days=1)),
        Tag("過期", NOW - timedelta(days=9), "staff", NOW - timedelta(days=2)),
    ),
    attributes={"n.points": AttributeValue(1200, NOW), "x.allergy": AttributeValue("花生", NOW)},
    phone=PHONE,
    email="amy@forest.example",
    member_no="M1001",
    bindings={"phone": Binding(NOW, ("已綁定",), flow="phone_binding")},
    bound_before=NOW,
    first_source=CameBy("poster", NOW),
    last_source=CameBy("stand", NOW + timedelta(minutes=2)),
    marketing_here=True,
    marketing_shop=False,
    marketing=False,
    consents=(Consent("2026-08", NOW, "main", on_page=True),),
    timers=(Timer("survey", "main", 3, GATE, MORNING),),
    flows=(Instance("survey", "main", "問膚質", 3, NOW, NOW, held=Hold("quiet", MORNING)),),
)
BOB = Contact("outlet:U2", name="Bob", identities=(Identity("outlet", "U2"),), phone=PHONE)
CAT = Contact("main:U2", name="Cat", identities=(Identity("main", "U2"),))
EVE = Contact(
    "main:U5",
    name="Eve",
    identities=(Identity("main", "U5"),),
    phone="+886987654321",
    bindings={"phone": Binding(NOW)},
)
DAN = Contact(
    "third:U3",
    name="Dan",
    identities=(Identity("third", "U3"),),
    member_no="M2002",
    member_shop="forest",
    attributes={"t.tier": AttributeValue("金卡", NOW), "t.skin": AttributeValue("油性", NOW)},
    bindings={"shop": Binding(NOW)},
)
ADA = replace(EVE, id="main:U6", name="Ada", identities=(Identity("main", "U6"),))
"""She has just bound the phone that Eve has: it is to move."""
SENT = CallEnd("accepted", NOW + timedelta(seconds=1), False, "request-1", ("461",))
CALL = Outgoing("main:e5#1", "main:e5", "main", "push", LINE_ID, b"{}", NOW, NOW, None, "key")
LOST = DeadLetter(CALL, AMY.id, part_of(AMY.id), NOW + timedelta(seconds=2), "quota", "no more", "request-2")
ROWS = [
    TimelineRow("main:e1", AMY.id, part_of(AMY.id), NOW, "follow", ('["rule: matched"]',)),
    TimelineRow(
        "main:e5",
        AMY.id,
        part_of(AMY.id),
        NOW - timedelta(minutes=1),
        "code: right",
        ('["reply: 1 message"]',),
        calls=("reply", "push"),
        ends={0: SENT},
    ),
    TimelineRow(
        "main:e5#0",
        AMY.id,
        part_of(AMY.id),
        NOW - timedelta(minutes=2),
        "flow_ended",
        ("flow survey", "state 結束", "began 2026-11-19T04:00:00.123000+00:00"),
    ),
    TimelineRow("main:e2", AMY.id, part_of(AMY.id), NOW + timedelta(minutes=1), "note", (), "很生氣"),
    TimelineRow("outlet:e3", BOB.id, part_of(BOB.id), NOW, "text"),
    TimelineRow("main:e4", CAT.id, part_of(CAT.id), NOW + timedelta(minutes=2), "follow"),
]


async def fill(stores: Stores) -> None:
    """Put them into an empty database; main:U7 was merged into Amy."""
    writes = [
        TurnWrite(Contact(c.id), replace(c, turned=NOW), part_of(c.id), 0, 1, ("e",), (), born=True)
        for c in (AMY, BOB, CAT, DAN, EVE, ADA)
    ]
    assert await stores.contacts.save(writes) == set()
    await stores.journal.timeline(ROWS)
    await stores.journal.dead([LOST])
    stub = {"_id": "main:U7", "part": part_of("main:U7"), "rev": 4, "fence": 1, "to": AMY.id}
    await stores.database.collection("contacts").insert_one(stub)


@pytest.fixture(scope="module")
def folder(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A playbook whose database runs all the time, so that joining it is quick."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "bot.yaml").write_text(BOT, "utf-8")
    (folder / OWN_NAME).symlink_to(running.folder)
    return folder


@pytest.fixture
def people(
    folder: Path, but_keys: Callable[[], None], on_stores: OnStores, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """It has these people, and we stand in it."""
    but_keys()
    on_stores(fill)
    monkeypatch.delenv("OAFLOW_DATA", raising=False)
    monkeypatch.chdir(folder)
    return folder
