"""The sections of a playbook that names are chosen from, and how a word says that it takes such a name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.connectors.shops.platforms import USUAL_PLATFORM
from bot.connectors.sms.providers import usual_settings
from bot.model.promotions import SectionName
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code
from bot.playbook.shape.words import NAME, NAMES, SCALARS, WORD_NAME, WORD_NAMES, Schema, ref

OwnSection: TypeAlias = Literal[
    "cards",
    "flows",
    "forms",
    "pages",
    "hours",
    "tags",
    "attributes",
    "audiences",
    "menus",
    "hooks",
    "signals",
    "links",
    "channels",
    "shops",
    "sms",
    "splits",
    "stores",
    "store_groups",
]
Section: TypeAlias = OwnSection | SectionName
"""Its key in a playbook; `pages` and `menus` are gathered from several."""


@dataclass(frozen=True, slots=True)
class NamedKind:
    """What the entries of a section are."""

    thing: Translatable
    """What a message calls one: "card"."""
    unknown: Code
    """The code of the finding where a name is not known."""
    entry: str | None = None
    """What a hint proposes to write behind a new name: `NAME` is that name, `OF` its type or tag."""
    is_word: bool = False
    """Whether the names are words of a-z, 0-9 and _."""


SECTIONS: Mapping[Section, NamedKind] = {
    "cards": NamedKind(tr("card"), "unknown-card", is_word=True),
    "flows": NamedKind(tr("flow"), "unknown-flow", is_word=True),
    "forms": NamedKind(tr("form"), "unknown-form", is_word=True),
    "pages": NamedKind(tr("page"), "unknown-page", is_word=True),
    "hours": NamedKind(tr("hours"), "unknown-hours", "09:00-18:00"),
    "tags": NamedKind(tr("tag"), "unknown-tag"),
    "attributes": NamedKind(tr("attribute"), "unknown-attribute", "OF", is_word=True),
    "audiences": NamedKind(tr("audience"), "unknown-audience", "{if: {tag: OF}}"),
    "menus": NamedKind(tr("rich menu"), "unknown-menu"),
    "hooks": NamedKind(tr("hook"), "unknown-hook", "{url: https://…}", is_word=True),
    "signals": NamedKind(tr("signal"), "unknown-signal", "{order_no: text}", is_word=True),
    "links": NamedKind(tr("link"), "unknown-link", "{send: …}", is_word=True),
    "channels": NamedKind(tr("channel"), "unknown-channel", is_word=True),
    "shops": NamedKind(tr("shop"), "unknown-shop", f"{{platform: {USUAL_PLATFORM}, …}}", is_word=True),
    "sms": NamedKind(tr("SMS provider"), "unknown-sms", f"{{{usual_settings(0)}, …}}", is_word=True),
    "splits": NamedKind(tr("split"), "unknown-split", "{甲: 50, 乙: 50}"),
    "stores": NamedKind(tr("store"), "unknown-store", "{title: NAME}"),
    "store_groups": NamedKind(tr("group of stores"), "unknown-store", "{title: NAME}"),
}
"""The sections but for those of promotions (`named_kinds` has all); names of promotions are never words."""


def is_word(section: Section) -> bool:
    """Whether its names are words."""
    return section in SECTIONS and SECTIONS[section].is_word


def name_in(section: Section) -> Schema:
    """The name of one thing of a section."""
    return {**(WORD_NAME if is_word(section) else NAME), "section": section}


def names_in(section: Section) -> Schema:
    """The name of one thing of a section, or a list of names."""
    return {**(WORD_NAMES if is_word(section) else NAMES), "section": section}


def list_or_states(section: Section, expected: str) -> Schema:
    """A name of the section, a list of names, or a block of names with more."""
    return {
        **name_in(section),
        "key_section": section,
        "type": [*SCALARS, "array", "object"],
        "expected": expected,
        "items": ref("word name" if is_word(section) else "name"),
        "minItems": 1,
        "minProperties": 1,
        "additionalProperties": NAMES,
    }
