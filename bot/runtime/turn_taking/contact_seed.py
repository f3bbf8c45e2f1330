"""The random seed of a new contact: it stays for life, and decides their branches of splits."""

from __future__ import annotations

from random import SystemRandom

from bot.engine.conditions.people import SEEDS


def newborn_seed() -> int:
    """One that nobody can guess, so that nobody chooses theirs."""
    return SystemRandom().randrange(SEEDS)
