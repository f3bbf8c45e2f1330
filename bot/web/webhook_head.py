"""Reads the head of a webhook in its plain form, as LINE and proxies send it; everything else is aiohttp's to
read.

So that nobody can have a proxy, aiohttp and us see different requests in the same bytes (request smuggling),
the plain form is that which every reader reads alike: lines that end in CRLF, names that are tokens with the
colon right behind them, values of printable ASCII, one `Host`, one `Content-Length` of digits alone, and
nothing that changes what the body is or what follows it.
https://www.rfc-editor.org/rfc/rfc9112
"""

from __future__ import annotations

import re
from typing import NamedTuple

END = b"\r\n\r\n"

LONGEST = 8_000
"""The most bytes of a head; aiohttp takes lines of 8,190."""

_PLAIN = re.compile(
    rb"POST /webhook/([\w.~-]++) HTTP/1\.([01])\r\n"
    rb"(?:[!#$%&'*+.^_`|~\w-]++:[\t\x20-\x7e]*+\r\n){1,100}+\r\n"
)
"""A whole head in the plain form. Its groups: the channel, and the minor version of HTTP/1."""
_UNUSUAL = re.compile(
    rb"\r\n(?:transfer-encoding|content-encoding|upgrade|expect|trailer|te|proxy-connection):"
)
"""In lower case, a header that makes a head not plain. `Proxy-Connection` is in no standard, and aiohttp's
parser reads it as `Connection`."""
_CONNECTION = re.compile(rb"\r\nconnection:[\t ]*+([^\r\t ]*+)[\t ]*+([^\r]*+)")
"""The header `Connection` in lower case. Its groups: the first word, and what stands behind it.
Nothing in a head is read twice: all repetitions here are possessive. A lazy one would make a thousand blanks
a million steps."""
_KEEP, _CLOSE = (b"keep-alive", b""), (b"close", b"")
_ENDS = {
    (b"1", ()): False,
    (b"1", (_KEEP,)): False,
    (b"1", (_CLOSE,)): True,
    (b"0", ()): True,
    (b"0", (_CLOSE,)): True,
}
"""Whether the connection ends with the request, by the minor version and what `Connection` says."""
_LENGTH = re.compile(rb"\r\ncontent-length:[\t ]*+([0-9]{1,9}+)[\t ]*+\r")
"""The header `Content-Length` in lower case; its group is the number, of at most nine digits."""
_HOST, _SIZE, _SIGNED = b"\r\nhost:", b"\r\ncontent-length:", b"\r\nx-line-signature:"
"""Headers of which each has to be there once."""


class WebhookHead(NamedTuple):
    """What the head of a webhook says."""

    channel: str
    signature: str
    size: int
    """Bytes of the body."""
    last: bool
    """Whether the connection ends with this request."""


def read_head(head: bytes) -> WebhookHead | None:
    """What this head says, its blank line included; `None` where it is not in the plain form."""
    plain = _PLAIN.fullmatch(head)
    if plain is None:
        return None
    names = head.lower()
    if not names.count(_HOST) == names.count(_SIZE) == names.count(_SIGNED) == 1 or _UNUSUAL.search(names):
        return None
    length = _LENGTH.search(names)
    last = _ENDS.get((plain[2], tuple(_CONNECTION.findall(names))))
    if length is None or last is None:
        return None
    start = names.find(_SIGNED) + len(_SIGNED)
    signature = head[start : head.find(b"\r", start)].strip(b"\t ")
    return WebhookHead(plain[1].decode(), signature.decode(), int(length[1]), last)
