"""Does a person open an address, or does a program only look at it? As well as a request tells (G5, F7)."""

from __future__ import annotations

import re
from collections.abc import Mapping

PROGRAMS = re.compile(
    r"line-poker|facebookexternalhit|bot/\d|crawler|spider|preview|headless|\(compatible;", re.I
)
"""What programs call themselves that show previews, search or check, also with Mozilla before it.

A telephone may be called CUBOT.

LINE's own looks at each address in a text, as `facebookexternalhit/1.1;line-poker/1.0`.
https://developers.line.biz/en/faq/#how-are-the-url-previews-generated
"""

BROWSER = "Mozilla/5.0"
"""What the browser in LINE, and every other that people use, begins with: WhatsApp/2, curl, libraries do not.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/User-Agent
"""

AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
"""With `prefetch` or `preview` in one of them a browser loads what somebody may open later.

https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Purpose
"""


def only_looks(method: str, headers: Mapping[str, str]) -> bool:
    """Whether no person opens it: a `HEAD`, no browser, one that loads ahead, or a part of a page."""
    agent = headers.get("User-Agent", "")
    if method != "GET" or not agent.startswith(BROWSER) or PROGRAMS.search(agent) is not None:
        return True
    if any(word in headers.get(name, "").lower() for name in AHEAD for word in ("prefetch", "preview")):
        return True
    return headers.get("Sec-Fetch-Mode", "navigate") != "navigate"  # older browsers do not send it
