"""The shops: how each is linked, linking and unlinking it, the account of its LINE login (C2, C4, C8, C9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from bot.connectors.shops.platforms import NO_CHANGE_FEED
from bot.connectors.shops.refused import SetupRefused
from bot.model.admin import Signed
from bot.model.settings import ShopSettings
from bot.model.shop import SyncRun
from bot.model.translatable import Refusal, Translatable, tr
from bot.operations.admins.sessions import SignedSessions
from bot.operations.declared.shops import sync_shop
from bot.operations.recent_figures import RecentFigures
from bot.operations.refused_calls import refused_shops, why_refused
from bot.operations.shops.installing import app_shop, choose_account
from bot.operations.shops.linking import TriedShop, link_shop, unlink_shop
from bot.operations.shops.shop_view import (
    ShopOverview,
    account_title,
    actor_text,
    install_address,
    shop_overview,
    shop_overviews,
)
from bot.operations.shops.status import slots_of, status_of
from bot.operations.shops.status_words import stands_at
from bot.operations.today import shop_health
from bot.store.contacts.member_records import MembersCounted
from bot.store.unavailable import DatabaseUnavailable
from bot.web.admin.console_context import ConsoleContext
from bot.web.admin.frame import to_the_minute
from bot.web.admin.route import COMMERCE
from bot.web.admin.visit import AdminAnswer, AdminPages, PageGone, Redirect, RenderedPage, Visit

TITLE = tr("Shops")
_MISSING = RenderedPage("message.html", tr("There is no such page"), status=404)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopsServed(ConsoleContext):
    """What the shops' pages work with."""

    public: str
    """Our own address as the world reaches it."""
    to_try: Callable[[str], TriedShop]
    """The shop of this name, to be asked with its credentials whether it is linked or not."""
    office: Callable[[ShopSettings, str | None], str]
    """The address of a shop's back office at its platform, by its domain where that is known."""
    lately: RecentFigures[[str, Sequence[str]], MembersCounted]
    """Counts members, by the shop's name and the attributes that are mapped."""


