"""A contact as JSON."""

from __future__ import annotations

from datetime import datetime

from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.push_gate import held_by
from bot.engine.turn.event_words import row_words
from bot.model.audit import AuditRow
from bot.model.bulk_run import RUN, ordered_by
from bot.model.contact import Contact, Identity
from bot.model.coupon import HeldCoupon
from bot.model.instance import Instance
from bot.model.journal import TimelineRow
from bot.model.stamp import HeldStampCard
from bot.model.value import PRIVATE_SLOT
from bot.operations.call_outcomes import CallSnapshot, call_outcomes
from bot.operations.contact_view import ContactHistory, ContactView
from bot.operations.coupons import masked_code
from bot.operations.payload import Payload, pick
from bot.wording.trace_words import detail_english


def in_a_line(shown: ContactView) -> Payload:
    """What tells contacts apart."""
    contact = shown.contact
    return {
        "contact": contact.id,
        "simulator": shown.simulated,
        **pick(contact, "name", "phone"),
        "told_phone": contact.stated_phone,
        "bound": sorted(contact.bindings),
        "member_no": contact.member_no,
        "channels": [identity.channel for identity in contact.identities],
    }


def in_full(shown: ContactView, playbook: Playbook, now: datetime) -> Payload:
    """All that is shown of a contact but its history."""
    contact = shown.contact
    return {
        **in_a_line(shown),
        **pick(contact, "kind", "language", "email"),
        "identities": [_identity(identity) for identity in contact.identities],
        "bindings": [
            {"kind": kind, **pick(one, "at", "flow", "tags", "keep_tags")}
            for kind, one in contact.bindings.items()
        ],
        "bound_before": contact.bound_before,
        "clerk": pick(contact.clerk, "code", "name", "store", "at"),
        "tags": [
            {
                **pick(tag, "name", "at", "expires"),
                "by": ordered_by(tag.by),
                "among_many": tag.by.startswith(RUN),
                "times": tag.again + 1,
                "last": tag.last or tag.at,
            }
            for tag in contact.tags
            if contact.has_tag(tag.name, now)
        ],
        "attributes": [_attribute(slot, contact, playbook) for slot in contact.attributes],
        "coupons": [_coupon(held) for held in contact.coupons],
        "stamp_cards": [_stamp_card(held) for held in contact.stamp_cards],
        "draws": [pick(one, "draw", "tries", "last", "result", "prize") for one in contact.draws],
        "appointments": [
            pick(one, "service", "title", "place", "start", "end", "mark") for one in contact.appointments
        ],
        "place_wishes": [
            {**pick(one, "service", "title", "day", "wanted", "since"), "told": one.is_notified}
            for one in contact.place_wishes
        ],
        **pick(contact, "marketing", "marketing_here", "marketing_shop"),
        "stopped_by_staff": contact.staff_stop is not None,
        "consents": [pick(one, "version", "at", "channel", "on_page") for one in contact.consents],
        "referrals": [pick(one, *_REFERRAL) for one in contact.referrals],
        "invitations": [pick(one, *_INVITATION) for one in contact.invitations],
        "first_source": pick(contact.first_source, "code", "at"),
        "last_source": pick(contact.last_source, "code", "at"),
        "flows": [_flow(instance, contact, playbook) for instance in contact.flows],
        "last_turn": contact.turned,
    }


def historical(history: ContactHistory) -> Payload:
    """What was done to a contact, and what happened to it."""
    return {
        **pick(history, "waiting", "parts"),
        "audit": [_done(row) for row in history.audit],
        "timeline": [_happened(row, history.calls) for row in history.timeline],
    }


def _happened(row: TimelineRow, snapshot: CallSnapshot) -> Payload:
    what = {
        "event": row.id,
        "at": row.at,
        "what": row_words(row.what),
        "details": list(map(detail_english, row.details)),
    }
    return {**what, "calls": call_outcomes(row, snapshot), **({} if row.text is None else {"text": row.text})}


def _done(row: AuditRow) -> Payload:
    """One line of the audit log; its details say which binding, and no phone."""
    fields = pick(row, "what", "contact", "other", "details")
    return {"at": row.at, "who": row.actor, **fields, "undone": row.undone_by is not None}


def _identity(identity: Identity) -> Payload:
    return {
        "channel": identity.channel,
        "line_id": identity.user,
        **pick(identity, "friend", "since", "seen", "staff"),
        "menu": identity.pinned or identity.menu,
    }


_REFERRAL = ("campaign", "state", "why", "at", "came", "ended")
_INVITATION = ("campaign", "codes", "friends", "successes", "rewarded")


def _stamp_card(held: HeldStampCard) -> Payload:
    """A stamp card with its ledger: what was put on, and taken back."""
    lines = [pick(one, "at", "count", "source", "store", "order") for one in held.entries]
    return pick(held, "card", "count", "full", "until") | {"entries": lines}


def _coupon(held: HeldCoupon) -> Payload:
    """A coupon; of its code the end, for whoever has the rest may use it."""
    grant = pick(held.grant, "coupon", "title", "at", "starts", "until")
    used = pick(held, "used", "by", "store", "how", "order")
    return {**grant, "code": masked_code(held.grant.code), **used}


def _attribute(slot: str, contact: Contact, playbook: Playbook) -> Payload:
    letter, _, key = slot.partition(".")
    known, declared = contact.attributes[slot], playbook.attributes.get(key)
    title = declared.title if declared is not None else ""
    private = letter == PRIVATE_SLOT
    return {"name": key, "title": title, "value": known.value, "private": private, "at": known.at}


def _flow(instance: Instance, contact: Contact, playbook: Playbook) -> Payload:
    return {
        **pick(instance, "channel", "flow", "state"),
        "since": instance.entered,
        "held": held_by(playbook, contact, instance),
        "held_until": instance.held.until if instance.held is not None else None,
        "on_page": instance.on_page,
    }
