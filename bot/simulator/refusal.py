"""How LINE says no: a status, a message, details.

https://developers.line.biz/en/reference/messaging-api/#error-responses
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class Refusal(Exception):
    """A call to LINE's API that is refused; `body` is LINE's JSON."""

    def __init__(self, status: int, message: str, **body: Any) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.body: dict[str, Any] = {"message": message, **body}
        self.headers: dict[str, str] = {}


def bad_properties(details: Sequence[Mapping[str, str]]) -> Refusal:
    """400 with the list of what is wrong where."""
    return Refusal(400, f"The request body has {len(details)} error(s)", details=list(details))


def not_found() -> Refusal:
    return Refusal(404, "Not found")


def unauthorised() -> Refusal:
    return Refusal(
        401,
        "Authentication failed. Confirm that the access token in the authorization header is valid.",
    )
