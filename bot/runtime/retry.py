"""What follows an attempt to call LINE (done, retry, give up): pure functions of call, outcome and time.

The rules are those of https://developers.line.biz/en/docs/messaging-api/retrying-api-request/ and
of the reply token, https://developers.line.biz/en/reference/messaging-api/#send-reply-message
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.engine.turn.turn import TOKEN_LIFE
from bot.line.outcome import Accepted, CallResult, NotSent, Refused, Throttled, Unknown
from bot.model.fast_dataclass import fast_dataclass
from bot.model.outgoing import Outgoing

LAST_CHANCE = 1.0
"""Seconds before a reply token ends: a reply is tried then, where the next wait would outlive the token."""

KEY_LIFE = timedelta(hours=23)
"""How long a retry key is used: LINE forgets it after 24 hours, and would send twice."""

CLOCKS_APART = timedelta(hours=1)
"""How much clocks of processes may differ: `KEY_LIFE` leaves room for it."""

LEAVE_LIFE = timedelta(hours=1)
"""How long leaving a group is tried."""

LATE = "too-late"
"""The reason of a call that is given up because it would come too late: a reply, a loading animation."""

LOADING_LIFE = timedelta(0)
"""An animation that comes late would come after the answer: it is not tried again."""

MENU_LIFE = timedelta(hours=24)
"""How long a rich menu is tried to be linked, unless another one is chosen meanwhile."""
FIRST_DELAY = 0.2
"""Seconds before the second attempt."""
LONGEST_DELAY = 300.0
"""Seconds between two attempts, at most."""


@fast_dataclass(frozen=True, slots=True)
class Done:
    """The call has ended, and is no dead letter."""

    how: str
    """A stable word for how it has ended, such as `accepted`; of a request to another system its result."""
    request_id: str | None = None
    """LINE's."""
    messages: tuple[str, ...] = ()
    """LINE's ids of the messages sent."""
    asked: str = ""
    """Of a request to another system: the kind of request."""


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after `delay` seconds. `uncertain`: an earlier attempt may have had its effect."""

    delay: float
    uncertain: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The call becomes a dead letter."""

    reason: str
    """A stable word, such as `quota`."""
    detail: str
    """LINE's message, or ours, for staff."""
    request_id: str | None = None
    """LINE's."""
    unsent: bool = False
    """Whether no attempt can have reached anybody."""
    tries: int = 1
    """Attempts of this process."""


LEFT_OUT = Done("left-out")
"""The end of a call of which nothing was to be sent after all: over the caps of journeys, or marketing
stopped."""

RetryVerdict: TypeAlias = Done | Again | GiveUp


def backoff(attempt: int) -> float:
    """Seconds before attempt number `attempt` + 1: 0.2, 0.4, 0.8 … at most 5 minutes."""
    return float(min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(attempt - 1, 20)))


def verdict(
    call: Outgoing, outcome: CallResult, attempt: int, uncertain: bool, now: datetime
) -> RetryVerdict:
    """What to do after attempt number `attempt` (from 1) of `call` ended with `outcome` at `now`.

    `uncertain`: an attempt before this one, perhaps of a process that died, may have had its effect.
    """
    found = _verdict(call, outcome, attempt, uncertain, now)
    if isinstance(found, GiveUp):
        return replace(found, unsent=not uncertain and not isinstance(outcome, Unknown), tries=attempt)
    return found


def _verdict(
    call: Outgoing, outcome: CallResult, attempt: int, uncertain: bool, now: datetime
) -> RetryVerdict:
    match outcome:
        case Accepted(request, known, messages):
            return Done("known-already" if known else "accepted", request, messages)
        case Refused(kind="invalid-reply-token"):
            return _dead_token(call, uncertain, now, outcome)
        case Refused(kind="token", message=message, request_id=request):
            why = GiveUp("access-token-refused", message, request)
            return _later(call, attempt, uncertain, now, why)
        case Refused(kind="not-found") if call.kind == "leave":
            return Done("not-there", outcome.request_id)
        case Refused(kind=kind, message=message, request_id=request):
            return GiveUp(kind, message, request)
        case Throttled(retry_after=seconds, request_id=request):
            least = min(seconds or 0.0, LONGEST_DELAY)
            why = GiveUp("throttled", "LINE's rate limit", request)
            return _later(call, attempt, uncertain, now, why, least)
        case NotSent(reason=reason):
            return _later(call, attempt, uncertain, now, GiveUp("not-sent", reason))
        case Unknown(reason=reason, request_id=request):
            return _later(call, attempt, True, now, GiveUp("no-answer", reason, request))


def line_knows(since: datetime, now: datetime) -> bool:
    """Whether LINE surely remembers a retry key that was used since then.

    Not one of the future: then a clock was set back, and its age is unknown.
    """
    return -CLOCKS_APART <= now - since <= KEY_LIFE


def expired(call: Outgoing, now: datetime) -> GiveUp | None:
    """Why this call, which may have been made before, must not be made again at `now`; `None` if it may.

    A push whose key LINE may have forgotten would go out twice: that needs a person's decision.
    """
    if call.kind == "push" and not line_knows(call.created, now):
        aged = "older than 23 hours" if now > call.created else "from before the clock was set back"
        return GiveUp("retry-key-expired", f"{aged}, and perhaps sent before")
    if call.kind == "loading":
        return GiveUp(LATE, "the animation was to be shown before a restart")
    return None


def too_late(call: Outgoing) -> GiveUp | None:
    """Why this reply is never tried: its token was too old when its turn was taken (semantics 8)."""
    age = call.created - call.received
    if call.kind != "reply" or age <= TOKEN_LIFE:
        return None
    why = f"decided {age.total_seconds():.0f} s after the event, when its reply token was too old"
    return GiveUp(LATE, why, unsent=True, tries=0)


def _dead_token(call: Outgoing, uncertain: bool, now: datetime, refused: Refused) -> RetryVerdict:
    if not uncertain:
        return GiveUp("reply-token-dead", refused.message, refused.request_id)
    if -CLOCKS_APART <= now - call.received <= TOKEN_LIFE:
        return Done("sent-before")  # the token lives that long, so only our own earlier attempt has used it
    why = "the token is used or too old; an earlier attempt may have been delivered"
    return GiveUp("unsure", why, refused.request_id)


def _later(
    call: Outgoing,
    attempt: int,
    uncertain: bool,
    now: datetime,
    why: GiveUp,
    least: float = 0.0,
) -> Again | GiveUp:
    delay = max(backoff(attempt), least)
    until = tried_until(call)
    if until is not None and now + timedelta(seconds=delay) > until:
        last = (until - now).total_seconds() - LAST_CHANCE  # after 26 s of trouble half of the time is left
        if call.kind == "reply" and last >= max(FIRST_DELAY, least):
            return Again(last, uncertain)
        return replace(why, reason="unsure") if uncertain and call.kind == "reply" else why
    return Again(delay, uncertain)


def tried_until(call: Outgoing) -> datetime | None:
    """Until when a call that LINE does not take is retried; `None` for kinds that are no calls to LINE."""
    match call.kind:
        case "reply":
            return call.received + TOKEN_LIFE
        case "push" | "fallback":
            return call.created + KEY_LIFE
        case "leave":
            return call.created + LEAVE_LIFE
        case "loading":
            return call.created + LOADING_LIFE
        case "menu":
            return call.created + MENU_LIFE
        case "note" | "ask" | "tell":
            return None
