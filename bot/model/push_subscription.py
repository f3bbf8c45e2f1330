"""A browser that is notified while none of our pages is open (Web Push): where, for whom, of what already.

https://www.w3.org/TR/push-api/ and RFC 8030
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

LIFE = timedelta(days=30)
"""Of a subscription, after a page of ours was last opened in its browser."""
MOST = 10
"""Subscriptions of an account: the one that was renewed longest ago makes room."""
LONGEST = 2_000
"""Characters of an endpoint; those of today have some 200 to 600."""
KEY_BYTES, SECRET_BYTES = 65, 16
"""A point of P-256, uncompressed, and what both sides know (RFC 8291, 3.1 and 3.2)."""
_SERVICES = ("fcm.googleapis.com",)
_SERVICES_BELOW = (".push.services.mozilla.com", ".push.apple.com", ".notify.windows.com")
"""The push services of Chrome, Firefox, Safari and Edge. A browser names its own, so whoever is signed in
could name any host: no other is ever called."""


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """The browser `device` of the account `name`, as it was signed in (`epoch`, `session`).

    `endpoint`, `key` and `secret` are the browser's own (both in URL-safe base64): where its push service
    takes messages, and what they are encrypted for. It is over at `until`. `notified`: the notices of what is
    so that it has had; `rev` grows with each change of that.
    """

    id: str
    name: str
    epoch: str
    session: str
    endpoint: str = field(repr=False)
    key: str = field(repr=False)
    secret: str = field(repr=False)
    device: str
    language: str
    sound: bool
    began: datetime
    until: datetime
    notified: frozenset[str] = frozenset()
    rev: int = 0


def subscription_id(endpoint: str) -> str:
    """The id of a browser's subscription: an endpoint, which nobody can guess, cannot be found by it."""
    return sha256(endpoint.encode()).hexdigest()[:32]


def is_push_endpoint(endpoint: str) -> bool:
    """Whether this is an address at a push service that browsers are known to have."""
    if len(endpoint) > LONGEST or not (endpoint.isascii() and endpoint.isprintable()) or " " in endpoint:
        return False
    try:
        found = urlsplit(endpoint)
        port = found.port
    except ValueError:
        return False
    host = found.hostname or ""
    is_known = host in _SERVICES or host.endswith(_SERVICES_BELOW)
    is_plain = "@" not in found.netloc and "\\" not in endpoint and port in (None, 443)
    return found.scheme == "https" and is_known and is_plain


def is_push_key(written: str, length: int) -> bool:
    """Whether this is so many bytes in URL-safe base64, as browsers write it (without padding)."""
    try:
        content = base64.b64decode(written + "=" * (-len(written) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(content) == length and (length != KEY_BYTES or content[0] == 4)
