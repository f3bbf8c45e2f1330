"""The audit log: who did what to whom (requirements, B11 and K1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

AuditEntryKind: TypeAlias = Literal[
    "published",
    "rolled_back",
    "keys_added",
    "keys_rotated",
    "keys_retired",
    "pushes_stopped",
    "pushes_resumed",
    "binding_paused",
    "binding_resumed",
    "binding_checked",
    "question_ignored",
    "question_restored",
    "setup_answered",
    "chat_view_saved",
    "chat_view_removed",
    "ready_answer_written",
    "ready_answer_removed",
    "channel_linked",
    "channel_resumed",
    "channel_rotated",
    "channel_stopped",
    "channel_unlinked",
    "flow_closed",
    "flow_opened",
    "flow_paused",
    "flow_resumed",
    "menu_paused",
    "menu_resumed",
    "clerks_imported",
    "clerk_added",
    "clerk_changed",
    "coupon_codes_imported",
    "coupon_codes_confirmed",
    "stamp_screen_renewed",
    "calendar_made",
    "calendar_ended",
    "clerk_suspended",
    "clerk_resumed",
    "clerk_codes",
    "members_imported",
    "friends_imported",
    "erased",
    "data_exported",
    "data_expired",
    "expiry_confirmed",
    "people_searched",
    "audience_listed",
    "many_tagged",
    "many_untagged",
    "many_exported",
    "many_stopped",
    "incident_listed",
    "audit_listed",
    "sms_cap_raised",
    "sms_phone_freed",
    "menus_synced",
    "menus_relinked",
    "secret_kept",
    "secret_dropped",
    "shop_linked",
    "shop_synced",
    "shop_unlinked",
    "shop_account_chosen",
    "broadcast_sent",
    "broadcast_tested",
    "broadcast_paused",
    "broadcast_resumed",
    "broadcast_agreed",
    "broadcast_cancelled",
    "admin_added",
    "admin_suspended",
    "admin_resumed",
    "admin_unlocked",
    "admin_reset",
    "admin_role",
    "admin_password",
    "admin_second_factor",
    "admin_recovery_code",
    "admin_confirmed",
    "admin_signed_in",
    "admin_signed_out",
    "admin_password_wrong",
    "admin_code_wrong",
    "token_made",
    "token_revoked",
    "notices_on",
    "notices_off",
    "draft_handed_in",
    "draft_approved",
    "draft_returned",
    "draft_withdrawn",
    "draft_taken_over",
    "draft_discarded",
    "draft_expired",
    "backup_made",
    "restored",
]
"""What is done to no one contact: a playbook was made live, another one again; keys, stops (of
pushes, binding, flows, menus), stores' clerks,
imports, what is done to many people at once, erasures, exports of everybody, an audience or this log,
searches, what was removed on a day because its time was over, caps, menus, what a sign-in at a shop has
given, links of shops, broadcasts, who may sign in, who has, or has tried to, and in which of their browsers
they are notified; tokens of the API; drafts of the playbook that were handed in; backups, and that the
database was restored."""

AuditKind: TypeAlias = Literal[
    "bound",
    "unbound",
    "merged",
    "parted",
    "phone_moved",
    "phone_moved_back",
    "phone_changed_hands",
    "match_refused",
    "looked_at",
    "conversation_read",
    "revealed",
    "exported",
    "tagged",
    "untagged",
    "set",
    "marketing_stopped",
    "marketing_allowed",
    "drawn",
    "flow_left",
    "flow_restarted",
    "handed_back",
    "taken_over",
    "assigned",
    "set_waiting",
    "answered",
    "note_left",
    "follow_up_set",
    "note_written",
    "note_removed",
    "coupon_pressed",
    "coupon_gift_pressed",
    "coupon_undo_pressed",
    "stamped",
    "stamps_taken",
    "appointment_booked",
    "appointment_moved",
    "appointment_cancelled",
    "appointment_came",
    "appointment_missed",
    "resent",
    "dropped",
    "clerk_handed_over",
    "tester_made",
    "tester_ended",
    AuditEntryKind,
]
"""`parted` undoes `merged`, `phone_moved_back` undoes `phone_moved`; `phone_changed_hands`: `contact` has
proven a phone that `other`, who is another member, had bound; `match_refused`: `contact` and `other` may
have been one person, and are not; `revealed`: a phone was shown; `exported`: all that is stored of
`contact` was written into a folder; `tagged`, `untagged`, `set`, `drawn` (another group of a split),
`flow_left`, `flow_restarted` (`details`: the channel, the flow) and
`handed_back` (staff gave the conversation back, `details` says on which channel), `marketing_stopped` and
`marketing_allowed` (the stop is taken back) are done by hand, as are `taken_over`, `assigned` (to whom),
`set_waiting` (whoever had it cannot answer any more),
`answered` and `note_left`, in the conversation on the channel that `details` names; `resent` and `dropped`
are done with what was given up or set aside; `clerk_handed_over`: they are another clerk's person now;
`stamped`, `stamps_taken` (`details`: the card, how many, the store, the reason): somebody has pressed to
put stamps on a card or take them back, which its turn decides afterwards;
`appointment_…` (`details`: the service, when, the reason): somebody has pressed to book, move or cancel one
for them, or to say whether they came;
`coupon_pressed`, `coupon_undo_pressed` (`details`: its name, the end of its code, the store): somebody has
pressed for a coupon to be redeemed, or usable again, which its turn decides afterwards;
`coupon_gift_pressed` (`details`: its name): for one to be given, which is asked for in its turn;
`note_written` (also changed, or had back) and `note_removed`: a note about them, in none of their
conversations;
`tester_made` and `tester_ended` (`details`: the names): test sends of broadcasts go to them, or no more.
"""

NO_CONTACT = ""
"""Whom a line concerns that is no contact's."""

