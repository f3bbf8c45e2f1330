"""Who has bound a phone lately on a channel, when, through which page, and what is so by now (B1, B7).

From the audit log, which has each binding once. May raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from bot.connectors.sms.phone import masked
from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditFilter
from bot.store.stores import Stores

LATELY = 20
"""Lines of a page."""
ABOUT_THEN = timedelta(minutes=5)
"""Between a turn that binds and its line in the log, at most, where nothing is in its way."""
BindingOutcome: TypeAlias = Literal["first", "again", "unbound", "gone"]
"""The first one of their life; another one; undone since; erased since."""


@dataclass(frozen=True, slots=True)
class RecentBinding:
    """`contact` is empty where they were erased; `page` is what members call the page, empty where nobody
    knows it any more; the phone is masked."""

    at: datetime
    by: str
    outcome: BindingOutcome
    contact: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    page: str = ""


async def recent_bindings(stores: Stores, playbook: Playbook, channel: str) -> Sequence[RecentBinding]:
    """The last ones, the newest first."""
    lines = await stores.audit.lines(AuditFilter(kinds=("bound",), channel=channel), LATELY)
    people = await stores.contacts.persons({line.contact for line in lines if line.contact})
    found = []
    for line in lines:
        stored = people.get(line.contact)
        if stored is None:
            found.append(RecentBinding(line.entry.at, line.entry.by, "gone"))
            continue
        person = stored.contact
        binding = person.bindings.get("phone")
        is_first = person.bound_before is not None and line.entry.at - person.bound_before < ABOUT_THEN
        outcome: BindingOutcome = "unbound" if binding is None else "first" if is_first else "again"
        flow = None if binding is None else playbook.flow(binding.flow, channel)
        found.append(
            RecentBinding(
                *(line.entry.at, line.entry.by, outcome, person.id, person.name or ""),
                masked(person.phone) if person.phone and binding is not None else "",
                "" if flow is None else flow.page_title or flow.title or flow.name,
            )
        )
    return found
