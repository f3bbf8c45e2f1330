"""How long a phone is reserved for the person who is about to bind it."""

from __future__ import annotations

from datetime import timedelta

RESERVED = timedelta(minutes=2)
"""From the moment in which the member was found (language, 6)."""
