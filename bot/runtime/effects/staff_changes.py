"""What staff change of a person by hand: read as they write it, and stored as an event of its own."""

from __future__ import annotations

import uuid
from zoneinfo import ZoneInfo

from bot.engine.compiled.playbook import AttributeInfo
from bot.engine.texts.typed import typed
from bot.engine.types.table import TYPES
from bot.model.audit import AuditKind, AuditRow
from bot.model.clock import Clock
from bot.model.staff_chat import StaffNotes, StaffWrites
from bot.model.staff_order import (
    StaffActs,
    StaffDraws,
    StaffEnds,
    StaffFollowsUp,
    StaffSets,
    StaffStops,
    StaffTags,
)
from bot.model.translatable import Quoted, row, tr
from bot.model.value import Value
from bot.playbook.similar import quoted
from bot.runtime.ports import ContactStore
from bot.services.rewrites import RewriteJob, RewriteRefused, event_for, no_contact
from bot.store.contacts.rewriting import Rewriter, RewriteTargetMissing

LONGEST = 5_000
"""Characters of a text: what one message of LINE's holds, in which it is to be shown."""


def refuse_what_is_the_shops(info: AttributeInfo, called: str) -> None:
    """Raise `RewriteRefused` for an attribute that staff may not set; `called`: its name for the reader."""
    if not info.writable:
        raise RewriteRefused(
            tr("{attribute} is what the shop says of its member: change it there", attribute=quoted(called))
        )


def value_by_hand(info: AttributeInfo, text: str, zone: ZoneInfo, called: str) -> Value:
    """The value that is meant. Raises `RewriteRefused`, which never repeats what is private."""
    refuse_what_is_the_shops(info, called)
    return parse_value(info, text, zone, called)


def parse_value(info: AttributeInfo, text: str, zone: ZoneInfo, called: str) -> Value:
    """As `value_by_hand`, and also for an attribute that only the shop sets. Raises `RewriteRefused`."""
    if len(text) > LONGEST:
        raise RewriteRefused(
            tr(
                "a value of {attribute} has at most {most} characters, and this one has {found}",
                attribute=quoted(called),
                most=f"{LONGEST:,}",
                found=f"{len(text):,}",
            )
        )
    what = tr("that") if info.private else quoted(text)
    value = typed(text, info.type, zone)
    if value is None or not text.strip():
        raise RewriteRefused(
            tr(
                "{attribute} takes {type}, and not {value}",
                attribute=quoted(called),
                type=TYPES[info.type].asked,
                value=what,
            )
        )
    if info.values and value not in info.values:
        raise RewriteRefused(
            tr(
                "{value} is none of the values of {attribute}: {values}",
                value=what,
                attribute=quoted(called),
                values=row(map(str, info.values or ())),
            )
        )
    return value


def marketing_kind(*, undo: bool) -> AuditKind:
    """How the audit log calls a stop of marketing to one person, or that it is taken back."""
    return "marketing_allowed" if undo else "marketing_stopped"


