"""What the brake holds of a person: what would come by itself, never what answers somebody (semantics 35)."""

from __future__ import annotations

from collections.abc import Collection

from bot.engine.compiled.playbook import Playbook
from bot.engine.turn.changes import EXPIRY
from bot.engine.turn.turn import Turn
from bot.model.brake import Brake
from bot.model.contact import Contact, Instance, Timer


def brake_of(playbook: Playbook, brake: Brake) -> Brake:
    """What is stopped by this playbook: a stop of a flow that it does not have (any more) holds nobody."""
    if not brake:
        return brake
    flows = {None, *playbook.flows, *playbook.form_flows}
    return Brake(tuple(stop for stop in brake.stops if stop.flow in flows))


def is_braked(turn: Turn, instance: Instance | None) -> bool:
    """Whether a flow, or one that runs it, says nothing by itself just now."""
    brake = brake_of(turn.playbook, turn.world.brake)
    return bool(brake) and instance is not None and _holds(brake, turn.contact, instance)


def waits_for_brake(brake: Brake, contact: Contact, timer: Timer) -> bool:
    """Whether a timer moves nobody just now: it is a flow's, or starts one, or has news of a tag told.

    What is no push goes on: staff's silence ends, a menu's term does, and a result that nobody says is given.
    `brake` is that of the playbook.
    """
    if not brake:
        return False
    if timer.flow == "":
        return timer.timer == EXPIRY and brake.holds(timer.channel)
    instance = contact.instance(timer.flow, timer.channel)
    if instance is None or instance.visit != timer.visit:
        return brake.holds(timer.channel, (timer.flow,))
    return _holds(brake, contact, instance)


def _holds(brake: Brake, contact: Contact, instance: Instance) -> bool:
    return brake.holds(instance.channel, _upwards(contact, instance))


def _upwards(contact: Contact, instance: Instance) -> Collection[str]:
    """A flow and those that run it."""
    names = [instance.flow]
    above = instance.parent
    while above is not None and above not in names:  # a stored circle has no end
        names.append(above)
        parent = contact.instance(above, instance.channel)
        above = parent.parent if parent is not None else None
    return names
