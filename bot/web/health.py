"""Whether the process lives, whether it can serve, and its figures (requirement K3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.runtime.metrics import Metrics


class HealthPages:
    """`/healthz`, `/readyz` and `/metrics`."""

    def __init__(self, trouble: Callable[[], Awaitable[str | None]], metrics: Metrics) -> None:
        """`trouble()` says in one line why the process cannot serve; `None` where it can."""
        self._trouble = trouble
        self._metrics = metrics

    async def healthz(self, request: web.Request) -> web.Response:
        """The process lives."""
        return web.json_response({"status": "ok"})

    async def readyz(self, request: web.Request) -> web.Response:
        """It can serve: database and playbook are there; else 503 with the reason."""
        trouble = await self._trouble()
        if trouble is None:
            return web.json_response({"status": "ok"})
        return web.json_response({"status": "not ready", "reason": trouble}, status=503)

    async def metrics(self, request: web.Request) -> web.Response:
        """All figures, for Prometheus."""
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})
