"""The staff's pages, wired together: who may sign in, what lets requests in, and what answers them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack

from aiohttp import web

from bot.app.context import AppContext
from bot.app.live import Live
from bot.app.start_options import StartOptions
from bot.model.clock import Clock, SystemClock
from bot.operations.admins.accounts import StaffAccounts
from bot.operations.admins.own_account import OwnAccount
from bot.operations.admins.passwords import Passwords
from bot.operations.admins.second_factor import SecondFactors
from bot.operations.admins.sessions import SignedSessions
from bot.operations.admins.sign_in import StaffSignIn, TrustedBrowsers
from bot.operations.admins.trying_out import TryingOut
from bot.operations.shops.counted_lately import CountedLately
from bot.runtime.metrics import Metrics
from bot.store.sealing.derived_keys import LiveKeys, browser_keys, console_keys, factor_keys
from bot.web.admin.authorization import AdminDoor
from bot.web.admin.cookies import AdminCookies
from bot.web.admin.frame import AdminFrame, ShopNow
from bot.web.admin.install_pages import InstallPages
from bot.web.admin.own_pages import OwnPages, StartPage
from bot.web.admin.shop_pages import ShopPages, ShopsServed
from bot.web.admin.sign_in_pages import SignInPages
from bot.web.admin.store_context import SealedParts, StoreDesk
from bot.web.admin.store_pages import store_pages
from bot.web.admin.table import ONLY_IN_SIMULATOR, ROUTES
from bot.web.admin.visit import AdminHandler


def _trying_out(begun: StartOptions, live: Live, sessions: SignedSessions, clock: Clock) -> TryingOut | None:
    if not begun.simulator:
        return None
    from bot.app.simulated_clerks import ClerksAtHand

    stores = begun.opened.stores
    clerks = ClerksAtHand(
        stores,
        lambda: live.playbook,
        lambda: live.settings.channels,
        clock,
        pretend=begun.opened.pretend is not None,
    )
    return TryingOut(stores, sessions, lambda: live.playbook, clerks.begin, clock)


def staff_pages(serving: AppContext, metrics: Metrics, stack: AsyncExitStack) -> list[web.AbstractRouteDef]:
    """All addresses of the staff's pages; what looks at passwords and counts is closed with the stack.

    Their clock is the machine's: a simulator's may be moved, which must not age sessions.
    """
    begun, live = serving.begun, serving.live
    stores, clock = begun.opened.stores, SystemClock()
    # pretend people of a simulator sign in by a button, and have no password to confirm a second factor with
    sessions = SignedSessions(stores, clock, lambda: () if begun.simulator else live.settings.second_factor)
    passwords = Passwords()
    stack.callback(passwords.close)
    browsers = TrustedBrowsers(LiveKeys(begun.opened.seal, browser_keys))
    sign_in = StaffSignIn(stores, sessions, passwords, browsers, clock)
    lately = CountedLately(stores.shop_members.counted, serving.clock.now)
    stack.push_async_callback(lately.close)
    served = ShopsServed(
        stores,
        lambda: live.playbook,
        lambda: live.settings,
        begun.public,
        serving.shops.to_try,
        begun.back_office,
        serving.clock.now,
        lately,
        begun.simulator,
    )
    factors = SecondFactors(LiveKeys(begun.opened.seal, factor_keys))
    own = OwnAccount(stores, sessions, passwords, factors, browsers, clock)
    trying_out = _trying_out(begun, live, sessions, clock)
    signing_in = SignInPages(sign_in, sessions, begun.proxies, trying_out)
    metrics.add(signing_in.came_of)
    handlers: Mapping[str, AdminHandler] = {
        **StartPage().handlers(),
        **signing_in.handlers(),
        **store_pages(_store_desk(serving, StaffAccounts(stores, passwords, clock))),
        **OwnPages(own, lambda: live.playbook).handlers(),
        **ShopPages(served, sessions).handlers(),
        **InstallPages(served, sessions, serving.shops.oauth).handlers(),
    }
    table = (*ROUTES, *ONLY_IN_SIMULATOR) if trying_out is not None else ROUTES
    frame = AdminFrame(lambda: ShopNow(live.playbook.bot, live.playbook.language, live.playbook.zone))
    cookies = AdminCookies(secure=begun.public.startswith("https:"))
    return AdminDoor(sessions, frame, cookies, clock, handlers, table).routes()


def _store_desk(serving: AppContext, accounts: StaffAccounts) -> StoreDesk:
    opened, live = serving.begun.opened, serving.live
    return StoreDesk(
        opened.stores,
        lambda: live.playbook,
        lambda: live.settings.channels,
        SealedParts(LiveKeys(opened.seal, console_keys)),
        serving.clock.now,
        accounts,
    )
