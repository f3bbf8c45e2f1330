"""C3, C4: the app is installed from the shop's side, by who may, once, and of the shop that was meant."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from html import unescape
from unittest.mock import patch

import pytest
from yarl import URL

from bot.connectors.shops.cyberbiz.oauth import CyberbizOauth
from bot.connectors.shops.cyberbiz.simulator.app_market import MarketFault
from bot.connectors.shops.install import Granted
from bot.model.admin import CONFIRMED_LIFE
from bot.model.settings import ShopSettings
from bot.model.shop import ShopLink
from bot.operations.shops.app_tokens import token_name
from bot.operations.shops.installing import uninstalled
from bot.store.shops.links import ShopLinks
from bot.store.unavailable import DatabaseUnavailable
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.install_world import DOMAIN, FOREST, InstallWorld, install_world
from tests.web.admin.staff_world import PASSWORD, Staff, field_of

OTHER = "other.cyberbiz.co"
MOMENT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
async def world(worlds: StaffWorlds) -> AsyncIterator[InstallWorld]:
    made = await install_world(worlds)
    yield made
    await made.http.close()
    await made.office.close()


@pytest.fixture
async def mei(world: InstallWorld) -> Staff:
    return await world.staff.signed_in(await world.staff.account("supervisor", "mei"))


async def test_a_supervisor_installs_it_and_chooses_the_account(world: InstallWorld, mei: Staff) -> None:
    status, page = await mei.get(world.entrance())
    assert (status, "森活選品" in page, DOMAIN in page) == (200, True, True)
    assert 'href="https://forest.example/terms"' in page
    assert await mei.get(await world.came_back(mei)) == (303, "/admin/shops/forest?done=installed")
    link = await world.linked()
    told = (link.side, link.by, link.domain, link.channel, link.holds)
    assert told == ("shop", "console:mei", DOMAIN, None, True)
    assert await world.secrets() == [token_name("forest", DOMAIN)]
    done = await mei.post("/admin/shops/forest/account", account="outlet")
    assert done == (303, "/admin/shops/forest?done=edited")
    assert (await world.linked()).channel == "outlet"
    assert "已成功編輯資料" in (await mei.get("/admin/shops/forest?done=edited"))[1]
    entered = await mei.get(world.entrance())
    assert entered == (303, "/admin/shops/forest"), "by 「我的擴充服務」 one comes to its page"


async def test_the_token_lies_sealed_and_stands_nowhere(
    world: InstallWorld, mei: Staff, caplog: pytest.LogCaptureFixture
) -> None:
    await mei.get(await world.came_back(mei))
    rows = [row async for row in world.staff.stores.database.collection("secrets").find({})]
    page = (await mei.get("/admin/shops/forest"))[1]
    for text in (str(rows), page, caplog.text):
        assert "eyJ" not in text, "so every JWT begins"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_browser_left_open_installs_nothing(world: InstallWorld, mei: Staff) -> None:
    """K1: whose shop customers' data go to. Once confirmed one goes on from the page itself, which alone may
    lead to the shop."""
    world.staff.clock.advance(CONFIRMED_LIFE.total_seconds())
    entrance = world.entrance()
    sent = {"terms": "yes", **URL(entrance).query}
    status, page = await mei.post(entrance, None, **sent)
    assert (status, 'name="confirmation"' in page) == (403, True)
    status, to = await mei.post(entrance, None, **sent, confirmation=PASSWORD)
    assert (status, to) == (303, entrance)
    assert "It is you" in (await mei.get(to))[1]
    assert await mei.get(await world.came_back(mei)) == (303, "/admin/shops/forest?done=installed")


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_whoever_may_not_link_shops_reads_why(world: InstallWorld) -> None:
    """「此帳號無串接權限」, in its own words, and signing in as somebody else leads back here."""
    agent = await world.staff.signed_in(await world.staff.account("agent"))
    status, page = await agent.get(world.entrance())
    assert (status, "此帳號無串接權限" in page) == (403, True)
    assert 'name="to" value="/shops/main/cyberbiz/install' in page
    assert "To the shop's page" not in goes_on(page), "which they may not open either"
    status, _ = await agent.post("/shops/main/cyberbiz/install", terms="yes")
    assert status == 403
    status, to = await world.staff.browser().get(world.entrance())
    assert (status, to.startswith("/admin/sign-in?to=%2Fshops%2Fmain")) == (303, True)


NO_SHOPS = (
    *("evil.example", "forest.cyberbiz.co.evil.example", "evil.example/.cyberbiz.co", "127.0.0.1", ""),
    *("evil.example#.cyberbiz.co", "forest.cyberbiz.co@evil.example", "forest.cyberbiz.co:8080"),
    *("Forest.cyberbiz.co", "a.b.cyberbiz.co", "-.cyberbiz.co", "forest.cyberbiz.co\n"),
)


async def test_only_hosts_of_the_platform_are_asked_or_led_to(world: InstallWorld, mei: Staff) -> None:
    """Even with a right sign: who has the app's secret sends nobody elsewhere."""
    for domain in NO_SHOPS:
        status, page = await mei.get(world.entrance(domain))
        assert (status, "its sign is wrong" in page) == (403, True), domain
        sign = URL(world.entrance(domain)).query["hmac"]
        form = {"terms": "yes", "shop": domain, "hmac": sign}
        assert (await mei.post("/shops/main/cyberbiz/install", None, **form))[0] == 403, domain
    assert await world.link() is None


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_wrong_sign_and_that_of_another_shop(world: InstallWorld, mei: Staff) -> None:
    others = URL(world.entrance(OTHER)).query["hmac"]
    for sign in ("", "00", "ü", others):
        assert (await mei.get(world.entrance(sign=sign)))[0] == 403
    back = URL(await world.came_back(mei))
    assert (await mei.get(str(back.update_query(hmac=others))))[0] == 403
    assert await world.link() is None


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_state_is_good_once_for_its_session_and_for_some_minutes(
    world: InstallWorld, mei: Staff
) -> None:
    back = await world.came_back(mei)
    other_browser = await world.staff.signed_in(await world.staff.stored("mei"))
    assert "is over" in (await other_browser.get(back))[1], "the same person in another session"
    assert "is over" in (await mei.get(back))[1], "it was tried already"
    assert "is over" in (await mei.get(str(URL(back).update_query(state="forged"))))[1]
    late = await world.came_back(mei)
    world.staff.clock.advance(16 * 60.0)
    assert "is over" in (await mei.get(late))[1]
    await mei.post(world.entrance(), None, confirmation=PASSWORD)  # which is asked for again by now
    stolen = URL(await world.came_back(mei)).update_query(shop=OTHER)
    assert "is over" in (await mei.get(str(stolen)))[1], "begun for another shop"
    elsewhere = await world.came_back(mei)
    assert "is over" in (await mei.get(elsewhere.replace("/main/", "/outlet/")))[1]
    assert (await world.link(), await world.secrets()) == (None, [])


