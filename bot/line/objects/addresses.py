"""What an address may hold, and whose it is."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
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


FORWARDED_HOST = "X-Forwarded-Host"
"""Headers of a tunnel with the host that was asked for.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/X-Forwarded-Host
"""


def is_local_address(host: str, forwarded: Iterable[str]) -> bool:
    """Whether a request addresses this machine by a name or address of its own (`Host`).

    `forwarded`: what a tunnel says that it was called, which may call us `localhost` itself.
    """
    hosts = (one.strip() for one in ",".join(forwarded).split(","))
    return all(is_loopback(_host_name(one)) for one in (host, *filter(None, hosts)))


def _host_name(host: str) -> str | None:
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


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
