"""An answer that is raised goes the way of any other: aiohttp's own leaves its request behind as garbage.

aiohttp keeps what was raised in the frame that the traceback of it names: a circle that only the collector
opens, with the request in it, its head and what was read of its body. Strangers can ask for a thousand
addresses a second that are not there.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler


@web.middleware
async def return_raised(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The same status, headers, cookies and body. To be the first of all."""
    try:
        return await handler(request)
    except web.HTTPException as raised:
        raised.__traceback__ = None  # the request knows what its address has raised
        if raised is request.match_info.http_exception:  # of no route of ours, but one made for it alone,
            vars(request.match_info.route).clear()  # which holds itself
        answer = web.Response(
            status=raised.status, reason=raised.reason, headers=raised.headers, body=raised.body
        )
        answer.cookies.update(raised.cookies)
        return answer
