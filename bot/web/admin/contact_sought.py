"""Whom the list of customers shows: as an address has it, and as it was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.bulk_run import SoughtPeople
from bot.model.translatable import tr
from bot.operations.find_contacts import NotFound
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.visit import Visit


def sought_of(context: ContactContext, visit: Visit) -> SoughtPeople:
    """Whom the address asks for; text and condition are sealed in it, names of the playbook as they are.

    Raises `NotFound` where they do not open: nobody is not everybody.
    """
    text, condition = "", ""
    if find := visit.query("find"):
        written = context.parts.opened(visit.signed.name, "contacts", find)
        if written is None:
            raise NotFound(NOT_OPEN)
        text, condition = written
    return SoughtPeople(text, condition, visit.query("audience"), visit.query("tag"), visit.query("on"))


NOT_OPEN = tr("They were erased, or the address was made for another account: look for them in the list")
TICK = "tick-"
"""How the field of a ticked customer is called, before their sealed part."""
CHOSEN_LONGEST = 200_000
"""Characters of a list of ticked people that is looked at: a thousand have 80,000."""


def query_of(visit: Visit) -> Mapping[str, str]:
    """What the address of this visit asks for, for the address of a list."""
    return {name: visit.query(name) for name in ("audience", "tag", "on", "find", "after")}


def place_of(context: ContactContext, visit: Visit, after: str) -> str:
    """The place in a list that an address or a form names; the beginning where it does not open."""
    opened = context.parts.opened(visit.signed.name, "contacts after", after)
    return "" if opened is None else opened[0]


def chosen_opened(context: ContactContext, visit: Visit, sealed: str) -> Sequence[str]:
    """The ids of those who were ticked, as a form has them. Raises `NotFound` where they do not open."""
    if not sealed:
        return ()
    ids = context.parts.opened(visit.signed.name, "contacts chosen", sealed, CHOSEN_LONGEST)
    if ids is None:
        raise NotFound(NOT_OPEN)
    return ids


def chosen_sealed(context: ContactContext, visit: Visit, ids: Sequence[str]) -> str:
    """The same for a form; empty for nobody."""
    return context.parts.sealed(visit.signed.name, "contacts chosen", *ids) if ids else ""


def sought_query(context: ContactContext, visit: Visit, sought: SoughtPeople) -> Mapping[str, str]:
    """The query of an address that asks for them."""
    written = (sought.text, sought.condition)
    find = context.parts.sealed(visit.signed.name, "contacts", *written) if any(written) else ""
    return {"audience": sought.audience, "tag": sought.tag, "on": sought.channel, "find": find}
