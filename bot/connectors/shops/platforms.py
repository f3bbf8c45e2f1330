"""What each shop platform needs and gives, what people call it, what its back office has to be set to.

Light, and without a client: `check` reads it, and so does who asks the platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.engine.types.table import type_of
from bot.model.settings import Settings, ShopSettings
from bot.model.translatable import Translatable, tr
from bot.model.value import Type

FieldType: TypeAlias = Type | Literal["any", "list"]
"""What a field holds. `any`: what people of the shop write there. No path leads into a list."""


def is_read_as(held: FieldType, wanted: Type) -> bool:
    """Whether a field that holds this can be a value of that type."""
    type_ = type_of(held)
    return held in (wanted, "any") or (type_ is not None and wanted in type_.also_read_as)


_CYBERBIZ_MEMBER: Mapping[str, FieldType] = {
    **dict.fromkeys(("name", "status", "email", "country_calling_code", "mobile", "gender"), "text"),
    "birthday": "date",
    **dict.fromkeys(("enable_cvs_pickup", "enable_cvs_cod", "enable_home_delivery_cod"), "yes_no"),
    **dict.fromkeys(("accepts_marketing", "accepts_email_notification"), "yes_no"),
    **dict.fromkeys(("address.company", "address.country_calling_code", "address.phone"), "text"),
    "address.address": "text",
    **dict.fromkeys(
        (
            f"address.detail_address.{part}"
            for part in ("zip", "country", "province", "city", "district", "address1", "address2")
        ),
        "text",
    ),
    **dict.fromkeys(("other_accumulated_consumption", "bonus_remain", "orders_count"), "number"),
    "other_accumulated_consumption_expired_at": "date_time",
    "note": "any",
    **dict.fromkeys(("tags", "custom_fields", "uid_providers"), "list"),
    **dict.fromkeys(("created_at", "updated_at", "confirmed_at", "mobile_sms_confirmed_at"), "date_time"),
}
"""`GET /v1/customers/{id}`, whose body has no `id`."""

_CYBERBIZ_LEVEL: Mapping[str, FieldType] = {
    "id": "number",
    "position": "number",
    "name": "text",
    "validity_days": "number",
    "upgrade_validity_days": "number",
    **dict.fromkeys(
        (
            f"{what}_condition_total_spent{within}"
            for what in ("upgrade", "renewal")
            for within in ("", "_in_validity_days")
        ),
        "number",
    ),
    **dict.fromkeys((f"bonus_point_{what}" for what in ("threshold", "value", "expiry_days")), "number"),
    **dict.fromkeys(
        ("bonus_point_enabled", "birth_gift_enabled", "upgrade_gift_enabled"),
        "yes_no",
    ),
    **dict.fromkeys(("order_discount_enabled", "free_shipping_enabled"), "yes_no"),
    "birth_gift_name": "text",
}
_CYBERBIZ_VIP: Mapping[str, FieldType] = {
    "level_name": "text",
    "expired_at": "date_time",
    "customer_id": "number",
    "current_group.id": "number",
    "current_group.name": "text",
    "current_group.position": "number",
    "current_group.description_url": "text",
    "current_group.customer_tags": "list",
    **{f"current_level.{name}": type_ for name, type_ in _CYBERBIZ_LEVEL.items()},
    **{f"next_level.{name}": type_ for name, type_ in _CYBERBIZ_LEVEL.items()},
    "extra_info.start_at": "date_time",
    "extra_info.end_at": "date_time",
    **dict.fromkeys(
        (
            f"extra_info.difference_of_total_spent{within}_for_{what}"
            for what in ("upgrade", "renewal")
            for within in ("", "_in_validity_days")
        ),
        "number",
    ),
}
"""`GET /v1/customers/{id}/vip_info`; `level_name` and `expired_at` are ours, for the level's name and end."""

_CYBERBIZ: Mapping[str, FieldType] = {
    **_CYBERBIZ_MEMBER,
    **{f"vip_info.{name}": type_ for name, type_ in _CYBERBIZ_VIP.items()},
    "bonus_points.total": "number",
}
"""Of https://api-doc.cyberbiz.co and public clients; `bonus_points` is the sum that we make of the grants."""

