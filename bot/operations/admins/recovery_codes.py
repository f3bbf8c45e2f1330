"""Codes to be printed for the day on which the phone with the second factor is lost: each is good once.

Twelve digits, so that a phone's keys for digits write them; guesses are counted as those at the app's code
are. What is kept of them is a hash, sealed like all that proves who somebody is.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from hashlib import sha256

from bot.model.plain_text import cleaned

NUMBER = 8
"""Codes that somebody is given at a time."""
_DIGITS, _GROUP = 12, 4


def new_codes() -> list[str]:
    """Some that nobody has had: `1234 5678 9012`."""
    made = (f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}" for _ in range(NUMBER))
    return [" ".join(one[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP)) for one in made]


def kept_of(name: str, codes: Sequence[str]) -> tuple[str, ...]:
    """What is kept of the codes of this account."""
    return tuple(_hash(name, _digits(one)) for one in codes)


def without(name: str, kept: Sequence[str], written: str) -> tuple[str, ...] | None:
    """What is left when this code was used; `None`: it is none of them."""
    told = _digits(written)
    if len(told) != _DIGITS or not (told.isascii() and told.isdigit()):
        return None
    used = _hash(name, told)
    left = tuple(one for one in kept if not hmac.compare_digest(one, used))
    return left if len(left) < len(kept) else None


def _digits(written: str) -> str:
    return "".join(cleaned(written).replace("-", " ").split())


def _hash(name: str, digits: str) -> str:
    return sha256(f"{name}\0{digits}".encode()).hexdigest()
