"""What the bot knows of a friend, as the workbench shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.engine.door import held_by
from bot.engine.format import formatted
from bot.engine.playbook import Playbook
from bot.model.contact import CameBy, Contact, Instance
from bot.model.value import PRIVATE_SLOT
from bot.simulator.state.line_ids import milliseconds


def contact_shown(
    contact: Contact, channel: str, playbook: Playbook, own: frozenset[str], now: datetime
) -> dict[str, Any]:
    """Tags that are on, attributes, flows and timers on this channel. `own`: see `Seen`."""
    identity = contact.identity(channel)
    return {
        "name": contact.name,
        "tags": [
            {
                "name": tag.name,
                "at": milliseconds(tag.at),
                "by": tag.by,
                "times": tag.again + 1,
                "last": milliseconds(tag.last or tag.at),
                "expires": _at(tag.expires),
            }
            for tag in contact.tags
            if contact.has_tag(tag.name, now)
        ],
        "attributes": list(_attributes(contact, playbook, own)),
        "flows": [
            _flow(instance, contact, playbook) for instance in contact.flows if instance.channel == channel
        ],
        "timers": [
            {"flow": timer.flow, "timer": timer.timer, "due": milliseconds(timer.due)}
            for timer in sorted(contact.timers, key=lambda timer: timer.due)
            if timer.channel == channel
        ],
        "staff": identity.staff,
        "bound": [{"kind": kind, "at": milliseconds(one.at)} for kind, one in contact.bindings.items()],
        "menu": identity.menu,
        "tab": identity.tab,
        "pinned": identity.pinned,
        "pinned_until": _at(identity.pinned_until),
        "marketing": contact.marketing,
        "first_source": _source(contact.first_source),
        "last_source": _source(contact.last_source),
    }


def _attributes(contact: Contact, playbook: Playbook, own: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    for slot, known in contact.attributes.items():
        name = slot.partition(".")[2]
        if slot.startswith(f"{PRIVATE_SLOT}.") and slot not in own:
            yield {"name": name, "private": True}
        else:
            yield {"name": name, "value": formatted(known.value, None, playbook.zone)}


def _flow(instance: Instance, contact: Contact, playbook: Playbook) -> Mapping[str, Any]:
    answers = instance.answers.items()
    return {
        "flow": instance.flow,
        "state": instance.state,
        "since": milliseconds(instance.entered),
        "held": held_by(playbook, contact, instance),
        "held_until": _at(instance.held.until) if instance.held is not None else None,
        "answers": [
            {"name": name, "value": formatted(answer.value, None, playbook.zone)} for name, answer in answers
        ],
    }


def _source(source: CameBy | None) -> Mapping[str, Any] | None:
    return None if source is None else {"code": source.code, "at": milliseconds(source.at)}


def _at(moment: datetime | None) -> int | None:
    return None if moment is None else milliseconds(moment)
