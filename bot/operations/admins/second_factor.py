"""The second factor: six digits of an app (TOTP), and printed codes for the day the phone is lost.

A printed code has twelve digits, for a phone's number keys; wrong ones are counted like those of the app.
Only its hash is stored, sealed.
https://www.rfc-editor.org/rfc/rfc6238
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from pyotp import TOTP

from bot.model.plain_text import cleaned

STEP_SECONDS = 30
EARLY_OR_LATE = 1
"""Steps that a phone's clock may be off (RFC 6238, 5.2)."""
DIGITS = 6
_SECRET_BYTES = 20
_ISSUER_MOST = 20


class SecondFactors:
    """Offers secrets; any process with the same keys offers an account the same, until it has another epoch.

    So nothing is stored of an unconfirmed one, and a browser cannot bring one of its own.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._keys = keys

    def offered(self, name: str, epoch: str, session: str) -> str:
        """The secret (base32) that this account may take in this session: who has looked at it in another
        browser does not know which one its owner will have."""
        return _offered(self._keys[0], name, epoch, session)

    def taken(self, name: str, epoch: str, session: str, code: str, now: datetime) -> str:
        """The secret of the app that shows this code; where the code is wrong, the one that is offered now.

        It may have been offered by an earlier key, when the page was opened.
        """
        offered = [_offered(key, name, epoch, session) for key in self._keys]
        return next((one for one in offered if step_of(one, code, now, 0) is not None), offered[0])


def _offered(key: bytes, name: str, epoch: str, session: str) -> str:
    digest = hmac.digest(key, f"{name}\0{epoch}\0{session}".encode(), "sha256")
    return base64.b32encode(digest[:_SECRET_BYTES]).decode()


def factor_address(secret: str, name: str, issuer: str) -> str:
    """What the QR code holds.

    https://github.com/google/google-authenticator/wiki/Key-Uri-Format
    """
    return TOTP(secret).provisioning_uri(name=name, issuer_name=issuer[:_ISSUER_MOST])


def is_app_code(written: str) -> bool:
    """Whether it is written as the codes of the app are; no password is."""
    code = _without_spaces(written)
    return len(code) == DIGITS and code.isascii() and code.isdigit()


def _without_spaces(written: str) -> str:
    return "".join(cleaned(written).split())


def step_of(secret: str, written: str, now: datetime, after: int) -> int | None:
    """The step whose code this is, later than `after`, which was taken already; `None`: it is none."""
    if not is_app_code(written):
        return None
    code = _without_spaces(written)
    here = int(now.timestamp()) // STEP_SECONDS
    factor = TOTP(secret)
    good = [
        step
        for step in range(here - EARLY_OR_LATE, here + EARLY_OR_LATE + 1)
        if hmac.compare_digest(factor.generate_otp(step), code)
    ]
    return next((step for step in good if step > after), None)


NUMBER = 8
"""Codes that somebody is given at a time."""
_DIGITS, _GROUP = 12, 4


def new_codes() -> list[str]:
    """Some that nobody has had: `1234 5678 9012`."""
    made = (f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}" for _ in range(NUMBER))
    return [" ".join(one[at : at + _GROUP] for at in range(0, _DIGITS, _GROUP)) for one in made]


def hashes_of(name: str, codes: Sequence[str]) -> tuple[str, ...]:
    """The hashes of the codes of this account."""
    return tuple(_hash(name, _digits(one)) for one in codes)


def without(name: str, hashes: Sequence[str], written: str) -> tuple[str, ...] | None:
    """What is left when this code was used; `None`: it is none of them."""
    digits = _digits(written)
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    used = _hash(name, digits)
    left = tuple(one for one in hashes if not hmac.compare_digest(one, used))
    return left if len(left) < len(hashes) else None


def _digits(written: str) -> str:
    return "".join(cleaned(written).replace("-", " ").split())


def _hash(name: str, digits: str) -> str:
    return sha256(f"{name}\0{digits}".encode()).hexdigest()
