"""Reasons that a test makes up."""

from __future__ import annotations

from bot.engine.conditions import reasons
from bot.model.trace import TraceNote


def noted(text: str) -> TraceNote:
    """A reason that says this, whatever it means."""
    return TraceNote(reasons.IS, (text,))
