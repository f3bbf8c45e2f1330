"""The operations of stamp cards, as the command line has them."""

from __future__ import annotations

from bot.operations.catalog.subject import OperationSubject

PART = OperationSubject(
    "stamps", "stamp", "stamp cards: how they are doing, stamps put on or taken back", position=2
)