class StaffChanges:
    """Works from any process; the turn that does it is taken by the contact's owner.

    Each gives the id of its event: the contact's `waiting` holds it until that turn is written. Raises
    `RewriteRefused`, or `DatabaseUnavailable`: then perhaps it was stored.
    """

    def __init__(self, rewriter: Rewriter, contacts: ContactStore, clock: Clock) -> None:
        self._rewriter = rewriter
        self._contacts = contacts
        self._clock = clock

    async def add_tag(self, contact: str, tag: str, actor: str) -> str:
        """Have a tag put on, or renewed."""
        return await self._append(contact, StaffTags(actor, add=(tag,)), "tagged", actor, tag)

    async def remove_tag(self, contact: str, tag: str, actor: str) -> str:
        """Have a tag taken off."""
        return await self._append(contact, StaffTags(actor, remove=(tag,)), "untagged", actor, tag)

    async def set_attribute(
        self, contact: str, key: str, value: Value | None, actor: str, *, shown: str | None = None
    ) -> str:
        """Have an attribute set to a value of its type, or cleared; `shown` is its text in the log."""
        details = (key,) if shown is None else (key, shown)
        return await self._append(contact, StaffSets(key, value), "set", actor, *details)

    async def stop_marketing(self, contact: str, actor: str, *, undo: bool) -> str:
        """Have marketing to a contact stopped, or such a stop taken back."""
        return await self._append(contact, StaffStops(undo), marketing_kind(undo=undo), actor)

    async def draw(self, contact: str, drawn: StaffDraws, actor: str) -> str:
        """Have a contact put into another group of a split."""
        return await self._append(contact, drawn, "drawn", actor, drawn.split, drawn.group)

    async def end_flow(self, contact: str, channel: str, what: StaffEnds, actor: str) -> str:
        """Have a contact taken out of a flow on this channel, or begin it anew."""
        kind: AuditKind = "flow_restarted" if what.restarts else "flow_left"
        return await self._append(contact, what, kind, actor, channel, what.flow, channel=channel)

    async def hand_back(self, contact: str, channel: str, actor: str) -> str:
        """Have the conversation on this channel given back to the bot."""
        what = StaffActs(takes_over=False)
        return await self._append(contact, what, "handed_back", actor, channel, channel=channel)

    async def act(self, contact: str, channel: str, what: StaffActs, actor: str, form: str) -> str:
        """Have the conversation on this channel taken, given to a colleague, or handed back.

        `form`: the id that a form has made; of one form it is done once.
        """
        kind: AuditKind = "handed_back" if not what.takes_over else "assigned" if what.to else "taken_over"
        if what.to == "":  # nobody: who had the conversation cannot answer any more, it waits for a colleague
            kind = "set_waiting"
        details = (channel, what.to or what.reason) if what.to or what.reason else (channel,)
        return await self._append(contact, what, kind, actor, *details, channel=channel, form=form)

    async def follow_up(self, contact: str, channel: str, what: StaffFollowsUp, form: str) -> str:
        """Have the conversation on this channel come up again; `form` as in `act`."""
        details = (channel,) if what.at is None else (channel, what.at.isoformat(timespec="minutes"))
        return await self._append(
            contact, what, "follow_up_set", what.by, *details, channel=channel, form=form
        )

    async def write(self, contact: str, channel: str, what: StaffWrites, form: str) -> str:
        """Have an answer of staff sent; `form` as in `act`."""
        return await self._append(contact, what, "answered", what.by, channel, channel=channel, form=form)

    async def note(self, contact: str, channel: str, what: StaffNotes, form: str) -> str:
        """Have a note for colleagues put into the conversation; `form` as in `act`."""
        return await self._append(contact, what, "note_left", what.by, channel, channel=channel, form=form)

    async def _append(
        self,
        contact: str,
        what: StaffTags
        | StaffSets
        | StaffStops
        | StaffDraws
        | StaffEnds
        | StaffActs
        | StaffFollowsUp
        | StaffWrites
        | StaffNotes,
        kind: AuditKind,
        actor: str,
        *details: str,
        channel: str | None = None,
        form: str | None = None,
    ) -> str:
        stored = await self._contacts.person(contact)
        if stored is None:
            raise RewriteRefused(no_contact(contact))
        person = stored.contact
        if person.kind != "person":
            raise RewriteRefused(
                tr(
                    "{contact} is a {kind}: staff change something of persons only",
                    contact=Quoted(person.id),
                    kind=person.kind,
                )
            )
        doing = RewriteJob(actor, self._clock.now(), form or uuid.uuid4().hex)
        entry = event_for(person, what, doing, channel, once=form is not None).entry
        line = AuditRow(f"{kind}:{entry.id}", doing.at, actor, kind, person.id, details=details)
        if form is not None:  # of what was stored already nothing is stored
            if not await self._rewriter.append_once(entry, line) and not await self._contacts.person(contact):
                raise RewriteRefused(no_contact(person.id))
            return entry.id
        try:
            await self._rewriter.append(entry, line)
        except RewriteTargetMissing as gone:
            raise RewriteRefused(no_contact(person.id)) from gone
        return entry.id
