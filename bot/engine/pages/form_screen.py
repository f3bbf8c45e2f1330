"""What the page of a form shows beside a question: how far one is; and, before they are sent, all answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.engine.compiled.flow import Question
from bot.engine.compiled.form import Form
from bot.engine.flows.forms import LEFT_OUT, in_field, that_fit
from bot.engine.times.bounds import When
from bot.model.contact import Answer, Instance
from bot.model.screen import FormScreen, GivenAnswer, Screen


def of_form(screen: Screen, form: Form, instance: Instance | None, when: When, about: FormScreen) -> Screen:
    """The screen of a form's flow as that of the form: only its fields have names that others know."""
    here = form.field(screen.state or "") if screen.kind == "question" else None
    if here is not None and instance is not None:
        given = _given(instance.answers.get(here.key), when)
        number = form.fields.index(here) + 1
        about = replace(about, number=number, optional=here.optional, given=given)
    return replace(screen, form=about, state=None if here is None else here.key)


def all_answers(
    form: Form, instance: Instance, when: When, asked: Callable[[Question], str]
) -> tuple[GivenAnswer, ...]:
    """All answers, as they would be sent now; `asked` gives the words of a question."""
    answers = that_fit(form, instance.answers, when)
    return tuple(
        GivenAnswer(
            one.key, asked(one.question), one.question.answer.type, _given(answers.get(one.key), when)
        )
        for one in form.fields
    )


def _given(answer: Answer | None, when: When) -> str | None:
    return None if answer is None or answer == LEFT_OUT else in_field(answer, when)
