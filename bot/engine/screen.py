"""What a page shows: computed of a person and the playbook, at any moment, for whoever has a screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.engine.bounds import When
from bot.engine.changes import tags_of_binding
from bot.engine.consent import notice_with
from bot.engine.door import is_paused, is_stopped
from bot.engine.filling import filling_of
from bot.engine.flow import Flow, Question, State
from bot.engine.holds import Asked, holds
from bot.engine.lookup import is_open, lookup_of
from bot.engine.member_card import drawn
from bot.engine.on_page import above, innermost, text_of
from bot.engine.page_names import MEMBER_CARD, UNBIND, pages_of
from bot.engine.playbook import Playbook
from bot.engine.rendering import rendered
from bot.engine.results import result_of
from bot.engine.rule import OnNews, OnText
from bot.engine.starting import why_not
from bot.model.contact import Contact, Instance, PageState
from bot.model.screen import Screen

UNBOUND = "unbound"
"""Where the page `unbind` has ended."""

OUTCOMES = frozenset({"code", "member", "clerk", "hook"})
"""What a state waits for that comes back from the world by itself."""


@dataclass(frozen=True, slots=True)
class _View:
    """Whose screen it is, of which playbook, when."""

    playbook: Playbook
    contact: Contact
    page: PageState
    now: datetime

    @property
    def channel(self) -> str:
        return self.page.channel

    def says(self, flow: str) -> str | None:
        return trigger_of(self.playbook, self.contact, flow, self.channel)


def screen_of(playbook: Playbook, contact: Contact, page: str, channel: str, now: datetime) -> Screen:
    """The screen of a page (a page flow, `member_card`, `unbind`) for this person on this channel.

    Total: there is one for whatever is stored. `busy` at step 0: the page was not opened yet.
    """
    kept = contact.page(page, channel)
    if page not in pages_of(playbook, channel):
        return Screen("closed", kept.step if kept is not None else 0)
    if kept is None:
        return Screen("busy" if is_open(playbook, page, channel, now) else "closed", 0)
    view = _View(playbook, contact, kept, now)
    if page == UNBIND:
        return _unbinding(view)
    return _card(view) if page == MEMBER_CARD else _of_flow(view, page)


def _unbinding(view: _View) -> Screen:
    if view.page.ended == UNBOUND:
        return Screen("done", view.page.step, state=UNBOUND)
    if "phone" not in view.contact.bindings:
        return Screen("problem", view.page.step)
    goes = dict.fromkeys(tags_of_binding(view.contact, "phone"))
    tags = tuple(name for name in goes if view.contact.has_tag(name, view.now))
    return Screen("unbind", view.page.step, tags_gone=tags)


def _card(view: _View) -> Screen:
    """The card, for whoever is bound and has nothing to hear any more; before that, the way to it."""
    flow = view.page.flow
    look = view.playbook.member_card
    if look is not None and view.contact.bindings and (flow is None or view.says(flow) is None):
        lookup = lookup_of(view.playbook, view.contact, view.channel, view.now, {}, {})
        return Screen("card", view.page.step, card=drawn(look, lookup, view.playbook.zone))
    return Screen("problem", view.page.step) if flow is None else _of_flow(view, flow)


def _of_flow(view: _View, name: str) -> Screen:
    flow = view.playbook.flow(name, view.channel)
    if flow is None:
        return Screen("closed", view.page.step)
    instance = innermost(view.contact, name, view.channel)
    screen = _running(view, instance) if instance is not None and instance.on_page else _ended(view, flow)
    return replace(screen, texts=view.page.texts, say=view.says(name), picture=flow.page_picture)


def _ended(view: _View, flow: Flow) -> Screen:
    """Where the flow has ended; without an end nothing has begun, or it is over and nobody knows where."""
    step, ended = view.page.step, view.page.ended
    if ended is None:
        refused = why_not(view.playbook, flow, view.channel, view.now) is not None
        return Screen("closed" if refused else "problem", step)
    state = flow.states.get(ended)
    if state is None:
        return Screen("closed", step)
    return Screen("problem" if state.problem else "done", step, flow.name, ended)


def _running(view: _View, instance: Instance) -> Screen:
    playbook, step = view.playbook, view.page.step
    for name in above(view.contact, instance):
        upper = playbook.flow(name, instance.channel)
        if upper is not None and _takes_nobody(upper, view):
            return Screen("closed", step)
    flow = playbook.flow(instance.flow, instance.channel)
    state = flow.states.get(instance.state) if flow is not None else None
    if flow is None or state is None:
        return Screen("problem", step)  # lost: an edit has taken the state away
    screen = Screen(
        "done",
        step,
        instance.flow,
        instance.state,
        instance.visit,
        code_sent=instance.code_sent,
    )
    if state.question is not None and instance.held is None:
        return _asking(view, screen, instance, flow, state, state.question)
    return replace(screen, kind="busy") if _waits_for_the_world(state) else screen


def _takes_nobody(flow: Flow, view: _View) -> bool:
    """Whether an answer would meet nothing: nobody moves in the flow, or all leave it."""
    return is_paused(view.playbook, flow, view.channel) or is_stopped(flow, view.now)


def _waits_for_the_world(state: State) -> bool:
    return any(
        isinstance(trigger, OnNews) and trigger.kind in OUTCOMES
        for rule in state.rules
        for trigger in rule.when
    )


def _asking(
    view: _View, screen: Screen, instance: Instance, flow: Flow, state: State, question: Question
) -> Screen:
    lookup = lookup_of(view.playbook, view.contact, view.channel, view.now, instance.answers, {})
    filling = filling_of(view.playbook, view.channel, view.now, lookup)
    texts = [text_of(message) for message in rendered(question.ask, filling).messages]
    answer, links = question.answer, _links(view, instance, flow, state)
    return replace(
        screen,
        kind="question",
        question="\n".join(text for text in texts if text),
        answer=answer.type,
        choices=tuple(choice.value for choice in answer.choices),
        links=tuple(links),
        again=next((text for text, sends in links.items() if sends), None),
        notice=notice_with(view.playbook, view.contact, question) is not None,
        sends_code=state.name in flow.sending,
    )


def _links(view: _View, instance: Instance, flow: Flow, state: State) -> dict[str, bool]:
    """The texts that the state's rules hear now, the first of each rule's; whether one sends a code again."""
    asked = Asked(view.contact, view.channel, When(view.now, view.playbook.zone), answers=instance.answers)
    found: dict[str, bool] = {}
    for rule in state.rules:
        if rule.condition is None or holds(rule.condition, asked):
            for trigger in rule.when:
                if isinstance(trigger, OnText):
                    found.setdefault(trigger.texts[0], flow.sends(rule))
    return found


def trigger_of(playbook: Playbook, contact: Contact, flow: str, channel: str) -> str | None:
    """What the page of a flow or form says now in the person's name: the trigger of a result that waits."""
    for pending in contact.results:
        if (pending.flow, pending.channel) == (flow, channel):
            result = result_of(playbook, pending)
            if result is not None and result.trigger is not None:
                return result.trigger
    return None
