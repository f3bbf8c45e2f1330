"""Addresses in cards: what a tap opens, and where a picture lies (https only)."""

from __future__ import annotations

import re
from urllib.parse import quote

from bot.engine.card import IN_ADDRESS, Form, WebAddress
from bot.engine.template import Template
from bot.engine.text import utf16_units
from bot.playbook.compile.line_limits import ADDRESS, PICTURE_ADDRESS
from bot.playbook.compile.scope import Scope
from bot.playbook.similar import shown
from bot.playbook.syntax.nodes import Scalar

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
OPENED = ("https", "tel", "line")
"""What a tap may open."""


def opened(scope: Scope, node: Scalar, most: int = ADDRESS, schemes: tuple[str, ...] = OPENED) -> Form:
    """An address with placeholders in it, as a tap opens it; signs that no address has are encoded."""
    template = scope.template(node)
    begin = template.parts[0]
    if isinstance(begin, str):
        _check_begin(scope, node, begin, schemes)
    parts = tuple(quote(part, IN_ADDRESS) if isinstance(part, str) else part for part in template.parts)
    units = sum(utf16_units(part) for part in parts if isinstance(part, str))
    if units > most:
        message = f"this address has {units:,} characters, LINE takes {most:,}"
        scope.wrong(node, "text-too-long", message, "shorten it")
    encoded = Template(parts)
    fixed = encoded.fixed
    return WebAddress(encoded) if fixed is None else fixed


def fetched(scope: Scope, node: Scalar) -> Form:
    """The address from which LINE fetches a picture or sound."""
    return opened(scope, node, PICTURE_ADDRESS, ("https",))


def _check_begin(scope: Scope, node: Scalar, begin: str, schemes: tuple[str, ...]) -> None:
    if node.unset:
        return
    found = _SCHEME.match(begin)
    scheme = found[1].lower() if found else ""
    rest = begin[len(scheme) + 1 :]
    if scheme in schemes and (rest.startswith("//") or scheme == "tel") and len(rest) > 2:
        return
    if scheme == "http" and rest.startswith("//"):
        scope.wrong(
            node, "not-https", "an address begins with https://, this with http://", f"write  https:{rest}"
        )
        return
    wanted = f"{', '.join(schemes[:-1])} or {schemes[-1]}" if len(schemes) > 1 else schemes[0]
    hint = f"write  https://{begin}" if not scheme and "." in begin and " " not in begin else None
    if scheme in schemes:
        message = f"{shown(node.value)} is no whole address"
    elif scheme:
        message = f"an address begins with {wanted}, this with {scheme}"
    else:
        message = f"{shown(node.value)} is no address: one begins with {wanted}"
    scope.wrong(
        node, "uri-scheme", message, hint or "write a whole address, such as  https://forest.example/sale"
    )
