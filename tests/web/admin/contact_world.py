"""Contacts of a shop, and the team's pages over them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.engine.compiled.playbook import Playbook
from bot.model.admin import AdminRole
from bot.model.channel import Channel, PricePlan
from bot.model.contact import Binding, Contact, Identity, Tag
from bot.model.settings import Settings, SmsSettings
from bot.operations.bulk_work import BulkWork
from bot.playbook.load import load
from bot.promotions.referrals.web.pages import ReferralPages
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.contact_handlers import contact_handlers
from bot.web.admin.form_pages import FormPages
from bot.web.admin.search_pages import SearchPages
from bot.web.admin.store_context import StoreContext
from bot.web.sealed_parts import SealedParts
from tests.conftest import NOW
from tests.store.test_people import store
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld

WRITTEN = """\
bot: 森活選品
channels: {main: {id: forest, channel_id: "1", channel_secret: x}}
tags:
  VIP: {added_by: staff}
  咖啡: {added_by: staff}
attributes:
  birthday: {type: date, title: 生日}
  size: {type: text, title: 尺寸, values: [S, M, L]}
  allergy: {type: text, title: 過敏, private: true}
audiences:
  vips: {title: 熟客, if: {tag: VIP}}
"""
MAIN = Channel(
    *("main", "@forest", "1", ""),
    app_name="森活選品",
    plan=PricePlan(monthly_fee=800, included=200, extra=0.2),
    sms="texts",
)


@dataclass
class ContactWorld:
    """The pages, and whom they show."""

    staff: StaffWorld
    database: Database
    seal: Seal
    parts: SealedParts
    playbook: Playbook
    bulk: BulkWork

    async def signed_in(self, role: AdminRole) -> Staff:
        """A browser of somebody of this role, whose account is called so."""
        return await self.staff.signed_in(await self.staff.account(role))

    async def add(self, *people: Contact) -> None:
        await store(self.database, self.seal, *people)

    async def contact(self, name: str) -> Contact:
        found = await self.staff.stores.contacts.person(name)
        assert found is not None
        return found.contact

    def address(self, account: str, contact: str, deed: str = "") -> str:
        """The page of a contact as this account has it."""
        part = self.parts.sealed(account, "contact", contact)
        return f"/admin/contacts/{part}{deed and '/'}{deed}"


def person(number: int, name: str, *tags: str, phone: str | None = None, line: bool = True) -> Contact:
    """Called so, a friend on LINE; without `line` a member of a list."""
    return Contact(
        f"main:U{number}" if line else f"M:{number}",
        name=name,
        phone=phone,
        identities=(Identity("main", f"U{number}", friend=True, since=NOW),) if line else (),
        bindings={} if phone is None else {"phone": Binding(NOW, tags=tags)},
        tags=tuple(Tag(tag, NOW, "console:mei") for tag in tags),
    )


async def contact_world(worlds: StaffWorlds, folder: Path, written: str = WRITTEN) -> ContactWorld:
    """One that has begun, and ends with the test."""
    file = folder / "bot.yaml"
    file.write_text(written, "utf-8")
    loaded = load(file, {})
    assert loaded.playbook is not None, loaded.problems
    playbook, contents = loaded.playbook, loaded.contents
    settings = Settings({"main": MAIN}, sms={"texts": SmsSettings("texts", "every8d", price=0.9)})
    console = worlds.console(lambda: playbook, settings, contents=contents)
    bulk = BulkWork(worlds.stores, lambda: playbook, lambda: contents)
    desk = ContactContext(**console.fields_by_name(), bulk=bulk)
    others = StoreContext(**console.fields_by_name(), staff=worlds.accounts)
    pages = {**contact_handlers(desk), **FormPages(desk).handlers(), **ReferralPages(others).handlers()}
    pages |= SearchPages(others).handlers()
    staff = await worlds(pages)
    return ContactWorld(staff, worlds.database, worlds.seal, worlds.parts, playbook, desk.bulk)
