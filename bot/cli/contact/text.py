"""A contact in lines: what `contact_json` has of it, one thing a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from bot.cli.dates import to_the_second
from bot.engine.compiled.playbook import Playbook
from bot.engine.texts.format import formatted
from bot.model.translatable import Language, Translatable, TranslatableValue, row, tr
from bot.operations.actors import done_by
from bot.operations.call_outcomes import calls_in_words
from bot.operations.contact_words import BOUND, DONE, HELD, by_the_clock, origin_words, spaced
from bot.operations.payload import Payload
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


def page(
    of: Payload, details: Mapping[str, Sequence[str]], playbook: Playbook, speech: Language
) -> Iterator[str]:
    """The lines of `contact show`; moments by the clock of the team.

    `details` are those of each row of the timeline, as they are stored.
    """
    yield spaced([of["contact"], tr("in the simulator") if of["simulator"] else None], speech)
    for name, lines in _Page(of, details, playbook, speech).parts():
        for number, one in enumerate(lines):
            left = speech.text(name) if number == 0 else ""
            yield f"  {left}{' ' * (_WIDE - cells(left))}{spaced(one, speech)}"


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
        about = row([*filter(None, [other]), *details_words(one["what"], one["details"])])
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
