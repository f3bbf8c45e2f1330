"""Contacts that are erased, and what shows that they were (J2, J4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from bot.model.answer_fields import Clock, Help, TextTable
from bot.model.erasure import Erasure, ErasureState
from bot.model.translatable import Translatable, tr
from bot.operations import erasing
from bot.operations.actors import done_by
from bot.operations.catalog.answers import filled
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Customer, Name
from bot.operations.erasing import PlaybookLists
from bot.operations.erasure_certificate import counted, state_words


@dataclass(frozen=True, slots=True)
class ErasedContact:
    """The number of the certificate, and how far the erasure is."""

    certificate: str
    state: ErasureState


@dataclass(frozen=True, slots=True)
class ErasureCertificate(Erasure):
    """`done` once the last look has found nothing more; nothing of the person is on it."""

    def lines(self, at: Clock) -> Iterator[Translatable | TextTable]:
        yield tr("certificate {number}", number=self.number)
        yield tr("erased at {at}, {by}", at=at(self.at), by=done_by(self.by))
        yield state_words(self, at(self.over) if self.over is not None else "")
        if rows := [["", *row] for row in counted(self)]:
            yield TextTable([], rows)
        if self.menu == "failed":
            yield (
                tr("their own rich menu at LINE is not removed yet: oaflow tries again, for 7 days at most")
                if self.state == "began"
                else tr("their own rich menu at LINE could not be removed: LINE was not reached, or refused")
            )


@operation(
    "contacts.erase",
    changes=True,
    audit="erased",
    forgets=True,
    not_in={"command": "the number of rows is typed, lists are read, and certificates written to files"},
)
async def erase_contact(
    call: OperationCall,
    contact: Customer,
    confirm: Annotated[Literal["erase", "刪除"], Help("written out, for it cannot be undone")],
) -> ErasedContact:
    """Erase all that is stored of a contact: nobody can undo it."""
    contents = call.context.contents()
    folder = Path() if contents is None else contents.folder
    lists = PlaybookLists(call.playbook, folder).naming(contact.contact)
    menus = call.context.menus()
    [done] = await erasing.erase(call.stores, {contact.contact.id: lists}, call.by, menus)
    return ErasedContact(done.number, done.state)


@operation("contacts.certificate", example="7QF3-9KTM-2A4X")
async def show_certificate(
    call: OperationCall, number: Annotated[Name, Help("of the certificate")]
) -> ErasureCertificate:
    """The certificate of an erasure, and how far that is."""
    return certificate_of(await erasing.certificate(call.stores, number))


def certificate_of(erasure: Erasure) -> ErasureCertificate:
    """What an erasure is answered with."""
    return filled(ErasureCertificate, erasure)
