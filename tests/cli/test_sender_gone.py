"""K3: a stranger who hangs up in the middle of a body is no trouble of the database."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from tests.cli.oaflow import serving
from tests.eventually import PATIENCE

HALF = b"POST /webhook/main HTTP/1.1\r\nHost: x\r\nX-Line-Signature: x\r\nContent-Length: 9\r\n\r\n1"


def figures(address: str) -> str:
    with urlopen(f"{address}/metrics", timeout=PATIENCE) as answer:
        return str(answer.read().decode())


async def test_a_sender_that_hangs_up_is_counted_as_its_own_fault(shop: Path) -> None:
    async with serving(str(shop), "--simulator") as served:
        port = urlsplit(served.address).port
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HALF)
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        told = ""
        async with asyncio.timeout(PATIENCE):
            while "oaflow_webhooks_total{" not in told:
                told = await asyncio.to_thread(figures, served.address)
        assert 'oaflow_webhooks_total{status="400"} 1.0' in told
        assert 'status="503"' not in told
