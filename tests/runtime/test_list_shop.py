"""A shop that is a list (`platform: csv`): imported, bound against, left, bound again. C7, C12"""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.connectors.shops.mapping import FieldMap
from bot.connectors.shops.members import Members
from bot.engine.members.identity import of_shop
from bot.model.audit import MEMBER
from bot.model.settings import MappedField, ShopSettings
from bot.model.shop import MemberRecord
from bot.operations.member_import import MemberFile, MemberImport, import_members
from bot.runtime.effects.effect_runner import EffectRouter
from bot.runtime.effects.list_directory import ListDirectory
from bot.runtime.effects.merging import Merging
from bot.services.members import MemberService
from bot.store.contacts.people import People
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores
from tests.conftest import ManualClock
from tests.playbooks import compiled
from tests.runtime.bots import Bots
from tests.runtime.shop import Shop
from tests.runtime.test_one_phone import PHONE, Binding, EveryCodeIsRight

OURS = ShopSettings(
    "ours", "csv", attributes={"points": MappedField("點數")}, tags={"VIP": "貴賓"}, consent="行銷同意"
)
PLAYBOOK = compiled("""
channels: {main: {id: "@a", channel_id: "1", channel_secret: x, sms: text, shop: ours}}
sms: {text: {provider: console, text: "驗證碼 {{ sms.code }}"}}
shops:
  ours: {platform: csv, attributes: {points: 點數}, tags: {VIP: 貴賓}, consent: 行銷同意}
attributes: {points: {type: number, title: 點數}}
privacy:
  {controller: x, purpose: x, kinds: x, period: x, recipients: x, rights_contact: x, version: "1",
   url: "https://a.example/p", terms: "https://a.example/t"}
tags: {會員: }
rules:
  - {when: {text: 綁定}, start: bind}
  - {when: {text: 不要廣告}, do: [{stop_marketing: true}, {reply: 好的}]}
  - {when: {text: 解除}, do: [{unbind: phone}, {reply: 解除了}]}
  - {when: {text: 更新}, start: reading}
  - {when: {text: 點數}, reply: "{{ attribute.points or 0 }}"}
flows:
  bind:
    page: true
    states:
      ask_phone: {ask: 手機？, answer: phone, otherwise: 不是手機, give_up_after: {1h: over}, next: sending}
      sending:
        do: [{send_code: "{{ answer.ask_phone }}"}]
        rules: [{when: {code: sent}, to: ask_code}, {when: {code: [too_soon, refused, failed]}, to: over}]
        give_up_after: {1h: over}
      ask_code: {ask: 驗證碼？, answer: code, otherwise: 不是, give_up_after: {1h: over}, next: checking}
      checking:
        do: [{check_code: "{{ answer.ask_code }}"}]
        rules: [{when: {code: right}, to: matching}, {when: {code: [wrong, expired, locked]}, to: over}]
        give_up_after: {1h: over}
      matching:
        do: [{find_member: shop}]
        rules: [{when: {member: found}, to: bound}, {when: {member: [missing, taken, shop_failed]}, to: over}]
        give_up_after: {1h: over}
      bound: {do: [bind_member, {add_tags: 會員}, {result: {trigger: 我綁好了, reply: 綁好了}}], end: true}
      over: {push: 沒有綁定, end: true}
  reading:
    states:
      asking:
        do: [refresh_member]
        rules: [{when: {member: found}, to: there}, {when: {member: [missing, shop_failed]}, to: gone}]
        give_up_after: {1h: gone}
      there: {push: "現在 {{ attribute.points }}", end: true}
      gone: {push: 名單上沒有, end: true}
""")
HEAD = "會員編號,手機,姓名,點數,貴賓,行銷同意\n"
AMY = "M1,0912345678,王小美,12,是,是\n"


class ListShop:
    """The only shop that there is."""

    def __init__(self, stores: Stores) -> None:
        fields = FieldMap(OURS, PLAYBOOK.attributes, ZoneInfo("Asia/Taipei"))
        self._members = Members("ours", None, ListDirectory("ours", stores.member_records), fields)

    def of(self, channel: str) -> Members:
        return self._members

    def by_name(self, name: str) -> Members | None:
        return self._members if name == "ours" else None


@pytest.fixture
async def binding(
    bots: Bots, database: Database, seal: Seal, clock: ManualClock, shop: Shop, stores: Stores
) -> Binding:
    contacts, phones, audit = stores.contacts, stores.phones, stores.audit
    merging = Merging(stores.rewriter, contacts, audit, clock, lambda: of_shop(PLAYBOOK))
    people = People(database, seal)
    members = MemberService(phones, contacts, people, merging, ListShop(stores), clock)
    world = EffectRouter(EveryCodeIsRight(), members, notices=members.hears)
    bot = bots.make(PLAYBOOK, shop.line, effects=world)
    shop.bots.append(bot)
    return Binding(shop, contacts, phones, audit, merging, world, [await bot.start()])


async def imported(stores: Stores, folder: Path, text: str) -> MemberImport:
    file = folder / "members.csv"
    file.write_text(HEAD + text, "utf-8")
    return await import_members(stores, PLAYBOOK, MemberFile(file, OURS, "main"), "command:test")


