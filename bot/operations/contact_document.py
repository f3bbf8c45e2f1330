"""A contact as a document: in a line, in full, and what has happened to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import GenericAlias
from typing import Annotated, Any, TypeVar

from bot.engine.compiled.playbook import Playbook
from bot.engine.flows.push_gate import held_by
from bot.engine.turn.event_words import row_words
from bot.model.answer_fields import Help
from bot.model.audit import AuditKind, AuditRow
from bot.model.bulk_run import BY_RUN, ordered_by
from bot.model.contact import Binding, BindingKind, CameBy, Clerk, Consent, Contact, Identity, Tag
from bot.model.instance import HeldBy, Instance
from bot.model.journal import TimelineRow
from bot.model.plain_text import visible
from bot.model.promotions import kinds
from bot.model.translatable import TranslatableValue, row, tr
from bot.model.value import PRIVATE_SLOT, Value
from bot.operations.call_outcomes import (
    CallOutcome,
    CallSnapshot,
    GivenUpCall,
    SettledCall,
    UnsettledCall,
    call_outcomes,
)
from bot.operations.catalog.answers import filled
from bot.operations.catalog.identities import ContactRef, Spoken, TerminalText
from bot.operations.contact_view import ContactHistory, ContactView
from bot.operations.contact_words import BOUND, SpacedLine
from bot.operations.promotions import OPERATIONS_PARTS, HeldDocument
from bot.wording.trace_words import detail_english

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ContactInLine:
    """What tells contacts apart."""

    contact: ContactRef
    simulator: Annotated[bool, Help("A friend of a simulator, and nobody real.")]
    name: str | None
    phone: str | None
    stated_phone: Annotated[str | None, Help("They wrote it in a form, and have not proven it.")]
    bound: Sequence[BindingKind]
    member_no: str | None
    channels: Sequence[str]

    @property
    def line(self) -> SpacedLine:
        """All of it, for a terminal."""
        return SpacedLine(self._parts())

    def _parts(self) -> Iterator[TranslatableValue | None]:
        yield from (self.contact.contact, self.name, self.phone)
        yield tr("unproven: {phone}", phone=self.stated_phone) if self.stated_phone else None
        yield tr("member {number}", number=self.member_no) if self.member_no else None
        yield tr("bound: {kinds}", kinds=row(BOUND[kind] for kind in self.bound)) if self.bound else None
        yield row(self.channels)
        yield tr("in the simulator") if self.simulator else None


@dataclass(frozen=True, slots=True)
class FoundContact(ContactInLine):
    """A contact of a list."""

    tags: Sequence[str]
    seen: datetime | None


@dataclass(frozen=True, slots=True)
class ContactIdentity:
    """An account on a channel."""

    channel: str
    line_id: Annotated[TerminalText | str | None, Help("Over the API once it is revealed.")]
    friend: Annotated[bool | None, Help("`null`: it is not known.")]
    since: datetime | None
    seen: datetime | None
    staff: Annotated[bool, Help("Staff have the conversation.")]
    menu: str | None


@dataclass(frozen=True, slots=True)
class ContactTag:
    """A tag that is on."""

    name: str
    at: datetime
    expires: datetime | None
    by: str
    among_many: Annotated[bool, Help("With many others.")]
    times: int
    last: datetime


@dataclass(frozen=True, slots=True)
class ContactAttribute:
    """What is known of a contact under a name."""

    name: str
    title: str
    value: Value
    private: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class ContactFlow:
    """Where they are in a flow, and what holds it."""

    channel: str
    flow: str
    state: str
    since: datetime
    held: HeldBy | None
    held_until: datetime | None
    on_page: bool


_OTHERWISE = OPERATIONS_PARTS.table(lambda part: part.held)
_HELD = {held: _OTHERWISE.get(held, HeldDocument(held.record)) for kind in kinds() for held in kind.holds}
"""What promotions hold."""


def _with_held(document: type[T]) -> type[T]:
    """With a field for each, behind that which it names."""
    fields: dict[str, Any] = {}
    for name, hint in document.__annotations__.items():
        fields[name] = hint
        behind = {held.name: one.document for held, one in _HELD.items() if one.behind == name}
        fields |= {held: GenericAlias(Sequence, one) for held, one in behind.items()}
    document.__annotations__ = fields
    return document


@dataclass(frozen=True, slots=True)
@_with_held
class ContactDocument(ContactInLine):
    """All that is shown of a contact but its history."""

    kind: str
    language: str | None
    email: str | None
    identities: Sequence[ContactIdentity]
    bindings: Mapping[BindingKind, Binding]
    bound_before: datetime | None
    clerk: Clerk | None
    tags: Sequence[ContactTag]
    attributes: Sequence[ContactAttribute]
    marketing: Annotated[bool | None, Help("What holds.")]
    marketing_here: bool | None
    marketing_shop: bool | None
    stopped_by_staff: bool
    consents: Sequence[Consent]
    first_source: CameBy | None
    last_source: CameBy | None
    flows: Sequence[ContactFlow]
    last_turn: datetime | None


@dataclass(frozen=True, slots=True)
class ContactAuditEntry:
    """A line of the audit log; its details say which binding, and no phone."""

    at: datetime
    by: str
    kind: AuditKind
    contact: ContactRef
    other: ContactRef | None
    details: Sequence[str]
    undone: bool


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """A row of the timeline."""

    event: str
    at: datetime
    what: str
    details: Sequence[str]
    calls: Sequence[CallOutcome | UnsettledCall | SettledCall | GivenUpCall]
    text: Annotated[str | None, Help("What staff noted, masked until it is revealed.")]


@dataclass(frozen=True, slots=True)
class ShownContact(ContactDocument):
    """The same with what was done to it, and last happened to it, newest first."""

    waiting: Annotated[int, Help("Events that are not carried out yet.")]
    parts: Annotated[Sequence[ContactRef], Help("Merged into it.")]
    audit: Sequence[ContactAuditEntry]
    timeline: Annotated[Sequence[ContactEvent], Help("The last 20.")]
    said: Spoken


_SAME = (
    *("kind", "language", "email", "bindings", "bound_before", "clerk"),
    *("marketing", "marketing_here", "marketing_shop", "consents", "first_source", "last_source"),
)
"""Fields that are as the contact has them."""


def in_a_line(shown: ContactView) -> ContactInLine:
    """What tells it apart."""
    return ContactInLine(**_in_line(shown))


def found_contact(shown: ContactView, now: datetime) -> FoundContact:
    """The same in a list."""
    contact = shown.contact
    return FoundContact(
        **_in_line(shown),
        tags=[one.name for one in contact.tags if contact.has_tag(one.name, now)],
        seen=max((one.seen for one in contact.identities if one.seen is not None), default=None),
    )


def in_full(shown: ContactView, playbook: Playbook, now: datetime) -> ContactDocument:
    """All that is shown of it but its history."""
    return ContactDocument(**_in_full(shown, playbook, now))


def _in_full(shown: ContactView, playbook: Playbook, now: datetime) -> dict[str, Any]:
    contact = shown.contact
    return {
        **_in_line(shown),
        **{name: getattr(contact, name) for name in _SAME},
        **{held.name: tuple(map(one.shown, held.of(contact))) for held, one in _HELD.items()},
        "identities": [_identity(one, shown.is_revealed) for one in contact.identities],
        "tags": [_tag(one) for one in contact.tags if contact.has_tag(one.name, now)],
        "attributes": [_attribute(slot, contact, playbook) for slot in contact.attributes],
        "stopped_by_staff": contact.staff_stop is not None,
        "flows": [_flow(instance, contact, playbook) for instance in contact.flows],
        "last_turn": contact.turned,
    }


def with_history(
    shown: ContactView,
    history: ContactHistory,
    playbook: Playbook,
    now: datetime,
    mask: Callable[[str], str],
    said: Spoken,
) -> ShownContact:
    """All that is shown of it; `mask` masks texts of the timeline."""
    return ShownContact(
        **_in_full(shown, playbook, now),
        waiting=history.waiting,
        parts=[ContactRef(one) for one in history.parts],
        audit=[_done(one, mask) for one in history.audit],
        timeline=[_event(one, history.calls, mask) for one in history.timeline],
        said=said,
    )


def _in_line(shown: ContactView) -> dict[str, Any]:
    """The fields of `ContactInLine`; nothing in a name is invisible, or turns it around."""
    contact = shown.contact
    return {
        "contact": ContactRef(contact.id),
        "simulator": shown.simulated,
        "name": None if contact.name is None else visible(contact.name).strip() or None,
        "phone": contact.phone,
        "stated_phone": contact.stated_phone,
        "bound": sorted(contact.bindings),
        "member_no": contact.member_no,
        "channels": [one.channel for one in contact.identities],
    }


def _identity(one: Identity, is_revealed: bool) -> ContactIdentity:
    line_id = one.user if is_revealed or one.user is None else TerminalText(one.user)
    return filled(ContactIdentity, one, line_id=line_id, menu=one.pinned or one.menu)


def _tag(tag: Tag) -> ContactTag:
    among_many, last = tag.by.startswith(BY_RUN), tag.last or tag.at
    more = {"among_many": among_many, "times": tag.again + 1, "last": last}
    return filled(ContactTag, tag, by=ordered_by(tag.by), **more)


def _attribute(slot: str, contact: Contact, playbook: Playbook) -> ContactAttribute:
    letter, _, key = slot.partition(".")
    known, declared = contact.attributes[slot], playbook.attributes.get(key)
    title = declared.title if declared is not None else ""
    return ContactAttribute(key, title, known.value, letter == PRIVATE_SLOT, known.at)


def _flow(instance: Instance, contact: Contact, playbook: Playbook) -> ContactFlow:
    until = None if instance.held is None else instance.held.until
    held = held_by(playbook, contact, instance)
    return filled(ContactFlow, instance, since=instance.entered, held=held, held_until=until)


def _done(line: AuditRow, mask: Callable[[str], str]) -> ContactAuditEntry:
    return ContactAuditEntry(
        *(line.at, line.actor, line.what, ContactRef(line.contact)),
        other=None if line.other is None else ContactRef(line.other),
        details=list(map(mask, line.details)),
        undone=line.undone_by is not None,
    )


def _event(happened: TimelineRow, snapshot: CallSnapshot, mask: Callable[[str], str]) -> ContactEvent:
    details = [mask(detail_english(one)) for one in happened.details]
    what, calls = row_words(happened.what), call_outcomes(happened, snapshot)
    return ContactEvent(happened.id, happened.at, what, details, calls, happened.text)
