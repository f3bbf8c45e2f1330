"""Secrets of our own: those that a sign-in has given. **The database holds only what the YAML does not say.**

So a token that stands in the playbook always wins: none is kept beside it, and one that was kept before is
not used while it stands there. All of it may raise `DatabaseUnavailable`, and `SealInvalid` without its key.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.audit import AuditEntry
from bot.model.own_secret import OwnSecret
from bot.model.translatable import Refusal, tr
from bot.operations.audit_trail import audited
from bot.store.stores import Stores

log = logging.getLogger("oaflow.secrets")

SOON = timedelta(minutes=5)
"""Before its end, from when on a token is renewed."""
RENEWING = 30
"""Seconds for which a process is the one who renews: longer than the other system takes to answer."""
TRIES = 3
"""Times that what another process has renewed meanwhile is looked at."""


class SecretInPlaybook(Refusal):
    """The playbook has it, so none is stored."""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What a sign-in, or a renewal, has given."""

    value: str = field(repr=False)
    until: datetime | None = None


Renewal = Callable[[OwnSecret], Awaitable[NewSecret]]
"""Asks the other system for a new one in place of the old."""


async def keep_secret(
    stores: Stores, name: str, new: NewSecret, actor: str, now: datetime, *, written: str | None
) -> OwnSecret:
    """Store the secret of a sign-in, in place of the stored one. Raises `SecretInPlaybook`."""
    if written:
        raise SecretInPlaybook(tr("{name} stands in the playbook, which goes first: take it out", name=name))
    async with audited(stores, AuditEntry("secret_kept", actor, now, name)) as doing:
        while True:
            before = await stores.secrets.read(name)
            revision = 1 if before is None else before.revision + 1
            secret = OwnSecret(name, new.value, revision, actor, now, new.until)
            if await stores.secrets.put(secret, before):
                doing.update(after=f"revision {revision}")
                return secret


async def drop_secret(stores: Stores, name: str, actor: str, now: datetime) -> bool:
    """Delete the stored secret; whether there was one."""
    async with audited(stores, AuditEntry("secret_dropped", actor, now, name)):
        return await stores.secrets.drop(name)


async def renewed_secret(
    stores: Stores, name: str, renew: Renewal, now: datetime, *, at_once: bool = False
) -> OwnSecret | None:
    """The secret of this name, renewed if it ends soon (or `at_once`); `None`: there is none.

    While it is good one process renews it, and the others go on with the old one. Of several that renew what
    is good no more the first one's stays, and all of them use that: what another one
    has got is thrown away. Where the other system lets an old token be used once only, `renew` raises in the
    second one, and what the first has kept meanwhile is used all the same. What `renew` raises is raised
    once the old one is good no more.
    """
    first = stored = await stores.secrets.read(name)
    for _ in range(TRIES):
        is_asked = at_once and stored == first
        if stored is None or not (is_asked or (stored.until is not None and now >= stored.until - SOON)):
            return stored
        is_good = stored.until is not None and stored.until > now
        if is_good and not is_asked and not await stores.secrets.claim(stored, RENEWING):
            return await stores.secrets.read(name)
        try:
            new = await renew(stored)
        except Exception as error:
            later = await stores.secrets.read(name)
            if later != stored:
                stored = later
                continue
            if is_asked or stored is None or stored.until is None or stored.until <= now:
                raise
            log.warning("%s is not renewed yet, and good for a little while: %s", name, type(error).__name__)
            return stored
        after = OwnSecret(name, new.value, stored.revision + 1, stored.by, now, new.until)
        if await stores.secrets.put(after, stored):
            return after
        stored = await stores.secrets.read(name)
    return stored
