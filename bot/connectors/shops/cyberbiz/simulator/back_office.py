"""The back office of a pretend CYBERBIZ shop, in the browser: the app store, and OAuth's two addresses.

`BASE/office/DOMAIN` stands for `https://DOMAIN` of the real CYBERBIZ.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote

import aiohttp
import orjson
from aiohttp import web
from yarl import URL

from bot.connectors.shops.cyberbiz.oauth import SCOPES, is_domain
from bot.connectors.shops.cyberbiz.simulator.app_market import MARKET_FAULTS, AppMarket, usual_domain
from bot.connectors.shops.cyberbiz.simulator.records import cyberbiz_headers
from bot.connectors.shops.cyberbiz.webhooks import UNINSTALLED
from bot.look.drawings import page_templates
from bot.model.clock import Clock
from bot.simulator.requests import Handler, local_only
from bot.simulator.shop.members import PretendShops
from bot.simulator.shop.platform_call import answered

WORDS: Mapping[str, tuple[str, str]] = {
    "office": ("商店後台（模擬）", "The shop's back office (pretended)"),
    "domain": ("網站 Domain", "The site's domain"),
    "open": ("開啟", "Open"),
    "market": ("APP MARKET › 擴充服務市集", "APP MARKET › App store (擴充服務市集)"),
    "app": ("oaflow 全通路會員模組", "oaflow, members on LINE"),
    "about": ("把會員資料帶到 LINE 官方帳號。", "Brings members' data to the LINE official account."),
    "install": ("安裝應用程式", "Install the app (安裝應用程式)"),
    "mine": ("APP MARKET › 我的擴充服務", "APP MARKET › My extensions (我的擴充服務)"),
    "none": ("還沒有安裝任何擴充服務。", "Nothing is installed yet."),
    "enter": ("進入", "Open it (進入)"),
    "remove": ("移除擴充功能", "Remove the app (移除擴充功能)"),
    "wrong": ("玩一個錯誤", "Play a mistake"),
    "wrong_about": (
        "從這裡開始，這家商店會這樣回答；選「沒有」就恢復正常。",
        "From here on the shop answers like this; “none” is as usual.",
    ),
    "apply": ("套用", "Do it"),
    "none_wrong": ("沒有", "none"),
    "wrong_hmac": ("連結的簽章不對", "the link's sign is wrong"),
    "plan": ("方案不符（403）", "the plan does not allow it (403)"),
    "code": ("授權碼用過或過期", "the code was used, or is too old"),
    "app_unknown": ("app_id／app_secret 不對", "app_id and app_secret are wrong"),
    "other_shop": ("權杖是另一家商店的", "the token is another shop's"),
    "away": ("平台沒有回應（503）", "the platform does not answer (503)"),
    "by_secret": (
        "這家商店用 API 串接，市集裡裝不了。檔案寫 access: app_store、app_id、app_secret 才能從這裡安裝。",
        "This shop has an API connection, so the app cannot be installed here. "
        "It can with access: app_store, app_id, app_secret in the files.",
    ),
    "authorize": ("授權安裝", "Allow the installation"),
    "asks": ("{app} 想要存取 {domain} 的：", "{app} asks for access to, of {domain}:"),
    "public": ("公開資料", "public data"),
    "read_customers": ("讀取顧客", "reading customers"),
    "write_customers": ("修改顧客", "changing customers"),
    "read_orders": ("讀取訂單", "reading orders"),
    "terms": ("我同意條款，並授權安裝", "I agree to the terms, and allow the installation"),
    "agree": ("同意並安裝", "Agree and install"),
    "decline": ("取消", "Cancel"),
    "bad": ("這個授權連結不完整，或不是這個應用程式的。", "This link is not whole, or not this app's."),
    "simulator": ("回到模擬器", "Back to the simulator"),
    "told": (
        "已移除，並送出 apps/uninstall 通知：對方回答 {status}。",
        "Removed; the webhook apps/uninstall was sent, and answered with {status}.",
    ),
}
FAULT_WORDS: Mapping[str, str] = {"none": "none_wrong", "app": "app_unknown"}
"""By fault: its key in `WORDS`, where that is another than the fault's name."""


