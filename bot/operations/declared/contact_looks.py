"""Contacts that are looked for, and looked at, masked or in full (J1, J3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, TypeAlias

from annotated_types import Ge, Le, MaxLen

from bot.model.admin import TEAM
from bot.model.answer_fields import Clock, Help
from bot.model.translatable import TooManyAttempts, Translatable, TranslatableValue, tr
from bot.operations.audiences import AudienceCount
from bot.operations.catalog.answers import AnswerFile
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import PageCursor, Spoken
from bot.operations.catalog.operation import SUPERVISORS, operation
from bot.operations.catalog.parameters import (
    SHORT,
    CommandWord,
    Customer,
    GoesOn,
    Name,
    Sought,
    Together,
)
from bot.operations.contact_document import FoundContact, ShownContact, found_contact, with_history
from bot.operations.contact_list import PAGE, contact_page
from bot.operations.contact_search import SearchTerms
from bot.operations.contact_text import contact_lines
from bot.operations.contact_view import PrivateWords, history, masked_view, revealed
from bot.operations.find_contacts import phone_end, sayable
from bot.operations.looks import record_look, record_search, way_of
from bot.operations.person_archive import person_archive
from bot.wording.titles import speaking_titles

MOST, CONDITION_MOST = 1_000, 2_000
"""People of one answer; characters of a condition."""
_CONTACTS = "contacts"
_SEARCHABLE = tr(
    "write a part of the name, a phone or its last digits, an e-mail address, a member number, a LINE"
    " user id, a contact id, a tag or a value"
)


@dataclass(frozen=True, slots=True)
class KnownOfContact:
    """What people are sought by beside a text; all of it holds."""

    tag: Annotated[Name | None, Help("who has this tag")] = None
    store: Annotated[Name | None, Help("whose clerk is of this store")] = None
    clerk: Annotated[Name | None, Help("who is bound to the clerk of this number")] = None
    audience: Annotated[Name | None, Help("who is in this audience")] = None
    condition: Annotated[
        str, MaxLen(CONDITION_MOST), Help("of whom this holds, as in a playbook:  'tag: VIP'")
    ] = ""
    channel: Annotated[Name | None, Help("only this channel")] = None


KnownTogether: TypeAlias = Annotated[KnownOfContact, Together()]


@dataclass(frozen=True, slots=True)
class ContactsFound:
    """Those of whom all of it holds, masked."""

    contacts: Sequence[FoundContact]
    next: PageCursor | None
    number: Annotated[AudienceCount | None, Help("Of all of them; `null`: it is not known.")]
    said: Spoken

    @property
    def is_done(self) -> bool:
        return bool(self.contacts)


class PersonArchive(AnswerFile):
    """All that is stored of a contact: page, JSON and files."""

    media = "application/zip"


@operation("contacts.find", roles=TEAM, example="小美 --tag VIP", everywhere=True)
async def find_contacts(
    call: OperationCall,
    known: KnownTogether,
    text: Annotated[
        str,
        *(CommandWord(), Sought(), MaxLen(SHORT)),
        Help("a part of the name, a phone or its last 4 to 8 digits, e-mail, member number, id, tag, value"),
    ] = "",
    most: Annotated[int, Ge(1), Le(MOST), Help(f"so many ({PAGE})")] = PAGE,
    after: Annotated[
        Sequence[str] | None, GoesOn(_CONTACTS, is_written=True), Help("go on behind this contact")
    ] = None,
) -> ContactsFound:
    """Contacts of whom all of it holds, by a part of the name or by what is known of them."""
    terms = SearchTerms(*(text.strip(), known.tag, known.store, known.clerk, known.audience, known.channel))
    if written := known.condition.strip():
        contents = call.context.contents()
        terms = replace(terms, where=await call.context.conditions.read(written, contents, call.by))
    if phone_end(terms.text) is not None:
        await check_may_reveal(call)  # what is asked often enough shows the digits
    await record_search(call.stores, call.by, call.now, way_of(terms.text))
    everywhere, place = await call.context.everywhere(), after[0] if after else ""
    page = await contact_page(everywhere, call.playbook, terms, place, most, partial(_looked_at, call))
    found = [found_contact(one, call.now) for one in page.people]
    said: list[TranslatableValue] = [one.line for one in found]
    next_ = PageCursor(_CONTACTS, (page.next,)) if page.next else None
    return ContactsFound(
        found, next_, page.number, Spoken(tuple(said or [_none_found(terms, goes_on=bool(after))]))
    )


def _looked_at(call: OperationCall, number: int) -> None:
    call.progress(tr("{number} contacts looked at", number=f"{number:,}"))


def _none_found(terms: SearchTerms, *, goes_on: bool) -> Translatable:
    if goes_on:
        return tr("nobody else is found")
    if not terms.is_text_alone or not terms.text:
        return tr("nobody is found of whom all of this holds")
    return tr("nobody is found by {given}; {who}", given=sayable(terms.text), who=_SEARCHABLE)


@operation("contacts.show", roles=TEAM, example="M1001")
async def show_contact(
    call: OperationCall,
    contact: Customer,
    reveal: Annotated[bool, Help("phone, e-mail and private values in full, which is recorded")] = False,
) -> ShownContact:
    """All that is known of a contact; in full only once the audit log has it."""
    if reveal:
        await check_may_reveal(call)
        view = await revealed(contact, call.by, call.now)
    else:
        await record_look(call.stores, contact.contact.id, call.by, call.now, "looked_at")
        view = masked_view(contact)
    happened = await history(contact, call.now, reveal=reveal)
    mask = str if reveal else PrivateWords(contact.contact, call.playbook.zone).masked
    stored = {one.id: one.details for one in happened.timeline}
    speech = speaking_titles(call.language, call.playbook)

    def lines(at: Clock) -> Iterator[str]:
        return contact_lines(shown, stored, call.playbook, speech, mask, at)

    shown = with_history(view, happened, call.playbook, call.now, mask, Spoken(lines))
    return shown


async def check_may_reveal(call: OperationCall) -> None:
    """Raise `TooManyAttempts` for an agent who has done so too often lately: they may not export."""
    if call.role not in SUPERVISORS:
        reveals, now = call.stores.api_reveals, call.context.clock.now()
        if wait := await reveals.wait(call.by, call.request, now):
            raise TooManyAttempts(tr("so many were shown in full lately: wait a little"), wait)


@operation("contacts.export", not_in={"command": "it writes a folder"})
async def export_contact(call: OperationCall, contact: Customer) -> PersonArchive:
    """All that is stored of a contact, as an archive; the audit log has it first."""
    content = await person_archive(contact, call.playbook, call.language, call.by)
    return PersonArchive(content, f"customer-{call.now:%Y%m%d}.zip")
