"""Reading what people at the shop do: `staff`, and `contact: {set: …}` (language, section 14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from bot.model.place import Place
from bot.model.said import say
from bot.model.value import Value
from bot.playbook.similar import hint_for, shown
from bot.playbook.syntax.nodes import Map, Node, Scalar, place_of
from bot.scenario.reading import Reading
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
)

TAKING = ("takes_over", "hands_back")
TAGGING = ("add_tags", "remove_tags")
UNDONE: tuple[Literal["phone", "clerk"], ...] = ("phone", "clerk")


def read_staff(reading: Reading, node: Node) -> Act | None:
    """`staff`: what people at the shop do."""
    place = place_of(node)
    if isinstance(node, Scalar):
        word = reading.one_of(node, TAKING, "staff")
        return None if word is None else StaffTakes(place, word == "takes_over")
    if isinstance(node, Map) and node.pairs and node.pairs.keys() <= set(TAGGING):
        return _tags(reading, place, node)
    kind = reading.one_key(node, "staff", (*_STAFF, *TAGGING))
    if kind is None or kind not in _STAFF or not isinstance(node, Map):
        return None
    return _STAFF[kind](reading, place, node.pairs[kind][1])


def _unbinds(reading: Reading, place: Place, node: Node) -> Act | None:
    what = reading.one_of(node, UNDONE, "unbinds")
    return None if what is None else StaffUndo(place, what)


def _puts_into(reading: Reading, place: Place, node: Node) -> Act | None:
    target = reading.flow_state(node, "puts_into")
    if target is None:
        return None
    if not reading.playbook.flows[target[0]].states[target[1]].rests:
        message = say("nobody is ever found in {state}: it is left at once", state=shown(target[1]))
        reading.wrong(
            node, "bad-value", message, say("name a state that asks, waits, or has rules and no way on")
        )
        return None
    return PutsInto(place, *target)


def _tags(reading: Reading, place: Place, node: Map) -> Act:
    """As `oaflow contact tag` has it: only what the playbook knows is put on, anything may be taken off."""
    put, gone = node.get("add_tags"), node.get("remove_tags")
    hint = say("declare it in the playbook:  tags: {名稱: {added_by: staff}}")
    known = reading.playbook.tag_names
    names = [] if put is None else [reading.name(item, "tag", known, hint) for item in reading.items(put)]
    add = tuple(name for name in names if name is not None)
    return StaffTagsPerson(place, add, () if gone is None else reading.texts(gone, "remove_tags"))


def _sets(reading: Reading, place: Place, node: Node) -> Act:
    """As `oaflow contact set` has it: what a shop says of its member is the shop's."""
    values: dict[str, Value | None] = {}
    for name, key, value in reading.pairs(node, "set"):
        info = reading.attribute(key)
        if info is None:
            continue
        if not info.writable:
            message = say('"{key}" is what the shop says of its member', key=name)
            hint = say("write  shop: {member_updated: {{key}: …}}", key=name)
            reading.wrong(key, "bad-value", message, hint)
        elif isinstance(value, Scalar) and value.nothing:
            values[name] = None
        elif (found := reading.value(value, info)) is not None:
            values[name] = found
    return StaffSetsValues(place, values)


def _binds(reading: Reading, place: Place, node: Node) -> Act | None:
    phone = reading.phone(node)
    return None if phone is None else StaffBindsPhone(place, phone)


def _draws(reading: Reading, place: Place, node: Node) -> Act | None:
    return StaffDrawsGroup(place, reading.groups(node, "draws"))


def read_set(reading: Reading, node: Node) -> Act | None:
    """`contact: {set: …}`: what is known is another thing from here on, whoever may change it."""
    values: dict[str, Value] = {}
    tags: dict[str, bool] = {}
    for name, key, value in reading.pairs(node, "set"):
        if name == "tags":
            tags = dict.fromkeys(reading.texts(value, "tags"), True)
            continue
        if name not in reading.playbook.attributes:
            known = ("tags", *reading.playbook.attributes)
            reading.wrong(
                key,
                "unknown-attribute",
                say("no {thing} is called {name}", thing=say("attribute"), name=shown(name)),
                hint_for(name, known),
            )
            continue
        info = reading.playbook.attributes[name]
        found = reading.value(value, info)
        if found is not None:
            values[info.slot] = found
    return Sets(place_of(node), values, tags)


_STAFF: Mapping[str, Callable[[Reading, Place, Node], Act | None]] = {
    "binds": _binds,
    "unbinds": _unbinds,
    "draws": _draws,
    "puts_into": _puts_into,
    "set": _sets,
}
STAFF = (*TAKING, *_STAFF, *TAGGING)
"""Everything that staff can do in a scenario."""
