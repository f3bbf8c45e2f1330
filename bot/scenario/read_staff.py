"""Reading what people at the shop do: `staff`, and `contact: {set: …}` (language, section 14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import get_args

from bot.model.place import Place
from bot.model.said import say
from bot.model.value import Value
from bot.playbook.syntax.nodes import Map, Node, place_of
from bot.scenario.reading import Reading, items, nothing, only, pairs, phone, text, texts, word
from bot.scenario.steps import (
    Act,
    PutsInto,
    Sets,
    StaffBindsPhone,
    StaffDrawsGroup,
    StaffSetsValues,
    StaffTagsPerson,
    StaffTakes,
    StaffUndo,
    UndoneBinding,
)


def read_staff(reading: Reading, node: Node) -> Act | None:
    """`staff`: what people at the shop do."""
    place = place_of(node)
    if not isinstance(node, Map):
        return StaffTakes(place, text(node) == "takes_over")
    if kind := next((name for name in node.pairs if name in _STAFF), None):
        return _STAFF[kind](reading, place, node.pairs[kind][1])
    return _tags(reading, place, node)


def _puts_into(reading: Reading, place: Place, node: Node) -> Act | None:
    assert isinstance(node, Map)
    _, key, value = only(node)
    hint = say("name a state that asks, waits, or has rules and no way on")
    target = reading.flow_state(key, value, hint)
    return None if target is None else PutsInto(place, *target)


def _tags(reading: Reading, place: Place, node: Map) -> Act:
    """As `oaflow contact tag` has it: only what the playbook knows is put on, anything may be taken off."""
    hint = say("declare it in the playbook:  tags: {名稱: {added_by: staff}}")
    known = reading.playbook.tag_names
    names = (reading.name(item, "tag", known, hint) for item in items(node.get("add_tags")))
    add = tuple(name for name in names if name is not None)
    return StaffTagsPerson(place, add, texts(node.get("remove_tags")))


def _sets(reading: Reading, place: Place, node: Node) -> Act:
    """As `oaflow contact set` has it: what a shop says of its member is the shop's."""
    values: dict[str, Value | None] = {}
    for name, key, value in pairs(node):
        info = reading.attribute(key)
        if info is None:
            continue
        if not info.writable:
            message = say('"{key}" is what the shop says of its member', key=name)
            hint = say("write  shop: {member_updated: {{key}: …}}", key=name)
            reading.wrong(key, "bad-value", message, hint)
        elif nothing(value):
            values[name] = None
        elif (found := reading.value(value, info)) is not None:
            values[name] = found
    return StaffSetsValues(place, values)


def read_set(reading: Reading, node: Node) -> Act:
    """`contact: {set: …}`: what is known is another thing from here on, whoever may change it."""
    assert isinstance(node, Map)
    tags = dict.fromkeys(texts(node.get("tags")), True)
    values: dict[str, Value] = {}
    for name, key, value in pairs(node):
        if name == "tags":
            continue
        if name not in reading.playbook.attributes:
            reading.unknown(key, "attribute", name, ("tags", *reading.playbook.attributes))
            continue
        info = reading.playbook.attributes[name]
        if (found := reading.value(value, info)) is not None:
            values[info.slot] = found
    return Sets(place_of(node), values, tags)


_STAFF: Mapping[str, Callable[[Reading, Place, Node], Act | None]] = {
    "binds": lambda _, place, node: StaffBindsPhone(place, phone(node) or ""),
    "unbinds": lambda _, place, node: StaffUndo(place, word(node, get_args(UndoneBinding))),
    "draws": lambda reading, place, node: StaffDrawsGroup(place, reading.groups(node)),
    "puts_into": _puts_into,
    "set": _sets,
}
