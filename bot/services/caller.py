"""Who asks the world for something: a contact, in a turn."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

_KEYS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730003")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: this contact, as LINE's `user` on this `channel`, in a turn of `at`.

    `id` is the call's own: the same effect carried out again, after a crash or because staff want it once
    more, has the same one.
    """

    contact: str
    channel: str
    user: str
    id: str
    at: datetime

    @property
    def key(self) -> str:
        """The call's id as others may know it: ours may hold a LINE user id."""
        return str(uuid.uuid5(_KEYS, self.id))
