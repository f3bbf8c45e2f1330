"""The member card: what the playbook shows on it, and what that is for one person."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.engine.texts.template import Lookup, Placeholder, placeholder_text
from bot.model.screen import CardField, MemberCard

AT_THE_TOP = ("name", "member_no")
"""The fields that the card shows large, and not in its lines."""


@dataclass(frozen=True, slots=True)
class MemberCardField:
    """A line of the card: what it is called, and where its value comes from."""

    title: str
    value: Placeholder
    icon: str | None = None


@dataclass(frozen=True, slots=True)
class MemberCardSettings:
    """`member_card` of a playbook. `unbound` is the flow for unbound people; paths as in `Screen`."""

    fields: tuple[MemberCardField, ...] = ()
    barcode: str | None = None
    picture: str | None = None
    colour: str | None = None
    unbound: str | None = None


def drawn(look: MemberCardSettings, lookup: Lookup, zone: ZoneInfo) -> MemberCard:
    """The card of the person of `lookup`, without lines that have no value."""
    of_contact = {field.value.name for field in look.fields if field.value.group == "contact"}
    lines = (
        CardField(field.title, text, field.icon)
        for field in look.fields
        if not (field.value.group == "contact" and field.value.name in AT_THE_TOP)
        if (text := placeholder_text(field.value, lookup(field.value), zone))
    )
    name, number = (
        placeholder_text(wanted, lookup(wanted), zone) or None
        for wanted in (Placeholder("contact", key, "") for key in AT_THE_TOP)
    )
    return MemberCard(
        name=name if "name" in of_contact else None,
        number=number,
        barcode=look.barcode,
        fields=tuple(lines),
        picture=look.picture,
        colour=look.colour,
    )
