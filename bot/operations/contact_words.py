"""What is known of a contact in words, for commands and pages: origins of tags, deeds, what holds a flow."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.engine.compiled.card import TAP
from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import LIST
from bot.engine.turn.changes import SHOP
from bot.model.bulk_run import BY_RUN, ordered_by
from bot.model.conversation import Incoming
from bot.model.place import Place
from bot.model.translatable import Language, Phrase, Quoted, Translatable, TranslatableValue, row, tr
from bot.operations.actors import CONSOLE, done_by
from bot.operations.promotions import staff_acts
from bot.playbook.graph.survey import Site, every_site
from bot.playbook.similar import printable
from bot.wording.conversation import kind_of
from bot.wording.titles import NamedThing
from bot.wording.trace_words import row_words

BOUND: Mapping[str, Translatable] = {"phone": tr("phone"), "shop": tr("shop"), "clerk": tr("clerk")}
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
    "set_waiting": tr("conversation waits again: its colleague cannot answer any more"),
    "answered": tr("answered the customer"),
    "follow_up_set": tr("conversation to come up again"),
    "note_left": tr("note for colleagues"),
    "note_written": tr("note about the customer"),
    "note_removed": tr("note about the customer removed"),
    **{kind: act.done for kind, act in staff_acts()},
    "set": tr("set"),
    "marketing_stopped": tr("marketing stopped"),
    "marketing_allowed": tr("marketing stopped no more"),
    "drawn": tr("drawn"),
    "flow_left": tr("taken out of a flow"),
    "flow_restarted": tr("flow begun anew"),
    "resent": tr("resent"),
    "dropped": tr("dropped"),
    "clerk_handed_over": tr("clerk_handed_over"),
    "tester_made": tr("made a tester"),
    "tester_ended": tr("no tester any more"),
}
HELD: Mapping[str, Translatable] = {
    "quiet": tr("quiet"),
    "late": tr("late"),
    "staff": tr("staff"),
    "quota": tr("quota"),
    "paused": tr("paused"),
    "brake": tr("pushes stopped"),
}


_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
"""A moment of ISO 8601 with its offset."""


class SpacedLine(Phrase):
    """A line of `spaced` parts."""

    __slots__ = ("_parts",)

    def __init__(self, parts: Iterable[TranslatableValue | None]) -> None:
        self._parts = tuple(parts)

    def in_language(self, language: Language) -> str:
        return spaced(self._parts, language)


def spaced(parts: Iterable[TranslatableValue | None], language: Language) -> str:
    """Parts of a line with room between them, harmless to a terminal; what is empty is left out."""
    words = (language.words(part) for part in parts if part is not None)
    return "  ".join(printable(word) for word in words if word)


def by_the_clock(text: str, zone: ZoneInfo) -> str:
    """A text that may hold moments as they are stored, in UTC."""

    def moment_text(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[0])
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"

    return _MOMENT.sub(moment_text, text)


_IN_PLAYBOOK = re.compile(
    r"(rules|rich_menus|audiences|member_card)\b|(flows|forms|cards|links|broadcasts|channels)\."
)
"""How a place in a playbook begins."""


def origin_words(by: str, tag: str, playbook: Playbook) -> Translatable:
    """What has put `tag` on: `by` is a place in the playbook, a list, the shop, or who has done it.

    A place counts only if its present rule or state puts this tag on: the playbook may have changed since.
    """
    if by.startswith(BY_RUN):
        return tr("with many others, {who}", who=done_by(ordered_by(by).removeprefix(CONSOLE)))
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


_HIDDEN: Mapping[str, Translatable] = {
    "private": tr("(private)"),
    "once": tr("(a one-time code)"),
    "unsent": tr("(unsent)"),
}
"""The text in place of what is not shown."""


def incoming_text(
    incoming: Incoming, hidden: bool, words: Language, *, ids: bool = True
) -> TranslatableValue:
    """What somebody has sent or done; with LINE's `ids`, by which files are fetched, or without."""
    kind, content = incoming.kind, incoming.content
    if hidden:
        return _HIDDEN[incoming.secrecy]
    if not isinstance(content, str):
        return _tapped(content) if kind == "postback" else _message(kind, content, ids=ids)
    if kind == "text":
        return content
    if kind == "tap":
        return tr("tapped {label}", label=Quoted(content.rpartition("/")[2]))
    return tr("({what})", what=row_words(kind, words))


def _message(kind: str, content: Mapping[str, object], *, ids: bool) -> TranslatableValue:
    about = [str(content[name]) for name in _ABOUT if name in content]
    words = tr("{kind} {text}", kind=kind_of(kind), text=row(about)) if about else kind_of(kind)
    if not ids or "id" not in content:
        return words
    return tr("{told}, LINE's message {name}", told=words, name=str(content["id"]))


_ABOUT = ("fileName", "text", "title", "address", "latitude", "longitude")


def map_address(incoming: Incoming) -> str:
    """A map of the place that somebody sent; empty for all else.

    https://developers.google.com/maps/documentation/urls/get-started#search-action
    """
    content = incoming.content
    if incoming.kind != "location" or isinstance(content, str):
        return ""
    at = content.get("latitude"), content.get("longitude")
    if not all(isinstance(one, int | float) for one in at):
        return ""
    return "https://www.google.com/maps/search/?" + urlencode({"api": 1, "query": "{},{}".format(*at)})


def _tapped(content: Mapping[str, object]) -> Translatable:
    data = str(content.get("data", ""))
    label = Quoted(data.rpartition("/")[2] if data.startswith(TAP) else data)
    picked = next((str(content[name]) for name in ("date", "time", "datetime") if name in content), None)
    if picked is not None:
        return tr("tapped {label}: {picked}", label=label, picked=picked)
    return tr("tapped {label}", label=label)
