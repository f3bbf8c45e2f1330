"""The member card: how it looks, and what it shows (language, section 10)."""

from __future__ import annotations

from bot.engine.compiled.member_card import MemberCardField, MemberCardSettings
from bot.engine.texts.template import Placeholder
from bot.engine.types.table import TYPES
from bot.model.screen import MEMBER_CARD
from bot.model.translatable import tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.scope.unknown_names import is_refused, unknown
from bot.playbook.compile.values.pictures import card_picture
from bot.playbook.similar import hint_for, quoted
from bot.playbook.syntax.nodes import Map, Scalar

TITLES = {"name": "姓名", "member_no": "會員編號", "phone": "手機號碼", "email": "電子郵件"}
"""The fields of the contact that the member card may show, each with its title where none is written."""


def member_card_of(scope: Scope) -> MemberCardSettings | None:
    """The member card's look and fields, and the flow for people who are not bound; `None` where the playbook
    has none."""
    node = scope.book.root.get(MEMBER_CARD)
    if not isinstance(node, Map):
        return None
    picture, unbound = scope.scalar(node.get("picture")), scope.scalar(node.get("unbound"))
    if unbound is not None and scope.has_name("flows", unbound):
        scope.has_name("pages", unbound)
    fields = [_field(scope, field) for field in scope.items(node.get("fields"))]
    return MemberCardSettings(
        fields=tuple(field for field in fields if field is not None),
        barcode=scope.text(node.get("barcode")) or None,
        picture=None if picture is None else card_picture(scope, picture),
        colour=scope.text(node.get("colour")) or None,
        unbound=None if unbound is None else unbound.value,
    )


def _field(scope: Scope, node: Map) -> MemberCardField | None:
    show, icon = scope.scalar(node.get("show")), scope.scalar(node.get("icon"))
    served = None if icon is None else card_picture(scope, icon)
    shown = None if show is None else _value(scope, show)
    if shown is None:
        return None
    usual, value = shown
    return MemberCardField(scope.text(node.get("title")) or usual, value, served)


def _value(scope: Scope, show: Scalar) -> tuple[str, Placeholder] | None:
    """The default title of a field and the placeholder of its value; `None`, and reported, where `show` names
    nothing that can be shown."""
    group, _, name = show.value.partition(".")
    if group == "contact" and name in TITLES:
        return TITLES[name], Placeholder("contact", name, "")
    if group == "attribute":
        known = scope.book.attributes.get(name)
        if known is not None:
            as_ = known.type if known.type in TYPES[known.type].formats else None
            value = Placeholder("attribute", name, "", as_, known.type, known.slot)
            return known.title or name, value
        if not is_refused(scope.book, "attributes", name):
            scope.fault(show, unknown(scope.book, "attributes", name, scope.book.attributes))
        return None
    names = [
        *(f"contact.{field}" for field in TITLES),
        *(f"attribute.{key}" for key in scope.book.attributes),
    ]
    message = tr("{show} cannot be shown on the member card", show=quoted(show.value))
    hint = hint_for(show.value, names) or tr("write  contact.x  or  attribute.x")
    scope.wrong(show, "unknown-field", message, hint)
    return None
