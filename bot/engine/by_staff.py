"""What staff change of a person by hand: tags and attributes, with all that follows from them."""

from __future__ import annotations

from bot.engine.changes import add_tags, remove_tags, set_attribute
from bot.engine.playbook import AttributeInfo
from bot.engine.turn import Turn
from bot.model.event import StaffSets, StaffTags
from bot.model.value import Value, fits


def tagged(turn: Turn, told: StaffTags) -> None:
    """Tags are off and on, by those who did it; what changes is news, as if the playbook had done it."""
    if told.remove:
        gone = remove_tags(turn, told.remove, told.who)
        turn.note("remove_tags", f"removed {', '.join(gone)}" if gone else "had none of them", told.who)
    if told.add:
        new = add_tags(turn, told.add, told.who)
        turn.note("add_tags", f"added {', '.join(new)}" if new else "had them already", told.who)


def set_by_staff(turn: Turn, told: StaffSets) -> None:
    """An attribute is set or cleared. One that the playbook no longer takes so stays as it is."""
    info = turn.playbook.attributes.get(told.attribute)
    if info is None or not takes(info, told.value):
        turn.note("set", "not-set", f"{told.attribute} takes no such value")
        return
    changed = set_attribute(turn, info.key, info.slot, told.value)
    done = "set" if told.value is not None else "cleared"
    turn.note("set", f"{info.key} {done}" if changed else f"{info.key} was so already")


def takes(info: AttributeInfo, value: Value | None) -> bool:
    """Whether an attribute may be set to this value by hand: what a shop maps is the shop's."""
    if not info.writable:
        return False
    return value is None or (fits(info.type, value) and (not info.values or value in info.values))
