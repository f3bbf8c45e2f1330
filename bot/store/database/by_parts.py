"""A question about everybody, asked part by part: none takes longer than MongoDB may be silent."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.part import PARTS
from bot.store.database.mongo import Document

AT_A_TIME = 16
"""Parts: of a million people, each question then looks at 62,500."""


def by_parts() -> Iterator[Document]:
    """Conditions that together hold for every contact, and for each once."""
    for first in range(0, PARTS, AT_A_TIME):
        yield {"part": {"$gte": first, "$lt": first + AT_A_TIME}}
