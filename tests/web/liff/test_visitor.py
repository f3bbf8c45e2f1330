"""Where a request comes from: nobody can say that of himself."""

from __future__ import annotations

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from bot.web.visitor import FORWARDED, is_of_loopback, network_of, visitor

FORGED, CLIENT, PROXY = "198.51.100.1", "203.0.113.7", "10.0.0.2"


@pytest.mark.parametrize(
    ("proxies", "headers", "expected"),
    [
        (0, [], PROXY),
        (0, [FORGED], PROXY),
        (1, [CLIENT], CLIENT),
        (1, [f"{FORGED}, {CLIENT}"], CLIENT),
        (1, [FORGED, CLIENT], CLIENT),
        (2, [f"{FORGED}, {CLIENT}, 10.0.0.1"], CLIENT),
        (2, [CLIENT], PROXY),
        (1, [], PROXY),
        (1, ["not an address"], PROXY),
        (1, [""], PROXY),
        (1, ["203.0.113.7:4711"], CLIENT),
        (1, ["[2001:db8:1:2::1]:4711"], "2001:db8:1:2::/64"),
        (1, ["::ffff:203.0.113.7"], CLIENT),
        (1, ["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::/64"),
        (1, ["2001:db8:1:2:ffff::1"], "2001:db8:1:2::/64"),
    ],
)
def test_it_is_what_the_outermost_proxy_of_ours_has_seen(
    proxies: int, headers: list[str], expected: str
) -> None:
    request = make_mocked_request("POST", "/", headers=_headers(headers))
    request = request.clone(remote=PROXY)
    assert visitor(request, proxies) == expected


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("127.0.0.1", "127.0.0.0/24"),
        ("unknown", "unknown"),
    ],
)
def test_the_network_of_a_visitor(address: str, network: str) -> None:
    assert network_of(address) == network


def _headers(values: list[str]) -> CIMultiDict[str]:
    return CIMultiDict((FORWARDED, value) for value in values)


@pytest.mark.parametrize(
    ("remote", "ours"), [("127.0.0.1", True), ("::1", True), ("::ffff:127.0.0.1", True), (CLIENT, False)]
)
def test_what_comes_from_this_machine_is_known(remote: str, ours: bool) -> None:
    request = make_mocked_request("POST", "/").clone(remote=remote)
    assert is_of_loopback(visitor(request, 0)) is ours
