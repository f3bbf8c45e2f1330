"""Some who were looked at, where everybody is meant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """`found` of the `looked_at` contacts, of all `everybody`: who they are has to do with nothing else."""

    found: int
    looked_at: int
    everybody: int
