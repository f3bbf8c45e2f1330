"""A valid call of each operation that changes something, on a small shop where it has something to change."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeAlias

from bot.model.contact import Contact
from bot.model.issued_code import CodeRequest
from bot.model.match import Match, match_id
from bot.model.staff_chat import StaffChat
from bot.operations.admins.sessions import SignedSessions
from bot.operations.catalog.operation import Operation
from bot.operations.catalog.parameters import Chat
from bot.operations.catalog.registry import all_operations
from bot.operations.clerk_file import ClerkTable, sent_clerks
from bot.operations.find_contacts import LocatedContact
from bot.promotions.appointments.engine.declared import APPOINTMENTS
from bot.promotions.appointments.store.appointments import Appointments
from bot.promotions.coupons.engine.declared import COUPONS
from bot.promotions.coupons.model import Grant, HeldCoupon
from bot.promotions.coupons.operations.code_import import sent_lines
from bot.promotions.coupons.store.codes import CouponCodes, doubt_free_codes
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.stamps.model import HeldStampCard
from tests.conftest import NOW
from tests.playbooks import compiled
from tests.promotions.appointments.examples import at_ten, books
from tests.promotions.coupons.examples import asks
from tests.runtime.test_one_phone import PLAYBOOK as BINDING
from tests.web.admin.contact_world import person
from tests.web.admin.flow_world import in_step
from tests.web.admin.playbook_world import FIRST, RULES, live_playbook
from tests.web.api.api_world import ApiWorld

Values: TypeAlias = Mapping[str, Any]
ValidCall: TypeAlias = Callable[[ApiWorld], Awaitable[Values]]
"""Brings what it is about into the world; its parameters."""
OPERATIONS: Mapping[str, Operation[..., Any]] = {one.name: one for one in all_operations()}
SHOP = compiled("""
coupons:
  折50: {for: 30d, per_person: 50, title: 折 50 元}
  線上碼: {for: 30d, title: 線上碼, codes: imported}
stamp_cards: {集點: {title: 森活集點卡, cells: 10, rewards: {10: 折50}, per_day: 3}}
stores: {xinyi: {title: 信義店}}
appointments: {剪髮: {hours: 10:00-19:00, minutes: 60, staff: {小芳: {store: xinyi}}}}
flows:
  vip: {states: {hello: {push: 嗨, wait: 1d, next: done}, done: {end: true}}}
