"""Whom the list of customers shows: as an address has it, and as it was written."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.bulk_run import SoughtPeople
from bot.model.translatable import tr
from bot.operations.find_contacts import NotFound
from bot.web.admin.contact_desk import ContactDesk
from bot.web.admin.visit import Visit


def sought_of(desk: ContactDesk, visit: Visit) -> SoughtPeople:
    """Whom the address asks for; text and condition are sealed in it, names of the playbook as they are.

    Raises `NotFound` where they do not open: nobody is not everybody.
    """
    text, condition = "", ""
    if find := visit.query("find"):
        written = desk.parts.opened(visit.signed.name, "contacts", find)
        if written is None:
            raise NotFound(_NOT_OPEN)
        text, condition = written
    return SoughtPeople(text, condition, visit.query("audience"), visit.query("tag"), visit.query("on"))


_NOT_OPEN = tr("They were erased, or the address was made for another account: look for them in the list")


def sought_query(desk: ContactDesk, visit: Visit, sought: SoughtPeople) -> Mapping[str, str]:
    """The query of an address that asks for them."""
    written = (sought.text, sought.condition)
    find = desk.parts.sealed(visit.signed.name, "contacts", *written) if any(written) else ""
    return {"audience": sought.audience, "tag": sought.tag, "on": sought.channel, "find": find}
