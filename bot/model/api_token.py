"""Tokens of `/admin/api`: by which other systems do what the console does, with the role of one (K1)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.model.admin import TeamRole

TOKEN_ROLES: Sequence[TeamRole] = ("agent", "supervisor", "admin")
"""What a token may do, the least first."""
BY_TOKEN = "token:"
"""The prefix of a token's name in the audit log."""
DAYS, DAYS_MOST = 365, 730
"""How long a token is good where nobody says so, and at most."""
KEY_BYTES, SECRET_BYTES = 8, 32
WRITTEN = re.compile(r"oaflow_([0-9a-f]{16})_([A-Za-z0-9_-]{43})")
"""A token as it is sent: the key that finds it, and 256 random bits that nobody stores."""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of this `name`, which no other ever gets: the audit log names it.

    `by` is who made it, as the log has them, `until` when it ends by itself; `digest` is the SHA-256 of its
    secret, empty where it does not open (its key is missing): then nobody is let in by it. `used` is when it
    was last used, to the hour.
    """

    name: str
    role: TeamRole
    by: str
    made: datetime
    until: datetime
    key: str
    digest: bytes = field(repr=False)
    revoked: datetime | None = None
    used: datetime | None = None

    @property
    def is_readable(self) -> bool:
        """Whether its digest opens."""
        return bool(self.digest)

    def is_over(self, now: datetime) -> bool:
        """Whether it was revoked, or its time has come."""
        return self.revoked is not None or self.until <= now


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls: the token, and what it may do by now."""

    name: str
    role: TeamRole
    until: datetime

    @property
    def by(self) -> str:
        """How the audit log names it."""
        return f"{BY_TOKEN}{self.name}"


def lesser(one: TeamRole, other: TeamRole) -> TeamRole:
    """The role of these two that may less."""
    return min(one, other, key=TOKEN_ROLES.index)


TOUCHED_AFTER = timedelta(hours=1)
"""That a token was used is written down so often at most."""
