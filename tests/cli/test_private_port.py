"""K3: readiness and figures at an address of their own, so that no stranger reads them."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.cli.oaflow import LINE_SETTINGS, ended_run, serving

PUBLIC_ONLY = ("/admin", "/webhook/main", "/liff/main/member_card", "/l/main/x")


async def status(http: ClientSession, address: str) -> int:
    async with http.get(address, allow_redirects=False) as answer:
        return answer.status


async def test_readiness_and_figures_are_on_the_private_port_only(shop: Path) -> None:
    """And nothing else is there; that the process lives is told at both."""
    async with serving(str(shop), "--private-port", "0", **LINE_SETTINGS) as served, ClientSession() as http:
        [told] = [line for line in served.log if line["message"].startswith("readiness and figures: ")]
        private = told["message"].removeprefix("readiness and figures: ")
        assert private == f"http://127.0.0.1:{told['port']}"
        assert [await status(http, f"{private}{path}") for path in ("/healthz", "/readyz", "/metrics")] == [
            200,
            200,
            200,
        ]
        assert {await status(http, f"{private}{path}") for path in PUBLIC_ONLY} == {404}
        public = [
            await status(http, f"{served.address}{path}") for path in ("/healthz", "/readyz", "/metrics")
        ]
        assert public == [200, 404, 404]
        end = await served.stop()
    assert end.code == 0


async def test_without_it_they_stay_where_scripts_look_for_them(shop: Path) -> None:
    async with serving(str(shop), **LINE_SETTINGS) as served, ClientSession() as http:
        paths = ("/healthz", "/readyz", "/metrics")
        assert {await status(http, f"{served.address}{path}") for path in paths} == {200}


async def test_each_of_several_processes_has_its_own(shop: Path) -> None:
    options = ("--processes", "2", "--private-port", "0")
    async with serving(str(shop), *options, **LINE_SETTINGS) as served, ClientSession() as http:
        ports = {line["port"] for line in served.log if line["message"].startswith("found by itself at")}
        assert len(ports) == 2
        for port in ports:
            at = f"http://127.0.0.1:{port}"
            assert [await status(http, f"{at}{path}") for path in ("/metrics", "/readyz", "/admin")] == [
                200,
                200,
                404,
            ]
        public = [
            await status(http, f"{served.address}{path}") for path in ("/healthz", "/readyz", "/metrics")
        ]
        assert public == [200, 404, 404]


@pytest.mark.parametrize("more", [(), ("--processes", "2")])
def test_a_private_port_in_use_is_told_with_another(shop: Path, more: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        end = ended_run(str(shop), "--port", "0", "--private-port", str(port), *more, **LINE_SETTINGS)
    assert end.code == 2
    assert f"take another port:  --private-port {port + 1}" in end.err


def test_own_ports_and_a_private_one_do_not_go_together(shop: Path) -> None:
    options = ("--processes", "2", "--own-ports", "0", "--private-port", "0")
    end = ended_run(str(shop), "--port", "0", *options, **LINE_SETTINGS)
    assert end.code == 2
    assert "leave one out" in end.err
