"""What every process looks at each half second: the brake (K5), and which playbook is live (L8)."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from bot.model.audit import AuditEntry
from bot.model.brake import OFF, AnyStop, BindingPause, Brake, FlowRestriction, MenuPause, PushStop
from bot.model.published_version import Coming
from bot.runtime.cluster.versions import Versions
from bot.store.database.mongo import Database
from bot.store.stores import Stores
from bot.store.unavailable import DatabaseUnavailable
from tests.conftest import NOW
from tests.store.test_direct import connected

STOPS = (PushStop(None, None, "command:amy", NOW), PushStop("main", "gift", "command:bob", NOW))

OTHERS = (BindingPause("main", "command:amy", NOW), MenuPause("會員", "console:mei", NOW))


async def _nothing() -> None: ...


async def test_both_are_told_and_neither_needs_the_other(database: Database, stores: Stores) -> None:
    assert await stores.pulse.read() == OFF
    assert stores.pulse.playbook is None
    for number, stop in enumerate(STOPS):
        assert await stores.brakes.pull(stop, AuditEntry("pushes_stopped", stop.by, NOW, id=str(number)))
    assert await stores.pulse.read() == await stores.brakes.read()
    assert {stop.key for stop in (await stores.pulse.read()).stops} == {stop.key for stop in STOPS}
    assert stores.pulse.playbook is None
    for number in (1, 2, 10):
        await database.collection("playbooks").insert_one(
            {"_id": number, "version": "a" * 64, "at": NOW, "by": "amy", "how": "publish"}
        )
        assert (await stores.pulse.read()).stops
        assert stores.pulse.playbook == number


async def test_what_of_flows_and_menus_is_paused_is_read_with_it_and_stops_no_pushes(
    database: Database, stores: Stores
) -> None:
    """H6, G3. Versions that know stops of pushes alone find none in it: all of theirs have a moment `at`."""
    closed = FlowRestriction("vip", "closed", "console:mei", NOW)
    paused, menu = FlowRestriction("vip", "paused", "console:mei", NOW), MenuPause("會員", "console:mei", NOW)
    made: list[AnyStop] = [closed, paused, menu]
    for one in made:
        deed = AuditEntry("flow_paused", "console:mei", NOW, after="文案寫錯了", id=one.key)
        assert await stores.brakes.pull(one, deed)
        assert not await stores.brakes.pull(one, deed), "it is so already"
    found = await stores.pulse.read()
    assert found == Brake((), (), (closed, paused), (menu,))
    assert not found
    assert [one async for one in database.collection("stops").find({"at": {"$exists": True}})] == []
    why = {key: deed.after for key, deed in (await stores.brakes.entries(made)).items()}
    assert why == {one.key: "文案寫錯了" for one in made}
    for one in made:
        assert await stores.brakes.release(one, AuditEntry("flow_resumed", "amy", NOW, id=f"free {one.key}"))
        assert not await stores.brakes.release(
            one, AuditEntry("flow_resumed", "amy", NOW, id=f"again {one.key}")
        )
    assert await stores.pulse.read() == OFF


@pytest.mark.parametrize("stop", STOPS + OTHERS, ids=lambda stop: type(stop).__name__)
async def test_a_stop_and_its_line_of_the_audit_log_are_one(
    database: Database, stores: Stores, stop: AnyStop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K5, B8: where the line is not written, nothing is stopped, and nothing goes on."""

    async def dies(document: object, session: object) -> None:
        raise DatabaseUnavailable("it dies between the two")

    async def entries() -> int:
        return await database.collection("audit").count_documents({})

    for work in (stores.brakes.pull, stores.brakes.release):
        before = await stores.brakes.read(), await entries()
        deed = AuditEntry("pushes_stopped", stop.by, NOW, id=work.__name__)
        with monkeypatch.context() as patch:
            patch.setattr(stores.brakes, "_audit", SimpleNamespace(insert_one=dies))
            with pytest.raises(DatabaseUnavailable):
                await work(stop, deed)
        assert (await stores.brakes.read(), await entries()) == before
        assert await work(stop, deed)
        assert await entries() == before[1] + 1


async def test_another_playbook_is_news_until_it_was_looked_at(database: Database, stores: Stores) -> None:
    versions = Versions(stores.playbooks, lambda: "a" * 64, _nothing)
    assert not versions.is_news(None)
    await database.collection("playbooks").insert_one(
        {"_id": 1, "version": "a" * 64, "at": NOW, "by": "amy", "how": "publish"}
    )
    await stores.pulse.read()
    assert versions.is_news(stores.pulse.playbook)
    assert await versions.may_decide()
    assert not versions.is_news(stores.pulse.playbook)


async def test_it_needs_no_thread_where_there_is_a_connection(
    database: Database, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice a second a thread kept webhooks waiting, those that come one at a time too."""
    assert await stores.brakes.pull(STOPS[0], AuditEntry("pushes_stopped", STOPS[0].by, NOW, id="1"))
    await database.collection("playbooks").insert_one(
        {"_id": 7, "version": "a" * 64, "at": NOW, "by": "amy", "how": "publish"}
    )
    await stores.coming.announce(Coming(8, "call"))
    pulse = stores.pulse
    by_driver = await pulse.read(), pulse.playbook, pulse.coming
    assert by_driver[0].stops
    assert by_driver[1:] == (7, Coming(8, "call"))
    await connected(database)
    monkeypatch.setattr(database, "_threads", "none")
    assert (await pulse.read(), pulse.playbook, pulse.coming) == by_driver