async def hears(binding: Binding, text: str) -> list[str]:
    """What somebody who says this is answered."""
    before = len(binding.shop.line.texts())
    await binding.shop.answered(await binding.says("main", "U1", text))
    return binding.shop.line.texts()[before:]


@pytest.mark.ring("all", "several processes of a bot")
async def test_who_is_on_the_list_binds_and_is_that_member(
    binding: Binding, stores: Stores, tmp_path: Path
) -> None:
    """From the file to the answer in chat; the list goes on to tell of them, whom it knew before."""
    await imported(stores, tmp_path, AMY)
    [without] = await stores.people.without_line(PHONE, None)
    await binding.binds("main", "U1")
    assert binding.shop.line.texts()[-1] == "綁好了"
    now = await binding.now("main:U1")
    assert (now.member_no, now.member_shop, now.phone) == ("M1", "ours", PHONE)
    assert {tag.name for tag in now.tags} == {"會員", "VIP"}
    assert (now.marketing, (await binding.now(without)).id) == (True, "main:U1")
    assert await hears(binding, "點數") == ["12"]
    done = await imported(stores, tmp_path, AMY.replace("12", "40").replace("是,是", "否,是"))
    assert (done.changed, done.on_line) == (1, 1)
    assert await hears(binding, "點數") == ["40"]
    assert {tag.name for tag in (await binding.now("main:U1")).tags} == {"會員"}


async def test_s36_who_has_no_number_on_the_list_is_read_anew_by_their_phone(
    binding: Binding, stores: Stores, tmp_path: Path
) -> None:
    """C7, C12: a list without member numbers knows its people by phone, and by nothing else."""
    await imported(stores, tmp_path, AMY.replace("M1", ""))
    await binding.binds("main", "U1")
    now = await binding.now("main:U1")
    assert (now.member_no, now.member_shop, now.phone) == (None, "ours", PHONE)
    assert await hears(binding, "點數") == ["12"]
    await stores.member_records.keep("ours", [MemberRecord("ours", now.id, PHONE, None, {"點數": 55})])
    assert await hears(binding, "更新") == ["現在 55"]
    await stores.member_records.keep("ours", [MemberRecord("ours", "M:x", PHONE, "M7", {"點數": 99})])
    assert await hears(binding, "更新") == ["名單上沒有"], "a number is somebody's: the next list says whose"
    assert await hears(binding, "點數") == ["55"]
    await imported(stores, tmp_path, AMY.replace("M1", "M7").replace(",12", ",99"))
    assert await hears(binding, "更新") == ["現在 99"]
    assert (await binding.now("main:U1")).member_no == "M7"
    assert await hears(binding, "解除") == ["解除了"]
    now = await binding.now("main:U1")
    assert (now.member_no, now.member_shop) == (None, None)
    assert await hears(binding, "更新") == ["名單上沒有"], "who is unbound is nobody's member"


@pytest.mark.parametrize(
    "text",
    [AMY.replace("0912345678", "0922333444"), AMY + AMY.replace("M1", "M2")],
    ids=["on no list", "a phone of two members"],
)
async def test_who_is_no_one_member_of_the_list_is_not_bound(
    binding: Binding, stores: Stores, tmp_path: Path, text: str
) -> None:
    await imported(stores, tmp_path, text)
    await binding.binds("main", "U1")
    assert binding.shop.line.texts()[-1] == "沒有綁定"
    assert (await binding.now("main:U1")).member_no is None


@pytest.mark.ring("all", "several processes of a bot")
async def test_s36_their_own_no_stays_whatever_a_list_says_and_however_often_they_bind(
    binding: Binding, stores: Stores, tmp_path: Path
) -> None:
    """C7: before the list, between two, over an unbinding, and with the list's person made one with them."""
    assert await hears(binding, "不要廣告") == ["好的"]
    await imported(stores, tmp_path, AMY)
    await binding.binds("main", "U1")
    assert (await binding.now("main:U1")).marketing is False
    for _ in range(2):
        await imported(stores, tmp_path, AMY.replace("12", "41"))
        await hears(binding, "點數")
        assert (await binding.now("main:U1")).marketing is False
        assert await hears(binding, "解除") == ["解除了"]
        assert (await binding.now("main:U1")).member_no is None
        await imported(stores, tmp_path, AMY)
        assert (await binding.now("main:U1")).marketing is False
        await binding.binds("main", "U1")
        assert binding.shop.line.texts()[-1] == "綁好了"
        now = await binding.now("main:U1")
        assert (now.member_no, now.marketing) == ("M1", False)
    assert len(await stores.people.without_line(PHONE, "M1")) == 0


@pytest.mark.ring("all", "several processes of a bot")
async def test_undone_and_imported_again_they_stay_two(
    binding: Binding, stores: Stores, tmp_path: Path
) -> None:
    await imported(stores, tmp_path, AMY)
    await binding.binds("main", "U1")
    await binding.merging.undo("main:U1", MEMBER)
    await binding.shop.quiet()
    before = await stores.people.without_line(PHONE, "M1")
    assert len(before) == 1
    for _ in range(2):
        await imported(stores, tmp_path, AMY)
        await binding.shop.quiet()
    assert await stores.people.without_line(PHONE, "M1") == before
