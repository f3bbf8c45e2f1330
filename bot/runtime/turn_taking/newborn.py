"""With which seed a person is born: it is theirs for life, and draws their branches of splits."""

from __future__ import annotations

from random import SystemRandom

from bot.engine.conditions.people import SEEDS


def newborn_seed() -> int:
    """One that nobody can guess, so that nobody chooses theirs."""
    return SystemRandom().randrange(SEEDS)
