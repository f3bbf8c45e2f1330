"""What a page shows, computed of a person and the playbook at any moment; of a form, how far one is, too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from bot.engine.compiled.flow import Flow, Question, State
from bot.engine.compiled.form import REVIEW, Form
from bot.engine.compiled.member_card import drawn
from bot.engine.compiled.pages import is_about_binding, page_flow, pages_of
from bot.engine.compiled.playbook import Playbook
from bot.engine.conditions.condition import ConditionContext
from bot.engine.flows.answers import TEXT_MOST, field_limits
from bot.engine.flows.forms import LEFT_OUT, field_text, that_fit, was_sent
from bot.engine.flows.push_gate import is_paused, is_stopped
from bot.engine.flows.questions import links_of
from bot.engine.flows.starting import why_not
from bot.engine.members.membership import tags_of_binding
from bot.engine.promotions import part_of_page
from bot.engine.rendering.placeholders import filling_of, is_open, lookup_of
from bot.engine.rendering.rendering import rendered
from bot.engine.times.bounds import When
from bot.engine.turn.notices import SENTENCES, notice_with
from bot.engine.turn.on_page import above, innermost, text_of
from bot.engine.turn.results import result_of
from bot.model.contact import Contact
from bot.model.instance import Answer, Instance
from bot.model.page_state import PageState
from bot.model.screen import MEMBER_CARD, UNBIND, AnswerDraft, FormScreen, Screen


def of_form(screen: Screen, form: Form, instance: Instance | None, when: When, about: FormScreen) -> Screen:
    """The screen of a form's flow as that of the form: of its states only those of fields are named."""
    here = form.field(screen.state or "") if screen.kind == "question" else None
    if here is not None and instance is not None:
        given = _given(instance.answers.get(here.key), when)
        number = form.fields.index(here) + 1
        about = replace(about, number=number, optional=here.optional, given=given)
    return replace(screen, form=about, state=None if here is None else here.key)


def all_answers(
    form: Form, instance: Instance, when: When, asked: Callable[[Question], str]
) -> tuple[AnswerDraft, ...]:
    """All answers, as they would be sent now; `asked` gives the words of a question."""
    answers = that_fit(form, instance.answers, when)
    return tuple(
        AnswerDraft(
            one.key, asked(one.question), one.question.answer.type, _given(answers.get(one.key), when)
        )
        for one in form.fields
    )


def _given(answer: Answer | None, when: When) -> str | None:
    return None if answer is None or answer == LEFT_OUT else field_text(answer, when)


NONE_TAKEN: Mapping[str, int] = MappingProxyType({})

UNBOUND = "unbound"
"""Where the page `unbind` has ended."""


@dataclass(frozen=True, slots=True)
class _View:
    """Whose screen it is, of which playbook, when."""

    playbook: Playbook
    contact: Contact
    page: PageState
    now: datetime
    taken: Mapping[str, int]

    @property
    def channel(self) -> str:
        return self.page.channel

    def trigger_text(self, flow: str) -> str | None:
        return trigger_of(self.playbook, self.contact, flow, self.channel)

    @property
    def member_deleted(self) -> tuple[str, ...]:
        """Why the person is not bound any more, until the notice was sent or the phone is bound again."""
        gone = ("member_gone", self.channel)
        if not any((notice.what, notice.channel) == gone for notice in self.contact.notices):
            return ()
        return (SENTENCES["member_gone"],) if self.binds else ()

    @property
    def binds(self) -> bool:
        return is_about_binding(self.playbook, self.page.page, self.channel)


def screen_of(
    playbook: Playbook,
    contact: Contact,
    page: str,
    channel: str,
    now: datetime,
    taken: Mapping[str, int] = NONE_TAKEN,
) -> Screen:
    """The screen of a page (a page flow, or one that is built in) for this person on this channel.

    Total: there is one for whatever is stored. `busy` at step 0: the page was not opened yet. `taken`: the
    places of rules with `first` that are taken; a rule without a place left is not offered.
    """
    screen = _screen(playbook, contact, page, channel, now, taken)
    if screen.kind != "closed":
        return screen
    return replace(screen, binds=is_about_binding(playbook, page, channel))


def _screen(
    playbook: Playbook, contact: Contact, page: str, channel: str, now: datetime, taken: Mapping[str, int]
) -> Screen:
    state = contact.page(page, channel)
    if page not in pages_of(playbook, channel):
        return Screen("closed", state.step if state is not None else 0)
    if state is None:
        return Screen("busy" if is_open(playbook, page, channel, now) else "closed", 0)
    view = _View(playbook, contact, state, now, taken)
    if page == UNBIND:
        return _unbinding(view)
    if (part := part_of_page(page)) is not None:
        return part.shown(playbook, contact, state, now)
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
    """The card, for a bound person without pending notices; before that, the way to it."""
    flow = view.page.flow
    look = view.playbook.member_card
    if look is not None and view.contact.bindings and (flow is None or view.trigger_text(flow) is None):
        lookup = lookup_of(view.playbook, view.contact, view.channel, view.now, {}, {})
        return Screen("card", view.page.step, card=drawn(look, lookup, view.playbook.zone))
    return (
        Screen("problem", view.page.step, texts=view.member_deleted) if flow is None else _of_flow(view, flow)
    )


