"""What an answer says about the person, and where it is kept: attribute, tags, consent."""

from __future__ import annotations

from bot.engine.compiled.flow import Question
from bot.engine.flows.answer_kinds import SEVERAL
from bot.engine.rendering.lookup import as_type
from bot.engine.turn.changes import add_tags, remove_tags, set_attribute, set_marketing
from bot.engine.turn.consent import agree
from bot.engine.turn.turn import Turn
from bot.model.contact import Answer, Instance
from bot.model.conversation import Secrecy


def take_answer(turn: Turn, instance: Instance, question: Question, answer: Answer) -> None:
    """Take a valid answer, and keep what it says about the person; of a form that is kept when it is sent."""
    turn.secrecy = "once" if answer.type == "code" else secrecy_of(question)
    instance.answers = {**instance.answers, instance.state: answer}
    flow = turn.flow_of(instance)
    if flow is None or flow.form is None:
        keep_answer(turn, question, answer, instance.told, on_page=instance.on_page)
    elif instance.told is not None:
        agree(turn, instance.told, on_page=True)


def secrecy_of(question: Question) -> Secrecy:
    """How far what is said to a question may be shown, also what is no answer: a mistyped phone is one."""
    return "private" if question.private or question.answer.type == "code" else ""


def keep_answer(turn: Turn, question: Question, answer: Answer, told: str | None, *, on_page: bool) -> None:
    """Save an answer as attribute, tags or consent, where the question says so.

    `told` is the version of the privacy notice that stood with the question: the answer agrees to it.
    """
    if told is not None:
        agree(turn, told, on_page=on_page)
    if question.answer.type == "consent":
        set_marketing(turn, answer.value is True)
    if question.save_tags and isinstance(answer.value, str):
        _save_tags(turn, question, answer.value)
    elif question.save is not None:
        key, slot, type_ = question.save
        value = as_type(answer.value, type_, turn.playbook.zone)
        if value is not None:
            set_attribute(turn, key, slot, value)


def _save_tags(turn: Turn, question: Question, chosen: str) -> None:
    wanted = [name for name in chosen.split(SEVERAL) if name]
    add_tags(turn, wanted, question.place.path)
    others = [choice.value for choice in question.answer.choices if choice.value not in wanted]
    remove_tags(turn, others, question.place.path)
