"""The kind of a contact, by its id: a person with or without LINE, a group, a room."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias, get_args

WITHOUT_LINE, BEHIND_THEM = "M:", "M;"
"""The prefix of ids of people without a LINE account, and the end of their range.

Names of channels are small letters: these ids sort before all others, and pages over everybody skip them.
"""

CrowdKind: TypeAlias = Literal["group", "room"]
CROWDS: tuple[CrowdKind, ...] = get_args(CrowdKind)
"""Kinds of contacts that are no person: nothing is sent to them, and no figure counts them."""
CROWD_ID = "[CR][0-9a-f]{32}"
"""LINE's id of a group or room; a user's begins with U."""
_CROWD = re.compile(CROWD_ID)


def crowd_kind(contact: str) -> CrowdKind | None:
    """`group` or `room`, by the LINE id in a contact's id; `None`: a person.

    https://developers.line.biz/en/reference/messaging-api/#common-properties
    """
    line_id = contact.rpartition(":")[2]
    if line_id[:1] not in ("C", "R") or _CROWD.fullmatch(line_id) is None:
        return None
    return "group" if line_id[0] == "C" else "room"
