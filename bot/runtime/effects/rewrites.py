"""Rules for staff who merge two contacts or undo it: what is refused, and what the contacts become by an
undo."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.engine.members.contact_laws import without_phone
from bot.engine.members.identity import OfShop, is_same_member
from bot.engine.members.merge import parted
from bot.engine.members.same_phone import moved_back, removed_tags, shared_channels
from bot.model.audit import AuditKind, AuditRow
from bot.model.contact import Contact
from bot.model.event import RewriteKind
from bot.model.translatable import Quoted, QuotedContact, tr
from bot.services.rewrites import Rewrite, RewriteJob, RewriteRefused, rewritten
from bot.store.contacts.rewriting import Undoing


def refuse_to_merge(one: Contact, other: Contact) -> None:
    """Raise `RewriteRefused` for two contacts that cannot be one."""
    for contact in (one, other):
        if contact.kind != "person":
            raise RewriteRefused(
                tr(
                    "{contact} is a {kind}, and only persons are merged",
                    contact=QuotedContact(contact.id),
                    kind=contact.kind,
                )
            )
    if other.accounts and not (one.has_line or other.has_line):
        raise RewriteRefused(
            tr(
                "neither {one} nor {other} has written on LINE yet: one has to, before they are merged",
                one=QuotedContact(one.id),
                other=QuotedContact(other.id),
            )
        )
    shared = shared_channels(one, other)
    if shared:
        raise RewriteRefused(
            tr(
                "{one} and {other} are two LINE accounts on the channel {channel}: they stay two",
                one=QuotedContact(one.id),
                other=QuotedContact(other.id),
                channel=Quoted(shared[0]),
            )
        )


def undone(undoing: Undoing, job: RewriteJob, given: OfShop, *, phone_is_free: bool) -> Rewrite:
    """The rewrite that undoes a line of the audit log (a merge, a moved phone). Raises `RewriteRefused`.

    `phone_is_free`: no third contact has the phone by now; else it stays with that contact.
    """
    line, kept, gone = undoing.line, undoing.kept, undoing.gone
    if line.undone_by is not None:
        raise RewriteRefused(tr("it has been undone already"))
    _refuse_if_merged_away(undoing)
    if line.what == "phone_moved":
        if "phone" in gone.contact.bindings:
            raise RewriteRefused(
                tr("{contact} has bound another phone since", contact=QuotedContact(gone.contact.id))
            )
        before = undoing.gone_before
        if _is_another_member(gone.contact, before):
            raise RewriteRefused(
                tr("{contact} is another member by now", contact=QuotedContact(gone.contact.id))
            )
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
                    contact=QuotedContact(one.contact.id),
                    other=QuotedContact(one.to),
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
    line = AuditRow(f"{what}:{undoes.id}", job.at, job.actor, what, here.now.id, there.now.id)
    events = tuple(
        rewritten(one.now, one.change, other.now, line, one.tags)
        for one, other in ((here, there), (there, here))
        if one.now.has_line  # nobody else has turns
    )
    kept, gone = (replace(one.now, signed_out=job.at) for one in both)
    return Rewrite(kept, gone, events, line)
