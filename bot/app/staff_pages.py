"""The staff's pages, wired together: who may sign in, what lets requests in, and what answers them."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.app.live import Live
from bot.app.shops import Shops
from bot.app.start_options import StartOptions
from bot.model.clock import SystemClock
from bot.operations.admins.known_browser import KnownBrowsers
from bot.operations.admins.passwords import Passwords
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.sign_in import StaffSignIn
from bot.store.sealing.derived_keys import LiveKeys, browser_keys
from bot.web.admin.cookies import AdminCookies
from bot.web.admin.door import AdminDoor
from bot.web.admin.frame import AdminFrame, ShopNow
from bot.web.admin.install_pages import InstallPages
from bot.web.admin.shop_pages import ShopPages, ShopsServed
from bot.web.admin.sign_in_pages import SignInPages
from bot.web.admin.start_page import StartPage
from bot.web.admin.visit import AdminHandler


def staff_pages(
    begun: StartOptions, live: Live, shops: Shops
) -> tuple[list[web.AbstractRouteDef], Passwords]:
    """All addresses of the staff's pages; what looks at passwords, to be closed at the end.

    Their clock is the machine's: a simulator's may be moved, and whoever sits there grows no older by it.
    """
    stores, clock = begun.opened.stores, SystemClock()
    sessions, passwords = SignedSessions(stores, clock), Passwords()
    browsers = KnownBrowsers(LiveKeys(begun.opened.seal, browser_keys))
    sign_in = StaffSignIn(stores, sessions, passwords, browsers, clock)
    served = ShopsServed(
        stores,
        lambda: live.playbook,
        lambda: live.settings,
        begun.public,
        shops.to_try,
        begun.back_office,
    )
    handlers: Mapping[str, AdminHandler] = {
        **StartPage().handlers(),
        **SignInPages(sign_in, sessions, begun.proxies).handlers(),
        **ShopPages(served).handlers(),
        **InstallPages(served, sessions, shops.oauth).handlers(),
    }
    frame = AdminFrame(lambda: ShopNow(live.playbook.bot, live.playbook.language, live.playbook.zone))
    cookies = AdminCookies(secure=begun.public.startswith("https:"))
    return AdminDoor(sessions, frame, cookies, clock, handlers).routes(), passwords
