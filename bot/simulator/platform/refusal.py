"""How LINE says no: a status, a message, details.

https://developers.line.biz/en/reference/messaging-api/#error-responses
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


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
    return LineRefusal(429, "The API rate limit has been exceeded. Try again later.")


def quota_gone() -> LineRefusal:
    return LineRefusal(429, "You have reached your monthly limit.")


def server_error() -> LineRefusal:
    return LineRefusal(500, "Internal Server Error")


def not_built(call: str) -> LineRefusal:
    """501: LINE has this call, the simulator has not. LINE itself never answers that."""
    return LineRefusal(501, f"The simulator does not have this call of LINE's yet: {call}")


def not_found() -> LineRefusal:
    return LineRefusal(404, "Not found")


def unauthorised() -> LineRefusal:
    return LineRefusal(
        401,
        "Authentication failed. Confirm that the access token in the authorization header is valid.",
    )
