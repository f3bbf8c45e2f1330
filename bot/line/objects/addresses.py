"""Checks of addresses: allowed characters, the host, and whether it is this machine."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

NO_ADDRESS = re.compile(r"[\x00-\x20\x7f\"<>\\^`{|}]")
"""Characters that no address has unencoded: https://datatracker.ietf.org/doc/html/rfc3986#section-2"""


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

    `forwarded`: the values of `FORWARDED_HOST`, where a tunnel that sends us `Host: localhost` has its own.
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
