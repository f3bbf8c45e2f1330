"""Some thousands of people who see one of several rich menus, and two lists of menus to go to and fro."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from bot.app.database import OpenDatabase
from bot.engine.menus.menu_face import faces_of
from bot.model.contact import Contact, Identity, Tag
from bot.model.menus import MappedFace, MenuMapping
from bot.model.processes import part_of
from bot.playbook.load import load
from bot.store.cluster.rich_menus import RichMenuMappings
from bot.store.codec.contact_changes import changes
from tests.faults.webhooks import person
from tests.faults.world import World
from tests.pictures import png

MEANT = "menu-no-default"
"""What `check` says of these playbooks: there are people who have no menu."""

UP, OUT = "升級", "離開"
"""What people say to become one of the VIPs, and to be nobody any more."""

_MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
_OLD = {"vip": "{tag: VIP}", "guest": "{not: {tag: 內部}}"}
_NEW = {"gold": "{tag: VIP}", "member": "{tag: 會員}", "guest": "{not: {tag: 退出}}"}
LISTS = (_OLD, _NEW)
"""The conditions of the menus of either list, in their order."""


@dataclass(frozen=True)
class Kind:
    """People who are alike: `menus` is what they see by either list."""

    count: int
    tags: tuple[str, ...]
    menus: tuple[str | None, str | None]
    friend: bool | None = True


VIP = Kind(1_600, ("VIP",), ("vip", "gold"))
MEMBER = Kind(1_100, ("會員",), ("guest", "member"))
NOBODY = Kind(400, ("退出",), ("guest", None))
OTHER = Kind(500, (), ("guest", "guest"))
BLOCKED = Kind(100, ("VIP",), ("vip", "vip"), friend=False)
KINDS = (VIP, MEMBER, NOBODY, OTHER, BLOCKED)


def line_id(menu: str | None) -> str | None:
    """LINE's id of a menu in this world."""
    return None if menu is None else f"richmenu-{menu}"


def text_of(number: int, name: str) -> str:
    """The playbook with this list; another `name`, another version."""
    menus = "".join(
        f"  - {{menu: {menu}, if: {condition}, image: cards/m.png, chat_bar: {menu}, grid: [a], "
        f"areas: {{a: {{send: {UP}}}}}}}\n"
        for menu, condition in LISTS[number].items()
    )
    return f"""\
bot: {name}
channels:
  main:
    id: "@forest"
    channel_id: ${{LINE_CHANNEL_ID}}
    channel_secret: ${{LINE_CHANNEL_SECRET}}
    access_token: ${{LINE_CHANNEL_ACCESS_TOKEN}}
tags: {{VIP: , 會員: {{added_by: staff}}, 退出: , 內部: {{added_by: staff}}}}
rich_menus:
{menus}rules:
  - {{when: {{text: {UP}}}, do: [{{add_tags: VIP}}, {{remove_tags: 退出}}]}}
  - {{when: {{text: {OUT}}}, do: [{{add_tags: 退出}}, {{remove_tags: [VIP, 會員]}}]}}
"""


@dataclass
class Crowd:
    """Everybody, with what they are; `number` is the list that holds."""

    world: World
    opened: OpenDatabase
    people: dict[str, Kind] = field(default_factory=dict)
    number: int = 0
    versions: int = 0

    def write(self, number: int) -> None:
        """The folder's playbook has this list from now on: a version that was never there."""
        self.number, self.versions = number, self.versions + 1
        (self.world.folder / "bot.yaml").write_text(text_of(number, f"森活選品 {self.versions}"), "utf-8")
        loaded = load(self.world.folder, self.world.environment)
        assert {problem.code for problem in loaded.problems} == {MEANT}

    async def come(self) -> None:
        """All are there, recorded with what the first list gives them, and so LINE shows it."""
        self.people = {person(): kind for kind in KINDS for _ in range(kind.count)}
        contacts, rows = self.opened.database.collection("contacts"), iter(self.people.items())
        while some := list(islice(rows, 1_000)):
            await contacts.insert_many([self._document(*one) for one in some], ordered=False)
        self.world.line.menus.shown = {user: line_id(self.wanted(user)) for user in self.people}

    def _document(self, user: str, kind: Kind) -> dict[str, Any]:
        here = Identity("main", user, menu=kind.menus[0], friend=kind.friend)
        contact = Contact(f"main:{user}", identities=(here,), turned=_MOMENT)
        contact.tags = tuple(Tag(tag, _MOMENT, "test") for tag in kind.tags)
        fields, _ = changes(Contact(contact.id), contact, self.opened.seal, born=True)
        return {"_id": contact.id, "part": part_of(contact.id), "rev": 1, "fence": 0, "open": [], **fields}

    def wanted(self, user: str) -> str | None:
        """The menu that the playbook says."""
        return self.people[user].menus[self.number]

    def changing(self) -> set[str]:
        """Who sees another menu by the other list."""
        return {user for user, kind in self.people.items() if kind.menus[0] != kind.menus[1]}

    def is_shown(self) -> bool:
        """Whether LINE shows everybody what they are to see."""
        return all(self.sees(user) for user in self.people)

    def sees(self, user: str) -> bool:
        """Whether LINE shows this one what they are to see."""
        return self.world.line.menus.shown[user] == line_id(self.wanted(user))

    async def recorded(self) -> dict[str, str | None]:
        """What the contacts' own records say."""
        found = self.opened.database.collection("contacts").find({}, {"ids": 1})
        return {one["ids"][0]["uid"]: one["ids"][0].get("menu") async for one in found}

    async def under_way(self) -> set[str]:
        """The people of the batch that was begun and of which it is not noted that LINE has taken it."""
        found = self.opened.database.collection("menu_batches").find({"called": None})
        batches = [{one["user"] for one in batch["people"]} async for batch in found]
        assert len(batches) <= 1, "several batches were under way at once"
        return set().union(*batches)

    async def settled(self) -> None:
        """Have LINE's some seconds be over: the batches were called an hour ago."""
        batches = self.opened.database.collection("menu_batches")
        async for batch in batches.find({}):
            assert batch["called"] is not None
            await batches.update_one({"_id": batch["_id"]}, {"$set": {"called": _MOMENT}})

    async def no_batch_is_left(self) -> bool:
        return await self.opened.database.collection("menu_batches").find_one({}) is None


async def menus_at_line(world: World, opened: OpenDatabase) -> None:
    """Both lists' menus are at LINE, as a sync has left them."""
    faces: dict[str, MappedFace] = {}
    for number in range(len(LISTS)):
        (world.folder / "bot.yaml").write_text(text_of(number, "x"), "utf-8")
        playbook = load(world.folder, world.environment).playbook
        assert playbook is not None
        for face in faces_of(playbook, "main", _MOMENT):
            id = line_id(face.menu)
            assert id is not None
            faces.setdefault(face.menu, MappedFace(face.menu, face.tab, id, face.hash, face.alias))
    assert await RichMenuMappings(opened.database).write(MenuMapping("main", tuple(faces.values())))


def picture(world: World) -> None:
    """The picture of all menus."""
    (world.folder / "cards").mkdir()
    (world.folder / "cards" / "m.png").write_bytes(png(2500, 843))
