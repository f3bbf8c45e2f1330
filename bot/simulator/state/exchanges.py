"""What went over the wire: requests and responses of calls and webhooks.

Never an `Authorization` header, a cookie or a set-up with a secret in it; bounded by bytes, the oldest are
forgotten first.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import orjson

KEPT_BYTES = 16 * 1024 * 1024
"""Bytes of all exchanges together."""
BODY_AT_MOST = 128 * 1024
"""Bytes of one body; a longer one is cut."""
_SMALL = 1024
"""Bytes that an exchange counts in addition to its bodies."""

ExchangeKind: TypeAlias = Literal["call", "webhook"]

_UNTOLD = frozenset({"authorization", "cookie", "set-cookie", "proxy-authorization"})
"""Headers that are never shown."""


@dataclass(frozen=True, slots=True)
class ExchangePart:
    """A request (`method`, `address`) or a response (`status`)."""

    headers: Mapping[str, str]
    body: bytes
    method: str = ""
    address: str = ""
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back; `response` is `None` where nothing did."""

    id: str
    kind: ExchangeKind
    request: ExchangePart
    response: ExchangePart | None

    @property
    def size(self) -> int:
        """Bytes that it counts, about."""
        bodies = len(self.request.body) + (len(self.response.body) if self.response else 0)
        return _SMALL + bodies


class Exchanges:
    """The latest exchanges by kind and id; a webhook's next try replaces the one before."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[ExchangeKind, str], Exchange] = OrderedDict()
        self._size = 0
        self.on_kept: Callable[[Exchange], None] = lambda exchange: None
        """Called with each exchange, whole."""

    def keep(self, exchange: Exchange) -> None:
        """Store an exchange, its bodies cut; `on_kept` gets it whole."""
        self.on_kept(exchange)
        kept = Exchange(exchange.id, exchange.kind, *_cut(exchange))
        self._forget((kept.kind, kept.id))
        self._kept[kept.kind, kept.id] = kept
        self._size += kept.size
        while self._size > KEPT_BYTES:
            self._forget(next(iter(self._kept)))

    def _forget(self, key: tuple[ExchangeKind, str]) -> None:
        gone = self._kept.pop(key, None)
        self._size -= gone.size if gone is not None else 0

    def find(self, kind: ExchangeKind, id: str) -> Exchange | None:
        """The exchange; `None` where it was never there or is forgotten."""
        return self._kept.get((kind, id))


def _cut(exchange: Exchange) -> tuple[ExchangePart, ExchangePart | None]:
    return _shortened(exchange.request), exchange.response and _shortened(exchange.response)


def _shortened(part: ExchangePart) -> ExchangePart:
    """The part with its body cut; one byte more than is shown marks it as cut."""
    return ExchangePart(part.headers, part.body[: BODY_AT_MOST + 1], part.method, part.address, part.status)


def exchange_json(exchange: Exchange) -> dict[str, Any]:
    """How it looks in the JSON interface; `cut` where a body is not whole."""
    parts = [part for part in (exchange.request, exchange.response) if part is not None]
    cut = any(len(part.body) > BODY_AT_MOST for part in parts)
    request = {"method": exchange.request.method, "address": exchange.request.address}
    response = None
    if exchange.response is not None:
        response = {"status": exchange.response.status, **_part_json(exchange.response)}
    shown = {"request": {**request, **_part_json(exchange.request)}, "response": response}
    return shown | ({"cut": True} if cut else {})


def _part_json(part: ExchangePart) -> dict[str, Any]:
    headers = {
        _readable(name): _readable(value)
        for name, value in part.headers.items()
        if name.lower() not in _UNTOLD
    }
    return {"headers": headers, "body": _body_json(part.body[:BODY_AT_MOST])}


def _readable(header: str) -> str:
    """The header as UTF-8: other bytes come from the server as lone surrogates, which JSON cannot hold."""
    return header.encode(errors="surrogateescape").decode(errors="replace")


def _body_json(body: bytes) -> Any:
    """The JSON value where it is JSON, else the text; what is no text, by its size."""
    if not body:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        return f"({len(body)} bytes)"
