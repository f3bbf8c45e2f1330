"""A form, and the flow that it is run as: a question a screen, all answers once more, sent (language, 11).

So a form has the sessions, the questions, the privacy notice and the results of page flows, and no others.

Answers stay in the instance, sealed, until the form is sent; only the consent is stored at once. Where it
goes on is computed: the first field without an answer that would be taken now, so an edit or a day that
passed asks again what no longer fits. Weighed: a page of all fields at once, which would need its own saving,
notices, checks and answer to two telephones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bot.engine.compiled.flow import Flow, Question, State
from bot.engine.compiled.rule import OnAfter, Rule
from bot.engine.compiled.step import GiveResult, Short, Step
from bot.engine.times.local_time import Duration, Wait
from bot.model.place import Place
from bot.model.translatable import Translatable, tr

NEXT, REVIEW, SENT, FORGOTTEN = "{next}", "{review}", "{sent}", "{forgotten}"
"""The states of its flow beside those of its fields. From `NEXT`, where nobody rests, it goes on to the first
field that is open, and at last to `REVIEW`, where all answers stand once more."""

TITLES: Mapping[str, Translatable] = {
    NEXT: tr("the next question"),
    REVIEW: tr("a look over all answers"),
    SENT: tr("the form was sent"),
    FORGOTTEN: tr("the form was not sent"),
}
"""What these are called for people: no playbook names them."""

FORGOTTEN_AFTER = Wait("30d", Duration(days=30))
"""How long an unfinished form is stored, counted from the last answer."""

_FLOW = "form:"


def flow_of_form(form: str) -> str:
    """The name of the flow that a form is run as: none in a playbook can have it."""
    return _FLOW + form


def is_of_form(flow: str) -> bool:
    """Whether a flow is that of a form, also of one that is gone."""
    return flow.startswith(_FLOW)


def form_of_flow(flow: str) -> str:
    """The name of the form that is run as this flow; of any other flow, its own."""
    return flow.removeprefix(_FLOW)


def only_leads_on(state: str) -> bool:
    """Whether nobody rests in this state of a form: it goes on to a question at once."""
    return state == NEXT


@dataclass(frozen=True, slots=True)
class FormField:
    """A question of a form."""

    key: str
    """Names its answer: the attribute in which it is stored, else the question's text."""
    question: Question
    optional: bool = False
    title: str = ""
    """What people call what it asks for; empty where that is `key`."""


@dataclass(frozen=True, slots=True)
class SaveForm(Step):
    """The form is sent: its answers are stored."""

    form: str

    @property
    def in_short(self) -> tuple[Short, ...]:
        return ()


@dataclass(frozen=True)
class Form:
    """A LIFF page of questions."""

    name: str
    place: Place
    title: str
    intro: str
    button: str
    """The label of the button that sends it."""
    fields: tuple[FormField, ...]
    done: GiveResult | None
    """The result once it is sent."""
    open: bool = True
    """Whether it may be filled in; else its flow is paused."""
    again: bool = False
    """Whether one person may send it more than once."""

    @property
    def questions(self) -> tuple[Question, ...]:
        """What it asks."""
        return tuple(one.question for one in self.fields)

    def field(self, key: str) -> FormField | None:
        """The field of this name; `None` where it has none, or has it no more."""
        return next((one for one in self.fields if one.key == key), None)

    @cached_property
    def flow(self) -> Flow:
        """A state for each field, and those that every form has."""
        done = () if self.done is None else (self.done,)
        on = Rule(self.place, (), None, (), f"{self.name} on", to=NEXT)
        forgotten = Rule(
            self.place, (OnAfter(FORGOTTEN_AFTER),), None, (), f"{self.name} forgotten", to=FORGOTTEN
        )
        states = (
            self._state(NEXT),
            *(self._state(one.key, one.question, rules=(forgotten,), branch=(on,)) for one in self.fields),
            self._state(REVIEW, rules=(forgotten,)),
            State(SENT, SENT, self.place, (SaveForm(self.place, self.name), *done), end=True),
            State(FORGOTTEN, FORGOTTEN, self.place, end=True),
        )
        return Flow(
            name=flow_of_form(self.name),
            title=self.title,
            place=self.place,
            states={state.name: state for state in states},
            status="live" if self.open else "paused",
            page=True,
            page_title=self.title,
            page_intro=self.intro or None,
            form=self.name,
        )

    def _state(
        self,
        name: str,
        question: Question | None = None,
        rules: tuple[Rule, ...] = (),
        branch: tuple[Rule, ...] = (),
    ) -> State:
        one = self.field(name)
        title = name if one is None else one.title or name
        return State(name, title, self.place, question=question, rules=rules, branch=branch)
