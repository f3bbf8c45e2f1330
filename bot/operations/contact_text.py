"""A contact in lines: all that is shown of it, one thing a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.model.answer_fields import Clock
from bot.model.contact import Binding, BindingKind, CameBy, Consent
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.actors import done_by
from bot.operations.call_outcomes import calls_in_words
from bot.operations.catalog.identities import TerminalText
from bot.operations.contact_document import (
    ContactAttribute,
    ContactAuditEntry,
    ContactDocument,
    ContactEvent,
    ContactFlow,
    ContactIdentity,
    ContactTag,
    ShownContact,
)
from bot.operations.contact_words import BOUND, DONE, HELD, by_the_clock, origin_words, spaced
from bot.operations.recorded_words import details_words
from bot.playbook.report import cells
from bot.wording.titles import NamedThing
from bot.wording.trace_words import detail_words, row_words

_WIDE = 12
"""Columns of the names on the left."""

TableCells: TypeAlias = Iterable[TranslatableValue | None]
"""Parts of a line, with room between them; what is empty is left out."""

_FRIEND: Mapping[bool | None, Translatable] = {
    True: tr("a friend"),
    False: tr("no friend"),
    None: tr("not known whether a friend"),
}


def contact_lines(
    of: ShownContact,
    stored: Mapping[str, Sequence[str]],
    playbook: Playbook,
    speech: Language,
    mask: Callable[[str], str],
    at: Clock,
) -> Iterator[str]:
    """The lines; moments by the clock of the team.

    `stored` are the details of each row of the timeline as they are stored, whose words `mask` masks.
    """
    yield spaced([of.contact.contact, tr("in the simulator") if of.simulator else None], speech)
    for name, lines in _Page(of, stored, playbook, speech, mask, at).parts():
        for number, one in enumerate(lines):
            left = speech.text(name) if number == 0 else ""
            yield f"  {left}{' ' * (_WIDE - cells(left))}{spaced(one, speech)}"


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of one contact, in the order in which it is shown."""

    of: ShownContact
    stored: Mapping[str, Sequence[str]]
    playbook: Playbook
    speech: Language
    mask: Callable[[str], str]
    to_the_second: Clock

    def at(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.playbook.zone):%Y-%m-%d %H:%M}"

    def parts(self) -> Iterator[tuple[Translatable, list[TableCells]]]:
        of, at = self.of, self.at
        kind = "" if of.kind == "person" else f"({of.kind})"
        yield tr("name"), [[f"{of.name or '–'} {kind}".strip()]]
        yield tr("language"), _alone(of.language)
        yield tr("LINE"), [self.identity(one) for one in of.identities] or [[tr("not on LINE yet")]]
        proven = None if "phone" in of.bound else tr("not proven")
        yield tr("phone"), [[of.phone, proven]] if of.phone else []
        yield tr("unproven"), _alone(of.stated_phone)
        yield tr("e-mail"), _alone(of.email)
        yield tr("member"), _alone(of.member_no)
        yield tr("bound"), [self.binding(*one) for one in of.bindings.items()]
        yield tr("first bound"), _alone(at(of.bound_before) if of.bound_before else None)
        clerk = of.clerk
        yield tr("clerk"), [[clerk.name, clerk.store, at(clerk.at)]] if clerk else []
        yield tr("tags"), [self.tag(one) for one in of.tags]
        yield tr("attributes"), [self.attribute(one) for one in of.attributes]
        yield tr("marketing"), [] if of.marketing is None else [_marketing(of, of.marketing)]
        yield tr("consents"), [self.consent(one) for one in of.consents]
        yield tr("came first"), self.source(of.first_source)
        yield tr("came last"), self.source(of.last_source)
        yield tr("flows"), [self.flow(one) for one in of.flows]
        yield tr("part of it"), [[part.contact] for part in of.parts]
        yield tr("waiting"), [[_waiting(of.waiting)]] if of.waiting else []
        yield tr("done"), [self.done(one) for one in of.audit]
        yield tr("happened"), [line for one in of.timeline for line in self.rows(one)]

    def identity(self, one: ContactIdentity) -> TableCells:
        friend = _FRIEND[one.friend]
        if one.friend and one.since:
            friend = tr("{state} since {at}", state=friend, at=self.at(one.since))
        line_id = one.line_id.text if isinstance(one.line_id, TerminalText) else one.line_id
        yield from (one.channel, line_id or "–", friend)
        yield tr("last seen {at}", at=self.at(one.seen)) if one.seen else tr("never seen")
        yield tr("menu {name}", name=one.menu) if one.menu else None
        yield tr("with staff") if one.staff else None

    def binding(self, kind: BindingKind, one: Binding) -> TableCells:
        tags = tr("tags: {names}", names=row(one.tags)) if one.tags else None
        tags_stay = tr("which stay when it is undone") if one.tags and one.keep_tags else None
        return [BOUND[kind], self.at(one.at), one.flow, tags, tags_stay]

    def tag(self, one: ContactTag) -> TableCells:
        yield from (one.name, self.at(one.at), origin_words(one.by, one.name, self.playbook))
        last = self.at(one.last)
        yield tr("{times} times, last {at}", times=one.times, at=last) if one.times > 1 else None
        yield tr("until {at}", at=self.at(one.expires)) if one.expires else None

    def attribute(self, one: ContactAttribute) -> TableCells:
        name: TranslatableValue = one.name
        if one.title and one.title != name:
            name = tr("{name} ({title})", name=name, title=one.title)
        value = formatted(one.value, None, self.playbook.zone)
        return [tr("{name}: {value}", name=name, value=value), self.at(one.at)]

    def consent(self, one: Consent) -> TableCells:
        where = tr("on a page") if one.on_page else tr("in chat")
        return [one.version, self.at(one.at), tr("{channel}, {where}", channel=one.channel, where=where)]

    def source(self, source: CameBy | None) -> list[TableCells]:
        return [] if source is None else [[tr("by {code}", code=source.code), self.at(source.at)]]

    def flow(self, one: ContactFlow) -> TableCells:
        named = NamedThing(one.flow, "flow"), NamedThing(one.state, "state", one.flow)
        flow, state = map(self.speech.called, named)
        since = tr("since {at}", at=self.at(one.since))
        if one.held:
            since = tr("{since}, {held}", since=since, held=self.held(HELD[one.held], one.held_until))
        if one.on_page:
            since = tr("{since}, on its page", since=since)
        return [one.channel, tr("{flow}: {state}", flow=flow, state=state), since]

    def held(self, why: Translatable, until: datetime | None) -> Translatable:
        if until is None:
            return tr("held: {why}", why=why)
        return tr("held: {why} until {at}", why=why, at=self.at(until))

    def done(self, one: ContactAuditEntry) -> TableCells:
        other = one.other if one.contact == self.of.contact else one.contact
        names = [] if other is None else [other.contact]
        yield from (self.at(one.at), DONE[one.kind], row([*names, *details_words(one.kind, one.details)]))
        yield from (done_by(one.by), tr("undone since") if one.undone else None)

    def rows(self, one: ContactEvent) -> Iterator[TableCells]:
        """A row of the timeline, then what became of what its turn has decided to do."""
        event = row_words(one.what, self.speech)
        details = (detail_words(step, self.speech) for step in self.stored[one.event])
        steps = (self.mask(by_the_clock(step, self.playbook.zone)) for step in details if step != event)
        yield [self.at(one.at), event, row(steps, "semicolon"), one.text]
        for call in calls_in_words(one.calls, self.to_the_second, ids=False):
            yield [f"{'':16}", tr("→ {call}", call=call)]


def _alone(value: str | None) -> list[TableCells]:
    return [[value]] if value else []


def _yes(agreed: bool) -> Translatable:
    return tr("yes") if agreed else tr("no")


def _marketing(of: ContactDocument, holds: bool) -> TableCells:
    """What holds, and who has set it: the answer to why nothing comes names where to change it."""
    here, shop = of.marketing_here, of.marketing_shop
    yield _yes(holds)
    if of.stopped_by_staff:
        yield tr("stopped by staff")
    else:
        yield None if here is None else tr("said here: {answer}", answer=_yes(here))
    yield None if shop is None else tr("the shop's record: {answer}", answer=_yes(shop))


def _waiting(number: int) -> Translatable:
    if number == 1:
        return tr("one event, carried out by a process that runs")
    return tr("{number} events, carried out by a process that runs", number=number)
