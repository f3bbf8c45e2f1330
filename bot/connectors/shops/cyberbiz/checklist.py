"""What has to be set in a shop's back office at CYBERBIZ."""

from __future__ import annotations

from bot.connectors.shops.manifest import ToSet
from bot.model.translatable import tr

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
    tr("「自動產生LIFF網址」 is on: this account has a certified provider"),
    "第三方整合 › LINE 註冊登入",
    certified=True,
)
_LIFF_OFF = ToSet(
    tr("「自動產生LIFF網址」 stays off: it needs a certified provider, which this account has not"),
    "第三方整合 › LINE 註冊登入",
    certified=False,
)
_OF_ALL = (_LINE_LOGIN, _PHONE, _CHECKOUT, _CODE, _LIFF_ON, _LIFF_OFF)
BY_SECRET = (
    PLAN,
    ToSet(tr("the API was bought (購買 API), and CYBERBIZ has given username and secret")),
    ToSet(tr("CYBERBIZ has opened webhooks (開通 Webhook 權限), and given their secret")),
    ToSet(
        tr("the webhook's address is this one, for 「會員註冊」, 「會員更新」 and 「會員 VIP 等級」"),
        "管理中心 › Webhook 設定",
    ),
    *_OF_ALL,
)
BY_APP = (PLAN, ToSet(tr("the app is installed (安裝應用程式)"), "APP MARKET › 我的擴充服務"), *_OF_ALL)
