"""A mail server as a playbook writes it down: `smtps://user:password@host:465`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

Protection: TypeAlias = Literal["tls", "starttls"]
PORTS = {"smtps": 465, "smtp": 587}
"""RFC 8314, 7.3 and RFC 6409, 3.1."""

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")
_WITHOUT_CONTROLS = re.compile(r"[^\x00-\x20\x7f]+")


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes mail. `sender` is the mails' From address, if one is set."""

    host: str
    port: int
    protection: Protection
    user: str | None = field(repr=False, default=None)
    password: str | None = field(repr=False, default=None)
    sender: str | None = None


def is_mail_address(text: str) -> bool:
    """Whether this is one address, and nothing beside it: no name, no second one, no line break."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def mail_server(text: str) -> MailServer | None:
    """The server that is meant; `None` where this is none.

    User and password are percent-encoded (RFC 3986). `?from=` says the sender, where the user is no address.
    """
    if _WITHOUT_CONTROLS.fullmatch(text) is None:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    host = parts.hostname
    if parts.scheme not in PORTS or host is None or parts.path.strip("/") or parts.fragment or port == 0:
        return None
    sender = _sender(parts)
    if sender is not None and not is_mail_address(sender):
        return None
    protection: Protection = "tls" if parts.scheme == "smtps" else "starttls"
    user, password = (_decoded(one) for one in (parts.username, parts.password))
    return MailServer(host, port or PORTS[parts.scheme], protection, user, password, sender)


def _sender(parts: SplitResult) -> str | None:
    given = parse_qs(parts.query).get("from")
    if given:
        return given[-1]
    user = _decoded(parts.username)
    return user if user is not None and is_mail_address(user) else None


def _decoded(text: str | None) -> str | None:
    return unquote(text) if text else None
