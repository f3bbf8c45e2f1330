"""A day of the hot path: everything that it ever asks of MongoDB, at least once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.engine.members.identity import OfShop
from bot.model.api_token import ApiToken
from bot.model.contact import Binding, Contact
from bot.model.inbox import InboxEntry
from bot.model.instance import Timer
from bot.model.issued_code import CodeRequest, Issued, TooSoon
from bot.model.processes import part_of
from bot.model.stored import TurnWrite
from bot.runtime.effects.merging import Merging
from bot.store.api_answers import ApiAnswers, CallMark
from bot.store.api_tokens import ApiTokens
from bot.store.contacts.contacts import Contacts
from bot.store.contacts.inbox_commit import InboxCommit
from bot.store.counters.codes import Codes
from bot.store.counters.counts import Counts
from bot.store.database.mongo import Database
from bot.store.events.audit import AuditLog
from bot.store.events.inbox import Inbox
from bot.store.sealing.keys import KeyRegister
from bot.store.sealing.seal import Seal
from bot.store.stores import stores_of
from tests.conftest import NOW, ManualClock
from tests.runtime.harness import Bot, ScriptedLine, event, followed, said


async def a_day(database: Database, seal: Seal, clock: ManualClock) -> None:
    """Everything that the hot path ever asks: strangers, regulars, crashes, timers, other processes."""
    line = ScriptedLine()
    timer = Timer("quiz", "main", 1, "after 10m", NOW + timedelta(seconds=1))
    sleeper = Contact("main:U9", timers=(timer,), turned=NOW)
    first = Bot(database, seal, clock, line)
    await KeyRegister(database).check(seal.ring)
    await first.contacts.save(
        [TurnWrite(Contact("main:U9"), sleeper, part_of("main:U9"), 0, 1, ("e",), (), born=True)]
    )
    await first.start()
    await first.hear(followed("U1"), followed("U2"), said("優惠", "U3"))
    await first.settle()
    known = said("營業時間", "U1")
    await first.hear(known, said("優惠", "U2"))
    await first.hear(known)
    await first.settle()
    line.hold = None
    await first.hear(*(said("優惠", f"U{n}") for n in range(20)))
    await first.crash()
    second = Bot(database, seal, clock, line)
    second.dead.add(first.id)
    await second.start()
    await second.settle()
    await second.contacts.poke([("main:U1", "main:foreign"), ("main:stranger", "main:foreign")])
    await second.hear(
        said("營業時間", "U1"), event({"type": "join", "source": {"type": "group", "groupId": "C1"}})
    )
    await second.settle()
    clock.advance(60)
    await second.settle()
    await codes_of_a_day(database, seal)
    await merges_of_a_day(database, seal, clock)
    await counts_of_a_day(database)
    await calls_of_a_day(database, seal)
    await second.inbox.set_aside("main:E", 1, "why")
    await second.inbox.why_aside("main:E", 1)
    await second.timeline("U1")
    await second.dead_letters()
    await second.rows.steps_of("main:E")
    await second.runtime.stop()
    await second.crash()


async def codes_of_a_day(database: Database, seal: Seal) -> None:
    codes = Codes(database, seal)
    wanted = CodeRequest("call-1", "main:U1", "U1", "+886912345678", "2026-11-20", 2)
    issued = await codes.issue(wanted, NOW)
    assert isinstance(issued, Issued)
    assert isinstance(await codes.issue(replace(wanted, call="call-2"), NOW), TooSoon)
    other = replace(wanted, call="call-3", contact="main:U2", user="U2", phone="+886912345679")
    await codes.issue(other, NOW)
    await codes.take_back(other)
    assert (await codes.compare("call-4", "main:U1", issued.code, NOW)).result == "right"
    await codes.raise_cap("2026-11-20", 3, NOW)


async def merges_of_a_day(database: Database, seal: Seal, clock: ManualClock) -> None:
    contacts = Contacts(database, seal)
    member = Contact("outlet:V1", phone="+886912345678", bindings={"phone": Binding(NOW)})
    part = part_of(member.id)
    await contacts.save([TurnWrite(Contact(member.id), member, part, 0, 1, (), (), born=True)])
    merging = Merging(stores_of(database, seal).rewriter, contacts, AuditLog(database, seal), clock, OfShop)
    await merging.merge("main:U2", member.id, "command:test")
    entry = InboxEntry("outlet:E1", "outlet", member.id, part, NOW, b"{}")
    await InboxCommit(database, Inbox(database, seal), contacts).store([entry], frozenset(), [])
    assert await contacts.pass_on(member.id, [entry.id], [entry.id])
    await merging.unbind(member.id, "phone", "command:test")
    await merging.undo(member.id, "command:test")


async def calls_of_a_day(database: Database, seal: Seal) -> None:
    """Of the API: each looks its token up."""
    tokens, answers = ApiTokens(database, seal), ApiAnswers(database, seal)
    await tokens.add(ApiToken("tills", "agent", "console:mei", NOW, NOW + timedelta(days=1), "k", b"d"))
    await tokens.of_key("k")
    await tokens.touch("tills", NOW)
    mark = await answers.begin("tills", "k" * 32, b"call", "main:U1", NOW)
    assert isinstance(mark, CallMark)
    await answers.end(mark, b"call", 200, {})
    await answers.begin("tills", "k" * 32, b"call", "main:U1", NOW)


async def counts_of_a_day(database: Database) -> None:
    """With a row to be counted: where nothing waits nothing is asked."""
    counts = Counts(database)
    await database.collection("timeline").insert_one(
        {
            "_id": "row",
            "part": 1,
            "contact": "main:U1",
            "at": NOW,
            "d": "2026-11-20",
            "c": [["main", "welcome", "entered"]],
            "u": True,
        }
    )
    await counts.fold_all()
    await counts.since("2026-11-20", "welcome")
