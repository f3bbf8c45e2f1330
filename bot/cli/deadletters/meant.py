"""Which dead letters are meant by the options that `list`, `resend` and `drop` have."""

from __future__ import annotations

from collections.abc import Collection

from bot.cli.arguments import Arguments
from bot.engine.compiled.playbook import Playbook
from bot.operations.contact_shown import parts_of
from bot.operations.find_contacts import NotFound, everybody, nobody
from bot.operations.given_up import Which
from bot.store.stores import Stores


async def which(people: Stores, playbook: Playbook, wanted: Arguments, *, handled: bool = False) -> Which:
    """What the options say. Raises `NotFound` where they name a person whom nobody knows."""
    contacts = None if wanted.person is None else await _contacts(people, playbook, wanted.person)
    return Which(wanted.days, wanted.kind, wanted.reason, wanted.channel, contacts, handled)


def is_narrowed(wanted: Arguments) -> bool:
    """Whether the options say of which: all that there are is never meant by saying nothing."""
    return bool(wanted.kind or wanted.reason or wanted.channel or wanted.person)


async def _contacts(people: Stores, playbook: Playbook, who: str) -> Collection[str]:
    found = await everybody([people], playbook, who, None)
    if not found:
        raise NotFound(nobody(who, None))
    return {part for one in found for part in (await parts_of(one))[0]}
