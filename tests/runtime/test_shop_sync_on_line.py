"""Members of a shop who are on LINE: met by a first sync, silently; told by a nightly poll. C6, C12"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.model.contact import Binding, Contact
from bot.model.shop import ShopSync, SyncRun
from bot.runtime.shops import syncing
from bot.runtime.shops.all_shops import next_poll
from bot.runtime.shops.syncing import OVERLAP, PASSED
from bot.store.database.mongo import Database
from bot.store.sealing.seal import Seal
from tests.conftest import NOW
from tests.people import changed
from tests.runtime.harness import Bot, followed
from tests.runtime.shop import Shop
from tests.runtime.shop_members import PLAYBOOK, ShopWorld, account, member, shop_world

PHONE, WRITTEN = "+886911222333", "0911222333"


@dataclass
class OnLine:
    """The shop, and a bot whose people are on LINE."""

    there: ShopWorld
    here: Shop
    bot: Bot

    async def person(self, user: str = "U1") -> Contact:
        return (await self.bot.stored(user)).contact

    async def follows(self, user: str = "U1", *, phone: str | None = None, number: str | None = None) -> None:
        """Somebody on LINE, who has bound this phone, as this member."""
        await self.bot.hear(followed(user, self.here.clock))
        await self.here.quiet()
        if phone is None and number is None:
            return
        await changed(
            self.bot.contacts,
            account(user),
            phone=phone,
            bindings={"phone": Binding(NOW)} if phone is not None else {},
            member_no=number,
            member_shop=None if number is None else "forest",
        )

    async def synced(self) -> SyncRun:
        run = await self.there.run_all()
        await self.here.quiet()
        return run

    async def polled(self) -> SyncRun:
        run = await self.there.run("poll")
        await self.here.quiet()
        return run

    async def stands(self) -> ShopSync:
        return await self.there.stores.shop_syncs.one("forest")

    async def told(self, user: str = "U1") -> list[str]:
        return [row.what for row in await self.bot.timeline(user)]


@pytest.fixture
async def on_line(database: Database, seal: Seal, shop: Shop) -> AsyncIterator[OnLine]:
    async with shop_world(database, seal) as there:
        yield OnLine(there, shop, await shop.opens(PLAYBOOK))


async def test_by_the_line_account_of_the_login(on_line: OnLine) -> None:
    """Facts, the number, the binding; nothing of it is news."""
    await on_line.follows("U1")
    on_line.there.fill(member("1", line="U1", tier="金卡", orders=3, marketing=True), member("2", line="U2"))
    run = await on_line.synced()
    assert (run.line, run.figures.met, run.figures.new) == (True, 1, 1)
    one = await on_line.person()
    assert (one.member_no, one.member_shop, one.attributes["t.tier"].value) == ("1", "forest", "金卡")
    assert (list(one.bindings), one.phone, one.has_tag("願意", NOW)) == (["shop"], None, True)
    assert not one.has_tag("升等", NOW)
    assert len(on_line.here.line.calls) == 1, "the welcome alone"


async def test_who_comes_later_with_the_account_is_known_at_once(on_line: OnLine) -> None:
    await on_line.follows("U1")
    on_line.there.fill(member("1", line="U1"), member("2", line="U2", tier="銀卡"))
    await on_line.synced()
    await on_line.follows("U2")
    one = await on_line.person("U2")
    assert (one.member_no, one.attributes["t.tier"].value, list(one.bindings)) == ("2", "銀卡", ["shop"])


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_by_phone_only_who_has_proven_it(on_line: OnLine) -> None:
    await on_line.follows("U1", phone=PHONE)
    on_line.there.fill(member("1", phone=WRITTEN, tier="金卡"), member("2", phone="0955666777"))
    run = await on_line.synced()
    assert (run.figures.met, run.figures.new) == (1, 1)
    one = await on_line.person()
    assert (one.member_no, one.attributes["t.tier"].value) == ("1", "金卡")
    assert not (await on_line.there.of_number("2")).has_line


async def test_who_has_proven_the_phone_goes_before_an_old_login(on_line: OnLine) -> None:
    """The shop still has the LINE account of a former telephone: nobody has come here with that."""
    await on_line.follows("U1", phone=PHONE)
    await on_line.follows("U3")
    on_line.there.fill(member("1", phone=WRITTEN, line="Uold"), member("3", line="U3"))
    await on_line.synced()
    assert (await on_line.person()).member_no == "1"
    assert (await on_line.there.of_number("1")).id == account("U1")


async def test_an_account_that_has_bound_as_another_member_stays_that(on_line: OnLine) -> None:
    await on_line.follows("U1", phone=PHONE, number="7")
    on_line.there.fill(member("1", line="U1"), member("7", phone=WRITTEN))
    await on_line.synced()
    assert (await on_line.person()).member_no == "7"
    assert not (await on_line.there.of_number("1")).has_line


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_two_members_with_one_account(on_line: OnLine) -> None:
    """The first one met is the account's; the other is somebody by number. Nobody becomes two."""
    await on_line.follows("U1")
    on_line.there.fill(member("1", line="U1"), member("2", line="U1"))
    run = await on_line.synced()
    assert sum(run.figures.refused.values()) + run.figures.new + run.figures.met == 2
    assert (await on_line.person()).member_no in ("1", "2")
    assert (await on_line.synced()).state == "done"