rules: [{when: {text: 嗨}, start: vip}]
""")
TEN = at_ten(NOW)
BY = "console:mei"


async def small_shop(world: ApiWorld) -> None:
    """What the calls are about: two friends, one of them in a flow, and a member of a list."""
    flows = {**SHOP.flows, **BINDING.flows}
    world.playbook = replace(world.playbook, promotions=SHOP.promotions, stores=SHOP.stores, flows=flows)
    await world.add(
        replace(person(1, "小美", "VIP", phone="0912345678"), flows=in_step("U1", "vip", "hello").flows),
        replace(person(2, "小安"), attributes={}),
        person(3, "小光", "VIP", phone="0922333444", line=False),
    )


async def located(world: ApiWorld, contact: str = "main:U1") -> LocatedContact:
    stored = await world.stores.contacts.person(contact)
    assert stored is not None
    return LocatedContact(stored, world.stores, simulated=False)


async def chat(world: ApiWorld) -> Chat:
    return Chat(await located(world), "main")


async def called(world: ApiWorld, operation: str, /, **values: Any) -> Any:
    """The answer of another operation, before."""
    return await OPERATIONS[operation](world.operation_call(BY), **values)


def _of_nobody(**values: Any) -> ValidCall:
    async def of(world: ApiWorld) -> Values:
        return values

    return of


def _after(before: str, said: Values, **values: Any) -> ValidCall:
    """Once another operation was done, of these values."""

    async def of(world: ApiWorld) -> Values:
        await called(world, before, **said)
        return values

    return of


def _of_contact(id: str = "main:U1", *, as_: str = "contact", **values: Any) -> ValidCall:
    async def of(world: ApiWorld) -> Values:
        return {as_: await located(world, id), **values}

    return of


def _of_chat(**values: Any) -> ValidCall:
    async def of(world: ApiWorld) -> Values:
        return {"chat": await chat(world), **values}

    return of


def _with_staff(contact: Contact) -> Contact:
    [here] = contact.identities
    had = StaffChat("main", "has", NOW, NOW, by=BY)
    return replace(contact, identities=(replace(here, staff=True),), chats=(had,))


async def _had_chat(world: ApiWorld) -> Values:
    await world.add(_with_staff(person(4, "小何")))
    return {"chat": Chat(await located(world, "main:U4"), "main")}


async def _had_contact(world: ApiWorld) -> Values:
    had = await _had_chat(world)
    return {"contact": had["chat"].located}


async def _colleague(world: ApiWorld) -> Values:
    await SignedSessions(world.stores, world.clock).begin(
        await world.account("kai", "agent"), "signed_in", ""
    )
    return {"chat": await chat(world), "to": "kai"}


async def _granted(world: ApiWorld, contact: str) -> Grant:
    [answer] = await world.stores.of(Coupons).give(COUPONS.of(SHOP)["折50"], [asks(contact)])
    assert answer.grant is not None
    return answer.grant


async def _given_coupon(world: ApiWorld) -> Values:
    return {"code": (await _granted(world, "main:U1")).code, "store": "xinyi"}


async def _redeemed_coupon(world: ApiWorld) -> Values:
    grant = await _granted(world, "main:U4")
    used = HeldCoupon(grant, used=NOW, by=BY, store="xinyi", how="clerk", act_id="a")
    await world.add(replace(person(4, "小何"), held={**person(4, "小何").held, "coupons": (used,)}))
    return {"code": grant.code, "reason": "wrong bill"}


async def _codes(world: ApiWorld) -> Values:
    return {"coupon": "線上碼", "codes": [*sent_lines(["A1", "A2"])]}


async def _doubtful_codes(world: ApiWorld) -> Values:
    await world.stores.of(CouponCodes).add("線上碼", ["A1", "A2"])
    rows = [world.database.synchronous(name) for name in ("coupons", "coupon_codes")]
    await asyncio.to_thread(doubt_free_codes, *rows)
    return {"coupon": "線上碼"}


async def _view(world: ApiWorld) -> Values:
    return {"view": (await called(world, "chats.save_view", name="客訴")).id}


async def _ready_answer(world: ApiWorld) -> Values:
    written = await called(world, "ready.write", name="營業時間", text="每天 10:00–22:00")
    return {"answer": written.id}


async def _two(world: ApiWorld) -> Values:
    return {"contact": await located(world), "other": await located(world, "M:3")}


async def _tester(world: ApiWorld) -> Values:
    await called(world, "testers.make", contact=await located(world), tester="小編")
    return {"contact": await located(world)}


def _noted(**values: Any) -> ValidCall:
    async def of(world: ApiWorld) -> Values:
        contact = await located(world)
        written = await called(world, "contacts.note", contact=contact, text="對花生過敏")
        return {"contact": contact, "note": written.note, **values}

    return of


async def _marketing_stopped(world: ApiWorld) -> Values:
    await called(world, "contacts.stop", contact=await located(world, "M:3"))
    return {"contact": await located(world, "M:3")}


async def _appointment(world: ApiWorld) -> Values:
    booked = await books(world.stores.of(Appointments), "main:U1", TEN, APPOINTMENTS.of(SHOP)["剪髮"])
    assert booked.appointment is not None
    return {"customer": await located(world), "appointment": booked.appointment.id}


async def _moved(world: ApiWorld) -> Values:
    return {**await _appointment(world), "start": TEN + timedelta(hours=2)}


async def _stamped(world: ApiWorld) -> Values:
    card = HeldStampCard("集點", 2)
    await world.add(replace(person(4, "小何"), held={**person(4, "小何").held, "stamp_cards": (card,)}))
    return {"customer": await located(world, "main:U4"), "card": "集點", "reason": "wrong card"}


async def _sent_code(world: ApiWorld) -> Values:
    wanted = CodeRequest("c1", "main:U1", "U1", "+886912345678", "2026-11-20", 3)
    await world.stores.codes.issue(wanted, NOW)
    return {"phone": "0912345678"}


async def _saved(world: ApiWorld) -> Values:
    await world.database.collection("contacts").delete_many({})  # it has not the flow in which one of them is
    await live_playbook(world.stores, world.clock, world.folder)
    was = await called(world, "playbook.file", file=FIRST)
    more = {"revision": was.revision, "base": was.base}
    return {"file": FIRST, "text": RULES.replace("11:00", "10:00"), **more}


async def _draft(world: ApiWorld) -> Values:
    await called(world, "playbook.save", **await _saved(world))
    return {}


async def _draft_file(world: ApiWorld) -> Values:
    await _draft(world)
    return {"file": FIRST}


async def _reviewed(world: ApiWorld) -> Values:
    await _draft(world)
    return {"seen": (await called(world, "playbook.review")).stamp}


async def _merged(world: ApiWorld) -> Values:
    await called(world, "contacts.merge", contact=await located(world), other=await located(world, "M:3"))
    return {"contact": await located(world)}


async def _match(world: ApiWorld) -> Values:
    await world.add(replace(person(4, "小何"), stated_phone="0922333444"))
    name = match_id("main:U4", "M:3")
    await world.stores.matches.keep(Match(name, "main:U4", "M:3", NOW))
    return {"match": name}


def _clerk_table() -> ClerkTable:
    table = sent_clerks(["number,name,store", "A01,小安,信義店", "A02,小寧,信義店"])
    return ClerkTable(table.called, [*table.lines])


CLERKS = {"file": _clerk_table()}
ACCOUNT = {"name": "amy", "role": "agent"}
CALLS: Mapping[str, ValidCall] = {
    "coupons.confirm": _doubtful_codes,
    "coupons.import": _codes,
    "coupons.redeem": _given_coupon,
    "coupons.undo": _redeemed_coupon,
    "flows.close": _of_nobody(flow="vip", reason="wrong text"),
    "flows.open": _after("flows.close", {"flow": "vip", "reason": "x"}, flow="vip"),
    "flows.pause": _of_nobody(flow="vip", reason="wrong text"),
    "flows.resume": _after("flows.pause", {"flow": "vip", "reason": "x"}, flow="vip"),
    "stop.pushes": _of_nobody(channel="main", reason="wrong text"),
    "stop.resume": _after("stop.pushes", {"channel": "main"}, channel="main"),
    "appointments.book": _of_contact(as_="customer", service="剪髮", start=TEN, place="小芳"),
    "coupons.give": _of_contact(as_="customer", coupon="折50"),
    "stamps.put": _of_contact(as_="customer", card="集點", count=2, store="xinyi"),
    "appointments.move": _moved,
    "appointments.cancel": _appointment,
    "stamps.take": _stamped,
    "binding.pause": _of_nobody(channel="main"),
    "binding.resume": _after("binding.pause", {"channel": "main"}, channel="main"),
    "sms.cap": _of_nobody(most=2_000, today=True),
    "sms.free": _sent_code,
    "clerks.import": _of_nobody(**CLERKS),
    "clerks.change": _after("clerks.import", CLERKS, number="A01", phone="0912345678"),
    "clerks.suspend": _after("clerks.import", CLERKS, numbers=("A01",)),
    "accounts.add": _of_nobody(**ACCOUNT),
    "accounts.suspend": _after("accounts.add", ACCOUNT, names=("amy",)),
    "tokens.make": _of_nobody(name="crm", role="agent", days=30),
    "tokens.revoke": _after("tokens.make", {"name": "crm", "role": "agent"}, name=("crm",)),
    "contacts.tag": _of_contact("main:U2", tag="VIP"),
    "contacts.untag": _of_contact(tag="VIP"),
    "contacts.set": _of_contact(attribute="size", value="M"),
    "contacts.clear": _of_contact(attribute="size"),
    "contacts.note": _of_contact(text="對花生過敏"),
    "contacts.change_note": _noted(text="對堅果過敏"),
    "contacts.remove_note": _noted(),
    "contacts.stop": _of_contact(),
    "contacts.allow_marketing": _marketing_stopped,
    "contacts.unbind": _of_contact(),
    "contacts.merge": _two,
    "contacts.undo_merge": _merged,
    "contacts.hand_back": _had_contact,
    "contacts.leave": _of_contact(flow="vip"),
    "contacts.restart": _of_contact(flow="vip"),
    "matches.confirm": _match,
    "matches.refuse": _match,
    "playbook.save": _saved,
    "playbook.revert": _draft_file,
    "playbook.drop": _draft,
    "playbook.propose": _reviewed,
    "chats.take": _of_chat(),
    "chats.write": _of_chat(text="您好", may_cost=True),
    "chats.note": _of_chat(text="她很急"),
    "chats.hand_over": _colleague,
    "chats.finish": _had_chat,
    "chats.follow_up": _of_chat(at=NOW + timedelta(days=1)),
    "chats.save_view": _of_nobody(name="客訴", list="done", reason="客訴"),
    "chats.remove_view": _view,
    "ready.write": _of_nobody(name="營業時間", text="每天 10:00–22:00"),
    "ready.remove": _ready_answer,
    "testers.make": _of_contact(tester="小編"),
    "testers.end": _tester,
}
ELSEWHERE: Mapping[str, str] = {
    "broadcasts.send": "its deaths: tests/runtime/test_broadcast_deaths.py",
    "broadcasts.agree": "its deaths: tests/runtime/test_broadcast_deaths.py",
    "broadcasts.test": "asks LINE: tests/cli/test_broadcast_check.py, its line comes before",
    "broadcasts.pause": "needs a sending: tests/operations/test_broadcast_steering.py",
    "broadcasts.resume": "needs a sending: tests/operations/test_broadcast_steering.py",
    "broadcasts.cancel": "needs a sending: tests/operations/test_broadcast_steering.py",
    "playbook.publish": "the next look ends it: tests/web/admin/test_playbook_approval.py",
    "menus.sync": "a run of the server: tests/web/api/test_menus.py",
    "menus.pause": "as flows.pause: operations/flow_limits writes both",
    "menus.resume": "as flows.resume: operations/flow_limits writes both",
    "unsent.resend": "an order that goes on by its number: tests/operations/test_many_dead_letters.py",
    "unsent.drop": "an order that goes on by its number: tests/operations/test_many_dead_letters.py",
    "shops.sync": "needs a process that runs: tests/operations/test_shop_sync.py",
    "shops.unlink": "done again, it does what was left: tests/operations/test_linking.py",
    "clerks.add": "once more there is one already: tests/operations/test_clerk_entry.py",
    "clerks.renew": "once more is another code: tests/operations/test_clerks.py",
    "accounts.unlock": "once more is a revision more: tests/cli/test_admin.py",
    "accounts.reset": "once more is another password: tests/cli/test_admin.py",
    "accounts.role": "once more is a revision more: tests/cli/test_admin.py",
    "clerks.hand_over": "events of ours, each once: tests/operations/test_clerks.py",
    "many.add": "goes on in another process: tests/operations/test_bulk_work.py",
    "many.remove": "goes on in another process: tests/operations/test_bulk_work.py",
    "many.undo": "goes on in another process: tests/operations/test_bulk_work.py",
    "many.stop": "needs a run that goes on: tests/operations/test_bulk_work.py",
    "contacts.erase": "goes on by itself: tests/runtime/test_erasing.py",
}
