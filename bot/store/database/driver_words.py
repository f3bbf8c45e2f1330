"""What MongoDB's driver says of a database that is away, as one line of ours: which host, and why."""

from __future__ import annotations

import re

LONGEST = 400
"""Characters of such a line: a host with its reason has some 60, a replica set up to seven of them."""

_DUMP = re.compile(r", (?:Timeout: [\d.]+s, Topology Description|full error): .*")
"""What the driver knows of the whole set, and the server's whole answer: it repeats what stands before."""
_TIMEOUTS = re.compile(r" \(configured timeouts: [^)]*\)")
_CREDENTIALS = re.compile(r"//[^/\s]*@")
_NO_PRIMARY = ('No replica set members match selector "Primary()"', "No primary available for writes")
_NEXT_HOST = re.compile(r",(?=[^\s,]+: )")


def in_a_line(error: Exception) -> str:
    """The reasons by host, without the dump of the topology, and without a user or password."""
    text = _DUMP.sub("", " ".join(str(error).split()))
    hosts = _NEXT_HOST.split(_CREDENTIALS.sub("//…@", _TIMEOUTS.sub("", text)))
    text = "; ".join(sorted(hosts))  # the driver names them in any order
    if not text:
        return type(error).__name__
    if text.startswith(_NO_PRIMARY):
        return "no host of the replica set that answers is its primary just now"
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
