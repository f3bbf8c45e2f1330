"""A body that is packed (`Content-Encoding`) is refused, at every address: 2 MB of it may be 2 GB.

Nobody packs what they send us: LINE, shops and browsers do not, other systems read it in the answer. aiohttp
must not unpack either (`Connections`): it reads what a handler has left of a body, for nothing, and would
unpack that, too, in one go.
https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

AS_IT_IS = "identity"
REFUSED = {"message": "a body that is packed (Content-Encoding) is not taken; send it as it is"}


@web.middleware
async def refuse_packed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """415 before anything is read."""
    if any(one.strip().lower() != AS_IT_IS for one in request.headers.getall("Content-Encoding", ())):
        return web.json_response(REFUSED, status=415, headers={"Accept-Encoding": AS_IT_IS})
    return await handler(request)
