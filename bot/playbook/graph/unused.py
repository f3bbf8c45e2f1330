"""Finds entries that nothing uses, and `moved` and `moved_from` that name something that is still there."""

from __future__ import annotations

from collections.abc import Iterator

from bot.connectors.shops.platforms import LISTS, PLATFORMS
from bot.engine.actions.hooks import Call
from bot.engine.compiled.rule import OnNews
from bot.model.place import Place
from bot.model.problem import Problem
from bot.model.translatable import Translatable, tr
from bot.playbook.codes import Code, mistake
from bot.playbook.graph.flow_arrows import cycles, started
from bot.playbook.graph.survey import Survey, named
from bot.playbook.shape.names import PRIVACY_NOTICE
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Map, text_at


def moved_names(survey: Survey) -> Iterator[Problem]:
    """`moved-exists`: `moved_from` names a tag or attribute that still exists."""
    playbook = survey.playbook
    slots = {info.slot for info in playbook.attributes.values()}
    for name, tag in playbook.tags.items():
        if tag.moved_from is not None and tag.moved_from in playbook.tags:
            yield _moved_but_exists(survey, "tags", name, tag.moved_from)
    for name, info in playbook.attributes.items():  # one of another type has another slot
        if info.moved_from and f"{info.slot.partition('.')[0]}.{info.moved_from}" in slots:
            yield _moved_but_exists(survey, "attributes", name, info.moved_from)


def _moved_but_exists(survey: Survey, section: str, name: str, old: str) -> Problem:
    message = tr("{old} is still there: everybody would lose it at the next edit", old=quoted(old))
    place = survey.place(section, name, "moved_from")
    return mistake(place, "moved-exists", message, hint=tr("leave  moved_from  out"))


def moved_states(survey: Survey) -> Iterator[Problem]:
    """`moved-exists`: `moved` names a state that still exists. `moved-cycle`: people would be moved in a
    circle."""
    for name, flow in survey.playbook.flows.items():
        for old in flow.moved:
            if old in flow.states:
                message = tr("the state {old} is still there, so nobody is moved out of it", old=quoted(old))
                place = survey.place("flows", name, "moved", old)
                hint = tr("leave it out of  moved,  or take the state away")
                yield mistake(place, "moved-exists", message, hint=hint)
        gone = {old: [new] for old, new in flow.moved.items() if old not in flow.states}
        for cycle in cycles(gone):
            message = tr("{round}: nobody would come to rest", round=" → ".join([*cycle, cycle[0]]))
            place = survey.place("flows", name, "moved", cycle[0])
            hint = tr("lead one of them to a state that is there, or to  exit")
            yield mistake(place, "moved-cycle", message, hint=hint)


def unused_cards(survey: Survey) -> Iterator[Problem]:
    """`card-unused`: a named card that nothing sends."""
    used = {card.key for card in survey.cards} | set(named(survey.root, "card"))
    for name in survey.playbook.cards:
        if name not in used and name != PRIVACY_NOTICE:
            place = survey.place("cards", name)
            yield _unused(
                "card-unused",
                place,
                tr("nothing says the card {name}", name=quoted(name)),
                f"reply: {name}",
            )


def unused_flows(survey: Survey) -> Iterator[Problem]:
    """`flow-unused`: nothing starts it. One with a page is started by its address."""
    begun = set(started(survey.steps))
    begun |= {state.run for flow in survey.flows for state in flow.states.values() if state.run}
    for name, flow in survey.playbook.flows.items():
        if name not in begun and flow.start is None and not flow.page:
            yield _unused(
                "flow-unused",
                flow.place,
                tr("nothing begins the flow {name}", name=quoted(name)),
                f"start: {name}",
            )


def unused_audiences(survey: Survey) -> Iterator[Problem]:
    """`audience-unused`: no broadcast goes to it, and no condition or trigger names it."""
    broadcasts = survey.root.get("broadcasts")
    used = {*named(survey.root, "audience"), *(named(broadcasts, "to") if broadcasts else ())}
    used |= _triggered_names(survey, "enters") | _triggered_names(survey, "leaves")
    for name, audience in survey.playbook.audiences.items():
        if name not in used:
            message = tr("nothing asks for the audience {name}", name=quoted(name))
            yield _unused("audience-unused", audience.place, message, f"to: {name}")


def unused_signals_and_hooks(survey: Survey) -> Iterator[Problem]:
    """`signal-unused`: no rule hears it. `hook-unused`: nothing calls it."""
    triggering = _triggered_names(survey, "signal")
    for name in survey.playbook.signals:
        if name not in triggering:
            what = tr("no rule hears the signal {name}", name=quoted(name))
            use = f"when: {{signal: {name}}}"
            yield _unused("signal-unused", survey.place("signals", name), what, use)
    called = {step.hook for step in survey.steps if isinstance(step, Call)}
    for name in survey.playbook.hooks:
        if name not in called:
            what = tr("nothing calls the hook {name}", name=quoted(name))
            yield _unused("hook-unused", survey.place("hooks", name), what, f"call: {name}")


def unused_shops(survey: Survey) -> Iterator[Problem]:
    """`shop-unused`: no channel has it, so no member is searched there, and its news have no address."""
    used = {channel.shop for channel in survey.playbook.channels.values()}
    shops = survey.root.get("shops")
    for name, (_, shop) in shops.pairs.items() if isinstance(shops, Map) else ():
        platform = text_at(shop, "platform") if isinstance(shop, Map) else None
        if name not in used and platform in PLATFORMS and platform not in LISTS:
            message = tr("no account has the shop {name}, so nobody is looked up there", name=quoted(name))
            hint = tr("write  {use}  at the account below  channels:", use=f"shop: {name}")
            yield mistake(survey.place("shops", name), "shop-unused", message, hint=hint, level="warning")


def signals_never_sent(survey: Survey) -> Iterator[Problem]:
    """`signal-never-sent`: a rule hears it, nothing raises it, and without `api_token` no other system
    can."""
    raised = {step.raises for step in survey.steps}
    if survey.has_value("api_token"):
        return
    for trigger, place in survey.triggers:
        if isinstance(trigger, OnNews) and trigger.kind == "signal":
            for name in (name for name in trigger.subjects or () if name not in raised):
                yield mistake(
                    place,
                    "signal-never-sent",
                    tr("nothing sends the signal {name}", name=quoted(name)),
                    hint=tr(
                        "for other systems write  api_token: ${EVENTS_TOKEN:-}  in bot.yaml;"
                        " or  raise: {name}  where it happens",
                        name=name,
                    ),
                    level="warning",
                )


def _triggered_names(survey: Survey, kind: str) -> set[str]:
    """The subjects of all triggers on news of this kind."""
    triggers = (trigger for trigger, _ in survey.triggers if isinstance(trigger, OnNews))
    return {name for trigger in triggers if trigger.kind == kind for name in trigger.subjects or ()}


def _unused(code: Code, place: Place, message: Translatable, use: str) -> Problem:
    return mistake(
        place,
        code,
        message,
        hint=tr("write  {use}  where it belongs, or leave it out", use=use),
        level="warning",
    )
