"""Pages that a person opens and answers: flows with a page, and those that are built in (language, 8.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.engine import notes
from bot.engine.actions.members import REFRESH_ASKED
from bot.engine.actions.members import UNBOUND as UNBOUND_KIND
from bot.engine.compiled.flow import Flow
from bot.engine.compiled.machine import MESSAGE
from bot.engine.compiled.pages import is_about_binding, page_flow, pages_of
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.flows.answers import ANSWERS, valid_answer
from bot.engine.flows.flow_runner import FlowRunner
from bot.engine.flows.forms import act, form_of, was_sent
from bot.engine.flows.push_gate import is_halted
from bot.engine.flows.questions import ON_THE_PAGE, condition_context, links_of
from bot.engine.flows.starting import back_onto_page
from bot.engine.members.membership import unbind
from bot.engine.pages import notes as page_notes
from bot.engine.pages.screen import UNBOUND, screen_of
from bot.engine.promotions import part_of_page
from bot.engine.rendering.placeholders import page_address
from bot.engine.texts.text import fold
from bot.engine.texts.typed import typed
from bot.engine.turn.doing import Begin
from bot.engine.turn.line_news import count_opened
from bot.engine.turn.notices import notice_with
from bot.engine.turn.on_page import answered, clear, innermost, keep_page, next_step, opened, page_of, resume
from bot.engine.turn.turn import Turn
from bot.model.contact import Contact
from bot.model.effects import RefreshMember
from bot.model.event import FormAct, PageAnswer, PageOpened, Rewritten
from bot.model.instance import Answer, Instance
from bot.model.page_state import PageState
from bot.model.screen import MEMBER_CARD, UNBIND

ON_PAGE = "這一步正在網頁上進行，請回到網頁填寫。"
"""The hint in chat that leads back to the page which waits for this answer."""


def is_expected_by_page(turn: Turn, event: TriggerEvent) -> bool:
    """Whether a page of this person asks for or offers this now; then a hint leads back to the page.

    It is no answer: flows on a page do not read the chat (semantics 9).
    """
    for instance in turn.contact.flows:
        if not instance.on_page or instance.channel != turn.channel or is_halted(turn, instance):
            continue
        state, page = turn.state_of(instance), page_of(turn, instance)
        flow, question = turn.flow_of(instance), state.question if state is not None else None
        if flow is not None and flow.form is not None:
            continue  # what was begun weeks ago must not keep its words from the chat's rules
        if flow is None or state is None or question is None or page is None:
            continue
        is_asked = ANSWERS[question.answer.type].unambiguous
        is_answer = is_asked and valid_answer(question.answer, event, turn.when) is not None
        if is_answer or event.folded in map(fold, links_of(flow, state, condition_context(turn, instance))):
            _note_ignored(turn, page)
            return True
    return False


def _note_ignored(turn: Turn, page: str) -> None:
    address = page_address(turn.playbook, page, turn.channel)
    if turn.token is not None and address is not None:
        action = {"type": "uri", "label": ON_THE_PAGE, "uri": address}
        items = [{"type": "action", "action": action}]
        turn.speak(({"type": "text", "text": ON_PAGE, "quickReply": {"items": items}},))
    turn.note(page_notes.PAGE_ASKS, page)


OLD = timedelta(minutes=5)
"""After how long a member card that is opened is read anew from the shop."""

OLD_WHEN_PULLED = timedelta(seconds=10)
"""After how long it is read anew where the member pulls the page down to reload it."""

FRESH = "fresh"
"""The input with which a page is opened that was pulled down."""


def open_page(turn: Turn, runner: FlowRunner, event: PageOpened) -> None:
    """A page was opened: a flow begins, or goes on there from the state that the person is in."""
    count_opened(turn, event.inputs)
    flow = _flow_of(turn, event.page)
    page = None
    if event.page in pages_of(turn.playbook, turn.channel):
        page = opened(turn, event.page, flow.name if flow is not None else None)
        if (part := part_of_page(event.page)) is not None and part.opened is not None:
            part.opened(turn)
    if flow is not None and not _begin(turn, runner, page, flow, event.inputs):
        return
    if turn.contact.bindings and is_about_binding(turn.playbook, event.page, turn.channel):
        _refresh(turn, event)  # also where the page only says "bound already": the member may be gone
    turn.queue_news("page_opened", event.page)


def _flow_of(turn: Turn, page: str) -> Flow | None:
    """The flow that a page shows: its own; for the member card the one that leads the unbound to it."""
    name = page
    if page == MEMBER_CARD:
        card = turn.playbook.member_card
        name = card.unbound if card is not None and card.unbound and not turn.contact.bindings else ""
    return page_flow(turn.playbook, name, turn.channel)


def _begin(
    turn: Turn, runner: FlowRunner, page: PageState | None, flow: Flow, inputs: Mapping[str, str]
) -> bool:
    """Begin or go on in a flow on its page; whether the page brings what the flow needs to begin."""
    form = turn.playbook.forms.get(flow.form or "")
    if form is not None and was_sent(turn.contact, form):
        turn.note(page_notes.FORM_SENT_BEFORE, form.name)
        return True
    given = {}
    for name, type_ in flow.inputs.items():
        value = typed(inputs[name], type_, turn.playbook.zone) if name in inputs else None
        if value is not None:
            given[name] = Answer(type_, value)
    missing = flow.inputs.keys() - given.keys()
    if missing and turn.contact.instance(flow.name, turn.channel) is None:
        if page is not None:
            keep_page(turn, replace(page, incomplete=True))
        turn.note(page_notes.PAGE_LACKS, flow.name, tuple(sorted(missing)))
        return False
    before = turn.contact.instance(flow.name, turn.channel)
    begun = form is not None and before is not None and bool(before.answers)
    runner.begin(Begin(flow.name, given, on_page=True, place=flow.place))
    instance = innermost(turn.contact, flow.name, turn.channel)
    if begun and instance is not None:
        resume(turn, instance)
    _refresh_question(turn, instance)
    return True


def _refresh_question(turn: Turn, instance: Instance | None) -> None:
    """The page shows its question with the notice as it is now: the answer agrees to this version."""
    state = turn.state_of(instance) if instance is not None else None
    if instance is not None and state is not None and state.question is not None:
        instance.notice_version = notice_with(turn.playbook, turn.contact, state.question)


def _refresh(turn: Turn, event: PageOpened) -> None:
    """Ask for the member's data anew, unless they are fresh, or came with the event."""
    if turn.rules.shop is None:
        return
    key = f"page:{MEMBER_CARD}@{turn.channel}"
    last = turn.contact.used.get(key)
    if last is not None and turn.now - last < (OLD_WHEN_PULLED if FRESH in event.inputs else OLD):
        return
    turn.contact.used = {**turn.contact.used, key: turn.now}
    if event.facts is None:
        turn.actions.append(RefreshMember(None))
        turn.note(REFRESH_ASKED, MEMBER_CARD)


