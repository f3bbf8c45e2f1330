"""Checks and encodes the addresses in cards: those that a tap opens, and those from which LINE fetches
pictures and sounds (https only)."""

from __future__ import annotations

import re
from unicodedata import normalize
from urllib.parse import quote

from bot.engine.compiled.card import IN_ADDRESS, LineObject, WebAddress
from bot.engine.texts.template import Template
from bot.line.objects.addresses import NO_ADDRESS, host_of
from bot.model.translatable import row, tr
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.hints import write
from bot.playbook.similar import quoted
from bot.playbook.syntax.nodes import Scalar

_QUOTES = "“”„‟‘’＂＇「」『』"
"""Quotation marks of word processors, which are part of the text for YAML."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
"""The scheme of an address."""
_PHONE = re.compile(r"[+(]?\d[\d\s()-]{6,20}")
"""A phone written as people do."""

OPENED = ("https", "tel", "line")
"""Schemes that a tap may open."""


def opened(scope: Scope, node: Scalar, schemes: tuple[str, ...] = OPENED) -> LineObject:
    """The address that a tap opens, with its placeholders; characters that no address has are encoded. One
    with another scheme, or not whole, is reported."""
    template = scope.template(node)
    begin = template.parts[0]
    if isinstance(begin, str) and not node.value.lstrip().startswith("{{"):  # else it has been reported
        _check_begin(scope, node, begin, schemes)
    parts = tuple(quote(part, IN_ADDRESS) if isinstance(part, str) else part for part in template.parts)
    encoded = Template(parts)
    fixed = encoded.fixed
    return WebAddress(encoded) if fixed is None else fixed


def fetched(scope: Scope, node: Scalar) -> LineObject:
    """The address from which LINE fetches a picture or sound."""
    return opened(scope, node, ("https",))


def check_signs(scope: Scope, node: Scalar) -> None:
    """Report characters that an address must encode: for addresses that are sent as they are written, where
    `opened` does not encode them."""
    if not node.unset and NO_ADDRESS.search(node.value):
        message = tr("{text} holds a sign that no address has", text=quoted(node.value))
        encoded = quote(node.value, IN_ADDRESS)
        scope.wrong(node, "uri-scheme", message, tr("write  {encoded}", encoded=encoded))


def may_open(address: str) -> bool:
    """Whether a tap may open this address as it is."""
    match = _SCHEME.match(address)
    scheme = "" if match is None else match[1].lower()
    return scheme in OPENED and _is_whole(scheme, address[len(scheme) + 1 :])


def _is_whole(scheme: str, rest: str) -> bool:
    """Whether there is a host, or a number, behind the scheme."""
    if scheme in ("http", "https"):
        return rest.startswith("//") and host_of(f"{scheme}:{rest}") is not None
    return (rest.startswith("//") or scheme == "tel") and len(rest) > 2


def _check_begin(scope: Scope, node: Scalar, begin: str, schemes: tuple[str, ...]) -> None:
    """Report an address without one of these schemes, with advice on what may be meant."""
    if node.unset:
        return
    match = _SCHEME.match(begin)
    scheme = match[1].lower() if match else ""
    rest = begin[len(scheme) + 1 :]
    if scheme in schemes and _is_whole(scheme, rest):
        return
    if scheme == "http" and scheme not in schemes and rest.startswith("//"):
        scope.wrong(
            node,
            "not-https",
            tr("an address begins with https://, this with http://"),
            tr("write  https:{rest}", rest=rest),
        )
        return
    wanted = row(schemes, "or")
    hint, bare = None, begin.strip(_QUOTES)
    if bare != begin:  # quotes of a word processor are none for YAML
        meant = node.value.strip(_QUOTES)
        hint = write(meant if _SCHEME.match(meant) else f"https://{meant}")
    elif _PHONE.fullmatch(normalize("NFKC", begin)):
        hint = tr("for a phone write  tel:{number}", number=re.sub(r"[^\d+]", "", normalize("NFKC", begin)))
    elif begin.startswith("@"):
        hint = tr("to add the account as a friend, write  {meant}", meant=f"https://line.me/R/ti/p/{begin}")
    elif "@" in begin and scheme in ("", "mailto"):
        hint = tr("a tap opens no e-mail address: write it into the text")
    elif not scheme and "." in begin and " " not in begin:
        hint = tr("write  https://{begin}", begin=begin)
    if scheme in schemes:
        message = tr("{text} is no whole address", text=quoted(node.value))
    elif scheme:
        message = tr("an address begins with {wanted}, this with {scheme}", wanted=wanted, scheme=scheme)
    else:
        message = tr("{text} is no address: one begins with {wanted}", text=quoted(node.value), wanted=wanted)
    scope.wrong(
        node,
        "uri-scheme",
        message,
        hint or tr("write a whole address, such as  https://forest.example/sale"),
    )
