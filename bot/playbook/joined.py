"""How the files of a playbook become one document: sections of names are merged, lists are concatenated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import mistake
from bot.playbook.shape.schema import BOT_SECTIONS, LISTED_SECTIONS, NAMED_SECTIONS, SECTIONS, SINGLE_SECTIONS
from bot.playbook.shape.suggest_keys import suggest_key
from bot.playbook.similar import folded, quoted
from bot.playbook.syntax.nodes import List, Map, Node, Path, Scalar, first_of, place_of, text_at

FILE_CHANNEL = "channel"
"""Key at the top of a file: the channels that everything in the file is for."""

NEEDED = ("bot", "channels")
"""Sections that a playbook must have."""


@dataclass(frozen=True)
class Joined:
    """The sections of all files, but for what was refused. Nodes have the places of their files."""

    root: Map
    channels: dict[str, Node] = field(default_factory=dict)
    """The value of `channel:` on top of a file, by file."""
    refused: set[tuple[str, str]] = field(default_factory=set)
    """What was refused, by section and name; "" is the section itself."""
    left_out: list[tuple[str, Node]] = field(default_factory=list)
    """The nodes of that, each with its section."""
    problems: list[Problem] = field(default_factory=list)


def join(files: Iterable[tuple[Map, set[Path]]], *, needed: bool) -> Joined:
    """One document from the roots of the files, in their order; each comes with the paths in it that were
    refused. `needed`: a missing section of `NEEDED` is reported."""
    joining: Joined | None = None
    seen: set[str] = set()
    first: Map | None = None
    for root, refused in files:
        first = first or root
        joining = joining or Joined(Map(root.file, (), root.line, root.column))
        seen |= root.pairs.keys()
        _add(joining, root, refused, is_first=root.file == first.file)
    assert joining is not None
    assert first is not None
    for section in NEEDED if needed else ():
        if section not in seen and (section, "") not in joining.refused:
            message, hint = (
                tr('"{section}" is missing here', section=section),
                tr("add  {section}: {example}", section=section, example=SECTIONS[section].example),
            )
            at = first_of(first)
            joining.problems.append(mistake(place_of(at), "missing-key", message, hint=hint, width=at.width))
    _alike(joining)
    return joining


def _add(joined: Joined, root: Map, refused: set[Path], *, is_first: bool) -> None:
    """Add the sections of one file."""
    for section, (key, node) in root.pairs.items():
        if section == FILE_CHANNEL:
            if (section,) not in refused:
                joined.channels[root.file] = node
        elif section not in SECTIONS:
            _refuse(joined, suggest_key(section, root.pairs, SECTIONS) or section, "", node)
        elif section in BOT_SECTIONS and not is_first:
            message = tr('"{section}" stands in bot.yaml only', section=section)
            joined.problems.append(
                mistake(place_of(key), "unknown-section", message, hint=tr("move it there"), width=key.width)
            )
        elif (section,) in refused:
            _refuse(joined, section, "", node)
        elif isinstance(node, Map) and section in NAMED_SECTIONS:
            _add_names(joined, section, key, node, refused)
        elif isinstance(node, List) and section in LISTED_SECTIONS:
            _add_items(joined, section, key, node, refused)
        elif (section not in SINGLE_SECTIONS and section not in BOT_SECTIONS) or any(
            path[0] == section for path in refused
        ):
            _refuse(joined, section, "", node)
        elif section in joined.root.pairs:
            message = tr('the section "{section}" stands here for the second time', section=section)
            hint = tr("leave one of them out")
            joined.problems.append(_twice(key, joined.root.pairs[section][0], message, hint))
        else:
            joined.root.pairs[section] = (key, node)


def _refuse(joined: Joined, section: str, name: str, node: Node) -> None:
    """Note a section, or an entry of it, as refused."""
    joined.refused.add((section, name))
    joined.left_out.append((section, node))


def _add_items(joined: Joined, section: str, key: Scalar, node: List, refused: set[Path]) -> None:
    """Add the items of a list to those of other files."""
    usable = []
    for number, item in enumerate(node.items):
        if (section, number) in refused:
            _refuse(joined, section, text_at(item, "menu") if isinstance(item, Map) else "", item)
        else:
            usable.append(item)
    both = joined.root.get(section)
    if isinstance(both, List):
        both.items.extend(usable)
    else:
        new = List(node.file, node.path, node.line, node.column, node.flow, items=usable)
        joined.root.pairs[section] = (key, new)


def _add_names(joined: Joined, section: str, key: Scalar, node: Map, refused: set[Path]) -> None:
    """Add the entries of a section to those of other files; a name that is there already is reported."""
    new = Map(node.file, node.path, node.line, node.column)
    both = joined.root.pairs.setdefault(section, (key, new))[1]
    assert isinstance(both, Map)
    for name, (named, value) in node.pairs.items():
        if name in both.pairs:
            message = tr("the name {name} stands here for the second time", name=quoted(name))
            hint = tr("give one of them another name")
            joined.problems.append(_twice(named, both.pairs[name][0], message, hint))
        elif (section, name) in refused:
            _refuse(joined, section, name, value)
        else:
            both.pairs[name] = (named, value)


def _twice(second: Scalar, first: Scalar, message: Translatable, hint: Translatable) -> Problem:
    note = tr("first defined at {place}", place=str(place_of(first)))
    return mistake(place_of(second), "duplicate-name", message, hint=hint, note=note, width=second.width)


def _alike(joined: Joined) -> None:
    """Warn of names of entries and states that differ only in width or case."""
    for section in NAMED_SECTIONS:
        named = joined.root.get(section)
        if isinstance(named, Map):
            joined.problems.extend(alike(named.pairs))
    flows = joined.root.get("flows")
    for _, flow in flows.pairs.values() if isinstance(flows, Map) else ():
        states = flow.get("states") if isinstance(flow, Map) else None
        if isinstance(states, Map):
            joined.problems.extend(alike(states.pairs))


def alike(names: Mapping[str, tuple[Scalar, Node]]) -> list[Problem]:
    """A warning for each name that differs from one before it only in width or case."""
    problems = []
    seen: dict[str, Scalar] = {}
    for name, (key, _) in names.items():
        before = seen.setdefault(folded(name), key)
        if before is not key:
            found = alike_names(name, place_of(key), before.value, place_of(before))
            problems.append(replace(found, width=key.width))
    return problems


def alike_names(name: str, place: Place, before: str, there: Place) -> Problem:
    """`duplicate-name`: a name at `place` differs from `before`, at `there`, only in width or case."""
    message = tr(
        "{name} differs from {before} only in width or case", name=quoted(name), before=quoted(before)
    )
    note = tr("the other one stands at {place}", place=str(there))
    hint = tr("write it the same way, or choose names that one can tell apart")
    return mistake(place, "duplicate-name", message, hint=hint, note=note, level="warning")
