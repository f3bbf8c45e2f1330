"""N1: a coupon is redeemed exactly once, whoever presses, whatever was merged; an undo means one act."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.identity import OfShop
from bot.model.contact import Contact, Identity
from bot.operations import contact_changes
from bot.operations.till import TillActor
from bot.promotions.coupons.engine.declared import Coupon
from bot.promotions.coupons.model import Grant, masked_code
from bot.promotions.coupons.operations.acts import RedeemOutcome, redeem
from bot.promotions.coupons.store.codes import CouponCodes
from bot.promotions.coupons.store.grants import Coupons
from bot.runtime.effects.merging import Merging
from bot.store.stores import Stores
from tests.operations.conftest import stores
from tests.people import come
from tests.playbooks import compiled
from tests.promotions.coupons.examples import TEN_OFF, asks, coupon
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot, followed

__all__ = ["stores"]

pytestmark = pytest.mark.ring("all", "several processes of a bot")

PLAIN = compiled("rules: [{when: {text: 嗨}, reply: 嗨}]\n")
MEI, NING = TillActor("console:mei", "信義店"), TillActor("console:ning", "板橋店")


def live(*coupons: Coupon) -> Playbook:
    return replace(
        PLAIN, promotions={**PLAIN.promotions, "coupons": {one.name: one for one in coupons or (TEN_OFF,)}}
    )


class Till:
    """A bot that runs, and clerks beside it."""

    def __init__(self, bot: Bot, stores: Stores) -> None:
        self.clock, self.playbook = bot.clock, bot.playbook
        self.stores = stores
        self.bot = bot

    async def given(self, contact: str = "main:U1", what: Coupon = TEN_OFF, call: str = "") -> Grant:
        """A coupon whose outcome has not come to its holder yet: what a till does then is true, too."""
        [answer] = await self.stores.of(Coupons).give(what, [asks(contact, call)])
        assert answer.grant is not None
        return answer.grant

    async def press(
        self, code: str, press: str = "p1", who: TillActor = MEI, *, undo: bool = False, undoes: str = ""
    ) -> RedeemOutcome:
        return await redeem(self.stores, self.playbook, code, who, press, undo=undo, undoes=undoes)

    async def audit(self, contact: str = "main:U1") -> list[tuple[str, str]]:
        kinds = ("coupon_pressed", "coupon_undo_pressed")
        return [(row.what, row.actor) for row in await self.stores.audit.of(contact) if row.what in kinds]


@pytest.fixture
async def till(bots: Bots, stores: Stores) -> Till:
    bot = await bots(live())
    for user in ("U1", "U2"):
        await bot.hear(followed(user, bot.clock))
    await bot.settle()
    return Till(bot, stores)


async def test_it_is_redeemed_once_and_the_second_till_reads_when_and_where(till: Till) -> None:
    grant = await till.given()
    first = await till.press(grant.code.lower().replace("-", ""))
    assert (first.what, first.masked_name) == ("redeemed", "")
    assert first.coupon is not None
    assert (first.coupon.by, first.coupon.store, first.coupon.how) == ("console:mei", "信義店", "clerk")
    assert first.coupon.used is not None
    second = await till.press(grant.code, "p2", NING)
    assert (second.what, second.coupon) == ("was_redeemed", first.coupon)
    assert await till.press(grant.code) == first, "the same press once more"
    assert await till.audit() == [("coupon_pressed", "console:mei")]


async def test_of_many_tills_at_once_one_redeems_it(till: Till) -> None:
    grant = await till.given()
    presses = [till.press(grant.code, f"p{n}", TillActor(f"console:c{n}")) for n in range(8)]
    twice = [till.press(grant.code, "p0", TillActor("console:c0")) for _ in range(3)]
    found = await asyncio.gather(*presses, *twice)
    won = {one.coupon.act_id for one in found if one.coupon}
    assert len(won) == 1
    assert [one.what for one in found[:8]].count("redeemed") == 1
    assert {one.what for one in found} == {"redeemed", "was_redeemed"}


async def test_it_is_usable_again_once_the_act_that_was_meant_is_undone(till: Till) -> None:
    grant = await till.given()
    await till.press(grant.code, "p1")
    undone = await till.press(grant.code, "u1", undo=True)
    assert undone.what == "undone"
    assert undone.coupon is not None
    assert undone.coupon.used is None
    assert (await till.press(grant.code, "p2", NING)).what == "redeemed"
    late = await till.press(grant.code, "u1", undo=True)
    assert late.what == "was_redeemed", "an old undo undoes no later act"
    assert late.coupon is not None
    assert late.coupon.act_id == "p2"
    other = await till.press(grant.code, "u2", undo=True, undoes="p1")
    assert (other.what, other.coupon) == ("was_redeemed", late.coupon), "it means another use"
    kinds = [what for what, _ in await till.audit()]
    assert sorted(kinds) == ["coupon_pressed", "coupon_pressed", "coupon_undo_pressed"]


@pytest.mark.parametrize(
    ("changed", "hours", "what"),
    [
        ({"redeem": frozenset({"press"})}, 0, "not_this_way"),
        ({}, 24 * 40, "ended"),
        ({"starts": TEN_OFF.until}, 0, "too_early"),
    ],
    ids=["not-this-way", "ended", "too-early"],
)
async def test_what_cannot_be_redeemed_says_why_and_leaves_no_line(
    till: Till, changed: dict[str, object], hours: int, what: str
) -> None:
    kind = coupon(**changed)
    till.playbook = live(kind)
    grant = await till.given(what=kind)
    grants = till.stores.database.collection("coupon_grants")
    if hours:
        await grants.update_one({"_id": grant.id}, {"$set": {"until": grant.at - timedelta(hours=hours)}})
    assert (await till.press(grant.code)).what == what
    assert await till.audit() == []


async def test_codes_that_nobody_has_are_guesses_and_bounded(till: Till) -> None:
    grant = await till.given()
    await CouponCodes(till.stores.database).add("pack", ["FREE1"])
    for number in range(30):
        assert (await till.press("FREE1" if number else "", f"g{number}")).what == "unknown"
    assert (await till.press(grant.code, "right")).what == "limited"
    assert (await till.press(grant.code, "right", NING)).what == "redeemed"
    for number in range(40):
        assert (await till.press(grant.code, f"n{number}", NING)).what == "was_redeemed", "no guesses"


async def test_a_code_that_everybody_has_is_no_guess(till: Till) -> None:
    """It names nobody's coupon, and whoever types it has seen it."""
    till.playbook = live(coupon(source="fixed", fixed="SUMMER100", redeem=frozenset({"press"})))
    for number in range(40):
        assert (await till.press("summer 100", f"g{number}")).what == "not_this_way"
    assert (await till.press("SUMMER1000", "other")).what == "unknown"
    assert await till.audit() == []


