"""What CYBERBIZ has of a member, and what of it may be written. https://api-doc.cyberbiz.co"""

from __future__ import annotations

from collections.abc import Mapping

from bot.connectors.shops.manifest import FieldType

_MEMBER: Mapping[str, FieldType] = {
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

_LEVEL: Mapping[str, FieldType] = {
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
_VIP: Mapping[str, FieldType] = {
    "level_name": "text",
    "expired_at": "date_time",
    "customer_id": "number",
    "current_group.id": "number",
    "current_group.name": "text",
    "current_group.position": "number",
    "current_group.description_url": "text",
    "current_group.customer_tags": "list",
    **{f"current_level.{name}": type_ for name, type_ in _LEVEL.items()},
    **{f"next_level.{name}": type_ for name, type_ in _LEVEL.items()},
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

FIELDS: Mapping[str, FieldType] = {
    **_MEMBER,
    **{f"vip_info.{name}": type_ for name, type_ in _VIP.items()},
    "bonus_points.total": "number",
}
"""Of https://api-doc.cyberbiz.co and public clients; `bonus_points` is the sum that we make of the grants."""

WRITES = frozenset(
    (
        *("name", "email", "gender", "birthday", "note", "accepts_marketing", "enable_cvs_pickup"),
        *("enable_cvs_cod", "enable_home_delivery_cod", "other_accumulated_consumption"),
    )
)
"""`PUT /v1/customers/{id}`: https://api-doc.cyberbiz.co. Not the mobile, by which people are found, and no
state of the account."""
