"""Testers: contacts who get broadcasts first, each by a name; and which names of the playbook nobody has.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.model.audit import AuditKind, AuditRow
from bot.model.contact import Contact
from bot.model.plain_text import visible
from bot.model.translatable import tr
from bot.operations.find_contacts import LocatedContact
from bot.operations.simulated_time import now_among
from bot.playbook.similar import quoted
from bot.services.rewrites import RewriteRefused
from bot.store.stores import Stores

NAME_MOST = 40
"""Characters of a tester's name."""


@dataclass(frozen=True, slots=True)
class Tester:
    """A name, whose it is (as who they are part of by now), and whether the playbook lists it."""

    name: str
    contact: str | None
    listed: bool = True


def why_no_tester(contact: Contact) -> RewriteRefused | None:
    """Why somebody cannot be a tester; `None`: they can."""
    if contact.kind != "person":
        return RewriteRefused(tr("only a person can be a tester"))
    if not contact.has_line:
        return RewriteRefused(tr("only somebody on LINE can be a tester: a test goes there"))
    return None


async def make_tester(found: LocatedContact, name: str, actor: str) -> Sequence[str]:
    """Make somebody a tester of this name; the names that they lose by that, for each tester has one.

    Raises `RewriteRefused`.
    """
    name, contact = " ".join(visible(name).split()), found.contact
    if not (0 < len(name) <= NAME_MOST and name.isprintable()):
        raise RewriteRefused(tr("a tester needs a name, of {most} characters at most", most=NAME_MOST))
    if (refused := why_no_tester(contact)) is not None:
        raise refused
    had = await _names_of(found)
    lost = [one for one in had if one != name]
    given = None if name in had else name
    if not (given or lost) or await _change(found, "tester_made", actor, [name], given, lost):
        return lost
    raise RewriteRefused(tr("another tester is called {name}: choose another name", name=quoted(name)))


async def end_tester(found: LocatedContact, actor: str) -> Sequence[str]:
    """Have somebody be no tester any more; the names that they had. Raises `RewriteRefused`."""
    if not (had := await _names_of(found)):
        raise RewriteRefused(tr("that customer is no tester"))
    await _change(found, "tester_ended", actor, had, None, had)
    return had


async def free_name(stores: Stores, wanted: str) -> str:
    """The name, with a number behind it where another tester has it already."""
    taken, name, number = await stores.testers.all(), wanted[:NAME_MOST], 1
    while name in taken:
        number += 1
        name = f"{wanted[: NAME_MOST - len(str(number)) - 1]} {number}"
    return name


async def all_testers(stores: Stores, playbook: Playbook) -> Sequence[Tester]:
    """Those that the playbook lists, in its order, then all others."""
    known = await _contacts_by_name(stores)
    listed = [Tester(name, known.get(name)) for name in dict.fromkeys(playbook.testers)]
    others = [Tester(name, known[name], listed=False) for name in known if name not in playbook.testers]
    return [*listed, *others]


async def tester_names(stores: Stores, contacts: Collection[str]) -> Mapping[str, str]:
    """The names of those of these contacts (ids) who are testers."""
    known = await _contacts_by_name(stores)
    return {contact: name for name, contact in known.items() if contact in contacts}


async def _names_of(found: LocatedContact) -> Sequence[str]:
    """The names of a contact and of those merged into it."""
    known = await _contacts_by_name(found.stores)
    return [name for name, contact in known.items() if contact == found.contact.id]


async def _contacts_by_name(stores: Stores) -> Mapping[str, str]:
    """Whose each name is, as who they are part of by now."""
    known = await stores.testers.all()
    there = await stores.contacts.persons(list(known.values())) if known else {}
    return {name: there[one].contact.id if one in there else one for name, one in known.items()}


async def _change(
    found: LocatedContact,
    kind: AuditKind,
    actor: str,
    names: Sequence[str],
    given: str | None,
    lost: Sequence[str],
) -> bool:
    """Give a name and take others, also from contacts that were merged into this one, with a line of the
    audit log about these names; `False`: the name is another's."""
    now, stored = await now_among(found.stores), await found.stores.testers.all()
    line = AuditRow(f"{kind}:{uuid.uuid4().hex}", now, actor, kind, found.contact.id, details=tuple(names))
    taken = {name: stored[name] for name in lost if name in stored}
    return await found.stores.testers.change(line, now, given, taken)
