"""The result of a call to LINE as a closed union, and how it is read from LINE's answer.

https://developers.line.biz/en/reference/messaging-api/#status-codes and #error-responses
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import orjson

from bot.model.fast_dataclass import fast_dataclass

RefusalKind = Literal[
    "invalid-reply-token",  # 400: used already, or too old
    "quota",  # 429: the month's messages are used up
    "bad-request",  # another 4xx
    "token",  # 401, 403: the channel's access token
    "not-found",  # 404, 410
    "too-large",  # 413
]
"""Why LINE refuses a call for good, by status and message."""

_INVALID_REPLY_TOKEN = "Invalid reply token"
_OVER_QUOTA = "You have reached your monthly limit"
_LONGEST_MESSAGE = 300
_MOST_PROPERTIES = 10
_is_message_id = re.compile(r"[0-9]{1,30}").fullmatch
_PROPERTY = re.compile(r"[A-Za-z0-9_.\[\]-]{1,100}")


@fast_dataclass(frozen=True, slots=True)
class Accepted:
    """LINE has taken it. `known_already`: it had taken it before, under the same retry key (409).

    `messages` are LINE's ids of what it sends, where it tells them.
    """

    request_id: str | None = None
    known_already: bool = False
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """LINE refuses this for good. Nothing was sent.

    `message` is LINE's own, with the names of the properties at fault; it never contains the content, the
    receiver or the token.
    """

    status: int
    message: str
    request_id: str | None
    kind: RefusalKind


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many calls just now (429). Nothing was sent. `retry_after` in seconds, where LINE says so."""

    retry_after: float | None = None
    request_id: str | None = None


@fast_dataclass(frozen=True, slots=True)
class Unknown:
    """No conclusive answer: LINE may have done it, or not."""

    reason: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """LINE was not reached: certainly not done."""

    reason: str


CallResult: TypeAlias = Accepted | Refused | Throttled | Unknown | NotSent


@fast_dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP answer, whatever its status. `body` may be cut at a limit, or where the connection broke off.

    `retry_after` is in seconds.
    """

    status: int
    body: bytes
    request_id: str | None = None
    accepted_request_id: str | None = None
    retry_after: float | None = None


class LineError(Exception):
    """A read from LINE failed. `status` is `None` where there was no answer at all."""

    def __init__(self, status: int | None, message: str, request_id: str | None = None) -> None:
        super().__init__(message if status is None else f"{status}: {message}")
        self.status = status
        self.message = message
        self.request_id = request_id


class ContentTooLarge(LineError):
    """A person's file is larger than the limit."""


def error_of(answer: HttpAnswer | CallResult, hidden: tuple[str, ...]) -> LineError:
    """The error of a failed read; `hidden` as in `outcome_of`."""
    match answer:
        case HttpAnswer(status, body, request_id):
            return LineError(status, error_message(body, hidden), request_id)
        case Refused(status, message, request_id):
            return LineError(status, message, request_id)
        case Throttled(_, request_id):
            return LineError(429, "too many calls just now", request_id)
        case NotSent(reason):
            return LineError(None, reason)
        case Unknown(reason, request_id):
            return LineError(None, reason, request_id)
        case Accepted(request_id):
            return LineError(None, "no answer", request_id)  # asked is what reads: it needs an answer's body


def outcome_of(answer: HttpAnswer, hidden: tuple[str, ...], *, keyed: bool) -> CallResult:
    """The result of a send by LINE's answer. The status decides; a 2xx with garbage in it is accepted.

    `keyed`: the call carried a retry key, so that 409 means "done before". `hidden` are the texts that must
    not appear in what is reported, should an answer repeat them.
    """
    status, request_id = answer.status, answer.request_id
    if 200 <= status < 300:
        return Accepted(request_id, messages=_message_ids(answer.body))
    if status == 409 and keyed:
        return Accepted(answer.accepted_request_id or request_id, known_already=True)
    if not 400 <= status < 500 or status == 408:  # LINE sends no 3xx or 408: a proxy is speaking
        return Unknown(f"status {status}", request_id)
    message = error_message(answer.body, hidden)
    kind = _kind(status, message)
    if kind is None:
        return Throttled(answer.retry_after, request_id)
    return Refused(status, message, request_id, kind)


def _message_ids(body: bytes) -> tuple[str, ...]:
    """The ids in `sentMessages`; none where the body is not LINE's, for the status alone decides."""
    try:
        sent = orjson.loads(body)["sentMessages"]
        return tuple([name for one in sent if type(name := one["id"]) is str and _is_message_id(name)])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return ()


def _kind(status: int, message: str) -> RefusalKind | None:
    """The kind of refusal of a 4xx; `None`: too many calls (429), which may be repeated later."""
    match status:
        case 400 if message.startswith(_INVALID_REPLY_TOKEN):
            return "invalid-reply-token"
        case 401 | 403:
            return "token"
        case 404 | 410:
            return "not-found"
        case 413:
            return "too-large"
        case 429:
            return "quota" if message.startswith(_OVER_QUOTA) else None
        case _:
            return "bad-request"


def error_message(body: bytes, hidden: tuple[str, ...] = ()) -> str:
    """LINE's `message` (or OAuth's `error_description`) and the names in `details`, fit to be logged.

    Empty where the body is not LINE's: what a proxy wrote may repeat the request.
    """
    try:
        error = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(error, dict):
        return ""
    message = error.get("message") or error.get("error_description")
    text = message if isinstance(message, str) else ""
    for secret in hidden:
        text = text.replace(secret, "…") if secret else text
    text = "".join(c if c.isprintable() else " " for c in text[:_LONGEST_MESSAGE])
    names = ", ".join(_properties(error.get("details"), hidden))
    return f"{text} ({names})" if names else text


def _properties(details: Any, hidden: tuple[str, ...]) -> list[str]:
    if not isinstance(details, list):
        return []
    given = [d.get("property") for d in details[:_MOST_PROPERTIES] if isinstance(d, dict)]
    names = [p for p in given if isinstance(p, str) and _PROPERTY.fullmatch(p)]
    return [name for name in dict.fromkeys(names) if not any(h and h in name for h in hidden)]
