"""What is done on a form's page: fields are left out, gone back to and changed, and all of it is sent."""

from __future__ import annotations

from collections.abc import Mapping

from bot.engine import notes
from bot.engine.actions.action import Doers
from bot.engine.compiled.form import NEXT, REVIEW, SENT, Form, FormField, SaveForm
from bot.engine.compiled.goal import sent_form
from bot.engine.compiled.playbook import Playbook
from bot.engine.compiled.trigger_event import TriggerEvent
from bot.engine.flows.answers import ANSWERS, kind_named, valid_answer
from bot.engine.flows.questions import keep_answer
from bot.engine.times.bounds import When
from bot.engine.turn.doing import Doing
from bot.engine.turn.turn import Turn
from bot.engine.types.table import TYPES
from bot.model.contact import Contact
from bot.model.counts import OF_GOALS, REACHED
from bot.model.effects import FindMatches
from bot.model.event import FormAct
from bot.model.instance import Answer, Instance
from bot.model.mark import Mark

LEFT_OUT = Answer("left out", "")
"""Instead of an answer, where a field was skipped."""


def form_of(playbook: Playbook, instance: Instance) -> Form | None:
    """The form that an instance is a run of; `None` where it is a flow's, or the form is gone."""
    flow = playbook.form_flows.get(instance.flow)
    return playbook.forms[flow.form] if flow is not None and flow.form is not None else None


def was_sent(contact: Contact, form: Form) -> bool:
    """Whether this person has sent a form that is sent once."""
    return not form.again and _once(form) in contact.used


def _once(form: Form) -> str:
    return f"form:{form.name}"


# -- which field is open


def next_of_form(turn: Turn, instance: Instance) -> str | None:
    """Where a form goes on: to its first open field, else to the look over all; `None`: it is at rest.

    Answers that fit no more are forgotten: the form may have been changed since, or the day be another.
    """
    form = form_of(turn.playbook, instance)
    if form is None or instance.state != NEXT:
        return None
    _forget_unfit(turn, form, instance)
    leads = next((one.key for one in form.fields if _is_open(one, instance)), REVIEW)
    instance.gone_back_over = tuple(key for key in instance.gone_back_over if key != leads)
    return leads


def _is_open(one: FormField, instance: Instance) -> bool:
    """Whether a field waits for an answer, or for a look at the one that it has, which was gone back over."""
    return one.key not in instance.answers or one.key in instance.gone_back_over


def _forget_unfit(turn: Turn, form: Form, instance: Instance) -> None:
    fitting = that_fit(form, instance.answers, turn.when)
    for key in instance.answers.keys() - fitting.keys():
        turn.note(notes.FORM_ASKS_AGAIN, key, place=form.place)
    instance.answers = fitting


def that_fit(form: Form, answers: Mapping[str, Answer], when: When) -> dict[str, Answer]:
    """The answers that the fields of a form would take now, in their order."""
    fitting: dict[str, Answer] = {}
    for one in form.fields:
        answer = answers.get(one.key)
        if answer is not None and _fits(one, answer, when, fitting):
            fitting[one.key] = answer
    return fitting


def _fits(one: FormField, answer: Answer, when: When, before: Mapping[str, Answer]) -> bool:
    if answer == LEFT_OUT:
        return one.optional
    event = TriggerEvent("text", field_text(answer, when))
    return valid_answer(one.question.answer, event, when, before) == answer


def field_text(answer: Answer, when: When) -> str:
    """An answer as the field that asks for it takes it, and as it is understood again."""
    if isinstance(answer.value, bool):
        return "是" if answer.value else "否"
    gives = kind_named(answer.type)
    type_ = TYPES[ANSWERS[gives].gives if gives is not None else "text"]
    return type_.in_field(answer.value, when.zone)


# -- what is done on its page


def act(turn: Turn, form: Form, instance: Instance, wanted: FormAct, subject: str) -> str | None:
    """Do what the page of a form wants; the state to go to next, `None` where that cannot be done here.

    `subject` is the field to `change`. Answers are changed at once; the caller moves the instance.
    """
    here = form.field(instance.state)
    match wanted:
        case "skip" if here is not None and here.optional:
            instance.answers = {**instance.answers, here.key: LEFT_OUT}
            turn.note(notes.FORM_LEFT_OUT, here.key, place=here.question.place)
            return NEXT
        case "back" if here is not None or instance.state == REVIEW:
            before = _before(form, here)
            if before is None:
                return None
            if here is not None:
                instance.gone_back_over = (*instance.gone_back_over, here.key)
            return before.key
        case "change" if instance.state == REVIEW and form.field(subject) is not None:
            return subject
        case "send" if instance.state == REVIEW:
            _forget_unfit(turn, form, instance)
            return SENT if all(one.key in instance.answers for one in form.fields) else NEXT
        case _:
            return None


def _before(form: Form, here: FormField | None) -> FormField | None:
    """The field before this one; before the look over all: the last."""
    place = len(form.fields) if here is None else form.fields.index(here)
    return form.fields[place - 1] if place else None


# -- sent


def _keep(turn: Turn, step: SaveForm, doing: Doing) -> None:
    """Store the answers of a form that is sent on the person, count it, and raise its news `form_sent`."""
    form = turn.playbook.forms[step.form]
    phone = email = None
    for one in form.fields:
        answer = doing.answers.get(one.key)
        if answer is None or answer == LEFT_OUT:
            continue
        keep_answer(turn, one.question, answer, None, on_page=True)  # the notice was agreed to before
        if answer.type == "phone" and isinstance(answer.value, str):
            phone = answer.value
        elif answer.type == "email" and isinstance(answer.value, str):
            email = answer.value
    _keep_unproven(turn, phone, email)
    turn.contact.used = {**turn.contact.used, _once(form): turn.now}
    turn.queue_news("form_sent", form.name)
    turn.marks.append(Mark(turn.channel, OF_GOALS, REACHED, (sent_form(form.name),)))
    turn.note(notes.FORM_TAKEN, form.name, place=form.place)


def _keep_unproven(turn: Turn, phone: str | None, email: str | None) -> None:
    """Store an unproven phone or address, and look for it at others: it never merges by itself (E2)."""
    contact = turn.contact
    if phone is not None and phone != contact.phone:
        contact.stated_phone = phone
    if email is not None:
        contact.email = email
    if phone is not None or email is not None:
        turn.actions.append(FindMatches(phone, email))


DO: Doers = {SaveForm: _keep}
