"""The forms of a playbook: how often each was sent, who has sent it, what is stored of their answers (E1).

An answer is what the person has by now: an attribute, tags, the phone, the address, the consent. Who has sent
a form is known as long as the timeline is stored. All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.connectors.sms.phone import national
from bot.engine.compiled.form import Form, FormField
from bot.engine.compiled.goal import sent_form
from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditEntry
from bot.model.contact import Contact
from bot.model.translatable import Language, Refusal, tr
from bot.model.value import PRIVATE_SLOT
from bot.operations.audit_trail import audited
from bot.operations.contact_list import readable
from bot.operations.contact_profile import ProfileWords
from bot.operations.contact_view import masked_view
from bot.operations.find_contacts import LocatedContact
from bot.operations.goal_days import NONE, counted_days
from bot.playbook.csv_table import MARK, csv_line
from bot.playbook.similar import quoted
from bot.store.broadcasts.timeline_entries import TimelineEntry
from bot.store.stores import Stores

PAGE = 50
"""Answers of a page."""
TIES = 50
"""Of one moment so many are told apart at the border of a page."""
LOOKED_AT = 500
"""People, the last who have sent it, whose choices are counted."""
AT_A_TIME = 500


class NoSuchForm(Refusal):
    """The playbook has no such form."""


@dataclass(frozen=True, slots=True)
class FormFigures:
    """A form, and how often it was sent on each of the last `DAYS` days, the oldest first."""

    form: Form
    days: Mapping[str, int]

    @property
    def number(self) -> int:
        """On all of them."""
        return sum(self.days.values())


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """Who sent it at a moment, masked, and their answer to each field as it is by now; empty: none."""

    id: str
    at: datetime
    contact: Contact
    answers: Sequence[str]


@dataclass(frozen=True, slots=True)
class FormAnswersPage:
    """Some of them, the last first; `next` is where it goes on (`None`: nowhere)."""

    rows: Sequence[FormAnswers]
    next: tuple[datetime, str] | None


def form_of(playbook: Playbook, name: str) -> Form:
    """The form of this name. Raises `NoSuchForm`."""
    if name not in playbook.forms:
        raise NoSuchForm(tr("the playbook has no form {name}", name=quoted(name)))
    return playbook.forms[name]


async def forms_of(stores: Stores, playbook: Playbook, now: datetime) -> list[FormFigures]:
    """All forms, in the order of the playbook."""
    counted = await counted_days(stores, playbook, now)
    return [
        FormFigures(form, counted.get(sent_form(form.name), counted[NONE]))
        for form in playbook.forms.values()
    ]


async def answers_of(
    stores: Stores,
    playbook: Playbook,
    form: Form,
    words: Language,
    now: datetime,
    after: tuple[datetime, str] | None = None,
) -> FormAnswersPage:
    """A page of those who have sent it."""
    until, last = after or (None, "")
    sought = stores.happened.last_reached(sent_form(form.name), until, PAGE + TIES)
    found = [one async for one in sought]
    place = next((number + 1 for number, one in enumerate(found) if one.id == last), 0)
    shown, more = found[place : place + PAGE], found[place + PAGE :]
    rows = await _Reader(stores, playbook, form, words, now).rows(shown)
    return FormAnswersPage(rows, (shown[-1].at, shown[-1].id) if more and shown else None)


async def choices_of(stores: Stores, form: Form, now: datetime) -> Mapping[str, Mapping[str, int]]:
    """Of the fields with choices how many of the last `LOOKED_AT` people who sent it have chosen what.

    Fields whose answer is a private attribute are not among them: with few people it would say who has which.
    """
    asked = [one for one in form.fields if one.question.answer.choices and not _is_private(one)]
    if not asked:
        return {}
    sought = stores.happened.last_reached(sent_form(form.name), None, LOOKED_AT)
    people = await stores.contacts.persons({one.contact async for one in sought})
    known = {one.contact.id: one.contact for one in people.values()}
    found = {
        one.key: Counter(dict.fromkeys((c.value for c in one.question.answer.choices), 0)) for one in asked
    }
    for contact in known.values():
        for field in asked:
            found[field.key].update(one for one in _chosen(field, contact, now) if one in found[field.key])
    return found


async def answers_csv(
    stores: Stores, playbook: Playbook, form: Form, words: Language, actor: str, now: datetime
) -> AsyncGenerator[str]:
    """All of them as a table for spreadsheets, masked as on the page; the audit log says so first."""
    entry = AuditEntry("many_exported", actor, now, f"form {form.name}")
    heads = [words.text(one) for one in (tr("When"), tr("Name"), tr("Phone"))]
    reader, number = _Reader(stores, playbook, form, words, now), 0
    async with audited(stores, entry) as doing:
        yield MARK + csv_line([*heads, *(one.title or one.key for one in form.fields)])
        some: list[TimelineEntry] = []
        async for one in stores.happened.last_reached(sent_form(form.name)):
            some.append(one)
            if len(some) == AT_A_TIME:
                number += len(some)
                yield await reader.lines(some)
                some = []
        number += len(some)
        yield await reader.lines(some)
        doing.update(after=f"{number}")


def _sender(one: FormAnswers, playbook: Playbook) -> list[str]:
    contact = one.contact
    phone = contact.phone or contact.stated_phone
    at = one.at.astimezone(playbook.zone)
    return [f"{at:%Y-%m-%d %H:%M}", contact.name or "", "" if phone is None else national(phone)]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the answers to a form."""

    stores: Stores
    playbook: Playbook
    form: Form
    words: Language
    now: datetime

    async def rows(self, some: Sequence[TimelineEntry]) -> list[FormAnswers]:
        """Those of them who are there; who was merged is whom they are part of."""
        people = await self.stores.contacts.persons({one.contact for one in some})
        said, rows = ProfileWords(self.playbook, self.words), []
        for one in some:
            if (stored := people.get(one.contact)) is not None:
                contact = readable(masked_view(LocatedContact(stored, self.stores, simulated=False)).contact)
                answers = [_answer(field, contact, said, self.words, self.now) for field in self.form.fields]
                rows.append(FormAnswers(one.id, one.at, contact, answers))
        return rows

    async def lines(self, some: Sequence[TimelineEntry]) -> str:
        """The same as lines of a table for spreadsheets."""
        rows = await self.rows(some)
        return "".join(csv_line([*_sender(one, self.playbook), *one.answers]) for one in rows)


def _answer(field: FormField, contact: Contact, said: ProfileWords, words: Language, now: datetime) -> str:
    question = field.question
    if question.save_tags:
        return "、".join(_chosen(field, contact, now))
    if question.save is not None:
        known = contact.attributes.get(question.save[1])
        return "" if known is None else said.value(known.value)
    match question.answer.type:
        case "phone":
            phone = contact.phone or contact.stated_phone
            return "" if phone is None else national(phone)
        case "email":
            return contact.email or ""
        case "consent" if contact.marketing is not None:
            return words.text(tr("yes") if contact.marketing else tr("no"))
        case _:
            return ""


def _is_private(field: FormField) -> bool:
    save = field.question.save
    return save is not None and save[1].startswith(f"{PRIVATE_SLOT}.")


def _chosen(field: FormField, contact: Contact, now: datetime) -> list[str]:
    question = field.question
    if question.save_tags:
        return [one.value for one in question.answer.choices if contact.has_tag(one.value, now)]
    known = None if question.save is None else contact.attributes.get(question.save[1])
    return [] if known is None else [str(known.value)]
