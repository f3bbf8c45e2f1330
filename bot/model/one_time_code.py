"""How long one-time codes are good, how soon there is another, how many a team sends in a day."""

from __future__ import annotations

from datetime import timedelta

VALID = timedelta(minutes=5)
"""How long a code may be written after it was sent."""

BETWEEN = timedelta(seconds=60)
"""How long after one code to a phone there is no other."""

PER_DAY = 500
"""Codes that a team sends in a day at most, where its playbook says nothing: nobody's script costs more."""