async def test_a_code_is_good_once(world: InstallWorld, mei: Staff) -> None:
    first = URL(await world.came_back(mei))
    second = URL(await world.came_back(mei))
    await mei.get(str(first))
    ended = await mei.post("/admin/shops/forest/unlink", typed="forest", attributes="keep")
    assert ended == (303, "/admin/shops/forest?done=unlinked")
    code = first.query["code"]
    assert "it was used" in (await mei.get(str(second.update_query(code=code))))[1]
    assert await world.secrets() == []


@pytest.mark.ring("all", "a console and a bot of its own")
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("plan", "企業版"),
        ("code", "it was used"),
        ("app", "does not know this"),
        ("other_shop", "another shop than"),
        ("away", "does not answer just now"),
    ],
)
async def test_each_refusal_of_the_shop_has_its_words(
    world: InstallWorld, mei: Staff, fault: MarketFault, told: str
) -> None:
    back = await world.came_back(mei)
    world.market.fault = fault
    status, page = await mei.get(back)
    assert (status, told in page) == (409, True)
    assert (await world.link(), await world.secrets()) == (None, [])


def goes_on(page: str) -> dict[str, str]:
    """Where the links below an error lead, by what they say."""
    found = re.findall(r'<a class="(?:button|link)[^"]*" href="([^"]+)"[^>]*>([^<]+)</a>', page)
    return {unescape(told): unescape(to) for to, told in found}


