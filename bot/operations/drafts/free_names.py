"""What something new in a draft is called: a name out of a title, that nothing has yet."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

NAME_MOST = 34
"""Characters of a name, which has room for a number behind it."""


def safe_name(title: str, fallback: str, most: int = NAME_MOST) -> str:
    """A name out of a title: letters and digits of any script; words are joined by `_`."""
    joined = re.sub(r"\s+", "_", unicodedata.normalize("NFC", title).strip())
    signs = "".join(sign for sign in joined if sign.isalnum() or sign in "_-")
    return signs.strip("_-")[:most].strip("_-") or fallback


def free_name(wanted: str, taken: Collection[str]) -> str:
    """The name, or the first with a number behind it that nothing has; case is no difference."""
    there = {one.casefold() for one in taken}
    numbered = (f"{wanted}_{number}" for number in range(2, len(there) + 3))
    return (
        wanted if wanted.casefold() not in there else next(n for n in numbered if n.casefold() not in there)
    )
