"""What a shop's platform has of a member to map from: path, type, an example, whether it may be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.connectors.shops.manifest import FieldType, Offer

_BY_NAME: Mapping[str, str] = {
    "name": "陳美玲",
    "email": "meiling@example.com",
    "mobile": "0912345678",
    "mobile_phone": "0912345678",
    "phone": "0912345678",
    "country_calling_code": "+886",
    "mobile_phone_country_calling_code": "886",
    "phone_country_code": "886",
    "gender": "female",
    "status": "enabled",
    "birthday": "1990-05-20",
    "birth_year": "1990",
    "birth_month": "5",
    "birth_day": "20",
    "level_name": "金卡",
    "vip_info.current_level.name": "金卡",
    "vip_info.next_level.name": "白金卡",
    "zh-hant": "金卡",
    "zh-hans": "金卡",
    "en": "Gold",
    "locale_code": "zh-hant",
    "currency_iso": "TWD",
    "currency_symbol": "NT$",
    "label": "NT$12,300",
    "city": "台北市",
    "district": "信義區",
    "zip": "110",
    "address": "台北市信義區市府路1號",
    "address1": "市府路1號",
    "tags": '[{"name": "VIP"}]',
    "id": "5001",
}
_BY_TYPE: Mapping[FieldType, str] = {
    "text": "…",
    "number": "120",
    "yes_no": "true",
    "date": "2026-12-31",
    "any": "…",
    "list": "[…]",
}
_MOMENT = "2026-12-31 23:59:59"


@dataclass(frozen=True, slots=True)
class CatalogueField:
    """A field of a member's record, by the path that a mapping writes. `type`: `any` where people of the shop
    write it, `list` where no path leads into it, empty where nobody says; `example`: as the record has it."""

    path: str
    type: str
    example: str
    writes: bool = False


def catalogue(offer: Offer) -> tuple[CatalogueField, ...]:
    """All that the platform documents, in its order; nothing where the shop names its fields itself."""
    return tuple(
        CatalogueField(path, held, _example(path, held), offer.may_write(path))
        for path, held in (offer.fields or {}).items()
    )


def fields_of_own_system(fields: Mapping[str, Mapping[str, Any]]) -> tuple[CatalogueField, ...]:
    """What a shop's own system says that it has."""
    return tuple(
        CatalogueField(path, str(about.get("type") or ""), _example_text(about.get("example")), writes=True)
        for path, about in fields.items()
    )


def _example(path: str, held: FieldType) -> str:
    return _BY_NAME.get(path) or _BY_NAME.get(path.rpartition(".")[2]) or _BY_TYPE.get(held, _MOMENT)


def _example_text(example: object) -> str:
    return "" if example is None else str(example)
