"""The design tokens of all pages (colours, spaces, font), as CSS custom properties: each is defined once, in
`tokens.css` and `dark.css`."""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).parent
TOKENS = (_FOLDER / "tokens.css").read_text("utf-8")
"""The tokens of a light page."""
DARK = (_FOLDER / "dark.css").read_text("utf-8")
"""The tokens that differ on a dark page."""
AS_THE_MACHINE = "(prefers-color-scheme: dark)"
"""The media query of a device that is set to dark."""


def colour(name: str, *, dark: bool = False) -> str:
    """The value of a colour, for what takes no style sheet: `#f4f5f2`. Raises `KeyError`: no such colour."""
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}});", DARK if dark else TOKENS)
    if found is None:
        raise KeyError(name)
    return found[1]


def with_tokens(style: bytes) -> bytes:
    """A style sheet with the tokens in front: light or dark as the device prefers."""
    return f"{TOKENS}\n@media {AS_THE_MACHINE} {{\n{DARK}}}\n".encode() + style


def switchable() -> str:
    """The tokens of a page whose `data-theme` is `light` or `dark`; without it, as the device prefers."""
    as_the_machine, chosen = (
        DARK.replace(":root", f":root{where}", 1)
        for where in (':not([data-theme="light"])', '[data-theme="dark"]')
    )
    return f"{TOKENS}\n@media {AS_THE_MACHINE} {{\n{as_the_machine}}}\n{chosen}"
