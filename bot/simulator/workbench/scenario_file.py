"""Under which name a scenario is saved: as it was called, as far as every system can have that for a file."""

from __future__ import annotations

import re
from pathlib import Path
from unicodedata import category, normalize

LONGEST = 60
"""Characters of a name, without its ending."""
BYTES = 200
"""Of the same in UTF-8: file systems take 255 with the ending."""
UNNAMED = "scenario"
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
"""Which Windows keeps for devices, with any ending.

https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file
"""


def file_name(name: str) -> str:
    """Letters, digits and marks of all scripts; everything else between them becomes one `_`."""
    kept = "".join(c if c == "-" or category(c)[0] in "LNM" else "_" for c in normalize("NFC", name))
    short = _shortened(re.sub(r"_*(-)_*|_+", lambda found: found[1] or "_", kept).strip("_-"))
    if not short:
        return UNNAMED
    return f"{short}_" if RESERVED.fullmatch(short) else short


def free_name(name: str, folder: Path) -> str:
    """The first of `NAME_2`, `NAME_3` … that no file has, whichever letters are large."""
    taken = {path.stem.casefold() for path in folder.glob("*.yaml")}
    number = 2
    while (free := f"{_shortened(name, 1 + len(str(number)))}_{number}").casefold() in taken:
        number += 1
    return free


def is_taken(name: str, folder: Path) -> bool:
    """Whether a file has this name, also where only large and small letters differ."""
    return name.casefold() in {path.stem.casefold() for path in folder.glob("*.yaml")}


def _shortened(name: str, room: int = 0) -> str:
    """As much of it as fits, with `room` for more characters, and no half letter at its end."""
    short = name[: LONGEST - room]
    while len(short.encode()) > BYTES - room:
        short = short[:-1]
    return short.rstrip("_-")
