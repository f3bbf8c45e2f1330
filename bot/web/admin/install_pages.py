"""Installation of the app from a shop's back office: the platform leads here, a member of staff agrees, goes
on to the platform's own page and comes back (C3, C4)."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlencode

from bot.connectors.shops.refused import SetupRefused
from bot.model.translatable import Translatable, tr
from bot.operations.admins.role_names import ROLE_NAMES
from bot.operations.admins.sessions import SignedSessions
from bot.operations.shops.installing import (
    AppShop,
    CameBack,
    Installer,
    OauthOf,
    app_shop,
    begin,
    check_install,
    finish,
)
from bot.operations.shops.shop_view import install_address
from bot.web.admin.route import COMMERCE
from bot.web.admin.shop_pages import ShopsServed, shop_address, still_may
from bot.web.admin.visit import AdminAnswer, AdminPages, Redirect, RenderedPage, Visit

TITLE = tr("Installing the app")
_BY_ANOTHER = ("no_permission", "no_crm_module", "team_elsewhere", "by_api_secret")
"""Troubles that another account, or one of another team, may not meet."""


class InstallPages(AdminPages):
    """`/shops/{channel}/{platform}/install` and `/shops/{channel}/{platform}/callback`."""

    def __init__(self, served: ShopsServed, sessions: SignedSessions, oauth: OauthOf) -> None:
        self._served = served
        self._sessions = sessions
        self._oauth = oauth

    async def install(self, visit: Visit) -> AdminAnswer:
        """The page that asks for consent; a redirect to the shop's page where the app is
        installed already."""
        domain, sign = visit.query("shop"), visit.query("hmac")
        try:
            app = self._app(visit)
            if not await check_install(self._served.stores, app, domain, sign, _installer(visit)):
                return Redirect(_page(app))
        except SetupRefused as error:
            return self._refused(visit, error)
        return self._consent_page(app, domain, sign)

    async def install_sent(self, visit: Visit) -> AdminAnswer:
        """The visitor agrees: a redirect to the platform, which asks the shop."""
        domain, sign = visit.form.get("shop", ""), visit.form.get("hmac", "")
        try:
            app = self._app(visit)
            if visit.form.get("terms") != "yes":
                await check_install(self._served.stores, app, domain, sign, _installer(visit))
                return self._consent_page(app, domain, sign, tr("agree to the terms first"))
            state = await begin(self._served.stores, app, domain, sign, _installer(visit), visit.now)
        except SetupRefused as error:
            return self._refused(visit, error)
        there = self._oauth(app.settings, domain)
        to = app.install.authorize_address(there.office, there.app_id, self._back(app), state)
        return Redirect(str(to))

    async def installed(self, visit: Visit) -> AdminAnswer:
        """Back from the platform: link the shop, and go on to choose its official account."""
        signed = visit.signed

        still = partial(still_may, self._sessions, signed)
        try:
            app = self._app(visit)
            if visit.query("error"):
                raise app.store.refusals.declined()
            came = CameBack(
                visit.query("state"),
                visit.query("shop"),
                visit.query("hmac"),
                visit.query("code"),
                self._back(app),
            )
            await finish(self._served.stores, app, came, _installer(visit), still, self._oauth, visit.now)
        except SetupRefused as error:
            return self._refused(visit, error)
        return Redirect(f"{_page(app)}?done=installed")

    def _refused(self, visit: Visit, error: SetupRefused) -> RenderedPage:
        """The page with why it was refused, each way out of that, and links to go on."""
        domain, sign = _sent_by(visit)
        again = ""
        if domain and sign and error.trouble != "not_signed":  # whatever they are, the beginning looks
            again = f"{visit.request.rel_url.raw_path.rpartition('/')[0]}/install?{_query(domain, sign)}"
        data = {
            "ways": error.ways,
            "again": again,
            "by_another": error.trouble in _BY_ANOTHER,
            "page": self._page_to_go_on(visit, error),
            "office": self._office(visit, domain, sign),
        }
        status = 403 if error.trouble in ("no_permission", "not_signed") else 409
        return RenderedPage("setup_refused.html", TITLE, data, status, error.what)

    def _page_to_go_on(self, visit: Visit, error: SetupRefused) -> str:
        """The address of the shop's page, for roles that may open it; else empty."""
        there = self._served.playbook().channels.get(visit.path["channel"])
        shop = error.shop or (there.shop if there is not None else None)
        is_theirs = visit.signed.role in COMMERCE and shop in self._served.settings().shops
        return shop_address(shop) if shop and is_theirs else ""

    def _office(self, visit: Visit, domain: str, sign: str) -> str:
        """The address of the shop's back office, where the platform has signed its domain; else empty, since
        it may be a trap."""
        try:
            app = self._app(visit)
        except SetupRefused:
            return ""
        install, secret = app.install, app.settings.credentials["app_secret"]
        if not (install.is_domain(domain) and install.is_signed(secret, domain, sign)):
            return ""
        return self._served.office(app.settings, domain)

    def _app(self, visit: Visit) -> AppShop:
        return app_shop(self._served.playbook(), self._served.settings(), visit.path["channel"])

    def _back(self, app: AppShop) -> str:
        """The address to which the platform leads back."""
        return install_address(self._served.public, app.team.channel, app.settings.platform, "callback")

    def _consent_page(
        self, app: AppShop, domain: str, sign: str, refused: Translatable | None = None
    ) -> RenderedPage:
        served = self._served
        there = self._oauth(app.settings, domain).office.origin()
        notice = served.playbook().privacy
        terms = "" if notice is None else notice.texts.get("terms", "")
        data = {"app": app, "domain": domain, "sign": sign, "terms": terms}
        status = 200 if refused is None else 409
        return RenderedPage("install.html", TITLE, data, status, refused, forms_to=str(there))


def _installer(visit: Visit) -> Installer:
    signed = visit.signed
    return Installer(
        signed.by, signed.name, ROLE_NAMES[signed.role], signed.role in COMMERCE, signed.session.id
    )


def _page(app: AppShop) -> str:
    return shop_address(app.settings.name)


def _query(domain: str, sign: str) -> str:
    return urlencode({"shop": domain, "hmac": sign})


def _sent_by(visit: Visit) -> tuple[str, str]:
    """The domain of the shop and its signature as they were sent, not verified."""
    values = visit.form if visit.request.method == "POST" else visit.request.query
    return values.get("shop", ""), values.get("hmac", "")
