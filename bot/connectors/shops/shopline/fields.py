"""What SHOPLINE has of a member, and what of it may be written. https://open-api.docs.shoplineapp.com"""

from __future__ import annotations

from collections.abc import Mapping

from bot.connectors.shops.manifest import FieldType

_TIER: Mapping[str, FieldType] = {
    "id": "text",
    "level": "number",
    "name_translations.zh-hant": "text",
    "name_translations.zh-hans": "text",
    "name_translations.en": "text",
    "status": "text",
}
FIELDS: Mapping[str, FieldType] = {
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
    **{f"membership_tier.{name}": type_ for name, type_ in _TIER.items()},
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

WRITES = frozenset(
    (
        *("name", "email", "gender", "birthday", "birth_year", "birth_month", "birth_day", "memo"),
        *("ref_user_id", "locale_code", "is_accept_marketing", "is_subscribed_marketing_email"),
    )
)
"""https://open-api.docs.shoplineapp.com/docs/update-customer"""