ELSEWHERE = "elsewhere"
"""What is so after `admin_signed_out`: in all browsers but the one in which it was asked for."""
EVERYWHERE = "everywhere"
"""The same by somebody else: in all browsers."""

MEMBER = "member"
"""Who: the person concerned; else `command:NAME`, a user of the console, or a token of the API."""


AuditEntryState: TypeAlias = Literal["done", "began", "refused"]
"""Done; begun, and nobody has written down its end (a crash, a database that went away, or it goes on);
begun, and refused before anything was changed."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A line about what is no one contact's: `by` whom, `about` what, what was so `before` and is so `after`.

    All three are sealed, and hold no phone, name of a person, id of LINE's or secret all the same: the line
    is shown to the team. `id` is given where a repeated report of a deed is one line; one
    that is counted was done so many `times`, from `at` until `last`. `channel`: the one channel that it was
    done to, by name; empty for none, or all.
    """

    kind: AuditKind
    by: str
    at: datetime
    about: str = ""
    before: str = ""
    after: str = ""
    id: str = ""
    state: AuditEntryState = "done"
    times: int = 1
    last: datetime | None = None
    channel: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line of the log as a page has it, whatever it is about; `details` are those of a contact's.

    `contact` and `other`: whom it was done to, by id, empty for nobody; `erased`: the number of the
    certificate, where that is somebody who was erased.
    """

    entry: AuditEntry
    contact: str = field(default="", repr=False)
    other: str = field(default="", repr=False)
    erased: str = ""
    details: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines: of these kinds, this actor, this contact, this channel (its contacts, and what was done to
    itself), where given; from a moment on, before another."""

    kinds: tuple[AuditKind, ...] = ()
    by: str = ""
    contact: str = field(default="", repr=False)
    channel: str = ""
    since: datetime | None = None
    until: datetime | None = None
    is_part: bool = False
    """The actor is whoever has `by` in their name, in any case: all lines are looked at."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line. `contact` is whom it was done to (`""`: nobody), `other` the second one; neither is a name.

    `details` may hold what is private: it is sealed in the database. `undone_by` is the line that undid it;
    `erased` the number of the certificate of who was erased: it stands in place of the contact.
    """

    id: str
    at: datetime
    actor: str
    what: AuditKind
    contact: str
    other: str | None = None
    details: tuple[str, ...] = field(default=(), repr=False)
    undone_by: str | None = None
    erased: str | None = None

    @property
    def can_be_undone(self) -> bool:
        """Whether it is of a kind that can be undone, has not been, and both are there still."""
        return self.what in ("merged", "phone_moved") and self.undone_by is None and self.erased is None
