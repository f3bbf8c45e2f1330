"""The rewrite of two contacts (merged, or a phone moved): their new states, events for both, an audit row."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.members.same_phone import Two, heard_by_former, removed_tags
from bot.model.audit import AuditRow
from bot.model.contact import Contact
from bot.model.event import Event, RewriteKind, Rewritten, Source, What
from bot.model.inbox import Received
from bot.model.translatable import QuotedContact, Refusal, Translatable, tr
from bot.services.own_events import own_event

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6d6572676531")
"""The namespace (UUID version 5) of the ids of these events."""


class RewriteRefused(Refusal):
    """The rewrite cannot be done, and nothing was changed."""


def no_contact(contact: str) -> Translatable:
    """The message that there is no contact of this id."""
    return tr("there is no contact {contact}", contact=QuotedContact(contact))


@dataclass(frozen=True, slots=True)
class RewriteJob:
    """An order to rewrite: its actor, its time (UTC), and a `name`. The same name is the same rewrite,
    repeated: its events and audit row have the same ids."""

    actor: str
    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The two contacts from now on; `gone` is `None` where it is merged into `kept`.

    `events` are stored for the contacts, so that their flows can react; `audit` is a row of the audit log.
    """

    kept: Contact
    gone: Contact | None
    events: tuple[Received, ...]
    audit: AuditRow


def united(kept: Contact, gone: Contact, two: Two, job: RewriteJob) -> Rewrite:
    """The change of both contacts, as one rewrite, with the events that they get."""
    what, left = two.became, two.there
    line = AuditRow(f"{what}:{job.name}", job.at, job.actor, what, kept.id, gone.id)
    if left is None:
        events = (rewritten(kept, "merged", gone, line),) if kept.has_line else ()
        here = two.here if not gone.has_line else replace(two.here, signed_out=job.at)
        return Rewrite(here, None, events, line)
    left = replace(left, signed_out=job.at)
    went = rewritten(gone, heard_by_former(left), kept, line, removed_tags(gone, left))
    if what == "phone_changed_hands":
        return Rewrite(two.here, left, (went,), line)
    return Rewrite(two.here, left, (rewritten(kept, "phone_came", gone, line), went), line)


def rewritten(
    contact: Contact, change: RewriteKind, other: Contact, line: AuditRow, tags: tuple[str, ...] = ()
) -> Received:
    """The event for a contact about its rewrite with `other`, of the audit row `line`; `tags` are removed."""
    what = Rewritten(change, other.id, tags)
    return event_for(contact, what, RewriteJob(line.actor, line.at, line.id))


def event_for(
    contact: Contact,
    what: What,
    job: RewriteJob,
    channel: str | None = None,
    *,
    once: bool = False,
    group: str = "",
) -> Received:
    """An event of our own for this contact, on this channel or the first of its channels.

    `once`: its id depends on the job alone, so a repeated job stores it once, also where the contact was
    merged meanwhile. Ids of events of a `group` (hexadecimal digits) begin with that.
    """
    channel = channel or next((i.channel for i in contact.identities), contact.id.partition(":")[0])
    name = job.name if once else f"{job.name} {contact.id}"
    event = f"{channel}:{group}{uuid.uuid5(_IDS, name).hex}"
    return own_event(contact.id, Event(event, channel, Source("none", ""), job.at, what))
