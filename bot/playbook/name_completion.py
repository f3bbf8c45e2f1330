"""Completion of names in an editor: the entries of the playbook that may be named at the cursor, with their
kinds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.model.translatable import Language
from bot.playbook.compile.scope.known_names import known_names
from bot.playbook.completion import SHOWN, SchemaPart, Suggestion, YamlPath, parts_at, place_in
from bot.playbook.section_names import SectionNames
from bot.playbook.shape.promotions import named_kinds
from bot.playbook.shape.schema import PLAYBOOK
from bot.playbook.shape.sections import Section
from bot.playbook.shape.suggest_words import pasted
from bot.playbook.syntax.nodes import Map, Node, text_at

_LANGUAGE = {**PLAYBOOK.file, "$defs": PLAYBOOK.definitions}
"""The JSON Schema of a playbook's file."""


def names_of(root: Map, left_out: Sequence[tuple[str, Node]], words: Language) -> SectionNames:
    """The names of a playbook, also of one with errors, each with its kind, title and place in `words`."""
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
    """What a name is: its kind, and of a declared one its title and place."""
    kind = words.text(named_kinds()[section].thing)
    if not isinstance(declared, Map) or name not in declared.pairs:
        return kind
    key, value = declared.pairs[name]
    title = text_at(value, "title") if isinstance(value, Map) else ""
    return "\n".join(filter(None, (kind, title, f"{key.file}:{key.line}")))


def named(names: SectionNames, text: str, line: int, column: int) -> list[Suggestion]:
    """The names that may be written at this line and column, both from 1; none where an entry is declared."""
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
    """The section whose entries may be named at this path, as value, item or key."""
    in_list = path[-1:] == (None,)
    keyword, at = "section" if is_value or in_list else "key_section", path[:-1] if in_list else path
    parts = [*parts_at(_LANGUAGE, at), *_in_settings(at)]
    return next((part[keyword] for part in parts if keyword in part), None)


def _in_settings(path: YamlPath) -> Iterable[SchemaPart]:
    """Parts for a flow's setting that is a result; the schema allows any value there.

    Such as `flows, ask, settings, NAME, …`, or, of one account, `channels, main, settings, ask, NAME, …`.
    """
    if path[2:3] != ("settings",):
        return ()
    below = path[4:] if path[0] == "flows" else path[5:]
    return parts_at({**PLAYBOOK.definitions["result"], "$defs": PLAYBOOK.definitions}, below)
