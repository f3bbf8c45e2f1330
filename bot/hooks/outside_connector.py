"""The connections of HTTP to whoever is outside: there are none where nobody may be called."""

from __future__ import annotations

from typing import Any

import aiohttp
from aiohttp.client import ClientTimeout
from aiohttp.tracing import Trace

from bot.model.outside import OutsideClosed, refuse_if_closed


def is_closed(error: BaseException) -> bool:
    """Whether this is what the connector raises where nobody may be called."""
    return isinstance(error, aiohttp.ClientConnectorError) and isinstance(error.os_error, OutsideClosed)


class OutsideConnector(aiohttp.TCPConnector):
    """As aiohttp's own, and it raises `ClientConnectorError` where nobody may be called."""

    async def connect(self, req: aiohttp.ClientRequest, traces: list[Trace], timeout: ClientTimeout) -> Any:
        """Asked first of all, before the name of a host is looked up."""
        try:
            refuse_if_closed()
        except OutsideClosed as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error
        return await super().connect(req, traces, timeout)
