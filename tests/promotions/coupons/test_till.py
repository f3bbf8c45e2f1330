"""N1: a clerk looks a coupon up and redeems it, once, whoever else tries; undone by who may."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

import pytest

from bot.promotions.coupons.engine.declared import COUPONS, Coupon
from bot.promotions.coupons.model import HELD_COUPONS, Grant, HeldCoupon, RedeemWay
from bot.promotions.coupons.store.grants import Coupons
from bot.promotions.coupons.store.guesses import AT_TILL
from tests.conftest import NOW
from tests.promotions.coupons.examples import asks, coupon
from tests.runtime.bots import Bots
from tests.runtime.harness import Bot
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import ZH, Staff
from tests.web.admin.store_world import StoreWorld, store_world

OFFER = coupon(name="新朋友")
T = TypeVar("T")


@dataclass
class Till:
    """The pages, and a process that takes turns."""

    world: StoreWorld
    bot: Bot

    async def give(self, who: str = "main:U1", offer: Coupon = OFFER, **changes: Any) -> Grant:
        """Somebody has this coupon, in the playbook and on them."""
        coupons = {**COUPONS.of(self.world.playbook), offer.name: offer}
        self.world.playbook = self.bot.playbook = replace(
            self.world.playbook, promotions={**self.world.playbook.promotions, "coupons": coupons}
        )
        [answer] = await self.world.staff.stores.of(Coupons).give(offer, [replace(asks(who), **changes)])
        assert answer.grant is not None
        return answer.grant

    async def held(self, who: str = "U1") -> HeldCoupon:
        [one] = HELD_COUPONS.of((await self.bot.stored(who)).contact)
        return one

    async def look(self, browser: Staff, code: str) -> tuple[int, str]:
        """Status, and the page that shows the coupon, or that there is none."""
        status, answer = await browser.post("/admin/till", ZH, code=code)
        if status != 303:
            return status, answer
        assert code not in answer
        return await browser.get(answer, **ZH)

    async def press(self, browser: Staff, page: str, to: str = "redeem") -> tuple[int, str]:
        """The button of a page, and what it shows then."""
        form = page[page.index(f'action="/admin/till/{to}"') :].partition("</form>")[0]
        fields = dict(re.findall(r'name="(coupon|press|undoes)" value="([^"]+)"', form))
        status, answer = await self.bot.meanwhile(browser.post(f"/admin/till/{to}", ZH, **fields))
        return (status, answer) if status != 303 else await browser.get(answer, **ZH)


@pytest.fixture
async def till(bots: Bots, worlds: StaffWorlds, by_our_clock: None) -> Till:
    world = await store_world(worlds)
    bot = await bots(world.playbook)
    return Till(world, bot)


def state(page: str) -> str:
    """In the big words."""
    found = re.search(r'<h2 id="state">([^<]*)', page)
    return "" if found is None else found[1]


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_code_is_looked_up_as_it_is_typed_and_redeemed(till: Till) -> None:
    grant = await till.give()
    clerk = await till.world.signed_in("A01")
    _, page = await till.look(clerk, grant.code.lower().replace("-", " "))
    assert state(page) == "可以使用"
    for said in (grant.title, OFFER.terms, "p○○"):
        assert said in page, said
    assert "person-1" not in page
    assert grant.code not in page
    _, page = await till.press(clerk, page)
    assert state(page) == "已核銷"
    held = await till.held()
    assert (held.how, held.by, held.store) == ("clerk", "console:a01", "xinyi")
    other = await till.world.signed_in("B01")
    _, page = await till.look(other, grant.code)
    assert state(page) == "已經用過了"
    who = re.sub(r"<[^>]*>", "", page[page.rindex('class="till-who"') :].partition("</p>")[0])
    assert all(word in who for word in ("2026-11-20 12:00", "信義店", "小安")), who
    assert "/admin/till/redeem" not in page


@pytest.mark.ring("all", "several processes of a bot")
async def test_of_two_tills_at_once_one_redeems(till: Till) -> None:
    grant = await till.give()
    browsers = [await till.world.signed_in(number) for number in ("A01", "B01")]
    pages = [(await till.look(one, grant.code))[1] for one in browsers]
    ended = await asyncio.gather(*(till.press(*one) for one in zip(browsers, pages, strict=True)))
    assert sorted(state(page) for _, page in ended) == ["已核銷", "已經用過了"]
    assert (await till.held()).used is not None


async def test_a_form_that_is_sent_twice_is_one_press(till: Till) -> None:
    grant = await till.give()
    clerk = await till.world.signed_in("A01")
    _, page = await till.look(clerk, grant.code)
    ended = await asyncio.gather(till.press(clerk, page), till.press(clerk, page))
    assert [state(shown) for _, shown in ended] == ["已核銷", "已核銷"]


@pytest.mark.ring("all", "several processes of a bot")
async def test_what_cannot_be_redeemed_says_why(till: Till) -> None:
    clerk = await till.world.signed_in("A01")
    early = await till.give("main:U2", coupon(name="雙12", starts=NOW + timedelta(days=3)))
    over = await till.give("main:U3", coupon(name="昨天"), until=NOW)
    online = await till.give("main:U4", coupon(name="線上", redeem=frozenset({"press"})))
    for grant, said in ((early, "還不能用"), (over, "已過期"), (online, "不能在門市核銷")):
        _, page = await till.look(clerk, grant.code)
        assert state(page) == said
        assert "/admin/till/redeem" not in page
    status, page = await till.look(clerk, "NO-SUCH-CODE")
    assert (status, "沒有這個代碼" in page) == (404, True)
    assert (await clerk.post("/admin/till", code=" "))[0] == 303


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_customers_own_code_is_refused_where_no_kind_serves_customers(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = await till.world.signed_in("A01")
    code = await till.world.staff.stores.person_codes.issue("main:U1", till.bot.clock.now())
    monkeypatch.setattr("bot.web.promotions.WEB_PARTS", ())
    status, page = await till.look(clerk, code)
    assert (status, "這是客人自己的代碼，這裡沒有用得到它的功能" in page) == (422, True)


@pytest.mark.ring("all", "several processes of a bot")
async def test_nobody_tries_codes_one_after_the_other(till: Till) -> None:
    grant = await till.give()
    clerk, [(_, most)] = await till.world.signed_in("A01"), AT_TILL
    for number in range(most):
        assert (await till.look(clerk, f"WRONG{number}"))[0] == 404
    status, page = await till.look(clerk, grant.code)
    assert (status, "請 10 分鐘後再試" in page) == (429, True)
    other = await till.world.signed_in("B01")
    assert state((await till.look(other, grant.code))[1]) == "可以使用"


@pytest.mark.ring("all", "several processes of a bot")
@pytest.mark.parametrize(
    ("ways", "said"), [({"press", "order"}, "由你按「店員確認使用」"), ({"order"}, "在商店下訂單時使用")]
)
async def test_a_code_that_everybody_has_says_kindly_where_it_is_used(
    till: Till, ways: set[RedeemWay], said: str
) -> None:
    """And is no guess: the right one is looked up then as ever."""
    offer = coupon(name="夏天", source="fixed", fixed="SUMMER100", redeem=frozenset(ways))
    await till.give("main:U3", offer)
    grant = await till.give()
    clerk, [(_, most)] = await till.world.signed_in("A01"), AT_TILL
    for _ in range(most + 1):
        status, page = await till.look(clerk, "summer 100")
        assert (status, said in page, "沒有這個代碼" in page) == (422, True, False)
    assert state((await till.look(clerk, grant.code))[1]) == "可以使用"


@pytest.mark.ring("all", "several processes of a bot")
async def test_a_press_is_undone_by_who_made_it_for_a_while_then_by_a_manager(till: Till) -> None:
    grant = await till.give()
    clerk, manager = await till.world.signed_in("A01"), await till.world.signed_in("A02")
    elsewhere = await till.world.signed_in("B01")
    _, page = await till.press(clerk, (await till.look(clerk, grant.code))[1])
    assert "/admin/till/undo" not in (await till.look(elsewhere, grant.code))[1]
    _, undone = await till.press(clerk, page, "undo")
    assert state(undone) == "可以使用"
    assert (await till.held()).used is None
    _, page = await till.press(clerk, (await till.look(clerk, grant.code))[1])
    till.bot.clock.advance(11 * 60)
    status, refused = await till.press(clerk, page, "undo")
    assert (status, "請找店長處理" in refused) == (403, True)
    assert (await till.held()).used is not None
    _, page = await till.press(manager, (await till.look(manager, grant.code))[1], "undo")
    assert state(page) == "可以使用"


@pytest.mark.ring("all", "several processes of a bot")
async def test_an_old_page_undoes_no_later_use(till: Till) -> None:
    grant = await till.give()
    clerk, manager = await till.world.signed_in("A01"), await till.world.signed_in("A02")
    _, old = await till.press(clerk, (await till.look(clerk, grant.code))[1])
    _, usable = await till.press(manager, (await till.look(manager, grant.code))[1], "undo")
    await till.press(clerk, usable_page := (await till.look(clerk, grant.code))[1])
    assert state(usable) == state(usable_page) == "可以使用"
    second = await till.held()
    _, page = await till.press(clerk, old, "undo")
    assert state(page) == "已經用過了"
    assert await till.held() == second
    _, page = await till.press(clerk, (await till.look(clerk, grant.code))[1], "undo")
    assert state(page) == "可以使用"


@pytest.mark.ring("all", "several processes of a bot")
async def test_the_part_of_an_address_is_of_one_account(till: Till) -> None:
    grant = await till.give()
    clerk, other = await till.world.signed_in("A01"), await till.world.signed_in("B01")
    _, address = await clerk.post("/admin/till", code=grant.code)
    _, page = await other.get(address, **ZH)
    assert (state(page), grant.title in page) == ("", False)
    part = address.partition("coupon=")[2]
    assert (await other.post("/admin/till/redeem", ZH, coupon=part, press="p"))[0] == 409
    assert not HELD_COUPONS.of((await till.bot.stored("U1")).contact)


async def test_only_here_the_camera_may_be_asked_for(till: Till) -> None:
    clerk = await till.world.signed_in("A01")
    for address, allowed in (("/admin/till", "camera=(self)"), ("/admin/people", "camera=()")):
        async with clerk.http.get(clerk.url.join(type(clerk.url)(address))) as answer:
            assert allowed in answer.headers["Permissions-Policy"]
