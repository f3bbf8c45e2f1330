"""What holds for every request and answer of the server.

HSTS: https://www.rfc-editor.org/rfc/rfc6797

Bodies with a `Content-Encoding` are refused: LINE, shops and browsers send none, and other systems read so
in the answer. aiohttp must not unpack one either, for it would unpack in one go what a handler has not
read.
https://www.rfc-editor.org/rfc/rfc9110#section-15.5.16

Answers that are raised become returned ones: aiohttp keeps a raised one in the frame that its traceback
names, a circle that only the collector opens, with the request and what was read of its body. Strangers can
ask for a thousand addresses a second that do not exist.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler

from bot.line.objects.addresses import is_loopback


async def keep_plain(request: web.Request, answer: web.StreamResponse) -> None:
    """For `Application.on_response_prepare`: `nosniff`, and no `Server`, which scanners look for by version.

    https://fetch.spec.whatwg.org/#x-content-type-options-header
    """
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.pop(hdrs.SERVER, None)


HEADER = "Strict-Transport-Security"
"""https://www.rfc-editor.org/rfc/rfc6797#section-6.1"""
SECONDS = 365 * 24 * 3600
"""Seconds for which a browser remembers the header. Names below ours may be another's: it leaves them out."""
FORWARDED_PROTO = "X-Forwarded-Proto"
"""The protocol by which the client came to the proxy in front, where the proxy sends it."""


def add_hsts(app: web.Application, public: str) -> None:
    """Add the header to each answer to a request for `public`; to none, where that is not https.

    That is each of the application's: `WebhookConnections` answers LINE, which is no browser, without it.

    Requests by another name (a health check, a tunnel), or by plain http, get none
    (RFC 6797, 7.2). A `public` with a port of its own shares its name with others, which may speak http.
    """
    ours = urlsplit(public)
    if ours.scheme != "https" or ours.port not in (None, 443) or is_loopback(ours.hostname):
        return
    names = {ours.hostname, f"{ours.hostname}:443"}

    async def tell(request: web.Request, answer: web.StreamResponse) -> None:
        came_by = request.headers.get(FORWARDED_PROTO, "https").partition(",")[0].strip()
        if request.host.lower() in names and came_by == "https":
            answer.headers[HEADER] = f"max-age={SECONDS}"

    app.on_response_prepare.append(tell)


AS_IT_IS = "identity"
"""The `Content-Encoding` of a body that is not packed."""
REFUSED = {"message": "a body that is packed (Content-Encoding) is not taken; send it as it is"}
"""The content of the answer to a packed body."""


OF_API = "/admin/api"
"""Below this path a packed body is refused by the API itself, in its own form."""


def is_packed(request: web.Request) -> bool:
    """Whether the request says that its body is packed (`Content-Encoding`)."""
    return any(one.strip().lower() != AS_IT_IS for one in request.headers.getall("Content-Encoding", ()))


@web.middleware
async def refuse_packed(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A middleware: 415 for a packed body, before anything is read."""
    if is_packed(request) and not f"{request.path}/".startswith(f"{OF_API}/"):
        return web.json_response(REFUSED, status=415, headers={"Accept-Encoding": AS_IT_IS})
    return await handler(request)


@web.middleware
async def return_raised(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A middleware, the first of all: an HTTP exception becomes a response with the same status, headers,
    cookies and body."""
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
