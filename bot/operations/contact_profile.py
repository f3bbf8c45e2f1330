"""What a page shows of one contact, in the words of its reader, and what can be changed there (J1).

Texts are masked by `contact_view`, once. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.compiled.playbook import AttributeInfo, Playbook
from bot.engine.flows.push_gate import held_by
from bot.engine.texts.format import formatted
from bot.model.admin import CONSOLE
from bot.model.audit import AuditRow
from bot.model.contact import AttributeValue, Contact
from bot.model.instance import Instance
from bot.model.plain_text import visible
from bot.model.translatable import Language, Listing, Translatable, TranslatableValue, row, tr
from bot.model.value import PRIVATE_SLOT, Type, Value
from bot.operations.actors import actor_words
from bot.operations.call_outcomes import calls_in_words
from bot.operations.contact_view import HIDDEN, ContactHistory
from bot.operations.contact_words import BOUND, DONE, HELD, incoming_text, map_address, origin_words
from bot.operations.conversation import ConversationPage
from bot.operations.flow_orders import FlowRun, flow_run
from bot.operations.recorded_words import details_words
from bot.wording.conversation import message_text
from bot.wording.titles import NamedThing, speaking_titles
from bot.wording.trace_words import as_sentence, row_words, timer_text
from bot.wording.turn_summary import called


@dataclass(frozen=True, slots=True)
class ShownTag:
    """A tag that is on. `origin` says what put it on."""

    name: str
    at: datetime
    origin: str
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class ShownAttribute:
    """An attribute of the playbook, or one that is only stored. `value` is empty where there is none.

    `written` is the value as a field has it, empty where it is not shown.
    """

    key: str
    title: str
    type: Type | None
    value: str
    written: str
    at: datetime | None
    choices: Sequence[str]
    is_private: bool
    may_set: bool


@dataclass(frozen=True, slots=True)
class ShownFlow:
    """Where somebody stands in a flow, as the playbook calls it; `held` says why it waits.

    `run` is what staff may end, `also` what ends with it, in a row.
    """

    channel: str
    flow: str
    state: str
    since: datetime
    held: str
    run: FlowRun
    also: str


@dataclass(frozen=True, slots=True)
class ShownTimer:
    """What is waiting to happen, and when."""

    due: datetime
    what: str


@dataclass(frozen=True, slots=True)
class ShownBinding:
    """A binding, and the tags that go with it when it is undone."""

    kind: str
    says: Translatable
    at: datetime
    about: str
    tags: Sequence[str]
    keep_tags: bool

    @property
    def tags_named(self) -> Listing:
        """Them in a row."""
        return row(self.tags)


@dataclass(frozen=True, slots=True)
class ShownAuditEntry:
    """A line of the audit log."""

    at: datetime
    what: Translatable
    about: str
    actor: str
    is_undone: bool


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A bubble: of the person's or ours, with what became of it."""

    at: datetime
    is_ours: bool
    text: str
    after: Sequence[str]
    map: str = ""
    """The address of a map of the place that was sent, elsewhere."""


@dataclass(frozen=True, slots=True)
class ContactProfile:
    """All that is shown of one contact beside the conversation."""

    contact: Contact = field(repr=False)
    tags: Sequence[ShownTag]
    attributes: Sequence[ShownAttribute]
    bindings: Sequence[ShownBinding]
    flows: Sequence[ShownFlow]
    timers: Sequence[ShownTimer]
    entries: Sequence[ShownAuditEntry]
    parts: Sequence[str]
    waiting: int
    is_merged: bool

    @property
    def parts_named(self) -> Listing:
        """The ids of who was merged into it, in a row."""
        return row(self.parts)


