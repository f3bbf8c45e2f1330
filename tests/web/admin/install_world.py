"""A shop at a pretend CYBERBIZ, the staff's pages that install the app there, and who walks between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from yarl import URL

from bot.connectors.shops.cyberbiz.oauth import CyberbizOauth, domain_sign
from bot.connectors.shops.cyberbiz.simulator.app_market import AppMarket
from bot.connectors.shops.cyberbiz.simulator.back_office import BackOffice
from bot.connectors.shops.install import AppOauth
from bot.model.instance import ReservedMember
from bot.model.settings import Settings, ShopSettings
from bot.model.shop import ShopLink
from bot.operations.admins.sessions import SignedSessions
from bot.operations.recent_figures import RecentFigures
from bot.operations.shops.installing import OauthOf
from bot.simulator.shop.members import PretendShops
from bot.web.admin.install_pages import InstallPages
from bot.web.admin.shop_pages import ShopPages, ShopsServed
from tests.playbooks import compiled
from tests.web.admin.conftest import StaffWorlds
from tests.web.admin.staff_world import Staff, StaffWorld, field_of

SECRET = "app-secret-7c1e"
DOMAIN = "forest.cyberbiz.co"
GIVEN = {"app_id": "app-1", "app_secret": SECRET}
FOREST = ShopSettings("forest", "cyberbiz", "app_store", GIVEN)
SHOPS = {
    "forest": FOREST,
    "harbour": replace(FOREST, name="harbour"),
    "old": ShopSettings("old", "cyberbiz", "api_secret", {"username": "u", "secret": "s"}),
    "erp": ShopSettings("erp", "hook", None, {"url": "https://erp.example/", "secret": "s"}),
}
PLAYBOOK = compiled(
    """\
bot: 森活選品
privacy:
  version: 2026-08
  controller: 森活選品股份有限公司
  purpose: 會員管理
  kinds: 姓名、手機號碼
  period: 會員期間
  recipients: 本公司
  rights_contact: privacy@forest.example
  url: https://forest.example/privacy
  terms: https://forest.example/terms
channels:
  main: {id: forest, channel_id: "1", channel_secret: x, shop: forest}
  outlet: {id: outlet, channel_id: "2", channel_secret: x, shop: forest}
  harbour: {id: harbour, channel_id: "3", channel_secret: x, shop: harbour}
  old: {id: old, channel_id: "4", channel_secret: x, shop: old}
  plain: {id: plain, channel_id: "5", channel_secret: x}
shops:
  forest: {platform: cyberbiz, access: app_store, app_id: app-1, app_secret: x}
  harbour: {platform: cyberbiz, access: app_store, app_id: app-1, app_secret: x}
  old: {platform: cyberbiz, username: u, secret: s}
"""
)


class Answers:
    """A shop that takes the credentials which it is tried by."""

    async def by_phone(self, phone: str) -> ReservedMember | None:
        return None


@dataclass
class InstallWorld:
    """All of it. `oauth` may be replaced by a test."""

    staff: StaffWorld
    office: TestServer
    market: AppMarket
    http: ClientSession
    oauths: list[OauthOf] = field(default_factory=list)

    async def link(self, shop: str = "forest") -> ShopLink | None:
        return await self.staff.stores.shop_links.read(shop)

    async def linked(self, shop: str = "forest") -> ShopLink:
        found = await self.link(shop)
        assert found is not None
        return found

    async def secrets(self) -> list[str]:
        return await self.staff.stores.secrets.names()

    def entrance(self, domain: str = DOMAIN, channel: str = "main", sign: str | None = None) -> str:
        query = {"shop": domain, "hmac": domain_sign(SECRET, domain) if sign is None else sign}
        return str(URL(f"/shops/{channel}/cyberbiz/install").with_query(query))

    async def begun(self, browser: Staff, domain: str = DOMAIN, channel: str = "main") -> URL:
        """Where the shop is asked, after the team has agreed."""
        status, page = await browser.get(self.entrance(domain, channel))
        assert status == 200, page
        shop, sign = field_of(page, "shop"), field_of(page, "hmac")
        status, to = await browser.post(
            f"/shops/{channel}/cyberbiz/install", terms="yes", shop=shop, hmac=sign
        )
        assert status == 303, to
        return URL(to)

    async def agreed(self, asked: URL, answer: str = "agree") -> str:
        """The address of ours to which the shop sends the browser back."""
        form = {**asked.query, "terms": "yes", "answer": answer}
        async with self.http.post(asked.with_query(None), data=form, allow_redirects=False) as said:
            assert said.status == 303
            parts = urlsplit(said.headers["Location"])
        return f"{parts.path}?{parts.query}"

    async def came_back(self, browser: Staff, domain: str = DOMAIN, channel: str = "main") -> str:
        return await self.agreed(await self.begun(browser, domain, channel))


async def install_world(worlds: StaffWorlds) -> InstallWorld:
    """One that serves; `close` its `http` and `office` at the end."""
    made: list[InstallWorld] = []
    stores, clock = worlds.stores, worlds.clock
    http = ClientSession()

    def ours() -> str:
        return str(made[0].staff.server.make_url("/")).rstrip("/")

    def there(shop: ShopSettings, domain: str) -> AppOauth:
        if made[0].oauths:
            return made[0].oauths[0](shop, domain)
        return office_of(shop, domain)

    def office_of(shop: ShopSettings, domain: str) -> CyberbizOauth:
        base = made[0].office.make_url(f"/simulator/shop/cyberbiz/{shop.name}/office/{domain}")
        return CyberbizOauth(base, GIVEN["app_id"], SECRET, http, clock)

    shops = PretendShops(SHOPS.values(), clock.now)
    office = BackOffice(
        shops, clock, lambda name: [n for n, one in PLAYBOOK.channels.items() if one.shop == name], ours, "en"
    )
    app = web.Application()
    app.add_routes(office.routes("/simulator/shop/cyberbiz/{shop}"))
    server = TestServer(app, port=0)
    await server.start_server()
    settings = Settings({}, shops=SHOPS)

    class Served(ShopsServed):
        """Knows our address once we serve."""

        __slots__ = ()

        def __getattribute__(self, name: str) -> object:
            return ours() if name == "public" else super().__getattribute__(name)

    def real_office(shop: ShopSettings, domain: str | None) -> str:
        return "" if domain is None else f"https://{domain}/admin"

    lately = RecentFigures(stores.shop_members.counted, clock.now)
    console = worlds.console(lambda: PLAYBOOK, settings)
    served = Served(
        **console.fields_by_name(),
        public="",
        to_try=lambda name: Answers(),
        office=real_office,
        lately=lately,
    )
    handlers = {
        **ShopPages(served, SignedSessions(stores, clock)).handlers(),
        **InstallPages(served, SignedSessions(stores, clock), there).handlers(),
    }
    staff = await worlds(handlers)
    market = office.market("forest")
    assert market is not None
    made.append(InstallWorld(staff, server, market, http))
    return made[0]
