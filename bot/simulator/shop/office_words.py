"""What the pretend back office of a shop says, in both languages: in the words of CYBERBIZ's own."""

from __future__ import annotations

from collections.abc import Mapping

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
"""Those that are called otherwise than their word."""


def word(name: str, language: str, **values: str) -> str:
    """A sentence in the page's language, with its values."""
    chinese, english = WORDS[name]
    return (chinese if language == "zh-TW" else english).format(**values)
