"""What the file of a recorded scenario is called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import category, normalize

LONGEST = 60
"""Characters of a name, without its ending."""
BYTES = 200
"""Bytes of a name in UTF-8, without its ending: file systems take 255 with it."""
UNNAMED = "scenario"
"""The name where the given one has no letter and no digit."""
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
"""Whole names that Windows reserves for devices, with any ending.

https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
"""


def file_name(name: str) -> str:
    """The file name, without ending, for a title: letters, digits and marks of all scripts stay; everything
    else between them becomes one `_`."""
    kept = "".join(c if c == "-" or category(c)[0] in "LNM" else "_" for c in normalize("NFC", name))
    short = _shortened(re.sub(r"_*(-)_*|_+", lambda found: found[1] or "_", kept).strip("_-"))
    if not short:
        return UNNAMED
    return f"{short}_" if RESERVED.fullmatch(short) else short


def free_name(name: str, taken: Iterable[str]) -> str:
    """The name, or the first of `NAME_2`, `NAME_3` … that is not taken; case does not count."""
    known, free, number = {one.casefold() for one in taken}, name, 1
    while free.casefold() in known:
        number += 1
        free = f"{_shortened(name, 1 + len(str(number)))}_{number}"
    return free


def _shortened(name: str, room: int = 0) -> str:
    """As much of it as fits, with `room` for more characters, and no half letter at its end."""
    short = name[: LONGEST - room]
    while len(short.encode()) > BYTES - room:
        short = short[:-1]
    return short.rstrip("_-")
