"""What stands in the playbook and is never used, or asked for and never there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.engine.condition import HasTag
from bot.engine.rule import OnNews
from bot.engine.step import AddTags, Call, StartFlow
from bot.model.place import Place
from bot.model.problem import Problem
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.questions import questions
from bot.playbook.graph.survey import Survey, named, parts
from bot.playbook.similar import shown

BUILT_IN_CARD = "privacy_notice"


def unused_cards(survey: Survey) -> Iterator[Problem]:
    """`card-unused`: a named card that nothing says."""
    said = {card.key for card in survey.cards} | set(named(survey.root, "card"))
    for name in survey.playbook.cards:
        if name not in said and name != BUILT_IN_CARD:
            place = survey.place("cards", name)
            yield _unused("card-unused", place, f"nothing says the card {shown(name)}", f"reply: {name}")


def unused_flows(survey: Survey) -> Iterator[Problem]:
    """`flow-unused`: nothing begins it; a flow with a page is begun by its address."""
    begun = {step.flow for step in survey.steps if isinstance(step, StartFlow)}
    begun |= {state.run for flow in survey.flows for state in flow.states.values() if state.run}
    for name, flow in survey.playbook.flows.items():
        if name not in begun and flow.start is None and not flow.page:
            yield _unused(
                "flow-unused", flow.place, f"nothing begins the flow {shown(name)}", f"start: {name}"
            )


def unused_audiences(survey: Survey) -> Iterator[Problem]:
    """`audience-unused`: no broadcast goes to it, nothing asks for it."""
    broadcasts = survey.root.get("broadcasts")
    asked = {*named(survey.root, "audience"), *(named(broadcasts, "to") if broadcasts else ())}
    asked |= _heard(survey, "enters") | _heard(survey, "leaves")
    for name, audience in survey.playbook.audiences.items():
        if name not in asked:
            message = f"nothing asks for the audience {shown(name)}"
            yield _unused("audience-unused", audience.place, message, f"to: {name}")


def unused_signals_and_hooks(survey: Survey) -> Iterator[Problem]:
    """`signal-unused`: no rule hears it; `hook-unused`: nothing calls it."""
    heard = _heard(survey, "signal")
    for name in survey.playbook.signals:
        if name not in heard:
            what = f"no rule hears the signal {shown(name)}"
            use = f"when: {{signal: {name}}}"
            yield _unused("signal-unused", survey.place("signals", name), what, use)
    called = {step.hook for step in survey.steps if isinstance(step, Call)}
    for name in survey.playbook.hooks:
        if name not in called:
            what = f"nothing calls the hook {shown(name)}"
            yield _unused("hook-unused", survey.place("hooks", name), what, f"call: {name}")


def tags_never_added(survey: Survey) -> Iterator[Problem]:
    """`tag-never-added`: a tag that is asked for, and that nothing in the playbook puts on."""
    playbook = survey.playbook
    added = set(playbook.shop_tags)
    added.update(tag for step in survey.steps if isinstance(step, AddTags) for tag in step.tags)
    added.update(tag for link in playbook.links.values() for tag in link.add_tags)
    added.update(tag for broadcast in playbook.broadcasts.values() for tag in broadcast.add_tags)
    asked_in = [*questions(survey), *(field for form in playbook.forms.values() for field in form.fields)]
    added.update(choice.value for q in asked_in if q.save_tags for choice in q.answer.choices)
    told = set[str]()
    for tag, place in _tags_asked_for(survey):
        if tag not in added and tag not in told:
            told.add(tag)
            message = f"the tag {shown(tag)} is asked for, and nothing here puts it on"
            hint = f"write  add_tags: [{tag}]  where it begins, unless staff put it on"
            yield mistake(place, "tag-never-added", message, hint=hint, level="warning")


def _tags_asked_for(survey: Survey) -> Iterator[tuple[str, Place]]:
    for condition in survey.conditions:
        for part in parts(condition):
            if isinstance(part, HasTag):
                yield from ((tag, part.place) for tag in part.tags)
    for trigger, place in survey.triggers:
        if isinstance(trigger, OnNews) and trigger.kind in ("tag_added", "tag_removed"):
            yield from ((tag, place) for tag in trigger.subjects or ())


def _heard(survey: Survey, kind: str) -> set[str]:
    heard = (trigger for trigger, _ in survey.triggers if isinstance(trigger, OnNews))
    return {name for trigger in heard if trigger.kind == kind for name in trigger.subjects or ()}


def _unused(code: Code, place: Place, message: str, use: str) -> Problem:
    return mistake(
        place, code, message, hint=f"write  {use}  where it belongs, or leave it out", level="warning"
    )
