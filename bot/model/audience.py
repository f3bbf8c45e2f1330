"""Somebody in an audience, a sample of those who were looked at, how many there were on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AudienceMember:
    """Somebody in an audience of a channel who can be sent something there, as they were when looked at.

    `contact` is the contact's id, `user` LINE's id of the person on that channel; `seed` decides splits.
    `pushes`: when they were pushed something of late, where that was asked for.
    """

    contact: str
    user: str
    seed: int
    revision: int
    pushes: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """`found` of the `looked_at` contacts, of all `everybody`: who they are has to do with nothing else."""

    found: int
    looked_at: int
    everybody: int


@dataclass(frozen=True, slots=True)
class AudienceDay:
    """How many people were in each audience of a channel on a `day` (YYYY-MM-DD, the team's), or about."""

    day: str
    people: Mapping[tuple[str, str], int]
