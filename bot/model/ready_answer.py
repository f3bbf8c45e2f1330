"""A ready answer that staff have written in the chat: what it says, whose it is, by whom and when (E3)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

NAME_MOST, SHORTCUT_MOST = 40, 20
"""Letters of a name, and of a shortcut."""
READY_MOST = 1_000
"""Ready answers of all staff together: each chat that is opened reads them."""
CUSTOMER_NAME = re.compile(r"\{\s*(?:name|姓名)\s*\}")
"""Stands for the customer's name in the text."""


@dataclass(frozen=True, slots=True)
class ReadyAnswer:
    """A ready answer of staff's own.

    `owner`: the account that alone sees it, as the audit log names it; empty: the whole team does.
    `channel`: on this one alone; empty: on all. `by` and `at`: who wrote it last, and when.
    """

    id: str
    name: str
    text: str = field(repr=False)
    by: str
    at: datetime
    shortcut: str = ""
    owner: str = ""
    channel: str = ""
    has_picture: bool = False

    def is_seen_by(self, account: str, channel: str = "") -> bool:
        """Whether this account is offered it, on this channel (empty: on any)."""
        return self.owner in ("", account) and (not channel or self.channel in ("", channel))

    def text_for(self, name: str) -> str:
        """Its text for a customer of this name."""
        return CUSTOMER_NAME.sub(lambda _: name, self.text)
