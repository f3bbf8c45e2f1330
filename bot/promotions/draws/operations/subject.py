"""The operations of draws, as the command line has them."""

from __future__ import annotations

from bot.operations.catalog.subject import OperationSubject

PART = OperationSubject("draws", "draw", "draws: how often each was tried, what was won, and by whom")
