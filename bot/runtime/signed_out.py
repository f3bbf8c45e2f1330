"""Page sessions and personal addresses end when a person is unbound, merged or parted."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.contact import Contact

_ROUNDED = timedelta(milliseconds=1)
"""Tolerance in comparisons: stored and sealed times have whole milliseconds."""


class SignedOut(Exception):
    """The session, or the address, is older than the person's last sign-out, and proves no identity any
    more."""


def require_signed_in(contact: Contact, since: datetime | None) -> None:
    """Raises `SignedOut` where a sign-in of that moment has ended; `None`: the moment is unknown."""
    end = contact.signed_out
    if end is not None and (since is None or since < end - _ROUNDED):
        raise SignedOut
