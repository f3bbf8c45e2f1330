"""Which playbook is live on a database: the last that was accepted there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

SHORT = 12
"""Hexadecimal digits of a version that people are shown."""


@dataclass(frozen=True, slots=True)
class AcceptedPlaybook:
    """A playbook that was accepted: `number` counts from 1, `version` is its sha256, `at` is UTC."""

    number: int
    version: str
    at: datetime

    def __str__(self) -> str:
        return f"number {self.number} ({self.version[:SHORT]})"