class ShopPages(AdminPages):
    """`/admin/shops` and what is below it."""

    def __init__(self, served: ShopsServed, sessions: SignedSessions) -> None:
        self._served = served
        self._sessions = sessions

    async def shops(self, visit: Visit) -> AdminAnswer:
        """The list of all shops."""
        served = self._served
        found = await shop_overviews(
            served.stores, served.playbook(), served.settings(), served.public, played=served.played
        )
        health = {one.shop: one for one in await shop_health(served.stores, served.settings())}
        return RenderedPage("shops.html", TITLE, {"shops": found, "health": health})

    async def shop(self, visit: Visit) -> AdminAnswer:
        """The page of a shop."""
        return await self._shop_page(visit, done=_DONE.get(visit.query("done")))

    async def shop_link(self, visit: Visit) -> AdminAnswer:
        """Try a shop's credentials, and link it by them."""
        shop = self._named(visit)
        served = self._served
        to_try = partial(served.to_try, shop.name)
        may = partial(still_may, self._sessions, visit.signed)
        await link_shop(served.stores, shop, to_try, visit.signed.by, served.now(), may)
        return Redirect(f"{shop_address(shop.name)}?done=linked")

    async def shop_unlink(self, visit: Visit) -> AdminAnswer:
        """Unlink a shop, once its name is typed."""
        shop = self._named(visit)
        if visit.form.get("typed", "").strip() != shop.name:
            raise Refusal(tr("type the name of the shop to unlink it: {shop}", shop=shop.name))
        forget = visit.form.get("attributes") == "forget"
        await unlink_shop(self._served.stores, shop, visit.signed.by, self._served.now(), forget=forget)
        return Redirect(f"{shop_address(shop.name)}?done=unlinked")

    async def shop_account(self, visit: Visit) -> AdminAnswer:
        """Choose the official account of a shop's LINE login."""
        shop, account = self._named(visit), visit.form.get("account", "")
        app = app_shop(self._served.playbook(), self._served.settings(), account)
        if app.settings.name != shop.name:
            raise PageGone(_MISSING)
        await choose_account(self._served.stores, app, account, visit.signed.by, self._served.now())
        return Redirect(f"{shop_address(shop.name)}?done=edited")

    async def shop_sync(self, visit: Visit) -> AdminAnswer:
        """Have all members of a shop read: 「同步資訊」."""
        shop = self._named(visit)
        await sync_shop(visit.call(self._served), shop.name)
        return Redirect(shop_address(shop.name))

    async def _refusal(self, visit: Visit, error: Refusal) -> AdminAnswer:
        return await self._shop_page(visit, refused=error)

    def _named(self, visit: Visit) -> ShopSettings:
        """The shop of the address. Raises `PageGone`."""
        shop = self._served.settings().shops.get(visit.path.get("shop", ""))
        if shop is None:
            raise PageGone(_MISSING)
        return shop

    async def _shop_page(
        self,
        visit: Visit,
        *,
        refused: Refusal | None = None,
        done: Translatable | None = None,
    ) -> AdminAnswer:
        served, shop = self._served, self._named(visit)
        name = shop.name
        link, figures = await served.stores.shop_links.read(name), await self._figures(shop)
        shown = shop_overview(
            served.playbook(), served.settings(), shop, link, served.public, played=served.played
        )
        run = (await served.stores.shop_syncs.one(name)).run("all")
        is_to_choose = shown.is_linked and shown.is_installed and not _chosen(shown)
        trouble = refused if isinstance(refused, SetupRefused) else None
        why = None if refused is None else refused.message
        refusal = why if trouble is None else trouble.what
        data = {
            "stands": shown,
            "unheard": NO_CHANGE_FEED if shown.is_unheard else None,
            "said_by": actor_text,
            "account": partial(account_title, served.playbook()),
            "done": done,
            "ways": () if trouble is None else trouble.ways,
            "office": served.office(shop, None if shown.link is None else shown.link.domain),
            "install": _installs(shown, served.public),
            "run": run,
            "calls": (await refused_shops(served.stores)).get(name),
            "why_refused": why_refused,
            "is_under_way": shown.is_linked and not is_to_choose and _is_reading(run),
            "sync_lines": () if run is None else tuple(stands_at(run, name, served.now())),
            "is_to_choose": is_to_choose,
            **figures,
        }
        status = 200 if refusal is None else 409
        return RenderedPage("shop.html", tr("Shop {shop}", shop=name), data, status, refusal)

    async def _figures(self, shop: ShopSettings) -> Mapping[str, object]:
        """The attributes that are mapped and how many members have them, as `oaflow shop status` says it
        (C1); `None`: they are being counted, or cannot be just now, and the rest of the page is shown without
        them."""
        served, playbook = self._served, self._served.playbook()
        try:
            lately = await served.lately.of(shop.name, tuple(slots_of(playbook, shop)))
        except DatabaseUnavailable:  # also a crowd for which it takes too long; the log has it
            return {"found": None, "is_counting": False}
        if lately is None:
            return {"found": None, "is_counting": True}
        found = await status_of(served.stores, playbook, served.settings(), shop, lately.value)
        moment = partial(to_the_minute, playbook.zone)
        return {
            "found": found,
            "is_counting": False,
            "counted_at": lately.at,
            "lately_lines": [*found.lately(moment)],
        }


async def still_may(sessions: SignedSessions, signed: Signed) -> bool:
    """Whether an account may still link shops, long after it has asked for that."""
    now = await sessions.still(signed)
    return now is not None and now.role in COMMERCE and now.session.step == "signed_in"


_DONE: Mapping[str, Translatable] = {
    "linked": tr("the shop is linked"),
    "unlinked": tr("the shop is unlinked"),
    "edited": tr("edited (已成功編輯資料)"),
    "installed": tr("the app is installed; one step is left"),
}
"""What is said on the page of a shop, by `done` in its address."""


def _is_reading(run: SyncRun | None) -> bool:
    """Whether members are being read; a run that has stopped can be ordered anew."""
    return run is not None and run.state in ("ordered", "running")


def _chosen(shown: ShopOverview) -> bool:
    return bool(shown.settings.channel or (shown.link is not None and shown.link.channel))


def _installs(shown: ShopOverview, public: str) -> Mapping[str, str]:
    """The addresses that the app's page at the platform asks for, by their titles there."""
    first = shown.account or next(iter(shown.accounts), None)
    if not shown.is_installed or first is None:
        return {}
    return {
        "Authorization URL": install_address(public, first, shown.settings.platform),
        "Redirect URL": install_address(public, first, shown.settings.platform, "callback"),
    }


def shop_address(shop: str) -> str:
    """The page of a shop, whatever its name is written with."""
    return f"/admin/shops/{quote(shop, safe='')}"
