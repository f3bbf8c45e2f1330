"""The names of a playbook that may stand at a place of a file that is being written, each with what it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.translatable import Language
from bot.playbook.compile.scope.known_names import CALLED, Section, known_names
from bot.playbook.completion import SHOWN, Suggestion, YamlPath, place_in
from bot.playbook.section_names import SectionNames
from bot.playbook.shape.suggest_words import pasted
from bot.playbook.syntax.nodes import Map, Node, text_at

_VALUES: Mapping[str, Section] = {
    **dict.fromkeys(("add_tags", "remove_tags", "tag", "tag_added", "tag_removed"), "tags"),
    **dict.fromkeys(("start", "exit", "in_flow", "flow_ended"), "flows"),
    **dict.fromkeys(("attribute_changed", "save", "clear"), "attributes"),
    **dict.fromkeys(("reply", "push", "message", "card"), "cards"),
    **dict.fromkeys(("menu", "pin_menu"), "menus"),
    **dict.fromkeys(("audience", "enters", "leaves"), "audiences"),
    **dict.fromkeys(("call", "hook"), "hooks"),
    **dict.fromkeys(("signal", "raise"), "signals"),
    "during": "hours",
    "page": "pages",
    "form_sent": "forms",
    "link": "links",
    **dict.fromkeys(("coupon", "give_coupon"), "coupons"),
    **dict.fromkeys(("appointment", "cancel_appointment"), "appointments"),
    **dict.fromkeys(("stamp_card", "add_stamp", "take_stamp"), "stamp_cards"),
    **dict.fromkeys(("draw", "enter_draw"), "draws"),
    "referral": "referrals",
    "channel": "channels",
    "store": "stores",
    "store_group": "store_groups",
}
"""What is named behind a key, alone or in a list."""
_KEYS: Mapping[str, Section] = {
    **dict.fromkeys(("attribute", "set", "increase"), "attributes"),
    "tag": "tags",
    "split": "splits",
}
"""What is named as a key below a key."""


def names_of(root: Map, left_out: Sequence[tuple[str, Node]], words: Language) -> SectionNames:
    """The names of a playbook, also of one with mistakes: each with its kind, title and place."""
    flows = root.get("flows")
    there = (
        {name: flow for name, (_, flow) in flows.pairs.items() if isinstance(flow, Map)}
        if isinstance(flows, Map)
        else {}
    )
    known = known_names(root, there, left_out)
    return SectionNames(
        {
            section: {name: _says(root.get(section), section, name, words) for name in sorted(names)}
            for section, names in known.items()
        }
    )


def _says(declared: Node | None, section: Section, name: str, words: Language) -> str:
    kind = words.text(CALLED[section][0])
    if not isinstance(declared, Map) or name not in declared.pairs:
        return kind
    key, value = declared.pairs[name]
    title = text_at(value, "title") if isinstance(value, Map) else ""
    return "\n".join(filter(None, (kind, title, f"{key.file}:{key.line}")))


def named(names: SectionNames, text: str, line: int, column: int) -> list[Suggestion]:
    """The names that may stand at this place, both counted from 1; none where it declares one."""
    place = place_in(text, line, column)
    section = _section(place.path, is_value=place.is_value)
    if section is None:
        return []
    is_key = not place.is_value and place.path[-1:] != (None,)
    return [
        Suggestion(name, says, f"{pasted(name)}: " if is_key else pasted(name))
        for name, says in names.sections[section].items()
        if name not in place.beside
    ][:SHOWN]


def _section(path: YamlPath, *, is_value: bool) -> Section | None:
    in_list = path[-1:] == (None,)
    key = (path[:-1] if in_list else path)[-1:]
    if not key or key[0] is None:
        return None
    if path[:2] == ("rich_menus", None) and len(path) == 3:
        return None  # where a menu gets its name
    if key[0] == "to" and path[0] == "broadcasts":
        return "audiences"
    return (_VALUES if is_value or in_list else _KEYS).get(key[0])
