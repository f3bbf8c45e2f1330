"""`oaflow contact stop`: no more marketing to one person."""

from __future__ import annotations

from bot.cli.contact.order import about_contact, contact_of
from bot.cli.order import CommandOrder
from bot.model.translatable import Translatable, tr
from bot.operations.contact_changes import Carried
from bot.operations.marketing_stop import stop_marketing


@about_contact
async def stop(order: CommandOrder) -> None:
    """Stop it, or take that back with `--undo`. Raises `NotFound` and `MarketingUnchanged`."""
    found, undo = await contact_of(order), order.options.undo
    carried = await stop_marketing(found, order.playbook, order.by, undo=undo)
    who = found.contact.id
    payload = {"contact": who, "simulator": found.simulated, "stopped": not undo, "carried": carried}
    order.show_all(payload, _undone(who, carried) if undo else _stopped(who, carried))


def _stopped(who: str, carried: Carried) -> list[Translatable]:
    said: dict[Carried, Translatable] = {
        "done": tr("done: no more marketing goes to {who}", who=who),
        "stored": tr("stored: no more marketing goes to {who} as soon as oaflow runs", who=who),
        "waiting": tr("stored: no more marketing goes to {who} when its turn comes", who=who),
    }
    return [
        said[carried],
        tr("not sent: pushes of journeys, broadcasts, also those that are planned or wait"),
        tr("still sent: answers to what they write or tap, codes they ask for, staff in LINE's chat"),
    ]


def _undone(who: str, carried: Carried) -> list[Translatable]:
    said: dict[Carried, Translatable] = {
        "done": tr("done: staff no longer stop marketing to {who}", who=who),
        "stored": tr("stored: staff no longer stop marketing to {who} as soon as oaflow runs", who=who),
        "waiting": tr("stored: staff no longer stop marketing to {who} when its turn comes", who=who),
    }
    return [said[carried]]
