"""From a shop's record to what we know of a person: attributes by slot, tags, consent (language, 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.connectors.shops.directory import Record, at_path
from bot.connectors.shops.platforms import offer_of
from bot.engine.compiled.playbook import AttributeInfo
from bot.engine.types.plain import yes_no_from_shop
from bot.engine.types.table import TYPES
from bot.model.effects import CONSENT
from bot.model.instance import ReservedMember
from bot.model.settings import ShopSettings
from bot.model.shop import UnreadField, UnreadReason
from bot.model.value import Value

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Mapped:
    """What a record says in our words. An empty field (`null`) says nothing, and is no mistake."""

    values: Mapping[str, Value] = field(repr=False)
    tags: Mapping[str, bool]
    consent: bool | None
    unread: tuple[UnreadField, ...]


class FieldMap:
    """Reads the fields that a shop's settings name. `zone` is the playbook's: there a moment is a day."""

    def __init__(self, shop: ShopSettings, attributes: Mapping[str, AttributeInfo], zone: ZoneInfo) -> None:
        self._shop = shop
        self._attributes = {
            name: (attributes[name], mapped.theirs)
            for name, mapped in shop.attributes.items()
            if name in attributes
        }
        self._zone = zone

    @property
    def sections(self) -> frozenset[str]:
        """The first words of all paths: those parts of a record are needed."""
        paths = [*(theirs for _, theirs in self._attributes.values()), *self._shop.tags.values()]
        paths += [self._shop.consent] if self._shop.consent is not None else []
        return frozenset(path.partition(".")[0] for path in paths)

    def read(self, record: Record) -> Mapped:
        """Every mapped field that the record has."""
        unread: list[UnreadField] = []
        values: dict[str, Value] = {}
        for name, (info, theirs) in self._attributes.items():
            raw = self._raw(record, name, theirs, unread)
            if raw is None:
                continue
            value = TYPES[info.type].from_shop(raw, self._zone)
            if value is None:
                unread.append(UnreadField(name, theirs, UnreadReason.WRONG_TYPE, info.type))
            elif info.values is not None and value not in info.values:
                unread.append(UnreadField(name, theirs, UnreadReason.UNLISTED_VALUE))
            else:
                values[info.slot] = value
        answers = {
            ours: self._yes_no(record, ours, theirs, unread) for ours, theirs in self._shop.tags.items()
        }
        tags = {ours: on for ours, on in answers.items() if on is not None}
        agreed = self._shop.consent
        consent = None if agreed is None else self._yes_no(record, "consent", agreed, unread)
        return Mapped(values, tags, consent, tuple(unread))

    def written(self, values: Mapping[str, Value | None]) -> Mapping[str, Any]:
        """The platform's fields with these values (by slot); only those that may be written."""
        fields = {
            theirs: _json_value(values[info.slot])
            for name, (info, theirs) in self._attributes.items()
            if self._shop.attributes[name].write and info.slot in values
        }
        if self._shop.consent is not None and self._shop.writes_consent and CONSENT in values:
            fields[self._shop.consent] = values[CONSENT]
        return fields

    def birthday(self, record: Record) -> Value | None:
        """The member's birthday as `YYYY-MM-DD`, whatever is mapped."""
        path = offer_of(self._shop.platform, self._shop.access).birthday
        return TYPES["date"].from_shop(at_path(record.fields, path), self._zone)

    def found(self, record: Record, mapped: Mapped, phone: str | None) -> ReservedMember:
        """The member for a flow; `phone` is the one that was asked for, or the record's."""
        return ReservedMember(
            phone, record.member_no or None, mapped.values, mapped.tags, mapped.consent, shop=self._shop.name
        )

    def _yes_no(self, record: Record, ours: str, theirs: str, unread: list[UnreadField]) -> bool | None:
        raw = self._raw(record, ours, theirs, unread)
        if raw is None:
            return None
        answer = yes_no_from_shop(raw)
        if answer is None:
            unread.append(UnreadField(ours, theirs, UnreadReason.WRONG_TYPE, "yes_no"))
        return answer

    def _raw(self, record: Record, ours: str, theirs: str, unread: list[UnreadField]) -> Any:
        """The value at a path; `None` where it is empty, or the field is missing, which is reported."""
        raw = at_path(record.fields, theirs, _ABSENT)
        if raw is _ABSENT:
            unread.append(UnreadField(ours, theirs, UnreadReason.ABSENT))
            return None
        return None if raw == "" else raw


def _json_value(value: Value | None) -> Any:
    """As JSON has it: moments in ISO 8601."""
    return value.isoformat() if isinstance(value, datetime) else value
