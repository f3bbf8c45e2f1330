"""What may be called: the public internet, however an address is spelt (F3; CWE-918)."""

from __future__ import annotations

import asyncio
import socket

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.hooks.addresses import is_outside, is_surely_inside
from bot.hooks.outside_connector import InsideAddress, outside_session, outside_socket

INSIDE = (
    *("127.0.0.1", "127.8.9.1", "10.0.0.1", "172.16.3.4", "172.31.255.255", "192.168.1.1", "169.254.169.254"),
    *("100.64.1.1", "0.0.0.0", "0.1.2.3", "224.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1"),
    *("203.0.113.9", "240.0.0.1", "::1", "::", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "fe80::1%eth0"),
    *("fc00::1", "fd12::1", "fec0::1", "64:ff9b::10.0.0.1", "64:ff9b:1::a00:1", "2002:a00:1::1"),
    *("192.0.0.8", "192.0.0.192", "::ffff:192.0.0.192", "64:ff9b::c000:c0"),
    *("168.63.129.16", "192.88.99.1", "3fff::1", "3fff:fff::1", "::ffff:168.63.129.16"),
    *("2002:808:808::1", "2001:0:808:808::1", "::10.0.0.1", "ff02::1", "2001:db8::1"),
)
OUTSIDE = (
    *("8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2001:4860:4860::8888"),
    *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8"),
)


@pytest.mark.parametrize("address", INSIDE)
def test_what_lies_inside_is_not_called(address: str) -> None:
    assert not is_outside(address)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(InsideAddress):
        outside_socket((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 443)))


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_lies_outside_is(address: str) -> None:
    assert is_outside(address)


SURELY = (
    *("localhost", "a.localhost", "crm", "CRM.internal.", "nas.local", "127.1", "2130706433", "0x7f.1", "0"),
    *("10.0.0.1", "::ffff:10.0.0.1", "::1", "169.254.169.254"),
)


@pytest.mark.parametrize("host", SURELY)
def test_what_is_inside_by_its_name_alone(host: str) -> None:
    assert is_surely_inside(host)


@pytest.mark.parametrize("host", ["crm.example", "8.8.8.8", "2001:4860:4860::8888", "134744072", "例.tw"])
def test_what_may_lie_outside(host: str) -> None:
    assert not is_surely_inside(host)


SPELLINGS = (
    *("127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0177.0.0.1", "0x7f000001", "0"),
    *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "LOCALHOST."),
)


@pytest.mark.parametrize("host", SPELLINGS)
async def test_however_it_is_spelt(host: str) -> None:
    """A server stands there, and is not even connected to."""
    connected = asyncio.Event()

    async def answer(_: web.Request) -> web.Response:
        connected.set()
        return web.Response()

    app = web.Application()
    app.router.add_route("*", "/{any:.*}", answer)
    async with TestServer(app, host="127.0.0.1") as server, outside_session() as session:
        with pytest.raises((aiohttp.ClientConnectorError, aiohttp.InvalidURL)) as refused:
            await session.post(f"http://{host}:{server.port}/")
        assert not connected.is_set()
        if isinstance(error := refused.value, aiohttp.ClientConnectorError):
            assert isinstance(error.os_error, InsideAddress | socket.gaierror)