def word(name: str, language: str, **values: str) -> str:
    """A sentence in the page's language, with its values."""
    chinese, english = WORDS[name]
    return (chinese if language == "zh-TW" else english).format(**values)


FORM_AT_MOST = 16 * 1024
"""Bytes of a form that are read."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Look = Callable[[AppMarket, str, web.Request, Mapping[str, str]], Awaitable[web.StreamResponse]]


class BackOffice:
    """The back office's pages and OAuth addresses, for all pretend CYBERBIZ shops of the playbook.

    `channels_of(shop)` gives the channels of a shop, `base_url()` our own address, once it is known.
    """

    def __init__(
        self,
        shops: PretendShops,
        clock: Clock,
        channels_of: Callable[[str], list[str]],
        base_url: Callable[[], str],
        language: str,
    ) -> None:
        self._shops = shops
        self._clock = clock
        self._channels_of = channels_of
        self._base_url = base_url
        self._language = language
        self._markets: dict[str, AppMarket] = {}
        self._pages = page_templates(Path(__file__).parent / "templates")

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """The routes below `prefix`, which ends with `{shop}`."""
        office = prefix + "/office/{domain}"
        return [
            web.get(prefix + "/office", local_only(self._to_office)),
            web.get(office, self._handler(self._office)),
            web.post(office + "/go", self._handler(self._go)),
            web.post(office + "/wrong", self._handler(self._wrong)),
            web.post(office + "/remove", self._handler(self._remove)),
            web.get(office + "/admin/oauth/authorize", self._handler(self._ask)),
            web.post(office + "/admin/oauth/authorize", self._handler(self._answer)),
            web.post(office + "/admin/oauth/token", self._handler(self._token)),
        ]

    def market(self, shop: str) -> AppMarket | None:
        """The app of this shop; `None`: there is no such shop at CYBERBIZ."""
        known = self._shops.by_name.get(shop)
        if known is None or known.settings.platform != "cyberbiz":
            return None
        return self._markets.setdefault(shop, AppMarket(known, self._clock))

    def _handler(self, look: Look) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            market, domain = self.market(request.match_info["shop"]), request.match_info["domain"]
            if market is None or not is_domain(domain):
                raise web.HTTPNotFound
            return await look(market, domain, request, await _form(request))

        return local_only(handle)

    async def _to_office(self, request: web.Request) -> web.StreamResponse:
        shop = request.match_info["shop"]
        raise web.HTTPFound(f"{request.path}/{usual_domain(shop)}")

    async def _office(
        self, market: AppMarket, domain: str, request: web.Request, form: Mapping[str, str]
    ) -> web.StreamResponse:
        channels = self._channels_of(market.shop.settings.name)
        query = {"shop": domain, "hmac": market.sign(domain)}
        install = URL(f"{self._ours(channels[0])}/install").with_query(query) if channels else None
        status = request.query.get("told", "")
        language = self._language_of(request)
        return self._drawn(
            request,
            "office.html",
            domain,
            installable=market.shop.settings.access == "app_store" and install is not None,
            install=str(install or ""),
            installed=domain in market.installed,
            faults=MARKET_FAULTS,
            fault=market.fault,
            fault_words=FAULT_WORDS,
            notice=word("told", language, status=status) if status.isdigit() else "",
        )

    async def _go(
        self, market: AppMarket, domain: str, request: web.Request, form: Mapping[str, str]
    ) -> web.StreamResponse:
        asked = form.get("domain", "").strip().lower().removeprefix("https://").rstrip("/")
        wanted = asked if is_domain(asked) else domain
        raise web.HTTPSeeOther(f"{_base(request)}/office/{wanted}")

    async def _wrong(
        self, market: AppMarket, domain: str, request: web.Request, form: Mapping[str, str]
    ) -> web.StreamResponse:
        market.fault = next((one for one in MARKET_FAULTS if one == form.get("fault")), market.fault)
        raise web.HTTPSeeOther(f"{_base(request)}/office/{domain}")

    async def _remove(
        self, market: AppMarket, domain: str, request: web.Request, form: Mapping[str, str]
    ) -> web.StreamResponse:
        query = ""
        if market.remove(domain):
            query = f"?told={await self._notify_removed(market, domain)}"
        raise web.HTTPSeeOther(f"{_base(request)}/office/{domain}{query}")

    async def _ask(
        self, market: AppMarket, domain: str, request: web.Request, form: Mapping[str, str]
    ) -> web.StreamResponse:
        asked = {
            name: request.query.get(name, "")
            for name in ("client_id", "redirect_uri", "response_type", "scope", "state")
        }
        good = self._is_whole(market, asked)
        scopes = [one for one in asked["scope"].split() if one in SCOPES]
        return self._drawn(request, "authorize.html", domain, asked=asked if good else {}, scopes=scopes)

    async def _answer(
        self, market: AppMarket, domain: str, request: web.Request, form: Mapping[str, str]
    ) -> web.StreamResponse:
        if not self._is_whole(market, form):
            return self._drawn(request, "authorize.html", domain, asked={}, scopes=())
        back = form["redirect_uri"]
        if form.get("answer") == "agree" and form.get("terms") == "yes":
            came = {"code": market.agree(domain, back), "shop": domain, "hmac": market.sign(domain)}
        else:
            came = {"error": "access_denied", "shop": domain, "hmac": market.sign(domain)}
        raise web.HTTPSeeOther(str(URL(back).with_query({**came, "state": form.get("state", "")})))

    async def _token(
        self, market: AppMarket, domain: str, request: web.Request, form: Mapping[str, str]
    ) -> web.StreamResponse:
        answer = market.token(domain, form)
        self._shops.on_call(market.shop.settings.name, "POST /admin/oauth/token", answer.status)
        return answered(answer.status, answer.body)

    def _is_whole(self, market: AppMarket, asked: Mapping[str, str]) -> bool:
        """Whether the request is complete, of our app, and with a redirect address that belongs to it."""
        backs = {f"{self._ours(one)}/callback" for one in self._channels_of(market.shop.settings.name)}
        return (
            market.is_app(asked.get("client_id", ""))
            and asked.get("redirect_uri", "") in backs
            and asked.get("response_type", "code") == "code"
        )

    def _ours(self, channel: str) -> str:
        return f"{self._base_url()}/shops/{quote(channel, safe='')}/cyberbiz"

    async def _notify_removed(self, market: AppMarket, domain: str) -> int:
        """Send the webhook, signed as those of an app are; the status of the answer, 0 without one."""
        settings = market.shop.settings
        body = orjson.dumps({"app_client_id": settings.credentials.get("app_id", "")})
        secret = settings.credentials.get("app_secret", "")
        headers = {"Content-Type": "application/json"}
        headers |= cyberbiz_headers(UNINSTALLED, domain, secret, body)
        channels = self._channels_of(settings.name)
        if not channels:
            return 0
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(f"{self._ours(channels[0])}/webhook", data=body, headers=headers) as response,
            ):
                return response.status
        except (aiohttp.ClientError, OSError, TimeoutError):
            return 0

    def _drawn(self, request: web.Request, page: str, domain: str, **data: Any) -> web.Response:
        language = self._language_of(request)
        text = self._pages.get_template(page).render(
            {"told": "", **data},
            say=partial(_word, language),
            language=language,
            domain=domain,
            here=f"{_base(request)}/office/{domain}",
        )
        return web.Response(text=text, content_type="text/html", headers=HEADERS)

    def _language_of(self, request: web.Request) -> str:
        first = request.headers.get("Accept-Language", "").partition(",")[0].strip().lower()
        if not first:
            return self._language
        return "zh-TW" if first.startswith("zh") else "en"


def _word(language: str, name: str, **values: str) -> str:
    return word(name, language, **values)


def _base(request: web.Request) -> str:
    return request.path.partition("/office")[0]


async def _form(request: web.Request) -> Mapping[str, str]:
    if request.method != "POST":
        return {}
    body = await request.content.read(FORM_AT_MOST)
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
