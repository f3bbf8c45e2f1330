"""What every answer says, and what none does: a browser guesses no types, nobody is told what serves."""

from __future__ import annotations

from aiohttp import hdrs, web


async def keep_plain(request: web.Request, answer: web.StreamResponse) -> None:
    """For `Application.on_response_prepare`: `nosniff`, and no `Server`, which scanners look for by version.

    https://fetch.spec.whatwg.org/#x-content-type-options-header
    """
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.pop(hdrs.SERVER, None)
