"""Who asks the world for something: a contact, in a turn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


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
