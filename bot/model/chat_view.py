"""A view of the chats: a list with filters that staff have saved under a name (E3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

VIEW_NAME_MOST = 30
"""Letters of a name."""
VIEWS_MOST = 200
"""Views of all staff together: the page of chats reads them."""


@dataclass(frozen=True, slots=True)
class ChatFilters:
    """Which chats of a list; empty: all of them."""

    list: str
    channel: str = ""
    tag: str = field(default="", repr=False)
    unread: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ChatView:
    """`owner`: the account that alone sees it, as the audit log names it; empty: the whole team does."""

    id: str
    name: str = field(repr=False)
    filters: ChatFilters
    by: str
    at: datetime
    owner: str = ""

    def is_seen_by(self, account: str) -> bool:
        """Whether this account has it among its views."""
        return self.owner in ("", account)
