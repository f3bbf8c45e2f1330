"""Under which name LINE counts the messages of a sending: 30 letters, digits and underscores at most (I5).

LINE has 1,000 names a month for a channel. As long as there is room, each group of each sending has a name of
its own; then what goes out again and again shares one.
https://developers.line.biz/en/docs/messaging-api/unit-based-statistics-aggregation/
"""

from __future__ import annotations

import hashlib
from datetime import datetime

UNITS_A_MONTH = 1_000
"""Names of a channel in a month; what is sent under a further one is sent, and not counted."""
OWN_MOST = 900
"""Names of a month from which on no sending gets one of its own."""


def own_unit(sending: str, group: str, began: datetime) -> str:
    """The name of one group of one sending, with the day (UTC) on which it began: always the same."""
    return f"{began:%Y%m%d}_{_short(sending, group)}"


def shared_unit(broadcast: str, group: str) -> str:
    """The name that all sendings of a broadcast share for this group."""
    return f"all_{_short(broadcast, group)}"


def _short(*of: str) -> str:
    return hashlib.blake2b("\0".join(of).encode(), digest_size=10).hexdigest()
