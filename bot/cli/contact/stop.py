"""`oaflow contact stop`: no more marketing to one person."""

from __future__ import annotations

from bot.cli.contact.order import about_contact, contact_of
from bot.cli.order import CommandOrder
from bot.model.translatable import Translatable, tr
from bot.operations.contact_changes import Carried
from bot.operations.marketing_stop import AtShop, MarketingChange, stop_marketing
from bot.operations.payload import pick


@about_contact
async def stop(order: CommandOrder) -> None:
    """Stop it, or take that back with `--undo`. Raises `NotFound` and `MarketingUnchanged`."""
    found, undo = await contact_of(order), order.options.undo
    done = await stop_marketing(found, order.playbook, order.by, undo=undo)
    contact = found.contact.id
    payload = {"contact": contact, "simulator": found.simulated, "stopped": not undo}
    payload |= pick(done, "carried", "at_shop")
    order.show_all(payload, _undone(contact, done) if undo else _stopped(contact, done))


def _stopped(contact: str, done: MarketingChange) -> list[Translatable]:
    said: dict[Carried, Translatable] = {
        "done": tr("done: no more marketing goes to {who}", who=contact),
        "stored": tr("stored: no more marketing goes to {who} as soon as oaflow runs", who=contact),
        "waiting": tr("stored: no more marketing goes to {who} when its turn comes", who=contact),
    }
    return [
        said[done.carried],
        *([tr("the shop's record is told so, too")] if done.at_shop == "asked" else []),
        tr("not sent: pushes of journeys, broadcasts, also those that are planned or wait"),
        tr("still sent: answers to what they write or tap, codes they ask for, staff in LINE's chat"),
    ]


def _undone(contact: str, done: MarketingChange) -> list[Translatable]:
    said: dict[Carried, Translatable] = {
        "done": tr("done: staff no longer stop marketing to {who}", who=contact),
        "stored": tr("stored: staff no longer stop marketing to {who} as soon as oaflow runs", who=contact),
        "waiting": tr("stored: staff no longer stop marketing to {who} when its turn comes", who=contact),
    }
    shop: dict[AtShop, list[Translatable]] = {
        "none": [],
        "asked": [tr("the shop's record is asked to say yes again; if it does not: oaflow deadletters list")],
        "says_no": [tr("the shop's record says no: no marketing goes to them until it says otherwise there")],
    }
    own = tr("where the person has said so themselves by then, it stays so")
    return [said[done.carried], *([own] if done.carried != "done" else []), *shop[done.at_shop]]
