"""A playbook, lists of its members, and what there is once they are taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.engine.compiled.playbook import Playbook
from bot.model.contact import Binding, Contact, Identity
from bot.model.settings import MappedField, ShopSettings
from bot.model.stored import Stored
from bot.operations.member_import import MemberFile, MemberImport, import_members
from bot.store.stores import Stores
from tests.conftest import NOW
from tests.people import come
from tests.playbooks import compiled

PLAYBOOK = compiled("""
channels:
  main: {id: "@a", channel_id: "1", channel_secret: x}
  outlet: {id: "@b", channel_id: "2", channel_secret: y}
attributes:
  points: {type: number, title: 點數}
  birthday: date
  skin: {type: text, values: [乾性, 油性], title: 膚質}
  allergy: {type: text, private: true, title: 過敏}
  newsletter: {type: yes_no, title: 電子報}
tags: {VIP: {added_by: staff}, 老客: {expires: 30d, added_by: staff}}
audiences: {貴客: {if: {tag: VIP}}}
flows:
  greeting: {once_per: person, when: {tag_added: VIP}, states: {說: {push: 您好, next: 完}, 完: {end: true}}}
  coming: {once_per: person, when: {enters: 貴客}, states: {說: {push: 來了, next: 完}, 完: {end: true}}}
rules:
  - {when: {text: 在嗎}, reply: "{{ contact.name or 您 }} {{ attribute.points or 0 }}"}
""")
LIST = ShopSettings(
    "ours", "csv", attributes={"points": MappedField("點數")}, tags={"VIP": "貴賓"}, consent="行銷"
)
PHONE, OTHER, THIRD = "+886912345678", "+886922333444", "+886933444555"
USER = "U0123456789abcdef0123456789abcdef"
TEXT = (
    "會員編號,手機,姓名,信箱,生日,行銷同意,標籤,點數,膚質,過敏\n"
    'M1,0912345678,王小美,amy@forest.example,1990/5/1,是,"VIP、老客",1,200,乾性,花生\n'.replace(
        "1,200", "1200"
    )
    + "M2,922333444,李大華,,,否,,,,\n"
    + ",+886 933-444-555,,,,,,,,\n"
)


@contextmanager
def written(text: str | bytes, name: str = "members.csv") -> Iterator[Path]:
    """A file of this name that says so."""
    with TemporaryDirectory() as folder:
        file = Path(folder, name)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        yield file


async def taken(
    stores: Stores,
    text: str | bytes,
    *,
    shop: ShopSettings | None = None,
    channel: str | None = None,
    dry: bool = False,
    playbook: Playbook = PLAYBOOK,
) -> MemberImport:
    """What comes of a list that says so."""
    with written(text) as file:
        return await import_members(
            stores, playbook, MemberFile(file, shop, channel), "command:test", dry=dry
        )


def figures(done: MemberImport) -> tuple[int, int, int, int]:
    return done.new, done.changed, done.same, done.refused


async def everybody(stores: Stores) -> dict[str, Stored]:
    """By member number, else by phone; stubs left out."""
    found = stores.database.collection("contacts").find({})
    ids = [document["_id"] async for document in found]
    people = [one for one in (await stores.contacts.load(ids)).values() if one.to is None]
    return {one.contact.member_no or one.contact.phone or one.contact.id: one for one in people}


async def bound(
    stores: Stores, who: str = "main:U1", phone: str = PHONE, *, proven: datetime = NOW, **more: Any
) -> None:
    """Somebody with LINE who has bound this phone."""
    channel, _, user = who.partition(":")
    after = Contact(
        who, name="LINE 上的名字", phone=phone, identities=(Identity(channel, user, friend=True),),
        bindings={"phone": Binding(proven)}, bound_before=proven, **more,
    )  # fmt: skip
    await come(stores.contacts, after)
    await stores.phones.settle(phone, who, NOW)
