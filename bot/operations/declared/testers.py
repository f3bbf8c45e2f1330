"""Testers: who gets broadcasts first, each by a name; one more of them, one less (I2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import MaxLen, MinLen

from bot.model.answer_fields import Clock, Column, Help, Table
from bot.model.translatable import Translatable, tr
from bot.operations import testers
from bot.operations.catalog.call import OperationCall
from bot.operations.catalog.identities import ContactRef, Spoken
from bot.operations.catalog.operation import operation
from bot.operations.catalog.parameters import Customer, ParameterRefused
from bot.operations.find_contacts import not_called
from bot.operations.testers import NAME_MOST, Tester
from bot.playbook.similar import hint_for

_NONE = tr("there are no testers yet;  oaflow contact name WHO NAME")


@dataclass(frozen=True, slots=True)
class TesterRow:
    """A name, and whose it is."""

    tester: Annotated[str, Column(tr("tester"))]
    contact: Annotated[ContactRef | None, Column(tr("contact")), Help("`null`: nobody has the name.")]
    listed: Annotated[bool, Column(tr("in the playbook")), Help("Its `testers` list the name.")]


@dataclass(frozen=True, slots=True)
class TesterList:
    """Those that the playbook lists, in its order, then all others."""

    testers: Annotated[Sequence[TesterRow], Table(_NONE)]

    def lines(self, at: Clock) -> Iterator[Translatable]:
        """Each with the contact that has the name, or that nobody has it."""
        if not self.testers:
            yield _NONE
        for one in self.testers:
            if one.contact is None:
                yield tr("{name}: nobody yet;  oaflow contact name WHO {name}", name=one.tester)
            else:
                yield tr("{name}: {contact}", name=one.tester, contact=one.contact.contact)


@dataclass(frozen=True, slots=True)
class TesterChange:
    """Who is a tester now, or no more."""

    contact: ContactRef
    lost: Annotated[Sequence[str], Help("Names that they had until now.")]
    said: Spoken


@operation("testers.list", called="testers")
async def list_testers(call: OperationCall) -> TesterList:
    """Who gets test sends of broadcasts, and names of the playbook that nobody has."""
    return TesterList([_row(one) for one in await testers.all_testers(call.stores, call.playbook)])


def _row(one: Tester) -> TesterRow:
    return TesterRow(one.name, None if one.contact is None else ContactRef(one.contact), one.listed)


@operation("testers.make", called="name", changes=True, audit="tester_made", example="main:U1 @amy")
async def make_tester(
    call: OperationCall,
    contact: Customer,
    tester: Annotated[str, MinLen(1), MaxLen(NAME_MOST), Help("the name, one of the playbook or another")],
) -> TesterChange:
    """Make a contact the tester of this name; other names that they have are lost."""
    known = call.playbook.testers
    if tester not in known and (near := hint_for(tester, known)):
        raise ParameterRefused("tester", not_called(tr("tester"), tester, near))
    lost = await testers.make_tester(contact, tester, call.by)
    now = tr("{who} is called {name}", who=contact.contact.id, name=tester)
    without = (
        tr("{name} is nobody's name now: each has one;  oaflow contact name WHO {name}", name=one)
        for one in lost
    )
    return TesterChange(ContactRef(contact.contact.id), lost, Spoken((now, *without)))


@operation("testers.end", called="unname", changes=True, audit="tester_ended", example="main:U1")
async def end_tester(call: OperationCall, contact: Customer) -> TesterChange:
    """Have a contact be no tester any more."""
    had = await testers.end_tester(contact, call.by)
    said = tr("{who} is not called {name} any more", who=contact.contact.id, name=", ".join(had))
    return TesterChange(ContactRef(contact.contact.id), had, Spoken((said,)))
