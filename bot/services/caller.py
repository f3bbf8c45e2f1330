"""The contact and turn for which an effect is carried out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

_KEYS = uuid.UUID("6f61666c-6f77-4f75-8e63-6f6d65730003")
"""The namespace (UUID version 5) of `Caller.key`."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The contact for which an effect is carried out, with the effect's id."""

    contact: str
    channel: str
    user: str
    """LINE's id of the person on that channel."""
    id: str
    """The effect's own id: the same where it is carried out again, after a crash or on the staff's order."""
    at: datetime
    """The time of the turn (UTC)."""

    @property
    def key(self) -> str:
        """A key made of `id` for other systems, which must not see a LINE user id."""
        return str(uuid.uuid5(_KEYS, self.id))