_SHOPLINE_TIER: Mapping[str, FieldType] = {
    "id": "text",
    "level": "number",
    "name_translations.zh-hant": "text",
    "name_translations.zh-hans": "text",
    "name_translations.en": "text",
    "status": "text",
}
_SHOPLINE: Mapping[str, FieldType] = {
    **dict.fromkeys(("id", "name", "email", "gender", "locale_code"), "text"),
    "birthday": "date",
    **dict.fromkeys(("birth_year", "birth_month", "birth_day"), "number"),
    **dict.fromkeys(("memo", "ref_user_id"), "any"),
    **dict.fromkeys(("phone", "phone_country_code", "mobile_phone"), "text"),
    "mobile_phone_country_calling_code": "text",
    "mobile_phone_verified": "yes_no",
    **dict.fromkeys(("order_count", "credit_balance", "member_point_balance"), "number"),
    **dict.fromkeys(("orders_total_sum.cents", "orders_total_sum.dollars"), "number"),
    **dict.fromkeys(("orders_total_sum.currency_iso", "orders_total_sum.currency_symbol"), "text"),
    "orders_total_sum.label": "text",
    **dict.fromkeys(("is_member", "is_blacklisted", "is_subscribed_marketing_email"), "yes_no"),
    "is_accept_marketing": "yes_no",  # under this name a customer is given it
    **{f"membership_tier.{name}": type_ for name, type_ in _SHOPLINE_TIER.items()},
    **dict.fromkeys(("line_id", "facebook_id", "google_id"), "text"),
    **dict.fromkeys(("updated_at", "created_at", "registered_at", "confirmed_at"), "date_time"),
    **dict.fromkeys(("current_sign_in_at", "last_sign_in_at", "tier_expires_at"), "date_time"),
    **dict.fromkeys(("created_by", "created_by_channel", "referral_code"), "text"),
    "offline_referral_registered_at": "date_time",
    **dict.fromkeys(("offline_referral_channel_id", "offline_referral_agent_id"), "text"),
    **dict.fromkeys(("phones", "custom_data", "delivery_addresses", "subscribed_email_types"), "list"),
    **dict.fromkeys(("tags", "subscriptions", "customer_authentication_linkings"), "list"),
}
"""https://open-api.docs.shoplineapp.com/docs/get-customer"""


_CYBERBIZ_WRITES = frozenset(
    (
        *("name", "email", "gender", "birthday", "note", "accepts_marketing", "enable_cvs_pickup"),
        *("enable_cvs_cod", "enable_home_delivery_cod", "other_accumulated_consumption"),
    )
)
"""`PUT /v1/customers/{id}`: https://api-doc.cyberbiz.co. Not the mobile, by which people are found, and no
state of the account."""
_SHOPLINE_WRITES = frozenset(
    (
        *("name", "email", "gender", "birthday", "birth_year", "birth_month", "birth_day", "memo"),
        *("ref_user_id", "locale_code", "is_accept_marketing", "is_subscribed_marketing_email"),
    )
)
"""https://open-api.docs.shoplineapp.com/docs/update-customer"""


@dataclass(frozen=True, slots=True)
class Offer:
    """A platform in one of the ways in which it can be asked.

    `needs` are the settings without which it answers nobody, by their keys in the playbook; `for_news` those
    without which nobody can tell whether its news are its own. `fields` are a member's, by the path that a
    mapping writes; `None` where there is nobody to ask, and the shop names them itself.
    """

    needs: tuple[str, ...]
    for_news: tuple[str, ...]
    fields: Mapping[str, FieldType] | None
    for_install: tuple[str, ...] = ()
    """The credentials of these come by an installation from the shop's side, not by the playbook."""
    writes: frozenset[str] | None = frozenset()
    """Of a member's fields those that may be written; `None` where the shop says so itself."""

    def may_write(self, path: str) -> bool:
        """Whether there is a call that writes this field, as far as is known beforehand."""
        return self.writes is None or path in self.writes


