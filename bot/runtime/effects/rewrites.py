"""What two contacts become, with the events that tell them and the line of the audit log; or why not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.members.identity import OfShop, is_same_member
from bot.engine.members.same_phone import Two, heard_by_former, moved_back, removed_tags, shared_channels
from bot.engine.members.unmerge import parted, without_phone
from bot.model.audit import AuditKind, AuditRow
from bot.model.contact import Contact
from bot.model.event import Event, RewriteKind, Rewritten, Source, What
from bot.model.inbox import InboxEntry
from bot.model.translatable import Quoted, Refusal, Translatable, tr
from bot.runtime.own_events import own_event
from bot.store.contacts.rewriting import Rewrite, Undoing

_IDS = uuid.UUID("6f61666c-6f77-4f75-8e63-6d6572676531")


class RewriteRefused(Refusal):
    """It cannot be done, and nothing was changed."""


def no_contact(contact: str) -> Translatable:
    """The message that there is no contact of this id."""
    return tr("there is no contact {contact}", contact=Quoted(contact))


@dataclass(frozen=True, slots=True)
class RewriteJob:
    """Who orders a rewrite, and when; the same `name` is the same rewrite, done again."""

    who: str
    at: datetime
    name: str


def united(kept: Contact, gone: Contact, two: Two, job: RewriteJob) -> Rewrite:
    """The change of both contacts, as one rewrite, with the events that they get."""
    what, left = two.became, two.there
    line = AuditRow(f"{what}:{job.name}", job.at, job.who, what, kept.id, gone.id)
    if left is None:
        entries = (_entry_for(kept, "merged", gone, line),) if kept.has_line else ()
        here = two.here if not gone.has_line else replace(two.here, signed_out=job.at)
        return Rewrite(here, None, entries, line)
    left = replace(left, signed_out=job.at)
    went = _entry_for(gone, heard_by_former(left), kept, line, removed_tags(gone, left))
    if what == "phone_changed_hands":
        return Rewrite(two.here, left, (went,), line)
    return Rewrite(two.here, left, (_entry_for(kept, "phone_came", gone, line), went), line)


def refuse_to_merge(one: Contact, other: Contact) -> None:
    """Raise `RewriteRefused` for two contacts that cannot be one."""
    for contact in (one, other):
        if contact.kind != "person":
            raise RewriteRefused(
                tr(
                    "{contact} is a {kind}, and only persons are merged",
                    contact=Quoted(contact.id),
                    kind=contact.kind,
                )
            )
    if other.accounts and not (one.has_line or other.has_line):
        raise RewriteRefused(
            tr(
                "neither {one} nor {other} has written on LINE yet: one has to, before they are merged",
                one=Quoted(one.id),
                other=Quoted(other.id),
            )
        )
    shared = shared_channels(one, other)
    if shared:
        raise RewriteRefused(
            tr(
                "{one} and {other} are two LINE accounts on the channel {channel}: they stay two",
                one=Quoted(one.id),
                other=Quoted(other.id),
                channel=Quoted(shared[0]),
            )
        )


def undone(undoing: Undoing, job: RewriteJob, given: OfShop, *, phone_is_free: bool) -> Rewrite:
    """The rewrite that undoes a line of the audit log; the phone stays with another contact that has it."""
    line, kept, gone = undoing.line, undoing.kept, undoing.gone
    if line.undone_by is not None:
        raise RewriteRefused(tr("it has been undone already"))
    _refuse_if_merged_away(undoing)
    if line.what == "phone_moved":
        if "phone" in gone.contact.bindings:
            raise RewriteRefused(
                tr("{contact} has bound another phone since", contact=Quoted(gone.contact.id))
            )
        before = undoing.gone_before
        if _is_another_member(gone.contact, before):
            raise RewriteRefused(tr("{contact} is another member by now", contact=Quoted(gone.contact.id)))
        if not phone_is_free and before.member_no is None:
            raise RewriteRefused(tr("somebody else has bound the phone since"))
        before = before if phone_is_free else replace(before, phone=None)
        here, there = moved_back(kept.contact, gone.contact, before)
        gone_tags = removed_tags(kept.contact, here)
        went = _Undone(here, "phone_went", gone_tags)
        return _apart((went, _Undone(there, "phone_came_back")), "phone_moved_back", line, job)
    here, there = parted(kept.contact, undoing.kept_before, undoing.gone_before, given)
    if not phone_is_free and "phone" in there.bindings:
        there = without_phone(there) if there.member_no is None else replace(there, phone=None)
    return _apart((_Undone(here, "parted"), _Undone(there, "parted")), "parted", line, job)


def _refuse_if_merged_away(undoing: Undoing) -> None:
    both = (undoing.kept,) if undoing.line.what == "merged" else (undoing.kept, undoing.gone)
    for one in both:
        if one.to is not None:
            raise RewriteRefused(
                tr(
                    "{contact} was merged into {other} since: undo that first",
                    contact=Quoted(one.contact.id),
                    other=Quoted(one.to),
                )
            )


def _is_another_member(now: Contact, before: Contact) -> bool:
    """Whether the shop's login has bound the contact to another member since."""
    return now.member_no is not None and before.member_no is not None and not is_same_member(now, before)


@dataclass(frozen=True, slots=True)
class _Undone:
    """One of the two contacts after the undo, and the event that it gets."""

    now: Contact
    change: RewriteKind
    tags: tuple[str, ...] = ()


def _apart(both: tuple[_Undone, _Undone], what: AuditKind, undoes: AuditRow, job: RewriteJob) -> Rewrite:
    here, there = both
    line = AuditRow(f"{what}:{undoes.id}", job.at, job.who, what, here.now.id, there.now.id)
    entries = tuple(
        _entry_for(one.now, one.change, other.now, line, one.tags)
        for one, other in ((here, there), (there, here))
        if one.now.has_line  # nobody else has turns
    )
    kept, gone = (replace(one.now, signed_out=job.at) for one in both)
    return Rewrite(kept, gone, entries, line)


def _entry_for(
    contact: Contact, change: RewriteKind, other: Contact, line: AuditRow, tags: tuple[str, ...] = ()
) -> InboxEntry:
    return entry_for(contact, Rewritten(change, other.id, tags), RewriteJob(line.who, line.at, line.id))


def entry_for(
    contact: Contact,
    what: What,
    job: RewriteJob,
    channel: str | None = None,
    *,
    once: bool = False,
    group: str = "",
) -> InboxEntry:
    """An event of our own for this contact, on this channel or the first of its channels.

    `once`: of one job it is the same event, whoever the contact is merged into meanwhile. Ids of events of a
    `group` (hexadecimal) begin with that.
    """
    channel = channel or next((i.channel for i in contact.identities), contact.id.partition(":")[0])
    name = job.name if once else f"{job.name} {contact.id}"
    event = f"{channel}:{group}{uuid.uuid5(_IDS, name).hex}"
    return own_event(contact.id, Event(event, channel, Source("none", ""), job.at, what)).entry
