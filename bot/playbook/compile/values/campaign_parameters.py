"""Adds `utm_` parameters to addresses, by which the shop's own web statistics show where a visit came from
(section `utm`; language, section 10).

https://support.google.com/analytics/answer/10917952
"""

from __future__ import annotations

from urllib.parse import quote

from bot.engine.compiled.card import LineObject, WebAddress
from bot.engine.texts.template import Template
from bot.line.objects.addresses import host_of
from bot.playbook.compile.scope.scope import Scope
from bot.playbook.syntax.nodes import List, Map

SOURCE, MEDIUM = "line", "oa"
"""`utm_source` and `utm_medium` where the playbook sets no others."""


def with_utm(scope: Scope, address: LineObject, campaign: str, content: str = "") -> LineObject:
    """The address with `utm_` parameters, if its host is one of those in `utm`. `campaign` and `content` are
    the values of these parameters. One that already has such parameters, or a `#`, stays as it is."""
    settings = scope.book.root.get("utm")
    parts: tuple[object, ...] = ()
    if isinstance(address, str):
        parts = (address,)
    elif isinstance(address, WebAddress):
        parts = address.text.parts
    written = "".join(part for part in parts if isinstance(part, str))
    if not isinstance(settings, Map) or "utm_" in written or "#" in written:
        return address
    begin = parts[0] if parts and isinstance(parts[0], str) else ""
    if host_of(begin) not in _hosts(scope, settings):
        return address
    names = {
        "source": scope.text(settings.get("source")) or SOURCE,
        "medium": scope.text(settings.get("medium")) or MEDIUM,
        "campaign": campaign,
        "content": content,
    }
    more = "&".join(f"utm_{name}={quote(value, safe='')}" for name, value in names.items() if value)
    text = f"{'&' if '?' in written else '?'}{more}"
    if isinstance(address, WebAddress):
        return WebAddress(Template((*address.text.parts, text)))
    return f"{address}{text}"


def _hosts(scope: Scope, settings: Map) -> frozenset[str]:
    """The hosts of the section `utm`, lower case."""
    node = settings.get("hosts")
    items = node.items if isinstance(node, List) else [node]
    return frozenset(scope.text(one).lower() for one in items if one is not None)
