"""What follows an attempt to call LINE: a pure function of the call, the outcome and the time.

The rules are those of https://developers.line.biz/en/docs/messaging-api/retrying-api-request/ and
of the reply token, https://developers.line.biz/en/reference/messaging-api/#send-reply-message
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.line.outcome import Accepted, NotSent, Outcome, Refused, Throttled, Unknown
from bot.model.outgoing import Outgoing

TOKEN_LIFE = timedelta(seconds=50)
"""How long we count on a reply token: LINE says one minute from receiving the webhook."""

KEY_LIFE = timedelta(hours=23)
"""How long a retry key is used: LINE forgets it after 24 hours, and would send twice."""

LEAVE_LIFE = timedelta(hours=1)

LOADING_LIFE = timedelta(0)
"""An animation that comes late would come after the answer: it is not tried again."""

MENU_LIFE = timedelta(hours=24)
"""How long a rich menu is tried to be linked, unless another one is chosen meanwhile."""
FIRST_DELAY = 0.2
LONGEST_DELAY = 300.0


@dataclass(frozen=True, slots=True)
class Done:
    """The call has had its effect; `how` it is known."""

    how: str


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after `delay` seconds. `uncertain`: an earlier attempt may have had its effect."""

    delay: float
    uncertain: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Set it aside as a dead letter. `reason` is a stable word, `detail` what LINE said."""

    reason: str
    detail: str


LEFT_OUT = Done("left-out")
"""Nothing of it was to go out after all: it lies over the caps of journeys."""

Verdict: TypeAlias = Done | Again | GiveUp


def backoff(attempt: int) -> float:
    """Seconds before attempt number `attempt` + 1: 0.2, 0.4, 0.8 … at most 5 minutes."""
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempt - 1, 20)))


def verdict(call: Outgoing, outcome: Outcome, attempt: int, uncertain: bool, now: datetime) -> Verdict:
    """What to do after attempt number `attempt` (from 1) of `call` ended with `outcome` at `now`.

    `uncertain`: an attempt before this one, perhaps of a process that died, may have had its effect.
    """
    match outcome:
        case Accepted(known_already=known):
            return Done("known-already" if known else "accepted")
        case Refused(kind="invalid-reply-token", message=message):
            return _dead_token(call, uncertain, now, message)
        case Refused(kind="token", message=message):
            return _later(call, attempt, uncertain, now, "access-token-refused", message)
        case Refused(kind="not-found") if call.kind == "leave":
            return Done("not-there")
        case Refused(kind=kind, message=message):
            return GiveUp(kind, message)
        case Throttled(retry_after=seconds):
            least = min(seconds or 0.0, LONGEST_DELAY)
            return _later(call, attempt, uncertain, now, "throttled", "LINE's rate limit", least)
        case NotSent(reason=reason):
            return _later(call, attempt, uncertain, now, "not-sent", reason)
        case Unknown(reason=reason):
            return _later(call, attempt, True, now, "no-answer", reason)


def expired(call: Outgoing, now: datetime) -> GiveUp | None:
    """Why this call, which may have been made before, must not be made again at `now`; `None` if it may.

    A push whose key LINE may have forgotten would go out twice: that needs a person's decision.
    """
    if call.kind == "push" and now - call.created > KEY_LIFE:
        return GiveUp("retry-key-expired", "older than 23 hours, and perhaps sent before")
    if call.kind == "loading":
        return GiveUp("too-late", "the animation was to be shown before a restart")
    return None


def _dead_token(call: Outgoing, uncertain: bool, now: datetime, message: str) -> Verdict:
    if not uncertain:
        return GiveUp("reply-token-dead", message)
    if now - call.received <= TOKEN_LIFE:
        return Done("sent-before")  # the token lives that long, so only our own earlier attempt has used it
    return GiveUp("unsure", "the token is used or too old; an earlier attempt may have been delivered")


def _later(
    call: Outgoing,
    attempt: int,
    uncertain: bool,
    now: datetime,
    reason: str,
    detail: str,
    least: float = 0.0,
) -> Again | GiveUp:
    delay = max(backoff(attempt), least)
    life, since = {
        "reply": (TOKEN_LIFE, call.received),
        "push": (KEY_LIFE, call.created),
        "leave": (LEAVE_LIFE, call.created),
        "loading": (LOADING_LIFE, call.created),
        "menu": (MENU_LIFE, call.created),
    }[call.kind]
    if now + timedelta(seconds=delay) - since > life:
        return GiveUp("unsure" if uncertain and call.kind == "reply" else reason, detail)
    return Again(delay, uncertain)
