"""L8: going back, as data: which version is meant, what speaks against it, what is live then."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.model.contact import AttributeValue, Contact, Identity
from bot.model.instance import Instance
from bot.model.published_version import AcceptedBy, AcceptedPlaybook
from bot.operations.acceptance import FilesForgotten
from bot.operations.audit_trail import entries
from bot.operations.publishing import LosesPeople
from bot.operations.rollback import (
    CannotGoBack,
    VersionUnknown,
    check_can_roll_back,
    named_version,
    one_before,
    roll_back,
)
from tests.conftest import NOW
from tests.operations.kept_shop import BOT, KeptShop, shop, under
from tests.people import come

__all__ = ["shop", "under"]

FLOW = """\
flows:
  survey:
    states:
      skin: {wait: 1d, next: over}
      over: {end: true}
"""


async def with_survey(shop: KeptShop) -> tuple[AcceptedPlaybook, AcceptedPlaybook]:
    """A version, and one behind it with a flow, in which somebody stands."""
    first = await shop.accepts(hours="10:00")
    (shop.folder / "bot.yaml").write_text(BOT + FLOW, "utf-8")
    second = await shop.accepts()
    amy = Contact("main:U1", identities=(Identity("main", "U1"),))
    amy.flows = (Instance("survey", "main", "skin", 1, NOW, NOW),)
    await come(shop.stores.contacts, amy)
    return first, second


def one(number: int, version: str, of: int | None = None) -> AcceptedPlaybook:
    how: AcceptedBy = "publish" if of is None else "rollback"
    return AcceptedPlaybook(number, version * 64, NOW, "amy", how, of=of, is_kept=True)


def test_which_one_is_meant() -> None:
    accepted = [one(4, "b"), one(3, "a"), one(2, "b"), one(1, "a")]
    assert named_version(accepted, "1").number == 1
    assert named_version(accepted, "AAAA").number == 3, "the last of that version"
    kept_before = [one(4, "b"), replace(one(3, "a"), is_kept=False), one(2, "b"), one(1, "a")]
    assert named_version(kept_before, "aaaa").number == 1, "that is kept"
    for named in ("5", "0", "abc", "cccc", "aaa", "", "../x"):
        with pytest.raises(VersionUnknown):
            named_version(accepted, named)
    alike = [replace(one(1, "a"), version="aaaa1"), replace(one(2, "a"), version="aaaa2")]
    with pytest.raises(VersionUnknown, match="several versions begin with"):
        named_version(alike, "aaaa")


def test_going_back_twice_goes_back_twice() -> None:
    first = [one(3, "c"), one(2, "b"), one(1, "a")]
    assert one_before(first).number == 2
    assert one_before([one(4, "b", of=2), *first]).number == 1
    with pytest.raises(VersionUnknown, match="nothing else was live before"):
        one_before([one(5, "a", of=1), one(4, "b", of=2), *first])
    with pytest.raises(VersionUnknown, match="no playbook was live"):
        one_before([])


async def test_it_is_live_again_and_says_who_did_it(shop: KeptShop, under: Path) -> None:
    first = await shop.accepts(hours="10:00")
    await shop.accepts(hours="12:00")
    done = await shop.back(first, under)
    live = done.live
    assert (done.served, live.number, live.version, live.how) == (
        "with-next-start",
        3,
        first.version,
        "rollback",
    )
    assert (live.by, live.of, live.is_kept) == ("boss", 1, True)
    assert (await shop.unpacked(live, under)).playbook.version == first.version
    line = (await entries(shop.stores))[0]
    assert (line.by, line.kind, line.after) == ("boss", "rolled_back", f"3 ({first.version[:12]})")
    assert line.before.startswith("2 (")
    assert (await shop.back(first, under)).served == "was-live"


@pytest.mark.ring("all", "a bot of its own, and many turns")
async def test_a_start_changes_nothing_until_something_is_published(shop: KeptShop, under: Path) -> None:
    """Neither with what was replaced, nor with files that were never seen; an edit that is saved does."""
    first = await shop.accepts(hours="10:00")
    await shop.accepts(hours="12:00")
    await shop.back(first, under)
    for hours in ("12:00", "13:00"):
        assert (await shop.accepts("start", hours=hours)).number == 3
        assert "serves number 3" in str(await shop.acceptance("amy").at_a_start(shop.found()))
    assert (await shop.accepts("publish", hours="13:00")).number == 4
    assert (await shop.accepts("start", hours="14:00")).number == 5
    await shop.back(first, under)
    assert (await shop.accepts("publish", hours="10:00")).how == "publish", "starts count again"
    await shop.back(first, under)
    assert (await shop.accepts("reload", hours="15:00")).how == "reload"


async def test_who_would_be_lost_is_a_reason_against_it(shop: KeptShop, under: Path) -> None:
    """As an edit that takes the state away."""
    first, second = await with_survey(shop)
    with pytest.raises(LosesPeople, match="people stand in what the playbook no longer has: nothing") as told:
        await shop.back(first, under)
    assert [(one.code, one.hint) for one in told.value.problems] == [("people-in-removed-flow", None)]
    assert "oaflow stop pushes" in str(told.value), "what can be done: nobody can write into a kept version"
    assert await shop.live() == second


async def test_people_may_be_left_where_they_are(shop: KeptShop, under: Path) -> None:
    """A bad version is taken back at once, whoever has got into a state of it; they go on with the mended."""
    first, _ = await with_survey(shop)
    done = await shop.back(first, under, leave_people=True)
    assert done.live.version == first.version
    assert [one.code for one in shop.told] == ["people-in-removed-flow"]
    stored = (await shop.stores.contacts.load(["main:U1"]))["main:U1"]
    assert [(one.flow, one.state) for one in stored.contact.flows] == [("survey", "skin")]
    assert (await entries(shop.stores))[0].about == "leave-people"


async def test_whoever_publishes_meanwhile_is_not_overruled(shop: KeptShop, under: Path) -> None:
    first, second = await shop.accepts(hours="10:00"), await shop.accepts(hours="12:00")
    found = await shop.unpacked(first, under)
    await shop.accepts(hours="13:00")
    with pytest.raises(CannotGoBack, match="somebody else has published meanwhile"):
        await roll_back(shop.stores, first, found, second, "boss", lambda *told: None)
    assert (await shop.live()).number == 3


async def test_two_at_once_are_one(shop: KeptShop, under: Path) -> None:
    first, _ = await shop.accepts(hours="10:00"), await shop.accepts(hours="12:00")
    done = await asyncio.gather(shop.back(first, under), shop.back(first, under))
    assert {one.live.number for one in done} == {3}


async def test_what_is_not_kept_or_not_whole_is_refused(shop: KeptShop, under: Path) -> None:
    first, _ = await shop.accepts(hours="10:00"), await shop.accepts(hours="12:00")
    found = await shop.unpacked(first, under)
    with pytest.raises(CannotGoBack, match="are not kept"):
        check_can_roll_back(replace(first, is_kept=False))
    with pytest.raises(CannotGoBack, match="stands a secret"):
        check_can_roll_back(replace(first, is_whole=False))
    await shop.stores.playbooks.forget([1])  # between look and deed
    live = await shop.live()
    with pytest.raises(FilesForgotten):
        await roll_back(shop.stores, first, found, live, "boss", lambda *told: None)


async def test_an_attribute_whose_type_is_another_is_told(shop: KeptShop, under: Path) -> None:
    number = BOT + "attributes: {points: number}\n"
    (shop.folder / "bot.yaml").write_text(number, "utf-8")
    first = await shop.accepts()
    (shop.folder / "bot.yaml").write_text(number.replace("number", "text"), "utf-8")
    await shop.accepts()
    amy = Contact("main:U1", identities=(Identity("main", "U1"),))
    amy.attributes = {shop.found().playbook.attributes["points"].slot: AttributeValue("many", NOW)}
    await come(shop.stores.contacts, amy)
    assert (await shop.back(first, under)).live.number == 3
    assert any("points" in str(problem.message) for problem in shop.told), shop.told