_BY_ACCESS: Mapping[tuple[str, str], Offer] = {
    ("cyberbiz", "api_secret"): Offer(
        ("username", "secret"), ("webhook_secret",), _CYBERBIZ, writes=_CYBERBIZ_WRITES
    ),
    ("cyberbiz", "app_store"): Offer(
        ("token",), (), _CYBERBIZ, for_install=("app_id", "app_secret"), writes=_CYBERBIZ_WRITES
    ),
    ("shopline", ""): Offer(("username", "token"), ("webhook_secret",), _SHOPLINE, writes=_SHOPLINE_WRITES),
    ("hook", ""): Offer(("url", "secret"), (), None, writes=None),
    ("csv", ""): Offer((), (), None),
}
TITLES: Mapping[tuple[str, str], Translatable] = {
    ("cyberbiz", "api_secret"): tr("CYBERBIZ (API connection)"),
    ("cyberbiz", "app_store"): tr("CYBERBIZ (app store installation)"),
    ("shopline", ""): tr("SHOPLINE"),
    ("hook", ""): tr("a system of our own"),
    ("csv", ""): tr("a list of members (CSV)"),
}
"""A platform and its way in, in the words of who links shops."""
NEWS_SECRETS = ("webhook_secret", "app_secret")
"""What signs a shop's news; those of an app are signed by the app's own."""
_USUAL_ACCESS = {"cyberbiz": "api_secret"}
LIST = "csv"
"""The platform of a shop whose members are a list, which `oaflow members import` reads."""
OWN_SYSTEM = "hook"
"""The platform of a shop with a system of its own, asked by signed calls."""
TELL_PARTS = frozenset({"cyberbiz", OWN_SYSTEM})
"""The platforms that say how much of an order was refunded: of all others each refund is one of all of it."""
PLATFORMS = tuple(dict.fromkeys(platform for platform, _ in _BY_ACCESS))


def access_of(platform: str, access: str | None) -> str:
    """The access: the usual one where none is given, none where the platform has one only."""
    usual = _USUAL_ACCESS.get(platform, "")
    return access if access and usual else usual


def offer_of(platform: str, access: str | None) -> Offer:
    """What this platform needs and has. Raises `KeyError` where there is no such platform or way in."""
    return _BY_ACCESS[platform, access_of(platform, access)]


def news_secret(credentials: Mapping[str, str]) -> str | None:
    """What signs a shop's news, of its settings; `None`: nobody can tell whether they are its own."""
    return next((found for name in NEWS_SECRETS if (found := credentials.get(name))), None)


NO_CHANGE_FEED = tr(
    "the shop cannot tell what changes there: POST /api/events is closed; write  "
    "api_token: ${EVENTS_TOKEN:-}  in bot.yaml and EVENTS_TOKEN in .env; else only the night's look finds it"
)


def is_unheard(shop: ShopSettings, settings: Settings, *, played: bool = False) -> bool:
    """Whether there is none: `POST /api/events` is closed.

    `played`: by a simulator, which has a token of its own where the playbook's is empty.
    """
    is_open = bool(settings.api_token) or (played and ("api_token",) in settings.written)
    return shop.platform == OWN_SYSTEM and not is_open


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
_OF_SHOPLINE = (
    ToSet(tr("how customers register: 「僅以手機號碼註冊」 or 「手機號碼與電郵註冊」"), "設定 › 顧客設定"),
    ToSet(
        tr("how mobile numbers are proven: 「發送簡訊驗證手機」"),
        "設定 › 顧客設定 › 顧客驗證方式",
        costs_sms=True,
    ),
    ToSet(tr("the webhook's address is this one, for customers (顧客)"), "設定 › Webhook"),
)
_OF_OWN_SYSTEM = (
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
            return _OF_SHOPLINE
        case "hook", _:
            return _OF_OWN_SYSTEM
        case _:
            return ()
    return (PLAN, *own, _LINE_LOGIN, _PHONE, _CHECKOUT, _CODE, _LIFF_ON if certified else _LIFF_OFF)
