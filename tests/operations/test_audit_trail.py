"""What is done to no one contact is written down, by whom and when, before it and after it. K1"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.model.audit import AuditEntry, AuditRow
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import audited, entries, record
from bot.store.sealing.keyring import generate, parse
from bot.store.sealing.seal import Seal
from bot.store.stores import Stores, stores_of
from tests.conftest import NOW

STOP = AuditEntry("pushes_stopped", "command:amy (小美)", NOW, "main", "all goes", "stopped")


async def test_what_was_done_is_read_the_last_first(stores: Stores) -> None:
    first, second = replace(STOP, id="stop:1"), replace(STOP, id="stop:2", by="command:bob")
    await record(stores, first)
    await record(stores, second)
    await record(stores, replace(first, after="told again"))
    assert await entries(stores) == [second, first]
    assert await entries(stores, by="小美") == [first]
    assert await entries(stores, by="AMY (小") == [first], "in whatever case, and its signs are no pattern"
    assert await entries(stores, by="小美", most=1) == [first], "however many others have done more since"
    assert await entries(stores, by="a.y") == []
    assert await entries(stores, until=NOW) == []
    assert len(await entries(stores, since=NOW, until=NOW + timedelta(seconds=1))) == 2
    assert await entries(stores, kinds=("published",)) == []
    assert await entries(stores, since=NOW + timedelta(seconds=1)) == []
    assert await entries(stores, most=1) == [second]


async def test_what_was_done_to_one_contact_is_not_told(stores: Stores) -> None:
    await stores.audit.add(AuditRow("tagged:1", NOW, "command:amy", "tagged", "main:U1"))
    await stores.audit.add(
        AuditRow("resent:1", NOW, "command:amy", "resent", "main:U1", details=("push", "a1"))
    )
    assert await entries(stores) == [AuditEntry("resent", "command:amy", NOW, "push a1", id="resent:1")]


async def test_it_begins_before_it_is_done(stores: Stores) -> None:
    async with audited(stores, STOP) as doing:
        (begun,) = await entries(stores)
        assert (begun.state, begun.after) == ("began", "stopped")
        doing.update(after="stopped at last")
    (done,) = await entries(stores)
    assert (done.state, done.after, done.before) == ("done", "stopped at last", "all goes")


async def test_what_was_refused_and_what_broke_off_is_told_so(stores: Stores) -> None:
    with pytest.raises(Refusal):
        async with audited(stores, STOP):
            raise Refusal(tr("no"))
    with pytest.raises(ZeroDivisionError):
        async with audited(stores, replace(STOP, by="command:bob")):
            raise ZeroDivisionError  # as a process that dies: nobody writes down its end
    assert [(one.by, one.state) for one in await entries(stores)] == [
        ("command:bob", "began"),
        ("command:amy (小美)", "refused"),
    ]


async def test_what_it_was_about_is_sealed(stores: Stores) -> None:
    await record(stores, replace(STOP, id="stop:1"))
    document = await stores.database.collection("audit").find_one({"_id": "stop:1"})
    assert document is not None
    assert not any(word in str(document) for word in ("all goes", "main"))
    blind = stores_of(stores.database, Seal(parse(generate())))
    assert await entries(blind) == [replace(STOP, id="stop:1", about="", before="", after="")]
