"""The design tokens of all pages (colours, spaces, font): each is defined once, in the files beside this."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).parent
TOKENS = (_FOLDER / "tokens.css").read_text("utf-8")
"""In the light."""
DARK = (_FOLDER / "dark.css").read_text("utf-8")
"""What is another in the dark."""
AS_THE_MACHINE = "(prefers-color-scheme: dark)"
"""When a machine asks for the dark."""


def colour(name: str, *, dark: bool = False) -> str:
    """The value of a colour, for what takes no style sheet: `#f4f5f2`."""
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", DARK if dark else TOKENS)
    if found is None:
        raise KeyError(name)
    return found[1]


def with_tokens(style: bytes) -> bytes:
    """A self-contained style sheet: light or dark as the device prefers."""
    return f"{TOKENS}\n@media {AS_THE_MACHINE} {{\n{DARK}}}\n".encode() + style


def switchable() -> str:
    """The tokens of a page that says by `data-theme` whether it is light or dark, or as the machine asks."""
    as_the_machine, chosen = (
        DARK.replace(":root", f":root{where}", 1)
        for where in (':not([data-theme="light"])', '[data-theme="dark"]')
    )
    return f"{TOKENS}\n@media {AS_THE_MACHINE} {{\n{as_the_machine}}}\n{chosen}"
