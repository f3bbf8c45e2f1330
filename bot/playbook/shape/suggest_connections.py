"""What was meant around other systems, forms, lists, alerts and stores, with what to paste."""

from __future__ import annotations

from collections.abc import Sequence

from bot.connectors.shops.platforms import PLATFORMS
from bot.model.translatable import Quoted, Translatable, tr
from bot.playbook.shape.findings_at import LocatedFinding
from bot.playbook.shape.suggest_advice import names_in
from bot.playbook.shape.suggest_words import suggest_word
from bot.playbook.similar import nearest
from bot.playbook.syntax.nodes import Map, Node, Path, Scalar

_OTHERS = frozenset(("shopify", "shopee", "shopstore"))
"""Other systems, whose names only look like one that is known."""


def of_shop(place: LocatedFinding) -> Translatable | None:
    """The hints for a word that is no platform, or a shop in the place of its news."""
    node = place.node
    if not isinstance(node, Scalar):
        return None
    if node.path[:1] == ("shops",) and node.path[-1:] == ("platform",):
        return _platform(node.value)
    if node.path[-1:] == ("shop",) and node.value in names_in(place.root, "shops"):
        return tr(
            "{name} is the shop itself: write what happens there, such as  {when}",
            name=Quoted(node.value),
            when="when: {shop: order_paid}",
        )
    return None


def swapped(root: Node, first: str, second: str) -> Translatable | None:
    """What to write where a mapping has the shop's field first, and our attribute behind it."""
    ours = names_in(root, "attributes")
    if first in ours or second not in ours:
        return None
    return tr("our attribute stands first, the shop's field behind it:  {pair}", pair=f"{second}: {first}")


def swapped_at(place: LocatedFinding, first: str) -> Translatable | None:
    """What to write where a key of a shop's mapping is the shop's field, with our attribute behind it."""
    if place.finding.path[:1] != ("shops",) or place.finding.path[-1:] != ("attributes",):
        return None
    behind = place.node.get(first) if isinstance(place.node, Map) else None
    return swapped(place.root, first, behind.value) if isinstance(behind, Scalar) else None


def bare_tag(place: LocatedFinding) -> Translatable | None:
    """A tag's field, where it is written as that of an attribute: nothing is written back of it."""
    path, node = place.finding.path, place.node
    field = node.get("from") if isinstance(node, Map) else None
    if path[:1] != ("shops",) or path[2:3] != ("tags",) or not isinstance(field, Scalar):
        return None
    return tr("write  {key}: {value}", key=str(path[-1]), value=field.value)


def _platform(word: str) -> Translatable | None:
    if word.casefold() not in _OTHERS and (suggest_word(word, PLATFORMS) or nearest(word, PLATFORMS)):
        return None
    return tr(
        "another shop system, or one's own, is asked by web hooks:  {own};  members in a table are  {list}",
        own="platform: hook, url: …, secret: …",
        list="platform: csv",
    )


def suggest_fields(path: Path, names: Sequence[str]) -> str | None:
    """The block of names that was meant by a list of them: fields of a hook's answer, or of a signal."""
    if path[-1:] == ("returns",) or (len(path) == 2 and path[0] == "signals"):
        return f"{{{', '.join(f'{name}: text' for name in names)}}}"
    if path[-1:] == ("save",) and path[:1] == ("hooks",):
        return f"{{{', '.join(f'{name}: {name}' for name in names)}}}"
    if path[-1:] == ("body",) and path[:1] == ("hooks",):
        return '{member: "{{ contact.member_no or 無 }}"}'
    return None


def suggest_entry(path: Path, text: str) -> str | None:
    """An entry written as one text: a hook's address, a store's name, an address to mail."""
    if len(path) == 2 and path[0] == "hooks" and "://" in text:
        return f'{{url: "{text}", secret: "${{HOOK_SECRET}}"}}'
    if len(path) == 2 and path[0] in ("stores", "store_groups"):
        return f"{{title: {text}}}"
    if path == ("alerts",) and "@" in text:
        return f'[{{to: mail, who: {text}, through: "${{SMTP_URL}}", when: [handed_over]}}]'
    return None
