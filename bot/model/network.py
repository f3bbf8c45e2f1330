"""The network of an internet address: shown instead of it, and of nobody in particular."""

from __future__ import annotations

import ipaddress

_BITS = {4: 24, 6: 48}
"""Of an address: 256 neighbours; of IPv6 what a provider gives one site (RFC 6177)."""


def network_of(address: str) -> str:
    """The network of an address or a smaller network (`203.0.113.7`, `2001:db8::/64`); else itself."""
    try:
        found = ipaddress.ip_interface(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network(f"{found.ip}/{_BITS[found.version]}", strict=False))