async def test_behind_one_token_each_store_has_guesses_of_its_own(till: Till) -> None:
    grant = await till.given()
    here, there = (TillActor("token:till", store) for store in ("信義店", "板橋店"))
    for number in range(30):
        assert (await till.press("WRONG", f"g{number}", here)).what == "unknown"
    assert (await till.press(grant.code, "right", here)).what == "limited"
    assert (await till.press(grant.code, "right", there)).what == "redeemed"
    moved = TillActor(MEI.by, "板橋店")
    for number in range(30):
        await till.press("WRONG", f"m{number}", MEI if number % 2 else moved)
    assert (await till.press(grant.code, "again", moved)).what == "limited", "an account has them once"


async def test_who_was_merged_away_is_followed_and_the_used_one_stays_used_when_parted(till: Till) -> None:
    """A3 of the critique: what was redeemed between a merge and its undoing is not usable again."""
    stores = till.stores
    outlet = Contact("outlet:U1", identities=(Identity("outlet", "U1"),))
    await come(stores.contacts, outlet)
    hers, his = await till.given("main:U1"), await till.given("outlet:U1")
    merging = Merging(stores.rewriter, stores.contacts, stores.audit, till.clock, OfShop)
    await merging.merge("main:U1", "outlet:U1", "command:test")
    await till.bot.settle()
    outcome = await till.press(his.code)
    assert outcome.what == "redeemed"
    await merging.undo("main:U1", "command:test")
    await till.bot.settle()
    assert (await till.press(his.code, "p2")).what == "was_redeemed"
    assert (await till.press(hers.code, "p3")).what == "redeemed"


async def test_an_erased_persons_code_is_unknown(till: Till) -> None:
    grant = await till.given()
    await till.stores.database.collection("coupon_grants").delete_many({"contact": "main:U1"})
    assert (await till.press(grant.code)).what == "unknown"


async def test_without_a_process_it_is_stored_and_done_by_the_next(
    till: Till, bots: Bots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_changes, "PATIENCE", 0.1)
    grant = await till.given()
    await till.bot.crash()
    waiting = await till.press(grant.code)
    assert waiting.what == "waits"
    assert (await till.press(grant.code)).what == "waits"
    await (await bots.heir(till.bot)).settle()
    assert (await till.press(grant.code)).what == "redeemed"
    assert len(await till.audit()) == 1


@pytest.mark.parametrize(
    ("code", "shown"),
    [("J3PVA-GRZ8Z", "…8Z"), ("ABCDE", "…DE"), ("ABCD", "…"), ("A1", "…"), ("A", "…")],
)
def test_a_code_is_shown_to_others_by_its_end_a_short_one_not_at_all(code: str, shown: str) -> None:
    assert masked_code(code) == shown
