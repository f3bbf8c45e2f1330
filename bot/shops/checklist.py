"""What a shop's own back office has to be set to, for binding to work: in its words (requirement C8).

Seeds 000, 001 and 003 of the documents; nobody can look whether it is so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model.settings import ShopSettings
from bot.model.translatable import Translatable, tr
from bot.shops.platforms import access_of


@dataclass(frozen=True, slots=True)
class ToSet:
    """One thing: where it is in the back office (empty: nowhere one can see), what it has to be, why."""

    what: Translatable
    where: str = ""
    costs_sms: bool = False


PLAN = ToSet(tr("the plan: enterprise (企業版), or one with commission (抽成方案)"))
_LINE_LOGIN = ToSet(
    tr("LINE login (LINE 快速登入) is on, of the same LINE official account as the shop's channel here"),
    "第三方整合 › LINE 註冊登入",
)
_PHONE = ToSet(
    tr("the mobile number: 「必填」, 「驗證」 and 「註冊時驗證電話」 are on"),
    "管理中心 › 顧客註冊設定",
    costs_sms=True,
)
_CHECKOUT = ToSet(tr("「快速結帳並註冊」 is on"), "管理中心 › 顧客註冊設定")
_CODE = ToSet(tr("「顧客請求發送驗證碼通知」 is on"), "訊息推播 › 簡訊通知樣板 › 顧客相關", costs_sms=True)
_LIFF_ON = ToSet(
    tr("「自動產生LIFF網址」 is on: this account has a certified provider"), "第三方整合 › LINE 註冊登入"
)
_LIFF_OFF = ToSet(
    tr("「自動產生LIFF網址」 stays off: it needs a certified provider, which this account has not"),
    "第三方整合 › LINE 註冊登入",
)
_BY_SECRET = (
    ToSet(tr("the API was bought (購買 API), and CYBERBIZ has given username and secret")),
    ToSet(tr("CYBERBIZ has opened webhooks (開通 Webhook 權限), and given their secret")),
    ToSet(
        tr("the webhook's address is this one, for 「會員註冊」, 「會員更新」 and 「會員 VIP 等級」"),
        "管理中心 › Webhook 設定",
    ),
)
_BY_APP = (ToSet(tr("the app is installed (安裝應用程式)"), "APP MARKET › 我的擴充服務"),)
_SHOPLINE = (
    ToSet(tr("how customers register: 「僅以手機號碼註冊」 or 「手機號碼與電郵註冊」"), "設定 › 顧客設定"),
    ToSet(
        tr("how mobile numbers are proven: 「發送簡訊驗證手機」"),
        "設定 › 顧客設定 › 顧客驗證方式",
        costs_sms=True,
    ),
    ToSet(tr("the webhook's address is this one, for customers (顧客)"), "設定 › Webhook"),
)
_OWN_SYSTEM = (
    ToSet(tr("it answers each question at its address, signed by the  secret  (docs/own-shop.md)")),
    ToSet(
        tr("it tells each change of a member at this address, with the playbook's  api_token"),
        "POST /api/events",
    ),
)


def checklist(shop: ShopSettings, *, certified: bool) -> Sequence[ToSet]:
    """What to look at, in order; `certified`: the account's provider is a certified one."""
    own: Sequence[ToSet]
    match shop.platform, access_of(shop.platform, shop.access):
        case "cyberbiz", "app_store":
            own = _BY_APP
        case "cyberbiz", _:
            own = _BY_SECRET
        case "shopline", _:
            return _SHOPLINE
        case "hook", _:
            return _OWN_SYSTEM
        case _:
            return ()
    return (PLAN, *own, _LINE_LOGIN, _PHONE, _CHECKOUT, _CODE, _LIFF_ON if certified else _LIFF_OFF)
