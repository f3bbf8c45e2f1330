"""How long a phone is kept for whoever is about to bind it."""

from __future__ import annotations

from datetime import timedelta

RESERVED = timedelta(minutes=2)
"""From the moment in which the member was found (language, 6)."""
