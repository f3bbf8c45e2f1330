"""Our own short addresses in front of others: of a code of `links`, and of a tap that is counted.

`PUBLIC/l/CHANNEL/CODE` and `PUBLIC/o/CHANNEL/TAP` are the same for everybody. In what goes to one person
`bot/runtime/sending/personal_addresses` puts that person's own in their place, so that it is known who opens
them.
"""

from __future__ import annotations

import hashlib
from typing import Literal, TypeAlias
from urllib.parse import quote

LIFF = "https://liff.line.me"

OwnKind: TypeAlias = Literal["l", "o"]
"""`l`: a code of `links`; `o`: a tap that opens something, by its `tap_code`."""

TAPPED = "_tap"
"""The parameter of a page's address for the menu area or broadcast that opened it."""

CARRIED_MOST = 400
"""Characters of an address that one person's tap carries, because it was filled with that person's data."""


def tap_code(key: str) -> str:
    """What a tap is called in an address: a hash of its key, which may be Chinese and long."""
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()[:16]


def own_address(public: str, kind: OwnKind, channel: str, code: str) -> str:
    """The address on our own server that everybody may have."""
    return f"{public}/{kind}/{channel}/{code}"


def tap_address(public: str, channel: str, key: str, carried: str | None = None) -> str:
    """The address of a counted tap; `carried` is its target, where that is of this turn only."""
    address = own_address(public, "o", channel, tap_code(key))
    return address if carried is None else f"{address}?to={quote(carried, safe='')}"


def page_by_tap(address: str, key: str) -> str:
    """The address of a page, as one tap (or broadcast) opens it: so that it is known which."""
    return f"{address}?{TAPPED}={tap_code(key)}"


def liff_address(liff_id: str | None, kind: OwnKind, code: str) -> str | None:
    """The address of a code or tap through LIFF, which identifies the person; `None` without LIFF.

    https://developers.line.biz/en/docs/liff/opening-liff-app/#liff-url
    """
    return f"{LIFF}/{liff_id}/{kind}/{code}" if liff_id else None