async def test_after_an_error_one_goes_on_from_its_page(world: InstallWorld, mei: Staff) -> None:
    """Begun again without CYBERBIZ, where CYBERBIZ had signed it; to the shop's page, here and there."""
    asked = await world.begun(mei)
    _, page = await mei.get(await world.agreed(asked, "decline"))
    assert ("nobody has agreed" in page, await world.link()) == (True, None)
    links = goes_on(page)
    assert links["To the shop's page"] == "/admin/shops/forest"
    if "Try once more" in links:
        assert (await mei.get(links["Try once more"]))[0] == 200
    back = await world.came_back(mei)
    world.market.fault = "away"
    _, page = await mei.get(back)
    links = goes_on(page)
    assert links["Try once more"] == world.entrance()
    assert (await mei.get(links["Try once more"]))[0] == 200, "the installation begins there"
    assert links["To the shop's back office"] == f"https://{DOMAIN}/admin"


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_what_nobody_has_signed_leads_nowhere(world: InstallWorld, mei: Staff) -> None:
    """A domain that somebody has made up is no link of ours."""
    for domain, sign in ((OTHER, "00"), ("evil.example", None)):
        links = goes_on((await mei.get(world.entrance(domain, sign=sign)))[1])
        assert set(links) == {"To the first page", "To the shop's page"}, domain
        assert not any(domain in to for to in links.values())


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_a_link_in_the_way_is_undone_on_the_page_to_which_one_is_led(
    world: InstallWorld, mei: Staff
) -> None:
    await mei.get(await world.came_back(mei))
    _, page = await mei.get(world.entrance(channel="harbour"))
    assert goes_on(page)["To the shop's page"] == "/admin/shops/forest", "where the shop is linked"
    sent = dict(URL(world.entrance(OTHER)).query)
    status, page = await mei.post("/shops/main/cyberbiz/install", None, terms="yes", **sent)
    assert status == 409
    content = page[page.index("<main") :]
    assert unescape(field_of(content, "to")) == world.entrance(OTHER), "signed in anew one begins there"


async def test_a_supervisor_who_is_demoted_while_consenting_links_nothing(
    world: InstallWorld, mei: Staff
) -> None:
    """Demoted while the shop gives the token: neither token nor link stays."""
    back = await world.came_back(mei)

    class Demoting(CyberbizOauth):
        async def redeem(self, code: str, back: str) -> Granted:
            given = await super().redeem(code, back)
            await world.staff.change("mei", role="agent", epoch="later")
            return given

    def demoting(shop: ShopSettings, domain: str) -> CyberbizOauth:
        base = world.office.make_url(f"/simulator/shop/cyberbiz/{shop.name}/office/{domain}")
        return Demoting(base, "app-1", shop.credentials["app_secret"], world.http, world.staff.clock)

    world.oauths.append(demoting)
    status, page = await mei.get(back)
    assert (status, "此帳號無串接權限" in page) == (403, True)
    assert (await world.link(), await world.secrets()) == (None, [])


async def test_a_shop_and_a_team_are_linked_once(world: InstallWorld, mei: Staff) -> None:
    await mei.get(await world.came_back(mei))
    status, page = await mei.get(world.entrance(OTHER))
    assert (status, "此團隊已串接於其他商店" in page, "移除擴充功能" in page) == (409, True, True)
    status, page = await mei.get(world.entrance(channel="harbour"))
    assert (status, "此商店已串接於其他團隊" in page) == (409, True)
    status, page = await mei.get(world.entrance(channel="plain"))
    assert (status, "尚未購買 CRM 模組" in page) == (409, True)
    status, page = await mei.get(world.entrance(channel="old"))
    assert (status, "is set up for an API connection" in page) == (409, True)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_of_two_who_install_at_once_one_does_and_no_token_is_anothers(
    world: InstallWorld, mei: Staff
) -> None:
    """Two shops for one team, and one shop for two teams."""
    backs = [
        await world.came_back(mei),
        await world.came_back(mei, OTHER),
        await world.came_back(mei, channel="harbour"),
    ]
    answers = await asyncio.gather(*(mei.get(back) for back in backs))
    links = await world.staff.stores.shop_links.all()
    assert sorted(status for status, _ in answers).count(303) == len(links)
    assert len({link.domain for link in links.values()}) == len(links) >= 1
    held = [token_name(name, link.domain or "") for name, link in links.items()]
    assert sorted(await world.secrets()) == sorted(held)


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_who_was_faster_between_two_looks_keeps_the_link(world: InstallWorld, mei: Staff) -> None:
    back = await world.came_back(mei)
    links = world.staff.stores.shop_links
    theirs = ShopLink("forest", "cyberbiz", "app_store", "shop", "console:li", MOMENT, 1, domain=OTHER)
    asked = 0
    usual = ShopLinks.with_domain

    async def meanwhile(self: ShopLinks, platform: str, domain: str) -> ShopLink | None:
        nonlocal asked
        asked += 1
        found = await usual(self, platform, domain)
        if asked == 2:  # once before the shop is asked for its token, once before the link is put
            assert await links.put(theirs, None)
        return found

    with patch.object(ShopLinks, "with_domain", meanwhile):
        assert "此團隊已串接於其他商店" in (await mei.get(back))[1]
    assert await world.link() == theirs


