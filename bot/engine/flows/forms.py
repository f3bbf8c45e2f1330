"""A form that was sent: its answers are kept, and its result is given (language, section 10)."""

from __future__ import annotations

from bot.engine.compiled.heard import Heard
from bot.engine.flows.answers import valid_answer
from bot.engine.flows.keeping import keep_answer
from bot.engine.flows.perform import say_result
from bot.engine.turn.consent import notice_with
from bot.engine.turn.doing import Doing
from bot.engine.turn.results import wait_for_page
from bot.engine.turn.turn import NO_ANSWERS, Turn
from bot.model.contact import Answer


def send_form(turn: Turn, name: str, sent: tuple[str | None, ...]) -> None:
    """Keep the answers of a form where all of them are valid; else nothing is kept."""
    form = turn.playbook.forms.get(name)
    if form is None or not form.open:
        turn.note("form", "closed", name)
        return
    sent_before = f"form:{name}"
    if not form.again and sent_before in turn.contact.used:
        turn.note("form", "not-kept", f"{name} was sent before, and is not for `again`")
        return
    answers: list[Answer | None] = []
    for number, question in enumerate(form.fields):
        said = sent[number] if number < len(sent) else None
        answer = valid_answer(question.answer, Heard("text", said), turn.when) if said else None
        if answer is None and (said or number not in form.optional):
            turn.note("form", "not-kept", f"field {number + 1} is not valid", question.place)
            return
        answers.append(answer)
    for question, answer in zip(form.fields, answers, strict=True):
        if answer is not None:
            told = notice_with(turn.playbook, turn.contact, question)
            keep_answer(turn, question, answer, told, on_page=True)
    if not form.again:
        turn.contact.used = {**turn.contact.used, sent_before: turn.now}
    turn.tell("form_sent", name)
    turn.note("form", "kept", name, form.place)
    _give(turn, name)


def _give(turn: Turn, name: str) -> None:
    done = turn.playbook.forms[name].done
    if done is None:
        return
    if done.trigger is None:
        say_result(turn, done, Doing())
        return
    wait_for_page(turn, name, done, NO_ANSWERS)
