"""Somebody in an audience."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AudienceMember:
    """Somebody in an audience of a channel who can be sent something there, as they were when looked at.

    `contact` is the contact's id, `user` LINE's id of the person on that channel; `seed` decides splits.
    """

    contact: str
    user: str
    seed: int
    revision: int
