"""Roughly which browser on what: enough for its owner to know it again, and for nobody to follow them by."""

from __future__ import annotations

from collections.abc import Sequence

_BROWSERS: Sequence[tuple[str, str]] = (
    *((" Line/", "LINE"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox")),
    *(
        ("SamsungBrowser/", "Samsung Internet"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ),
)
_MACHINES: Sequence[tuple[str, str]] = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows")),
    *(("Macintosh", "Mac"), ("CrOS", "Chromebook"), ("Linux", "Linux")),
)
"""What stands in `User-Agent`, the first that fits: each says that it is those behind it, too.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/User-Agent
"""


def device_of(user_agent: str) -> str:
    """`Chrome · Windows`; empty where nothing is known of it."""
    found = (
        next((name for sign, name in known if sign in user_agent), "") for known in (_BROWSERS, _MACHINES)
    )
    return " · ".join(name for name in found if name)
