"""A contact as JSON, for `oaflow contact … --json`."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.push_gate import held_by
from bot.engine.turn.event_words import row_words
from bot.model.audit import AuditRow
from bot.model.contact import CameBy, Contact, Identity, Instance
from bot.model.journal import TimelineRow
from bot.model.value import PRIVATE_SLOT
from bot.operations.call_outcomes import Ends, Told, calls_told
from bot.operations.contact_view import ContactHistory, ContactView


def in_a_line(shown: ContactView) -> Told:
    """What tells contacts apart."""
    contact = shown.contact
    return {
        "contact": contact.id,
        "simulator": shown.simulated,
        "name": contact.name,
        "phone": contact.phone,
        "told_phone": contact.told_phone,
        "bound": sorted(contact.bindings),
        "member_no": contact.member_no,
        "channels": [identity.channel for identity in contact.identities],
    }


def in_full(shown: ContactView, playbook: Playbook, now: datetime) -> Told:
    """All that is shown of a contact but its history."""
    contact = shown.contact
    return {
        **in_a_line(shown),
        "kind": contact.kind,
        "language": contact.language,
        "email": contact.email,
        "identities": [_identity(identity) for identity in contact.identities],
        "bindings": [
            {"kind": kind, "at": one.at, "flow": one.flow, "tags": list(one.tags), "keep_tags": one.keep_tags}
            for kind, one in contact.bindings.items()
        ],
        "bound_before": contact.bound_before,
        "clerk": _clerk(contact),
        "tags": [
            {
                "name": tag.name,
                "at": tag.at,
                "by": tag.by,
                "expires": tag.expires,
                "times": tag.again + 1,
                "last": tag.last or tag.at,
            }
            for tag in contact.tags
            if contact.has_tag(tag.name, now)
        ],
        "attributes": [_attribute(slot, contact, playbook) for slot in contact.attributes],
        "marketing": contact.marketing,
        "marketing_here": contact.marketing_here,
        "marketing_shop": contact.marketing_shop,
        "consents": [
            {"version": one.version, "at": one.at, "channel": one.channel, "on_page": one.on_page}
            for one in contact.consents
        ],
        "first_source": _source(contact.first_source),
        "last_source": _source(contact.last_source),
        "flows": [_flow(instance, contact, playbook) for instance in contact.flows],
        "last_turn": contact.turned,
    }


def historical(history: ContactHistory) -> Told:
    """What was done to a contact, and what happened to it."""
    return {
        "waiting": history.waiting,
        "parts": list(history.parts),
        "audit": [_done(row) for row in history.audit],
        "timeline": [_happened(row, history.ends) for row in history.timeline],
    }


def _happened(row: TimelineRow, ends: Ends) -> Told:
    told: Told = {"event": row.id, "at": row.at, "what": row_words(row.what), "details": list(row.details)}
    told["calls"] = calls_told(row, ends)
    return {**told, "text": row.text} if row.text is not None else told


def _done(row: AuditRow) -> Told:
    """One line of the audit log; its details say which binding, and no phone."""
    return {
        "at": row.at,
        "who": row.who,
        "what": row.what,
        "contact": row.contact,
        "other": row.other,
        "details": list(row.details),
        "undone": row.undone_by is not None,
    }


def _identity(identity: Identity) -> Told:
    return {
        "channel": identity.channel,
        "line_id": identity.user,
        "friend": identity.friend,
        "since": identity.since,
        "seen": identity.seen,
        "staff": identity.staff,
        "menu": identity.pinned or identity.menu,
    }


def _clerk(contact: Contact) -> Told | None:
    clerk = contact.clerk
    if clerk is None:
        return None
    return {"code": clerk.code, "name": clerk.name, "store": clerk.store, "at": clerk.at}


def _source(source: CameBy | None) -> Told | None:
    return None if source is None else {"code": source.code, "at": source.at}


def _attribute(slot: str, contact: Contact, playbook: Playbook) -> Told:
    letter, _, key = slot.partition(".")
    known, is_private = contact.attributes[slot], letter == PRIVATE_SLOT
    declared = playbook.attributes.get(key)
    return {
        "name": key,
        "title": declared.title if declared is not None else "",
        "value": known.value,
        "private": is_private,
        "at": known.at,
    }


def _flow(instance: Instance, contact: Contact, playbook: Playbook) -> Told:
    return {
        "channel": instance.channel,
        "flow": instance.flow,
        "state": instance.state,
        "since": instance.entered,
        "held": held_by(playbook, contact, instance),
        "held_until": instance.held.until if instance.held is not None else None,
        "on_page": instance.on_page,
    }
