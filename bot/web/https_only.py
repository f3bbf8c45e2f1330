"""Telling browsers to come by https alone (HSTS): nobody on the way leads them to plain http again.

https://www.rfc-editor.org/rfc/rfc6797
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from bot.line.objects.addresses import is_loopback

HEADER = "Strict-Transport-Security"
SECONDS = 365 * 24 * 3600
"""For so long a browser remembers it. Names below ours may be anybody's: nothing is said of them."""
FORWARDED_PROTO = "X-Forwarded-Proto"
"""By what whoever asks has come to the proxy in front, where that says so."""


def say_https_only(app: web.Application, public: str) -> None:
    """Have each answer say it that goes to whoever came by `public`; none, where that is not https.

    That is each of the application's: `WebhookConnections` answers LINE, which is no browser, without it.

    Whoever asks by another name (a health check, a tunnel), or has come by plain http, is not told
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
