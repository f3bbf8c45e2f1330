"""One thing to be counted."""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """One thing to be counted, on a channel, of a flow (empty: of none), and the names that it is about."""

    channel: str
    flow: str
    what: str
    about: tuple[str, ...] = ()
