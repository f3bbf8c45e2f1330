"""Waiting for a change that the simulator tells on its stream of events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession

from tests.eventually import PATIENCE


async def first_change(
    http: ClientSession, api: str, kind: str, after: str, wanted: Callable[[Any], bool]
) -> Any:
    """The first change of that kind, after that id, that is `wanted`."""
    async with asyncio.timeout(PATIENCE), http.get(f"{api}/events?after={after}") as stream:
        current = ""
        async for line in stream.content:
            if line.startswith(b"event: "):
                current = line[7:].strip().decode()
            elif line.startswith(b"data: ") and current == kind:
                change = json.loads(line[6:])
                if wanted(change):
                    return change
    raise AssertionError("the stream ended")