def _of_flow(view: _View, page: str) -> Screen:
    flow = page_flow(view.playbook, page, view.channel)
    if flow is None:
        return Screen("closed", view.page.step)
    form = view.playbook.forms.get(flow.form or "")
    instance = innermost(view.contact, flow.name, view.channel)
    if form is not None and view.page.ended is None and was_sent(view.contact, form):
        screen = Screen("sent", view.page.step)
    elif instance is not None and instance.on_page:
        screen = _running(view, instance)
    elif instance is not None and view.page.ended is None:
        screen = Screen("in_chat", view.page.step)
    else:
        screen = _ended(view, flow)
        if view.member_deleted and screen.kind == "done":  # done as a member who has been deleted since
            screen = Screen("problem", screen.step)
    texts = view.page.texts
    if screen.kind in ("question", "problem"):
        texts = (*view.member_deleted, *texts)
    shown = replace(screen, texts=texts, say=view.trigger_text(flow.name), picture=flow.page_picture)
    if form is None:
        return shown
    when = When(view.now, view.playbook.zone)
    resumed = instance is not None and instance.visit == view.page.resumed
    about = FormScreen(form.button, len(form.fields), resumed=resumed)
    if screen.kind == "review" and instance is not None:
        rows = all_answers(form, instance, when, lambda question: _question_text(view, instance, question))
        about = replace(about, rows=rows)
    return of_form(shown, form, instance, when, about)


def _ended(view: _View, flow: Flow) -> Screen:
    """The end that the flow has reached; without one it has not begun, or its end is unknown."""
    step, ended = view.page.step, view.page.ended
    if ended is None:
        if why_not(view.playbook, flow, view.channel, view.now) is not None:
            return Screen("closed", step)
        return Screen("incomplete" if view.page.incomplete else "problem", step)
    state = flow.states.get(ended)
    if state is None:
        return Screen("closed", step)
    return Screen("problem" if state.problem else "done", step, flow.name, ended)


def _running(view: _View, instance: Instance) -> Screen:
    playbook, step = view.playbook, view.page.step
    for name in above(view.contact, instance):
        upper = playbook.flow(name, instance.channel)
        if upper is not None and _accepts_no_answer(upper, view):
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
    if flow.form is not None and state.name == REVIEW:
        return replace(screen, kind="review")
    if state.question is not None and instance.held is None:
        return _asking(view, screen, instance, flow, state, state.question)
    return replace(screen, kind="busy") if state.waits_for_world else screen


def _accepts_no_answer(flow: Flow, view: _View) -> bool:
    """Whether an answer would meet nothing: nobody moves in the flow, or all leave it."""
    return is_paused(view.playbook, flow, view.channel) or is_stopped(flow, view.now)


def _asking(
    view: _View, screen: Screen, instance: Instance, flow: Flow, state: State, question: Question
) -> Screen:
    playbook = view.playbook
    when = When(view.now, playbook.zone)
    context = ConditionContext(view.contact, view.channel, when, answers=instance.answers, taken=view.taken)
    answer, links = question.answer, links_of(flow, state, context)
    least, most = field_limits(answer, when)
    return replace(
        screen,
        kind="question",
        question=_question_text(view, instance, question),
        answer=answer.type,
        at_least=least,
        at_most=most,
        choices=tuple(choice.value for choice in answer.choices),
        max_length=(answer.max_length or TEXT_MOST) if answer.type == "text" else None,
        links=tuple(links),
        again=next((text for text, sends in links.items() if sends), None),
        notice=notice_with(playbook, view.contact, question) is not None,
        sends_code=state.name in flow.sending,
    )


def _question_text(view: _View, instance: Instance, question: Question) -> str:
    """The words of a question."""
    lookup = lookup_of(view.playbook, view.contact, view.channel, view.now, instance.answers, {})
    filling = filling_of(view.playbook, view.channel, view.now, lookup)
    texts = [text_of(message) for message in rendered(question.ask, filling).messages]
    return "\n".join(text for text in texts if text)


def trigger_of(playbook: Playbook, contact: Contact, flow: str, channel: str) -> str | None:
    """The text that the page sends into the chat as the person: the trigger of a pending result."""
    for pending in contact.results:
        if (pending.flow, pending.channel) == (flow, channel):
            result = result_of(playbook, pending)
            if result is not None and result.trigger is not None:
                return result.trigger
    return None
