"""A contact in lines: what `contact_json` has of it, one thing a line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.cli.dates import by_the_clock, to_the_second
from bot.cli.push_gate_words import HELD
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import LIST
from bot.engine.texts.format import formatted
from bot.engine.turn.changes import SHOP
from bot.model.place import Place
from bot.model.translatable import Language, Quoted, Translatable, TranslatableValue, row, tr
from bot.operations.actors import done_by
from bot.operations.call_outcomes import calls_in_words
from bot.operations.payload import Payload
from bot.playbook.graph.survey import Site, every_site
from bot.playbook.report import cells
from bot.playbook.similar import printable
from bot.scenario.titles import NamedThing
from bot.scenario.trace_words import detail_words, row_words

_IN_PLAYBOOK = re.compile(
    r"(rules|rich_menus|audiences|member_card)\b|(flows|forms|cards|links|broadcasts|channels)\."
)
"""How a place in a playbook begins."""


def origin_words(by: str, tag: str, playbook: Playbook) -> Translatable:
    """What has put `tag` on: `by` is a place in the playbook, a list, the shop, or who has done it.

    A place counts only if its present rule or state puts this tag on: the playbook may have changed since.
    """
    if by == SHOP:
        return tr("by the shop's record")
    if by == LIST:
        return tr("by an imported list")
    found = next((words for path, names, words in _origins(playbook) if path == by and tag in names), None)
    if found is not None:
        return found
    if _IN_PLAYBOOK.match(by):
        return tr("by a rule of an earlier playbook ({path})", path=by)
    return done_by(by)


def _origins(playbook: Playbook) -> Iterator[tuple[str, tuple[str, ...], Translatable]]:
    """Each place that puts tags on, the tags, and what people call it."""
    for site in every_site(playbook):
        for step in site.steps:
            if step.adds_tags:
                yield step.place.path, step.adds_tags, _by_site(site, step.place)
    for flow in playbook.flows.values():
        for state in flow.states.values():
            if state.question is not None and state.question.save_tags:
                place = state.question.place
                yield place.path, state.question.choices, _in_flow(flow.name, place)
    for form in playbook.forms.values():
        for question in form.questions:
            if question.save_tags:
                choices = tuple(choice.value for choice in question.answer.choices)
                yield question.place.path, choices, _in_form(form.name, question.place)
    for code, link in playbook.links.items():
        yield f"links.{code}", link.add_tags, tr("by the link {name}", name=NamedThing(code, "link"))
    for name, broadcast in playbook.broadcasts.items():
        called = Quoted(broadcast.title or name)
        yield broadcast.place.path, broadcast.add_tags, tr("by the broadcast {name}", name=called)


def _by_site(site: Site, place: Place) -> Translatable:
    if site.flow is not None:
        return _in_flow(site.flow.name, place)
    if site.rule is None:
        return tr("by a tap ({file}, line {line})", file=place.file, line=place.line)
    if site.rule.name is None:
        return tr("by the rule in {file}, line {line}", file=place.file, line=place.line)
    return tr(
        "by the rule {name} ({file}, line {line})",
        name=Quoted(site.rule.name),
        file=place.file,
        line=place.line,
    )


def _in_flow(flow: str, place: Place) -> Translatable:
    named = NamedThing(flow, "flow")
    return tr("by the flow {name} ({file}, line {line})", name=named, file=place.file, line=place.line)


def _in_form(form: str, place: Place) -> Translatable:
    named = NamedThing(form, "form")
    return tr("by the form {name} ({file}, line {line})", name=named, file=place.file, line=place.line)


_WIDE = 12
"""Columns of the names on the left."""

TableCells: TypeAlias = Iterable[TranslatableValue | None]
"""Parts of a line, with room between them; what is empty is left out."""

BOUND: Mapping[str, Translatable] = {"phone": tr("phone"), "shop": tr("shop"), "clerk": tr("clerk")}
_FRIEND: Mapping[bool | None, Translatable] = {
    True: tr("a friend"),
    False: tr("no friend"),
    None: tr("not known whether a friend"),
}
DONE: Mapping[str, Translatable] = {
    "bound": tr("bound"),
    "unbound": tr("unbound"),
    "merged": tr("merged"),
    "parted": tr("parted"),
    "phone_moved": tr("phone_moved"),
    "phone_moved_back": tr("phone_moved_back"),
    "phone_changed_hands": tr("phone_changed_hands"),
    "match_refused": tr("match_refused"),
    "looked_at": tr("looked at"),
    "conversation_read": tr("conversation read"),
    "revealed": tr("revealed"),
    "exported": tr("exported"),
    "tagged": tr("tagged"),
    "untagged": tr("untagged"),
    "handed_back": tr("handed back to the bot"),
    "taken_over": tr("conversation taken over"),
    "assigned": tr("conversation given to a colleague"),
    "answered": tr("answered"),
    "note_left": tr("note for colleagues"),
    "set": tr("set"),
    "marketing_stopped": tr("marketing stopped"),
    "marketing_allowed": tr("marketing stopped no more"),
    "drawn": tr("drawn"),
    "resent": tr("resent"),
    "dropped": tr("dropped"),
    "clerk_handed_over": tr("clerk_handed_over"),
}
_OF_UNBINDING: Mapping[str, Translatable] = {**BOUND, "its tags stay": tr("its tags stay")}
"""What the audit log tells beside `unbound` in words of ours; all else there is names and values."""


def line(of: Payload, speech: Language) -> str:
    """The line of `contact find`."""
    member = tr("member {number}", number=of["member_no"]) if of["member_no"] else None
    bound = tr("bound: {kinds}", kinds=row(map(_bound, of["bound"]))) if of["bound"] else None
    written = tr("unproven: {phone}", phone=of["told_phone"]) if of["told_phone"] else None
    parts = [of["contact"], of["name"], of["phone"], written, member, bound, row(of["channels"])]
    return _joined([*parts, tr("in the simulator") if of["simulator"] else None], speech)


def page(
    of: Payload, details: Mapping[str, Sequence[str]], playbook: Playbook, speech: Language
) -> Iterator[str]:
    """The lines of `contact show`; moments by the clock of the team.

    `details` are those of each row of the timeline, as they are stored.
    """
    yield _joined([of["contact"], tr("in the simulator") if of["simulator"] else None], speech)
    for name, lines in _Page(of, details, playbook, speech).parts():
        for number, one in enumerate(lines):
            left = speech.text(name) if number == 0 else ""
            yield f"  {left}{' ' * (_WIDE - cells(left))}{_joined(one, speech)}"


def _joined(parts: TableCells, speech: Language) -> str:
    words = (speech.words(part) for part in parts if part is not None)
    return "  ".join(printable(word) for word in words if word)


def _bound(kind: str) -> Translatable:
    return BOUND[kind]


@dataclass(frozen=True, slots=True)
class _Page:
    """What is known of one contact, in the order in which it is shown."""

    of: Payload
    details: Mapping[str, Sequence[str]]
    playbook: Playbook
    speech: Language

    @property
    def zone(self) -> ZoneInfo:
        """The team's."""
        return self.playbook.zone

    def at(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.zone):%Y-%m-%d %H:%M}"

    def parts(self) -> Iterator[tuple[Translatable, list[TableCells]]]:
        of, at = self.of, self.at
        kind = "" if of["kind"] == "person" else f"({of['kind']})"
        yield tr("name"), [[f"{of['name'] or '–'} {kind}".strip()]]
        yield tr("language"), _alone(of["language"])
        yield tr("LINE"), [self.identity(one) for one in of["identities"]] or [[tr("not on LINE yet")]]
        proven = None if "phone" in of["bound"] else tr("not proven")
        yield tr("phone"), [[of["phone"], proven]] if of["phone"] else []
        yield tr("unproven"), _alone(of["told_phone"])
        yield tr("e-mail"), _alone(of["email"])
        yield tr("member"), _alone(of["member_no"])
        yield tr("bound"), [self.binding(one) for one in of["bindings"]]
        yield tr("first bound"), _alone(of["bound_before"] and at(of["bound_before"]))
        clerk = of["clerk"]
        yield tr("clerk"), [[clerk["name"], clerk["store"], at(clerk["at"])]] if clerk else []
        yield tr("tags"), [self.tag(one) for one in of["tags"]]
        yield tr("attributes"), [self.attribute(one) for one in of["attributes"]]
        yield tr("marketing"), [_marketing(of)] if of["marketing"] is not None else []
        yield tr("consents"), [self.consent(one) for one in of["consents"]]
        yield tr("came first"), self.source(of["first_source"])
        yield tr("came last"), self.source(of["last_source"])
        yield tr("flows"), [self.flow(one) for one in of["flows"]]
        yield tr("part of it"), [[part] for part in of["parts"]]
        yield tr("waiting"), [[_waiting(of["waiting"])]] if of["waiting"] else []
        yield tr("done"), [self.done(one) for one in of["audit"]]
        yield tr("happened"), [line for one in of["timeline"] for line in self.rows(one)]

    def identity(self, one: Payload) -> TableCells:
        friend = _FRIEND[one["friend"]]
        if one["friend"] and one["since"]:
            friend = tr("{state} since {at}", state=friend, at=self.at(one["since"]))
        seen = tr("last seen {at}", at=self.at(one["seen"])) if one["seen"] else tr("never seen")
        menu = tr("menu {name}", name=one["menu"]) if one["menu"] else None
        return [
            one["channel"],
            one["line_id"] or "–",
            friend,
            seen,
            menu,
            tr("with staff") if one["staff"] else None,
        ]

    def binding(self, one: Payload) -> TableCells:
        tags = tr("tags: {names}", names=row(one["tags"])) if one["tags"] else None
        tags_stay = tr("which stay when it is undone") if one["tags"] and one["keep_tags"] else None
        return [BOUND[one["kind"]], self.at(one["at"]), one["flow"], tags, tags_stay]

    def tag(self, one: Payload) -> TableCells:
        last = self.at(one["last"])
        again = tr("{times} times, last {at}", times=one["times"], at=last) if one["times"] > 1 else None
        until = tr("until {at}", at=self.at(one["expires"])) if one["expires"] else None
        return [
            one["name"],
            self.at(one["at"]),
            origin_words(one["by"], one["name"], self.playbook),
            again,
            until,
        ]

    def attribute(self, one: Payload) -> TableCells:
        name: TranslatableValue = one["name"]
        if one["title"] and one["title"] != name:
            name = tr("{name} ({title})", name=name, title=one["title"])
        value = formatted(one["value"], None, self.zone)
        return [tr("{name}: {value}", name=name, value=value), self.at(one["at"])]

    def consent(self, one: Payload) -> TableCells:
        where = tr("on a page") if one["on_page"] else tr("in chat")
        return [
            one["version"],
            self.at(one["at"]),
            tr("{channel}, {where}", channel=one["channel"], where=where),
        ]

    def source(self, source: Payload | None) -> list[TableCells]:
        return [] if source is None else [[tr("by {code}", code=source["code"]), self.at(source["at"])]]

    def flow(self, one: Payload) -> TableCells:
        named = NamedThing(one["flow"], "flow"), NamedThing(one["state"], "state", one["flow"])
        flow, state = map(self.speech.called, named)
        where = tr("{flow}: {state}", flow=flow, state=state)
        since = tr("since {at}", at=self.at(one["since"]))
        if one["held"]:
            since = tr("{since}, {held}", since=since, held=self.held(one))
        if one["on_page"]:
            since = tr("{since}, on its page", since=since)
        return [one["channel"], where, since]

    def held(self, one: Payload) -> Translatable:
        if one["held_until"] is None:
            return tr("held: {why}", why=HELD[one["held"]])
        return tr("held: {why} until {at}", why=HELD[one["held"]], at=self.at(one["held_until"]))

    def done(self, one: Payload) -> TableCells:
        other = one["other"] if one["contact"] == self.of["contact"] else one["contact"]
        ours = _OF_UNBINDING if one["what"] == "unbound" else {}
        about = row(ours.get(part, part) for part in (other, *one["details"]) if part)
        undone = tr("undone since") if one["undone"] else None
        return [
            self.at(one["at"]),
            DONE[one["what"]],
            about,
            done_by(one["who"]),
            undone,
        ]

    def rows(self, one: Payload) -> Iterator[TableCells]:
        """A row of the timeline, then what became of what its turn has decided to do."""
        event = row_words(one["what"], self.speech)
        details = (detail_words(step, self.speech) for step in self.details[one["event"]])
        steps = (by_the_clock(step, self.zone) for step in details if step != event)
        yield [self.at(one["at"]), event, row(steps, "semicolon"), one.get("text")]
        for call in calls_in_words(one["calls"], to_the_second(self.zone), ids=False):
            yield [f"{'':16}", tr("→ {call}", call=call)]


def _alone(value: str | None) -> list[TableCells]:
    return [[value]] if value else []


def _yes(agreed: bool) -> Translatable:
    return tr("yes") if agreed else tr("no")


def _marketing(of: Payload) -> TableCells:
    """What holds, and who has set it: the answer to why nothing comes names where to change it."""
    here, shop = of["marketing_here"], of["marketing_shop"]
    yield _yes(of["marketing"])
    if of["stopped_by_staff"]:
        yield tr("stopped by staff")
    else:
        yield None if here is None else tr("said here: {answer}", answer=_yes(here))
    yield None if shop is None else tr("the shop's record: {answer}", answer=_yes(shop))


def _waiting(number: int) -> Translatable:
    if number == 1:
        return tr("one event, carried out by a process that runs")
    return tr("{number} events, carried out by a process that runs", number=number)
