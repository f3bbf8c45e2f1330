"""Which addresses are of the public internet, and which lie in a network of somebody's own (CWE-918)."""

from __future__ import annotations

import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator (NAT64): the last 32 bits are the IPv4 address, which is checked instead:
https://www.rfc-editor.org/rfc/rfc6052"""
_IMPERSONAL = (
    IPv4Network("0.0.0.0/8"),
    IPv4Network("100.64.0.0/10"),  # between a provider and its customers: RFC 6598
    IPv4Network("168.63.129.16/32"),  # inside each network of Azure: its platform, with a machine's metadata
    # of protocols: RFC 6890; Python before 3.11.10 knows a part. Some clouds have a machine's metadata there
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),  # the nearest relay of 6to4, run by anybody: RFC 7526
    IPv6Network("3fff::/20"),  # documentation: RFC 9637
    IPv6Network("2001::/32"),  # Teredo and 6to4 lead to an IPv4 address of their maker's choice
    IPv6Network("2002::/16"),
    IPv6Network("fec0::/10"),
)
"""Networks outside of the public internet, besides those that Python knows."""
_OWN_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")
"""Endings of names that are not of the internet: RFC 6761, RFC 6762, RFC 8375, ICANN on `.internal`."""
_ONE_LABEL = re.compile(r"[a-z0-9_-]+")
"""A name without a dot: the public internet has none."""


def is_outside(address: str) -> bool:
    """Whether this IP address (as a socket has it) is one of the public internet."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv6Address):
        in_v4 = IPv4Address(int(found) & 0xFFFFFFFF) if found in _TRANSLATED else found.ipv4_mapped
        found = in_v4 or found
    odd = found.is_multicast or found.is_reserved or any(found in network for network in _IMPERSONAL)
    return found.is_global and not odd


def is_surely_inside(host: str) -> bool:
    """Whether the host of an address, as it is written, is in our own network; without a DNS lookup.

    A name of the public internet may lead there all the same: that is seen where the socket is made.
    """
    name = host.rstrip(".").lower()
    if (number := _spelt(name)) is not None:
        return not is_outside(number)
    return bool(_ONE_LABEL.fullmatch(name)) or name.endswith(_OWN_ENDINGS)


def _spelt(host: str) -> str | None:
    """The IP address that this text means; `None`: it is a name.

    Also of `127.1`, `0x7f.1` and `2130706433`, as the system reads them.
    """
    try:
        return str(ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(host))
    except (OSError, UnicodeError):
        return None
