"""What has put a tag on, as people read it: the logs record where in the playbook that was."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.engine.compiled.playbook import Playbook
from bot.engine.members.listed import LIST
from bot.engine.turn.changes import SHOP
from bot.model.place import Place
from bot.model.said import Quoted, Said, say
from bot.operations.actors import done_by
from bot.playbook.graph.survey import Site, every_site
from bot.scenario.thing import NamedThing

_IN_PLAYBOOK = re.compile(
    r"(rules|rich_menus|audiences|member_card)\b|(flows|forms|cards|links|broadcasts|channels)\."
)
"""How a place in a playbook begins."""


def origin_words(by: str, tag: str, playbook: Playbook) -> Said:
    """What has put `tag` on: `by` is a place in the playbook, a list, the shop, or who has done it.

    A place counts only if what stands there now puts this tag on: the playbook may have changed since.
    """
    if by == SHOP:
        return say("by the shop's record")
    if by == LIST:
        return say("by an imported list")
    found = next((said for path, names, said in _origins(playbook) if path == by and tag in names), None)
    if found is not None:
        return found
    if _IN_PLAYBOOK.match(by):
        return say("by a rule of an earlier playbook ({path})", path=by)
    return done_by(by)


def _origins(playbook: Playbook) -> Iterator[tuple[str, tuple[str, ...], Said]]:
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
        yield f"links.{code}", link.add_tags, say("by the link {name}", name=NamedThing(code, "link"))
    for name, broadcast in playbook.broadcasts.items():
        called = Quoted(broadcast.title or name)
        yield broadcast.place.path, broadcast.add_tags, say("by the broadcast {name}", name=called)


def _by_site(site: Site, place: Place) -> Said:
    if site.flow is not None:
        return _in_flow(site.flow.name, place)
    if site.rule is None:
        return say("by a tap ({file}, line {line})", file=place.file, line=place.line)
    if site.rule.name is None:
        return say("by the rule in {file}, line {line}", file=place.file, line=place.line)
    return say(
        "by the rule {name} ({file}, line {line})",
        name=Quoted(site.rule.name),
        file=place.file,
        line=place.line,
    )


def _in_flow(flow: str, place: Place) -> Said:
    named = NamedThing(flow, "flow")
    return say("by the flow {name} ({file}, line {line})", name=named, file=place.file, line=place.line)


def _in_form(form: str, place: Place) -> Said:
    named = NamedThing(form, "form")
    return say("by the form {name} ({file}, line {line})", name=named, file=place.file, line=place.line)