# -- the nightly poll


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_poll_tells_what_no_webhook_has_told(on_line: OnLine) -> None:
    await on_line.follows("U1")
    on_line.there.fill(member("1", line="U1", tier="銀卡"), member("2", tier="銀卡"), member("3"))
    await on_line.synced()
    on_line.there.later(60)
    for number in "12":
        on_line.there.shop.put(replace(on_line.there.shop.members[number], tier="金卡"))
    on_line.there.later(60)
    run = await on_line.polled()
    assert (run.state, run.figures.read, run.figures.changed) == ("done", 2, 2)
    one = await on_line.person()
    assert one.attributes["t.tier"].value == "金卡"
    assert one.has_tag("升等", NOW), "a rule has heard  shop: tier_changed"
    assert (await on_line.there.of_number("2")).attributes["t.tier"].value == "金卡"


async def test_what_is_known_already_is_no_news(on_line: OnLine) -> None:
    """A webhook has told it, or the second poll asks for the same moments once more."""
    await on_line.follows("U1")
    on_line.there.fill(member("1", line="U1", tier="銀卡"))
    await on_line.synced()
    on_line.there.later(60)
    on_line.there.shop.put(
        replace(on_line.there.shop.members["1"], tier="金卡", more={"email": "a@b.example"})
    )
    on_line.there.later(5)
    await on_line.polled()
    told = await on_line.told()
    on_line.there.later(1)
    run = await on_line.polled()
    assert (run.figures.read, run.figures.same) == (1, 1)
    assert await on_line.told() == told
    assert (await on_line.person()).email == "a@b.example"


async def test_the_cursor_follows_and_a_broken_poll_is_done_again(on_line: OnLine) -> None:
    there = on_line.there
    there.fill(member("1"))
    await on_line.synced()
    first = (await on_line.stands()).cursor
    assert first is not None
    there.later(24 * 60)
    there.shop.put(member("2"))
    there.later(60)
    await there.web.put("forest/faults", {"answer": "500"})
    broken = await on_line.polled()
    assert (broken.state, (await on_line.stands()).cursor) == ("stopped", first)
    await there.web.put("forest/faults", {})
    assert broken.until is not None
    assert (await on_line.polled()).state == "done"
    assert (await on_line.stands()).cursor == broken.until - OVERLAP
    assert await there.numbers() == ["1", "2"]


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_poll_comes_once_a_night_when_all_were_read(on_line: OnLine) -> None:
    there, zone = on_line.there, PLAYBOOK.zone
    there.fill(member("1"))
    assert next_poll(await on_line.stands(), zone) is None
    await on_line.synced()
    at = next_poll(await on_line.stands(), zone)
    assert at is not None
    assert at.astimezone(zone).hour == 3
    assert timedelta() < at - there.web.clock.now() <= timedelta(days=1)
    there.web.clock.moment = at
    await on_line.polled()
    assert next_poll(await on_line.stands(), zone) == at + timedelta(days=1)
    assert timedelta() < PASSED


async def test_a_page_that_is_read_once_more_after_a_crash_tells_nobody_twice(
    on_line: OnLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """C6. It dies behind the events and before the note; the page is read again before their turns."""
    await on_line.follows(phone=PHONE, number="1")
    on_line.there.fill(member("1", phone=WRITTEN, tier="銀卡"))
    await on_line.synced()
    on_line.there.later(60 * 24)
    on_line.there.shop.put(member("1", phone=WRITTEN, tier="金卡"))
    on_line.there.later(10)
    await on_line.bot.crash()  # nobody takes turns meanwhile
    on_line.here.bots.clear()

    class Died(Exception):
        pass

    async def dies(self: syncing.MemberReading, run: SyncRun) -> None:
        if run.figures.read:
            raise Died
        await note(self, run)

    note = syncing.MemberReading._note
    monkeypatch.setattr(syncing.MemberReading, "_note", dies)
    with pytest.raises(Died):
        await on_line.there.read("poll")
    monkeypatch.undo()
    on_line.there.later(1)
    events = on_line.there.stores.database.collection("inbox")
    before = await events.count_documents({})
    run = await on_line.there.run("poll")
    assert (run.state, await events.count_documents({})) == ("done", before)
