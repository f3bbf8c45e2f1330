"""The search of the list of customers, as an address has it: texts sealed, names of the playbook as they are;
and sealed lists of ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.bulk_run import SoughtPeople
from bot.model.translatable import tr
from bot.operations.find_contacts import NotFound
from bot.web.admin.contact_context import ContactContext
from bot.web.admin.visit import Visit


def sought_of(context: ContactContext, visit: Visit) -> SoughtPeople:
    """The search that the address has. Raises `NotFound` where its sealed part does not open: it must not
    become a list of everybody."""
    text, condition = "", ""
    if find := visit.query("find"):
        written = context.parts.opened(visit.signed.name, "contacts", find)
        if written is None:
            raise NotFound(NOT_OPEN)
        text, condition = written
    return SoughtPeople(text, condition, visit.query("audience"), visit.query("tag"), visit.query("on"))


NOT_OPEN = tr("They were erased, or the address was made for another account: look for them in the list")
TICK = "tick-"
"""How the name of a ticked customer's field begins, before the sealed part."""
CHOSEN_LONGEST = 200_000
"""The most characters of a sealed list of ticked people: a thousand have 80,000."""


def query_of(visit: Visit) -> Mapping[str, str]:
    """The parts of this address's query that make a list, for another address."""
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
    """The ids of those who are ticked, sealed for a form; empty for nobody."""
    return context.parts.sealed(visit.signed.name, "contacts chosen", *ids) if ids else ""


def sought_query(context: ContactContext, visit: Visit, sought: SoughtPeople) -> Mapping[str, str]:
    """The query of an address that asks for this search."""
    written = (sought.text, sought.condition)
    find = context.parts.sealed(visit.signed.name, "contacts", *written) if any(written) else ""
    return {"audience": sought.audience, "tag": sought.tag, "on": sought.channel, "find": find}
