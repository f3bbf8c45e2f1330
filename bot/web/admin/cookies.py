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
"""The session cookie."""
HOST_ONLY = "__Host-"
"""The prefix of a cookie's name that a browser accepts from this very host over https alone.
https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
"""
BROWSER = "browser"
"""The cookie by which a browser is known (`oaflow_browser`); not a session."""
LOOK_SECONDS = 365 * 24 * 3600
"""Seconds for which a browser stores language, theme, channel and its own mark."""
CHANNEL = "channel"
"""The cookie with the channel that was shown last (`oaflow_channel`)."""
FLASH = "oaflow_flash"
"""The cookie with what the next page shows once."""
FLASH_SECONDS = 60
"""Seconds for which it is stored."""
FLASH_MOST = 3_000
"""Characters of the cookie; browsers take 4,096 with its name (RFC 6265, 6.1)."""


@dataclass(frozen=True, slots=True)
class ShownFlash:
    """A `Flash` in the visitor's language."""

    text: str
    undo_to: str = ""
    """The address of the form that takes it back; empty: none."""
    fields: Mapping[str, str] | None = None
    """The fields of that form."""
    link_to: str = ""
    """The address of its link; empty: none."""
    link_text: str = ""


class AdminCookies:
    """Reads and sets the console's cookies. `secure`: the world reaches us over https."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure
        self._name = f"{HOST_ONLY}{NAME}" if secure else NAME

    def is_unencrypted(self, request: web.Request) -> bool:
        """Whether passwords and cookies would go over a network as plain text."""
        return not self._secure and not is_of_this_machine(request)

    def secret(self, request: web.Request) -> str:
        """The content of the session cookie; where there is none, a new random one that belongs to no
        session."""
        value = request.cookies.get(self._name, "")
        if len(value) == LENGTH and value.isascii() and value.replace("-", "").replace("_", "").isalnum():
            return value
        return secrets.token_urlsafe(SECRET_BYTES)

    def is_held(self, request: web.Request, secret: str) -> bool:
        """Whether the browser's session cookie has this content already."""
        return request.cookies.get(self._name) == secret

    def hold(self, answer: web.StreamResponse, secret: str) -> None:
        """Set the session cookie until the browser is closed; empty: delete it."""
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
        """What is to be shown once, if we have set it for this very session cookie; else `None`."""
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
        """Delete the cookie of what was shown."""
        answer.del_cookie(FLASH, path="/", secure=self._secure, httponly=True, samesite="Lax")

    def remember(self, answer: web.StreamResponse, name: str, value: str) -> None:
        """Set the cookie `oaflow_NAME` for a year; it must not be secret."""
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
    """The HMAC that binds what is shown to a session cookie."""
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
    """Each byte XOR that of `pad`."""
    return bytes(one ^ other for one, other in zip(mark, pad, strict=True))


def _proof_mark(secret: str) -> bytes:
    """The HMAC of the session cookie that a proof has, masked."""
    return hmac.digest(secret.encode(), b"form of oaflow's staff pages", "sha256")