def answer_page(turn: Turn, runner: FlowRunner, event: PageAnswer) -> None:
    """An answer on a page, or the text of a link below its field."""
    if event.page not in pages_of(turn.playbook, turn.channel):
        turn.note(page_notes.PAGE_UNKNOWN, event.page)
        return
    usual = _flow_of(turn, event.page)
    page = answered(turn, event.page, usual.name if usual is not None else None)
    if page.page == UNBIND:
        _unbind(turn, page, event.text)
        return
    if (part := part_of_page(page.page)) is not None:
        part.answered(turn, page, event.text)
        return
    instance = innermost(turn.contact, page.flow, turn.channel) if page.flow is not None else None
    if instance is None or not (instance.on_page or page.ended is None):
        turn.note(page_notes.PAGE_ASKS_NOTHING, page.page)
    elif event.visit not in (None, instance.visit):
        turn.note(page_notes.PAGE_STALE, instance.flow)
    elif event.act is not None:
        _act(turn, runner, instance, event.act, event.text)
    else:
        back_onto_page(turn, instance)  # it may have been taken into the chat meanwhile
        clear(turn, instance)
        if not runner.handle(instance, MESSAGE, TriggerEvent("text", event.text)):
            runner.otherwise(instance)
            _refresh_question(turn, instance)


def _act(turn: Turn, runner: FlowRunner, instance: Instance, wanted: FormAct, subject: str) -> None:
    """A form's page does something else than answer."""
    form = form_of(turn.playbook, instance)
    leads = None
    if form is not None and not (is_halted(turn, instance) or was_sent(turn.contact, form)):
        leads = act(turn, form, instance, wanted, subject)
    if leads is None:
        turn.note(page_notes.PAGE_CANNOT)
        return
    clear(turn, instance)
    runner.go_to(instance, leads)


def _unbind(turn: Turn, page: PageState, text: str) -> None:
    """The member undoes the binding of the phone, on the page that has listed what goes with it."""
    if text != UNBIND:
        turn.note(notes.NOT_THE_BUTTON)
    elif unbind(turn, "phone", keep_tags=False):
        keep_page(turn, replace(page, ended=UNBOUND))
        turn.note(UNBOUND_KIND, "phone")
    else:
        turn.note(notes.NOT_BOUND)


def follow_pages(turn: Turn, before: Contact) -> None:
    """At the end of a turn: a page that shows something else than before it has gone a step further."""
    turn.contact.pages = tuple(
        replace(page, step=next_step(turn.now, page.step), at=turn.now)
        if _shows_something_else(turn, before, page)
        else page
        for page in turn.contact.pages
    )


def _shows_something_else(turn: Turn, before: Contact, page: PageState) -> bool:
    was = before.page(page.page, page.channel)
    if was is None or was.step != page.step:
        return False  # it was opened or answered in this turn: it has gone further already
    if isinstance(turn.event.what, Rewritten):
        return True  # it was rewritten before the turn began
    then, now = (
        screen_of(turn.playbook, contact, page.page, page.channel, turn.now, turn.world.taken)
        for contact in (before, turn.contact)
    )
    return then != now
