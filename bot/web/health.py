"""Health of a process: whether it lives, whether it can serve, and its figures (requirement K3)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.model.translatable import Translatable
from bot.runtime.metrics import Metrics

ELSEWHERE = (
    "several processes serve this address, each with figures of its own:"
    " start with  --own-ports PORT,  and ask each at its own port\n"
)


@dataclass(eq=False, repr=False)
class HealthPages:
    """`/healthz`, `/readyz` and `/metrics`."""

    _trouble: Callable[[], Awaitable[str | None]]
    """Why the process cannot serve, in a line; `None` where it can."""
    _metrics: Metrics
    _line: Callable[[], Mapping[str, Translatable]] = dict
    """What is wrong with LINE, by channel: another process could do no better, so the process is ready all
    the same."""
    _brake: Callable[[], Sequence[str]] = list
    """Which pushes staff have stopped; the process is ready all the same."""
    clock: Callable[[], Translatable | None] = lambda: None
    """What is wrong with the machine's clock, `None`: nothing; the process is ready all the same."""
    shared: int | None = field(kw_only=True, default=None)
    """A port from which several processes take connections: figures asked for there may be those of any of
    them, so there are none. `None`: there is no such port."""
    stops: bool = field(init=False, default=False)
    """Whether this process takes no new connections soon: a load balancer chooses another one."""

    async def healthz(self, request: web.Request) -> web.Response:
        """The process lives; 503 while it stops."""
        if self.stops:
            return web.json_response({"status": "stops"}, status=503)
        return web.json_response({"status": "ok"})

    async def readyz(self, request: web.Request) -> web.Response:
        """Whether it can serve: 200 where database and playbook are there, else 503 with the reason; in both
        with troubles of LINE, stopped pushes and a wrong clock."""
        trouble, line, brake = await self._trouble(), self._line(), self._brake()
        more: dict[str, object] = (
            {"line": {channel: str(what) for channel, what in line.items()}} if line else {}
        )
        if brake:
            more["brake"] = list(brake)
        if (clock := self.clock()) is not None:
            more["clock"] = str(clock)
        if trouble is None:
            return web.json_response({"status": "ok", **more})
        return web.json_response({"status": "not ready", "reason": trouble, **more}, status=503)

    async def metrics(self, request: web.Request) -> web.Response:
        """All figures in Prometheus' format; 404 at the shared port, where the next answer would be another
        process's."""
        if self.shared is not None and _port(request) == self.shared:
            return web.Response(status=404, text=ELSEWHERE)
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _port(request: web.Request) -> int | None:
    """The port at which the request came in; `None` where the connection is gone."""
    at = None if request.transport is None else request.transport.get_extra_info("sockname")
    return at[1] if isinstance(at, tuple) else None
