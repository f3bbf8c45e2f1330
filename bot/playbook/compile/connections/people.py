"""Compiles what is stored about people: attributes, tags, which of them a shop fills, the privacy notice, and
for how many days data are stored."""

from __future__ import annotations

from bot.engine.compiled.card import Bubble, Card
from bot.engine.compiled.playbook import AttributeInfo, PrivacyNotice, TagInfo
from bot.engine.types.table import slot_of, type_of
from bot.model.retention import DEFAULT_DAYS, KINDS, RetainedKind
from bot.model.value import Type, Value
from bot.playbook.compile.connections.outside import mapped_fields
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.compile.values.values import literal
from bot.playbook.shape.names import PRIVACY_NOTICE
from bot.playbook.syntax.nodes import Map, Node, Scalar, at_keys, place_of

AGREES = "回覆即表示同意"
"""The end of the notice: a reply is consent to it."""


def privacy_of(scope: Scope) -> PrivacyNotice | None:
    """The privacy notice with its card; `None` where the playbook has none."""
    node = scope.book.root.get("privacy")
    if not isinstance(node, Map) or not has_notice(scope):
        return None
    texts = {key: scope.text(value) for key, (_, value) in node.pairs.items() if key != "keep"}
    form = {"type": "text", "text": notice(texts)}
    card = Card(place_of(node), PRIVACY_NOTICE, (Bubble(form, form),))
    return PrivacyNotice(texts.get("version", ""), card, texts)


def has_notice(scope: Scope) -> bool:
    """Whether the playbook has a privacy notice, or may have one in a part that could not be read. The
    section `privacy` may hold only `keep`, which is none."""
    node = scope.book.root.get("privacy")
    only_keep = isinstance(node, Map) and list(node.pairs) == ["keep"]
    return scope.book.may_have("privacy") and not only_keep


def retention_days(scope: Scope) -> int | None:
    """For how many days conversations are stored; `None`: they are not stored."""
    written = _kept(scope, "conversations")
    if written is None or not written.value:
        return DEFAULT_DAYS["conversations"]
    days = written.value.removesuffix("d")
    return int(days) if days.isdecimal() else None


def retention_of(scope: Scope) -> dict[RetainedKind, int]:
    """For how many days each other kind of data is stored, where the playbook says so."""
    written = {kind: _kept(scope, kind) for kind in KINDS if kind != "conversations"}
    found = {kind: one.value.removesuffix("d") for kind, one in written.items() if one is not None}
    return {kind: int(days) for kind, days in found.items() if days.isdecimal()}


def _kept(scope: Scope, kind: RetainedKind) -> Scalar | None:
    """The value of `privacy: {keep: {kind: …}}`."""
    return scope.scalar(at_keys(scope.book.root, "privacy", "keep", kind))


def notice(texts: dict[str, str]) -> str:
    """The notice that the law requires before personal data are given (個人資料保護法 §8); `texts` are the
    values of the section `privacy` by key."""
    parts = {key: texts.get(key, "") for key in ("controller", "purpose", "kinds", "period", "recipients")}
    return "\n".join(
        (
            f"{parts['controller']}個人資料蒐集告知",
            f"蒐集目的：{parts['purpose']}",
            f"資料類別：{parts['kinds']}",
            f"利用期間：{parts['period']}",
            f"利用對象與地區：{parts['recipients']}",
            f"查詢、更正、刪除或停止利用：{texts.get('rights_contact', '')}",
            "不提供資料，就無法使用這項服務。",
            f"隱私權政策：{texts.get('url', '')}",
            f"服務條款：{texts.get('terms', '')}",
            AGREES,
        )
    )


def attributes_of(scope: Scope) -> dict[str, AttributeInfo]:
    """All declared attributes by key, each with the shop that fills it, if one does."""
    shops = _mapped(scope)
    attributes = {}
    for key, (name, node) in scope.book.section("attributes").items():
        type_ = declared_type(scope, node.get("type") if isinstance(node, Map) else node)
        private = scope.switch(at_keys(node, "private"))
        title, moved = scope.scalar(at_keys(node, "title")), scope.scalar(at_keys(node, "moved_from"))
        shop, writable = shops.get(key, (None, True))
        attributes[key] = AttributeInfo(
            key=key,
            type=type_,
            slot=slot_of(key, type_, private=private),
            title=key if title is None else title.value,
            values=_values(scope, name, at_keys(node, "values"), type_),
            private=private,
            shop=shop,
            writable=writable,
            moved_from=None if moved is None else moved.value,
        )
    return attributes


def declared_type(scope: Scope, node: Node | None) -> Type:
    """The type that a node names; text where it names none."""
    known = type_of(scope.text(node))
    return "text" if known is None else known.name


def _values(scope: Scope, name: Scalar, values: Node | None, type_: Type) -> tuple[Value, ...] | None:
    if values is None:
        return None
    made = [literal(scope, item, type_, name.value) for item in scope.scalars(values)]
    return tuple(value for value in made if value is not None)


def _mapped(scope: Scope) -> dict[str, tuple[str, bool]]:
    """By attribute: the shop that fills it, and whether the bot may change it, too."""
    mapped: dict[str, tuple[str, bool]] = {}
    for shop, node in scope.book.blocks("shops"):
        mapped.update((ours, (shop.value, field.write)) for ours, field in mapped_fields(node).items())
    return mapped


def tags_of(scope: Scope) -> dict[str, TagInfo]:
    """All tags by name: those declared, and those that an action, a link or a shop adds."""
    declared = scope.book.section("tags")
    tags = {name: _tag(scope, name, node) for name, (_, node) in declared.items()}
    for name in sorted(scope.names("tags")):
        tags.setdefault(name, TagInfo(name))
    return tags


def _tag(scope: Scope, name: str, node: Node) -> TagInfo:
    category, moved = scope.scalar(at_keys(node, "category")), scope.scalar(at_keys(node, "moved_from"))
    return TagInfo(
        name,
        scope.duration(at_keys(node, "expires")),
        None if category is None else category.value,
        None if moved is None else moved.value,
    )


def shop_tags(scope: Scope) -> frozenset[str]:
    """The tags that yes/no fields of shops add and remove."""
    nodes = (node.get("tags") for _, node in scope.book.blocks("shops"))
    return frozenset(name.value for node in nodes for name, _ in scope.pairs(node))
