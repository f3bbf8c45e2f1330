"""What the bot knows of a friend, as the workbench shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.connectors.sms.phone import masked, national
from bot.engine.compiled.every_rule import places_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.splits import group_of
from bot.engine.flows.push_gate import held_by
from bot.engine.texts.format import formatted
from bot.engine.turn.how_often import places_taken
from bot.model.contact import CameBy, Contact
from bot.model.instance import Instance
from bot.model.value import PRIVATE_SLOT
from bot.operations.payload import pick
from bot.runtime.effects.staff_changes import LONGEST
from bot.simulator.state.line_ids import milliseconds
from bot.simulator.state.state_json import type_json


def contact_json(
    contact: Contact, channel: str, playbook: Playbook, own: frozenset[str], now: datetime
) -> dict[str, Any]:
    """Tags that are on, attributes, flows and timers on this channel. `own`: see `ObservedChat`."""
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
        "bound": list(_bindings(contact)),
        "phone": None if contact.phone is None else masked(contact.phone),
        "member_no": contact.member_no,
        "splits": [
            {"name": name, "group": group_of(playbook, name, contact.seed), "groups": list(shares)}
            for name, shares in playbook.splits.items()
        ],
        "may": _may(playbook, channel),
        **pick(identity, "menu", "tab", "pinned"),
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


def places_json(contact: Contact, playbook: Playbook, taken: Mapping[str, int]) -> list[Mapping[str, Any]]:
    """Each rule with `first`: how many places are taken, and whether this person has one."""
    has = places_taken(contact.used)
    return [
        {"rule": rule, "first": first, "taken": taken.get(rule, 0), "has": rule in has}
        for rule, first in places_of(playbook).items()
    ]


def hidden_of(contact: Contact, name: str, playbook: Playbook) -> str | None:
    """A value that the page shows only on request: a private attribute, or the phone where `name` is
    empty."""
    if not name:
        return None if contact.phone is None else national(contact.phone)
    known = contact.attributes.get(f"{PRIVATE_SLOT}.{name}")
    return None if known is None else formatted(known.value, None, playbook.zone)


def _bindings(contact: Contact) -> Iterator[Mapping[str, Any]]:
    for kind, one in contact.bindings.items():
        yield {"kind": kind, "at": milliseconds(one.at)}
    if contact.clerk is not None:
        yield {"kind": "clerk", "at": milliseconds(contact.clerk.at), "name": contact.clerk.name}


def _may(playbook: Playbook, channel: str) -> Mapping[str, Any]:
    """What staff may choose from: tags, attributes with their values, and the shop whose members can be
    bound."""
    rules = playbook.channels.get(channel)
    return {
        "tags": sorted(playbook.tag_names),
        "attributes": [
            {
                "name": name,
                "title": info.title,
                **type_json(info.type),
                "values": None
                if info.values is None
                else [formatted(v, None, playbook.zone) for v in info.values],
                "private": info.private,
                "writable": info.writable,
            }
            for name, info in playbook.attributes.items()
        ],
        "longest": LONGEST,
        "shop": None if rules is None else rules.shop,
        "silence": None if rules is None else int(rules.staff_silence.about.total_seconds() * 1000),
    }


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