async def test_a_crash_between_token_and_link_leaves_nothing_that_is_used(
    world: InstallWorld, mei: Staff
) -> None:
    back = await world.came_back(mei)

    async def died(self: ShopLinks, link: ShopLink, before: ShopLink | None) -> bool:
        raise DatabaseUnavailable("away")

    with patch.object(ShopLinks, "put", died):
        assert (await mei.get(back))[0] == 503
    assert await world.link() is None
    assert await mei.get(await world.came_back(mei)) == (303, "/admin/shops/forest?done=installed")
    assert len(await world.secrets()) == 1


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_removing_the_app_at_the_shop_ends_the_link_and_an_old_notice_does_not(
    world: InstallWorld, mei: Staff
) -> None:
    """C9, from the shop's side. The notice is the same each time: told again it could be an old one."""
    await mei.get(await world.came_back(mei))
    stores, clock = world.staff.stores, world.staff.clock

    def oauth(shop: ShopSettings, domain: str) -> CyberbizOauth:
        base = world.office.make_url(f"/simulator/shop/cyberbiz/{shop.name}/office/{domain}")
        return CyberbizOauth(base, "app-1", shop.credentials["app_secret"], world.http, clock)

    assert not await uninstalled(stores, FOREST, OTHER, oauth, clock.now())
    world.market.remove(DOMAIN)
    assert await uninstalled(stores, FOREST, DOMAIN, oauth, clock.now())
    link = await world.linked()
    assert link.ended is not None
    assert (link.ended.side, await world.secrets()) == ("shop", [])
    await mei.get(await world.came_back(mei))
    assert not await uninstalled(stores, FOREST, DOMAIN, oauth, clock.now()), "it still gives tokens"
    world.market.remove(DOMAIN)
    assert await uninstalled(stores, FOREST, DOMAIN, oauth, clock.now())


async def test_a_shop_that_cannot_tell_anything_says_so(world: InstallWorld, mei: Staff) -> None:
    """Its news come by POST /api/events, which is closed without a token; platforms have webhooks."""
    assert "POST /api/events is closed" in (await mei.get("/admin/shops/erp"))[1]
    assert "POST /api/events is closed" not in (await mei.get("/admin/shops/old"))[1]


@pytest.mark.ring("all", "a console and a bot of its own")
async def test_credentials_of_the_playbook_are_tried_by_the_button(world: InstallWorld, mei: Staff) -> None:
    """C2: such a shop is asked without it, but only the button says whether its platform takes them."""
    button = 'action="/admin/shops/old/link"'
    assert button in (await mei.get("/admin/shops/old"))[1]
    assert await mei.post("/admin/shops/old/link") == (303, "/admin/shops/old?done=linked")
    assert button not in (await mei.get("/admin/shops/old"))[1]


async def test_a_shop_is_unlinked_by_typing_its_name(world: InstallWorld, mei: Staff) -> None:
    await mei.get(await world.came_back(mei))
    status, page = await mei.post("/admin/shops/forest/unlink", typed="florist", attributes="keep")
    assert (status, "type the name" in page) == (409, True)
    await mei.post("/admin/shops/forest/unlink", typed="forest", attributes="keep")
    assert ((await world.linked()).holds, await world.secrets()) == (False, [])
    assert "as it was last known on" in (await mei.get("/admin/shops/forest"))[1]
    assert (await mei.get("/admin/shops/nowhere"))[0] == 404
