"""What an address may hold, and whose it is."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

NO_ADDRESS = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")
"""Signs that no address has as they are: https://datatracker.ietf.org/doc/html/rfc3986#section-2"""


def host_of(address: str) -> str | None:
    """The host of an http or https address; `None` where it has none, or cannot be read."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts.hostname


def is_loopback(host: str | None) -> bool:
    """Whether a host name or address (without port) is this machine itself."""
    if not host:
        return False
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False
