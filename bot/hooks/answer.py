"""The result of calling a web hook: an answer, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import orjson

from bot.hooks.bounded_call import CallTrouble
from bot.model.outside import WHY_CLOSED

ANSWER_LIMIT = 1024 * 1024
"""Bytes of an answer that are read; a longer one is a failure (`too long`)."""

HookTrouble: TypeAlias = CallTrouble | Literal["no address", "status", "too long", "not json", "away"]
"""Why a call gave no usable answer; `_WHY` says what each means."""

_WHY: Mapping[HookTrouble, str] = {
    "inside": "its address lies in our own network, and bot.yaml does not name its host in private_hosts",
    "no address": "its url is no address",
    "unreachable": "it cannot be reached",
    "certificate": "its certificate is not valid for its name",
    "late": "it did not answer in time",
    "broken off": "the connection broke off",
    "status": "it answered with status",
    "too long": "its answer is too long",
    "not json": "its answer is no JSON",
    "away": "its host has not answered for a while, so it was not called",
    "copy": WHY_CLOSED,
}
GONE: frozenset[HookTrouble] = frozenset(("unreachable", "late"))
"""Troubles that mean that the host does not answer."""


@dataclass(frozen=True, slots=True)
class HookReply:
    """An answer: an object of JSON; an empty body is an empty object."""

    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HookFailure:
    """Why there is no usable answer; `status` where one came, `tries` how often the hook was called."""

    why: HookTrouble
    status: int | None = None
    tries: int = 1

    def __str__(self) -> str:
        text = f"{_WHY[self.why]} {self.status}" if self.why == "status" else _WHY[self.why]
        return text if self.tries <= 1 else f"{text} (tried {self.tries} times)"


def understood(body: bytes) -> HookReply | None:
    """The answer in a body; JSON that is no object has no fields. `None` where it is no JSON."""
    if not body.strip():
        return HookReply({})
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return HookReply(found if isinstance(found, dict) else {})
