"""What a person has answered about a channel's set-up at LINE that no interface shows (A3, A4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

WORDS_MOST = 200
"""Characters of an answer in words."""


@dataclass(frozen=True, slots=True)
class SetupReply:
    """`right`: it is as it has to be. `words`: the answer where a yes does not do, as who it was."""

    channel: str
    item: str
    right: bool
    by: str
    at: datetime
    words: str = field(default="", repr=False)