class ProfileWords:
    """Puts what is known of contacts into the words of one reader, with the playbook's titles."""

    def __init__(self, playbook: Playbook, words: Language) -> None:
        self._playbook = playbook
        self._words = speaking_titles(words, playbook)

    def profile(self, contact: Contact, history: ContactHistory, now: datetime) -> ContactProfile:
        """Of a contact that is masked already, or is to be revealed."""
        return ContactProfile(
            contact,
            list(self._tags(contact, now)),
            list(self._attributes(contact)),
            list(self._bindings(contact)),
            [self._flow(contact, one, now) for one in contact.flows],
            [
                ShownTimer(one.due, visible(as_sentence(timer_text(called(one)), self._words)))
                for one in sorted(contact.timers, key=lambda timer: timer.due)
            ],
            [self._entry(one, contact.id) for one in history.audit],
            history.parts,
            history.waiting,
            any(one.what == "merged" and one.undone_by is None for one in history.audit),
        )

    def messages(self, page: ConversationPage) -> Iterator[ShownMessage]:
        """The bubbles of a part of the conversation, oldest first."""
        for one in page.turns:
            turn = one.turn
            if not turn.readable:
                yield ShownMessage(turn.at, False, self._said(tr("(does not open: its key is missing)")), ())
            if turn.incoming is not None:
                text = incoming_text(turn.incoming, one.hidden, self._words, ids=False)
                at_place = "" if one.hidden else map_address(turn.incoming)
                yield ShownMessage(turn.at, False, self._said(text), (), at_place)
            for call, end in zip(turn.calls, one.ends, strict=True):
                after = [] if end.kind == "note" else calls_in_words([end], self._moment, ids=False)
                said = [self._said(message_text(message)) for message in call.messages]
                if not said and turn.cause is not None:  # a broadcast in which each got their own text
                    said = [row_words(turn.cause.event, self._words)]
                for number, text in enumerate(said, 1):
                    last = [self._words.text(line) for line in after] if number == len(said) else []
                    yield ShownMessage(turn.at, True, text, last)

    def _tags(self, contact: Contact, now: datetime) -> Iterator[ShownTag]:
        for tag in contact.tags:
            if contact.has_tag(tag.name, now):
                origin = self._words.text(origin_words(account_name(tag.by), tag.name, self._playbook))
                yield ShownTag(tag.name, tag.at, origin, tag.expires)

    def _attributes(self, contact: Contact) -> Iterator[ShownAttribute]:
        declared = self._playbook.attributes
        for key, info in declared.items():
            known = contact.attributes.get(info.slot)
            yield self._attribute(key, info, known)
        slots = {info.slot for info in declared.values()}
        for slot, known in contact.attributes.items():
            if slot not in slots:
                letter, _, key = slot.partition(".")
                value = self.value(known.value)
                private = letter == PRIVATE_SLOT
                yield ShownAttribute(key, key, None, value, "", known.at, (), private, False)

    def _attribute(self, key: str, info: AttributeInfo, known: AttributeValue | None) -> ShownAttribute:
        value, at = (None, None) if known is None else (known.value, known.at)
        shown = "" if value is None else self.value(value)
        written = "" if info.private or value is None else _field_text(value, self._playbook)
        choices = [str(one) for one in info.values or ()]
        return ShownAttribute(
            *(key, info.title or key, info.type, shown, written, at, choices),
            is_private=info.private,
            may_set=info.writable,
        )

    def value(self, value: Value) -> str:
        """A value of an attribute."""
        if isinstance(value, bool):
            return self._words.text(tr("yes") if value else tr("no"))
        return visible(self._words.words(formatted(value, None, self._playbook.zone)))

    def _flow(self, contact: Contact, one: Instance, now: datetime) -> ShownFlow:
        flow = self._said(self._words.called(NamedThing(one.flow, "flow")))
        state = self._said(self._words.called(NamedThing(one.state, "state", one.flow)))
        why, held = held_by(self._playbook, contact, one), ""
        if why is not None:
            held = self._words.text(tr("waits: {why}", why=HELD[why]))
        run = flow_run(self._playbook, contact, one, now)
        also = self._said(row(self._words.called(NamedThing(name, "flow")) for name in run.also))
        return ShownFlow(one.channel, flow, state, one.entered, held, run, also if run.also else "")

    def _bindings(self, contact: Contact) -> Iterator[ShownBinding]:
        for kind, one in contact.bindings.items():
            about = contact.phone if kind == "phone" else contact.member_no
            yield ShownBinding(kind, BOUND[kind], one.at, about or "", one.tags, one.keep_tags)
        if (clerk := contact.clerk) is not None:
            store = self._playbook.stores.get(clerk.store)
            about = f"{clerk.name} · {clerk.store if store is None else store.title}"
            yield ShownBinding("clerk", BOUND["clerk"], clerk.at, about, (), keep_tags=True)

    def _entry(self, one: AuditRow, contact: str) -> ShownAuditEntry:
        other = one.other if one.contact == contact else one.contact
        about = row([*filter(None, [other]), *details_words(one.what, one.details)])
        actor = self._said(actor_words(account_name(one.actor)))
        return ShownAuditEntry(one.at, DONE[one.what], self._said(about), actor, one.undone_by is not None)

    def _said(self, text: TranslatableValue) -> str:
        return visible(self._words.words(text))

    def _moment(self, at: datetime) -> str:
        return f"{at.astimezone(self._playbook.zone):%Y-%m-%d %H:%M}"


def account_name(actor: str) -> str:
    """An account of the console by its name."""
    return actor.removeprefix(CONSOLE)


def _field_text(value: Value, playbook: Playbook) -> str:
    """A value as a field of a form takes it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value.astimezone(playbook.zone):%Y-%m-%dT%H:%M}"
    return "" if value == HIDDEN else str(value)
