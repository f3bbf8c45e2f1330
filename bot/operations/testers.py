"""Names of testers: given to contacts, each to one; and which of the playbook's nobody has.

All of it may raise `DatabaseUnavailable`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.compiled.playbook import Playbook
from bot.model.translatable import Quoted, tr
from bot.operations.find_contacts import LocatedContact, NotFound, not_called
from bot.operations.simulated_time import now_among
from bot.playbook.similar import hint_for, quoted
from bot.runtime.effects.rewrites import RewriteRefused
from bot.store.stores import Stores


@dataclass(frozen=True, slots=True)
class Tester:
    """A name, whose it is (as who they are part of by now), and whether the playbook lists it."""

    name: str
    contact: str | None
    listed: bool = True


async def give_name(found: LocatedContact, playbook: Playbook, name: str) -> Sequence[str]:
    """Have a contact called by a name of `testers`; the names that it loses by that, for it has one.

    Raises `NotFound` and `RewriteRefused`.
    """
    if name not in playbook.testers:
        first = tr("write it into the playbook first:  testers: [{name}]", name=f'"{name}"')
        raise NotFound(not_called(tr("tester"), name, hint_for(name, playbook.testers) or first))
    contact, testers = found.contact, found.stores.testers
    if contact.kind != "person":
        raise RewriteRefused(tr("{contact} is no person", contact=Quoted(contact.id)))
    if not contact.has_line:
        raise RewriteRefused(
            tr("{contact} is not on LINE, where a test would go", contact=Quoted(contact.id))
        )
    if not await testers.give(name, contact.id, await now_among(found.stores)):
        other = await _as_now(found.stores, await testers.contact(name) or "")
        if other != contact.id:
            raise RewriteRefused(
                tr(
                    "{name} is {contact}: take the name away there first",
                    name=quoted(name),
                    contact=other,
                )
            )
    return await _take(found, but=name)


async def clear_name(found: LocatedContact) -> str:
    """Have a contact called by no name any more; the names that it had. Raises `Refused`."""
    had = await _take(found)
    if not had:
        raise RewriteRefused(tr("{contact} has no tester's name", contact=Quoted(found.contact.id)))
    return ", ".join(had)


async def _take(found: LocatedContact, but: str | None = None) -> Sequence[str]:
    """Take away the names of a contact and of those merged into it; the names."""
    testers, had = found.stores.testers, list[str]()
    for name, contact in (await testers.all()).items():
        if name != but and await _as_now(found.stores, contact) == found.contact.id:
            await testers.take(name, contact)
            had.append(name)
    return had


async def all_testers(stores: Stores, playbook: Playbook) -> Sequence[Tester]:
    """Those of the playbook in its order, then names that it does not list any more."""
    known = {name: await _as_now(stores, contact) for name, contact in (await stores.testers.all()).items()}
    listed = [Tester(name, known.get(name)) for name in dict.fromkeys(playbook.testers)]
    left = [Tester(name, known[name], listed=False) for name in known if name not in playbook.testers]
    return [*listed, *left]


async def _as_now(stores: Stores, contact: str) -> str:
    """Who it is part of by now."""
    stored = await stores.contacts.person(contact)
    return contact if stored is None else stored.contact.id
