"""How LINE says no: a status, a message, details.

LINE words its refusals in two styles. The outer one, of the request and the plain properties of messages:
`messages[0].text: May not be empty`. The inner one, of templates, quick replies, Flex and rich menus: `must
not be longer than 40 characters`. They are taken from LINE's reference and from answers that people have
published; `few`, `range` and `look` of the outer style and `whole` are written in that style, for nobody
has published them.
https://developers.line.biz/en/reference/messaging-api/#error-responses
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.line.objects.spec import JsonPath, SpecFault, Wrong

OUTER: Mapping[Wrong, str] = {
    "missing": "May not be empty",
    "empty": "May not be empty",
    "long": "Length must be between 0 and {most:.0f}",
    "few": "Size must be between {least:.0f} and {most:.0f}",
    "many": "Size must be between {least:.0f} and {most:.0f}",
    "word": "Must be one of the following values: [{takes}]",
    "range": "Must be between {least:.0f} and {most:.0f}",
    "uri": "Must be a valid HTTPS URL",
    "scheme": "Must be a valid HTTPS URL",
    "look": "The value is invalid",
    "own": "{takes}",
}
"""The sentences of the outer style, by what is wrong."""
INNER: Mapping[Wrong, str] = {
    "missing": "must be specified",
    "empty": "must be non-empty text",
    "long": "must not be longer than {most:.0f} characters",
    "few": "must not be less than {least:.0f} items",
    "many": "must not be more than {most:.0f} items",
    "type": "invalid property",
    "whole": "must be an integer",
    "word": "invalid property",
    "range": "invalid property",
    "look": "invalid property",
    "uri": "invalid uri",
    "scheme": "invalid uri scheme",
    "unknown": "unknown field",
    "own": "{takes}",
}
"""The sentences of the inner style, by what is wrong."""


def worded(fault: SpecFault, dialect: Mapping[Wrong, str]) -> str:
    """The sentence for a fault, in the style of `dialect` (`OUTER`, `INNER`)."""
    return dialect[fault.wrong].format(least=fault.least, most=fault.most, takes=fault.takes)


def dotted(path: JsonPath) -> str:
    """`messages[0].text`"""
    steps = [f"[{step}]" if isinstance(step, int) else f".{step}" for step in path]
    return "".join(steps).removeprefix(".")


def slashed(path: JsonPath) -> str:
    """`template/columns/5/title`"""
    return "/".join(str(step) for step in path)


class LineRefusal(Exception):
    """A call to LINE's API that is refused; `body` is LINE's JSON."""

    def __init__(self, status: int, message: str, **body: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.body: dict[str, Any] = {"message": message, **body}
        self.headers: dict[str, str] = {}


def bad_properties(details: Sequence[Mapping[str, str]]) -> LineRefusal:
    """400 with the list of what is wrong where."""
    return LineRefusal(400, f"The request body has {len(details)} error(s)", details=list(details))


def bad_message(number: int, details: Sequence[Mapping[str, str]]) -> LineRefusal:
    """400 with what is wrong inside one message."""
    return LineRefusal(
        400, f"A message (messages[{number}]) in the request body is invalid", details=list(details)
    )


def bad_property(name: str) -> LineRefusal:
    """400 for a value of another type than the property has."""
    return LineRefusal(400, f"The property, '{name}', in the request body is invalid (line: -, column: -)")


def too_often() -> LineRefusal:
    """429: the rate is exceeded."""
    return LineRefusal(429, "The API rate limit has been exceeded. Try again later.")


def quota_exhausted() -> LineRefusal:
    """429: the month's messages are used up."""
    return LineRefusal(429, "You have reached your monthly limit.")


def server_error() -> LineRefusal:
    """500."""
    return LineRefusal(500, "Internal Server Error")


def not_built(call: str) -> LineRefusal:
    """501: LINE has this call, the simulator has not. LINE itself never answers that."""
    return LineRefusal(501, f"The simulator does not have this call of LINE's yet: {call}")


def not_found() -> LineRefusal:
    """404."""
    return LineRefusal(404, "Not found")


def unauthorised() -> LineRefusal:
    """401: no access token, or one that is not valid."""
    return LineRefusal(
        401,
        "Authentication failed. Confirm that the access token in the authorization header is valid.",
    )
