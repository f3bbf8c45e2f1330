"""The rolling restart of `docs/operations/install.md` behind the nginx and the Caddy of `deploy/`: nothing is
refused. Asked for by hand (`make soak`, or this file): it needs `nginx` and `caddy` in PATH."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.bot_process import PATIENCE, ROOT, BotProcess, comes_to
from tests.faults.webhooks import HOURS, Occurrence, person, says
from tests.faults.world import World

TALKERS = 6
ROUNDS = 2
"""An update, and one version back."""
WITH_BUFFERS = {"BOT_BUFFERS": "request_buffers 2MiB"}
"""What Caddy of 2.7 or later may be given, as compose does."""
LEAST_FOR_BUFFERS = (2, 7)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def nginx(place: Path, port: int, bots: list[int]) -> tuple[list[str], Mapping[str, str]]:
    """The command that runs what `deploy/nginx` has, without TLS, for these two."""
    text = (ROOT / "deploy" / "nginx" / "oaflow.conf").read_text("utf-8")
    text = re.sub(r"\n  ssl_certificate\S* [^;]+;", "", text).replace("listen 443 ssl;", f"listen {port};")
    text = text.replace("  listen 80;", f"  listen {free_port()};").replace("bot.example.com", "127.0.0.1")
    for before, after in zip((8080, 8081), bots, strict=True):
        assert f"127.0.0.1:{before}" in text
        text = text.replace(f"127.0.0.1:{before}", f"127.0.0.1:{after}")
    user = "user root;" if os.getuid() == 0 else ""
    places = "".join(
        f"{kind}_temp_path {place / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = place / "nginx.conf"
    head = f"daemon off; pid {place / 'pid'}; error_log stderr; {user} worker_processes 2; events {{}}"
    whole.write_text(f"{head} http {{ access_log off; {places} {text} }}", "utf-8")
    return ["nginx", "-c", str(whole), "-p", str(place), "-e", "stderr"], {}


def caddy(place: Path, port: int, bots: list[int]) -> tuple[list[str], Mapping[str, str]]:
    """The same with `deploy/caddy`."""
    text = (ROOT / "deploy" / "caddy" / "Caddyfile").read_text("utf-8")
    whole = place / "Caddyfile"
    whole.write_text("{\n\tadmin off\n\tauto_https off\n}\n" + text, "utf-8")
    told = subprocess.run(["caddy", "version"], capture_output=True, text=True, check=True).stdout
    version = tuple(map(int, re.findall(r"\d+", told)[:2]))
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(whole)], {
        "BOT_HOST": f"http://127.0.0.1:{port}",
        "BOT_UPSTREAMS": " ".join(f"127.0.0.1:{one}" for one in bots),
        "XDG_DATA_HOME": str(place),
        "XDG_CONFIG_HOME": str(place),
        **(WITH_BUFFERS if version >= LEAST_FOR_BUFFERS else {}),
    }


Proxy = Callable[[Path, int, list[int]], tuple[list[str], Mapping[str, str]]]


@asynccontextmanager
async def before(proxy: Proxy, place: Path, bots: list[int]) -> AsyncIterator[str]:
    """The proxy runs before these ports, at this address."""
    port = free_port()
    words, more = proxy(place, port, bots)
    process = await asyncio.create_subprocess_exec(*words, env={**os.environ, **more})

    async def begun() -> bool:
        assert process.returncode is None, "it does not start: see what it said"
        return listens(port)

    try:
        await comes_to(begun)
        yield f"http://127.0.0.1:{port}"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.ring("soak", "needs nginx and Caddy")
@pytest.mark.parametrize("proxy", [nginx, caddy])
async def test_a_rolling_restart_refuses_nothing(world: World, tmp_path: Path, proxy: Proxy) -> None:
    """A8, L8: as the document says it: one is restarted, and once its /readyz answers, the other."""
    name = getattr(proxy, "__name__", "")
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed: nothing shows that its file in deploy/ refuses no webhook")
    ports = [free_port(), free_port()]

    async def started(place: int) -> BotProcess:
        bot = await world.bot(OAFLOW_TRUSTED_PROXIES="1").start("--port", str(ports[place]))
        await world.is_ready(bot)
        return bot

    bots, over = [await started(0), await started(1)], asyncio.Event()
    said: list[Occurrence] = []
    heard: Counter[tuple[str, int]] = Counter()

    async def talk(address: str) -> None:
        while not over.is_set():
            event = says(person(), HOURS)
            said.append(event)
            heard["webhook", await world.courier.deliver(address, [event], seconds=PATIENCE)] += 1

    async def visit(address: str, method: str, path: str) -> None:
        while not over.is_set():
            async with world.session.request(method, f"{address}{path}", allow_redirects=False) as answer:
                heard[f"{method} {path}", answer.status] += 1

    async with before(proxy, tmp_path, ports) as address, asyncio.timeout(2 * PATIENCE):
        pages = [("GET", "/admin"), ("POST", "/admin/stop"), ("POST", "/api/events")]
        crowd = asyncio.gather(
            *(talk(address) for _ in range(TALKERS)), *(visit(address, *page) for page in pages)
        )
        await world.courier.has_taken(20)
        for place in (0, 1) * ROUNDS:
            assert await bots[place].stop() == 0
            taken = len(world.courier.taken)
            await world.courier.has_taken(taken + 20)  # by the other one alone
            bots[place] = await started(place)
        over.set()
        await crowd
    assert {status for (kind, status) in heard if kind == "webhook"} == {200}, heard
    assert not [one for one in heard if one[1] in (502, 503, 504)], heard
    await world.all_done()
    await world.check(said)
    assert not [line for bot in world.bots for line in bot.complaints()]
