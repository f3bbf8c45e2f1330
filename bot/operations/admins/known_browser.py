"""A browser in which somebody has signed in to an account before: others' wrong tries do not lock it out.

Whoever tries passwords from elsewhere fills the count of the account, not that of the browser that its owner
uses. https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence

_BYTES = 16
LONGEST = 200


class KnownBrowsers:
    """Makes and reads marks; any process with the same keys reads what another has made."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: the first one signs, all of them are accepted."""
        self._keys = keys

    def mark(self, name: str, epoch: str) -> str:
        """A new mark of a browser in which this account was signed in to, good until it has another epoch:
        nobody lays in marks while they know a password, to guess the next one with."""
        told = secrets.token_hex(_BYTES)
        return f"{told}.{_signature(self._keys[0], name, epoch, told)}"

    def known(self, mark: str, name: str, epoch: str) -> str | None:
        """By what tries in this browser are counted; `None`: it is not known to this account."""
        told, _, signature = mark.partition(".")
        if len(mark) > LONGEST or not mark.isascii():
            return None
        good = any(hmac.compare_digest(signature, _signature(key, name, epoch, told)) for key in self._keys)
        return told if good else None


def _signature(key: bytes, name: str, epoch: str, told: str) -> str:
    return hmac.digest(key, f"{name}\0{epoch}\0{told}".encode(), "sha256").hex()
