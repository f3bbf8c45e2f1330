"""The forms of the playbook: how often each was sent, and the answers of those who sent one (E1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Annotated, TypeAlias

from bot.model.answer_fields import Column, Help, Table
from bot.model.translatable import tr
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef, PageCursor
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import GoesOn, Name, named
from bot.operations.form_answers import answers_of, forms_of
from bot.operations.looks import record_search

FormName: TypeAlias = Annotated[
    Name, named(tr("form"), attrgetter("forms"), tr("forms are declared in the playbook"))
]
AnswersPlace: TypeAlias = Annotated[
    Sequence[str] | None, GoesOn("answers"), Help("`next` of the page before")
]


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form, and how often it was sent lately."""

    form: Annotated[str, Column(tr("form"))]
    title: str
    open: Annotated[bool, Column(tr("open"))]
    sent_in_30_days: Annotated[int, Column(tr("sent in 30 days"))]


@dataclass(frozen=True, slots=True)
class FormList:
    """All of the playbook, in its order."""

    forms: Annotated[Sequence[FormRow], Table(tr("the playbook has no forms"))]


@dataclass(frozen=True, slots=True)
class FormAnswersRow:
    """Who sent it at a moment, and their answers as they are by now, masked."""

    at: Annotated[datetime, Column(tr("when"))]
    contact: Annotated[ContactRef, Column(tr("contact"))]
    answers: Annotated[Mapping[str, str], Column(tr("answers")), Help("By field; empty: none.")]


@dataclass(frozen=True, slots=True)
class FormAnswersList:
    """The last first."""

    answers: Annotated[Sequence[FormAnswersRow], Table(tr("nobody has sent this form yet"))]
    next: PageCursor | None


@operation("forms.list")
async def list_forms(call: OperationCall) -> FormList:
    """The forms of the playbook, and how often each was sent."""
    found = await forms_of(call.stores, call.playbook, call.now)
    return FormList([FormRow(one.form.name, one.form.title, one.form.open, one.number) for one in found])


@operation("forms.answers", example="滿意度")
async def list_form_answers(
    call: OperationCall, form: FormName, after: AnswersPlace = None
) -> FormAnswersList:
    """Who has sent a form, the last first, with their answers as they are by now, masked."""
    meant = call.playbook.forms[form]
    place = None if after is None else (datetime.fromisoformat(after[0]), after[1])
    page = await answers_of(call.stores, call.playbook, meant, call.language, call.now, place)
    await record_search(call.stores, call.by, call.now, "forms")
    keys = [one.key for one in meant.fields]
    rows = [
        FormAnswersRow(one.at, ContactRef(one.contact.id), dict(zip(keys, one.answers, strict=True)))
        for one in page.rows
    ]
    goes_on = None if page.next is None else PageCursor("answers", (page.next[0].isoformat(), page.next[1]))
    return FormAnswersList(rows, goes_on)
