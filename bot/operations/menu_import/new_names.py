"""Names for what LINE names otherwise, or not at all: as the language takes them, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.model.plain_text import cleaned
from bot.playbook.shape.formats import FORMATS

_SIGNS = re.compile(r"[^\w.・ -]+")
"""What is left out: names stand in files' names, grids, lists and tables."""
MOST = 34
"""Characters, so that there is room for a number, or for a word in front of it."""


class NewNames:
    """Gives names that are none of `taken`, however these are written."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {one.casefold() for one in taken}

    def new(self, wanted: str, otherwise: str, *, solid: bool = False, most: int = MOST) -> str:
        """A name like the one wanted, `otherwise` where that is none; one that is `solid` has no space."""
        name = " ".join(_SIGNS.sub(" ", cleaned(wanted)).split())
        if solid:
            name = name.replace(" ", "_")
        name = name[:most].strip(" ._-")
        if not name or FORMATS["new solid name" if solid else "new own name"](name) is not None:
            name = otherwise
        number, unique = 1, name
        while unique.casefold() in self._taken:
            number += 1
            unique = f"{name}_{number}" if solid else f"{name} {number}"
        self._taken.add(unique.casefold())
        return unique
