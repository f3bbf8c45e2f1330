"""The cookies of the staff's pages, and the proof in each form that it comes from one of them."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from bot.operations.admins.sessions import LENGTH, SECRET_BYTES
from bot.web.visitor import is_of_this_machine

NAME = "oaflow_admin"
HOST_ONLY = "__Host-"
"""What a browser keeps under such a name came from this very host over https, and is for no other.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
"""
BROWSER = "browser"
"""The cookie by which a browser is known (`oaflow_browser`); not a session."""
LOOK_SECONDS = 365 * 24 * 3600
CHANNEL = "channel"
"""The cookie with the channel that was looked at last (`oaflow_channel`)."""
FLASH = "oaflow_flash"
FLASH_SECONDS = 60
FLASH_MOST = 3_000
"""Characters of the cookie; browsers take 4,096 with its name (RFC 6265, 6.1)."""


@dataclass(frozen=True, slots=True)
class ShownFlash:
    """A `Flash` in the words of its reader; `undo_to` is empty where nothing takes it back, `link_to` where
    it leads nowhere."""

    text: str
    undo_to: str = ""
    fields: Mapping[str, str] | None = None
    link_to: str = ""
    link_text: str = ""


class AdminCookies:
    """Reads and sets them. `secure`: the world reaches us over https."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        self._name = f"{HOST_ONLY}{NAME}" if secure else NAME

    def is_unencrypted(self, request: web.Request) -> bool:
        """Whether passwords and cookies would go over a network as anybody on the way can read them."""
        return not self._secure and not is_of_this_machine(request)

    def secret(self, request: web.Request) -> str:
        """What this browser holds; a new one that is nobody's, where it holds none."""
        value = request.cookies.get(self._name, "")
        if len(value) == LENGTH and value.isascii() and value.replace("-", "").replace("_", "").isalnum():
            return value
        return secrets.token_urlsafe(SECRET_BYTES)

    def is_held(self, request: web.Request, secret: str) -> bool:
        """Whether the browser holds this already."""
        return request.cookies.get(self._name) == secret

    def hold(self, answer: web.StreamResponse, secret: str) -> None:
        """Have the browser hold this until it is closed, or nothing any more."""
        if not secret:
            answer.del_cookie(self._name, path="/", secure=self._secure, httponly=True, samesite="Lax")
            return
        answer.set_cookie(self._name, secret, path="/", secure=self._secure, httponly=True, samesite="Lax")

    def flash(self, answer: web.StreamResponse, secret: str, shown: ShownFlash) -> None:
        """Have the next page of this browser show it. What is too long for a cookie is not shown."""
        content = orjson.dumps(
            [shown.text, shown.undo_to, shown.fields or {}, shown.link_to, shown.link_text]
        )
        value = base64.urlsafe_b64encode(_flash_mark(secret, content) + content).decode()
        if len(value) <= FLASH_MOST:
            answer.set_cookie(
                *(FLASH, value),
                path="/",
                max_age=FLASH_SECONDS,
                secure=self._secure,
                httponly=True,
                samesite="Lax",
            )

    def flashed(self, request: web.Request, secret: str) -> ShownFlash | None:
        """What is to be shown once, if we have said it to this very browser."""
        value = request.cookies.get(FLASH, "")
        if not value or len(value) > FLASH_MOST or not value.isascii():
            return None
        try:
            content = base64.urlsafe_b64decode(value)
        except binascii.Error:
            return None
        mark, content = content[:_MARK_BYTES], content[_MARK_BYTES:]
        if not hmac.compare_digest(mark, _flash_mark(secret, content)):
            return None
        found: list[Any] = orjson.loads(content)
        return ShownFlash(*found)

    def forget_flash(self, answer: web.StreamResponse) -> None:
        """It was shown."""
        answer.del_cookie(FLASH, path="/", secure=self._secure, httponly=True, samesite="Lax")

    def remember(self, answer: web.StreamResponse, name: str, value: str) -> None:
        """Have it remember how its pages look: nothing that is secret."""
        answer.set_cookie(
            f"oaflow_{name}",
            value,
            path="/",
            max_age=LOOK_SECONDS,
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )


_MARK_BYTES = 32


def _flash_mark(secret: str, content: bytes) -> bytes:
    return hmac.digest(secret.encode(), b"flash of oaflow's staff pages" + content, "sha256")


_PROOF_BYTES = 32


def proof(secret: str) -> str:
    """The token of each form on a page of this browser: it cannot be made without the cookie.

    Each answer has another one, so how well a page is packed says nothing of it (https://breachattack.com/).
    """
    pad = secrets.token_bytes(_PROOF_BYTES)
    return (pad + _masked(_proof_mark(secret), pad)).hex()


def is_proof(sent: str, secret: str) -> bool:
    """Whether a form comes from a page of this browser."""
    try:
        both = bytes.fromhex(sent)
    except ValueError:
        return False
    pad, mark = both[:_PROOF_BYTES], both[_PROOF_BYTES:]
    is_whole = len(both) == 2 * _PROOF_BYTES
    return is_whole and hmac.compare_digest(_masked(mark, pad), _proof_mark(secret))


def _masked(mark: bytes, pad: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(mark, pad, strict=True))


def _proof_mark(secret: str) -> bytes:
    return hmac.digest(secret.encode(), b"form of oaflow's staff pages", "sha256")
