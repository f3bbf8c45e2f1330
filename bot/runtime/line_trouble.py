"""Tells from the results of calls whether something is wrong between a channel and LINE: pure functions, and
the sentences for log and `/readyz`.

What LINE refuses of one call alone (a 400, a reply token, the month's limit) is no trouble of the channel: it
shows that LINE answers, and the call's own line in the log says the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bot.line.outcome import Accepted, CallResult, LineError, NotSent, Refused, Throttled, Unknown
from bot.model.outgoing import DeadLetter
from bot.model.translatable import Translatable, plural, tr
from bot.runtime.retry import LATE
from bot.runtime.trouble import Trouble, TroubleLog, Troubles, failed, span_in_words, succeeded

TroubleKind = Literal["away", "token", "throttled"]
"""`away`: LINE is not reached or fails (5xx, no answer). `token`: it refuses the access token. `throttled`:
it limits the rate (429)."""

KIND_OF_REASON: Mapping[str, TroubleKind] = {
    "no-answer": "away",
    "not-sent": "away",
    "unsure": "away",
    "access-token-refused": "token",
    "throttled": "throttled",
}
"""Which trouble has cost a dead letter of this reason."""


@dataclass(frozen=True, slots=True)
class TroubleSign:
    """An answer (or none) that shows a trouble; `reason` without personal data."""

    kind: TroubleKind
    reason: str
    request_id: str | None = None


def failure_of(outcome: CallResult) -> TroubleSign | None:
    """The trouble that the result of a call shows; `None` where LINE has processed the call."""
    match outcome:
        case Refused(kind="token", status=status, message=message, request_id=request):
            return TroubleSign("token", f"status {status}" + (f": {message}" if message else ""), request)
        case Throttled(request_id=request):
            return TroubleSign("throttled", "status 429", request)
        case Unknown(reason=reason, request_id=request):
            return TroubleSign("away", reason, request)
        case NotSent(reason=reason):
            return TroubleSign("away", reason)
        case Accepted() | Refused():
            return None


def outcome_of_error(error: LineError) -> CallResult | None:
    """A failed read as the result of a call; `None` where the error says nothing about the channel."""
    match error.status:
        case None:
            return Unknown(error.message, error.request_id)
        case 401:
            return Refused(401, error.message, error.request_id, "token")
        case 429:
            return Throttled(None, error.request_id)
        case status if status >= 500:
            return Unknown(f"status {status}", error.request_id)
        case _:
            return None


def after(
    troubles: Troubles, outcome: CallResult, began: datetime, now: datetime
) -> tuple[Troubles, TroubleSign | None]:
    """A channel's troubles after a call that `began` then has ended `now`; and the failure that is new."""
    failure = failure_of(outcome)
    if failure is None:
        return succeeded(troubles, began, now), None
    if failure.kind != "away":  # LINE has answered
        troubles = succeeded(troubles, began, now, "away")
    troubles, is_new = failed(troubles, failure.kind, began, now)
    return troubles, failure if is_new else None


def with_dead_letter(troubles: Troubles, reason: str) -> Troubles:
    """The troubles after a dead letter of this reason, counted with the trouble that has caused it, if
    any."""
    kind = KIND_OF_REASON.get(reason)
    return tuple(replace(one, lost=one.lost + 1) if one.kind == kind else one for one in troubles)


# -- in words

_BEGUN: Mapping[str, str] = {
    "away": "LINE does not answer {channel}: {reason}; "
    "calls are tried again, replies for 50 s, pushes for 23 h; what is lost is counted",
    "token": "LINE refuses the access token of {channel}: {reason}; nothing reaches anybody there: "
    "put a good one into .env, or into the environment and start again",
    "throttled": "LINE limits the rate of calls of {channel}: {reason}; they are tried again, more slowly",
}
_OVER: Mapping[str, str] = {
    "away": "LINE answers {channel} again",
    "token": "LINE takes the access token of {channel} again",
    "throttled": "LINE does not limit the rate of calls of {channel} any more",
}
_ON: Mapping[str, Translatable] = {
    "away": tr("LINE does not answer"),
    "token": tr("LINE refuses the access token"),
    "throttled": tr("LINE limits the rate of calls"),
}


def begun_in_words(failure: TroubleSign, channel: str) -> str:
    """The line that says that a trouble has begun, why, and what becomes of calls."""
    reason = failure.reason + request_in_words(failure.request_id)
    return _BEGUN[failure.kind].format(channel=channel, reason=reason)


def request_in_words(request_id: str | None) -> str:
    """LINE's request id for a log line, which LINE's support wants; empty where LINE has not answered."""
    return f" (X-Line-Request-Id {request_id})" if request_id else ""


def dead_letter_line(letter: DeadLetter) -> str:
    """The line of a dead letter: which kind of call, why, and where to look; not whose it is."""
    call = letter.outgoing
    why = (
        letter.reason + (f": {letter.detail}" if letter.detail else "") + request_in_words(letter.request_id)
    )
    return (
        f"given up on {call.channel}: a call of the kind {call.kind}, {why}; "
        f"see  oaflow explain --event {letter.name}"
    )


def late_in_words(channel: str, number: int) -> str:
    """The line of answers whose reply tokens were too old when their turn came, and how to push them."""
    answers = "1 answer was" if number == 1 else f"{number:,} answers were"
    return (
        f"given up on {channel}: {answers} decided after the reply token's life ({LATE}); "
        f"to push them:  oaflow deadletters resend --reason {LATE} --channel {channel}"
    )


def late_now_in_words(number: int) -> Translatable:
    """How many answers have come too late just now."""
    return plural("1 answer came too late", "{number} answers came too late", number)


def now_in_words(troubles: Iterable[Trouble], now: datetime) -> Iterator[Translatable]:
    """What is wrong just now."""
    for one in troubles:
        yield tr("{what}, for {span}", what=_ON[one.kind], span=span_in_words(now - one.since))


def _cost(trouble: Trouble) -> str:
    tries = "1 attempt has failed" if trouble.attempts == 1 else f"{trouble.attempts:,} attempts have failed"
    lost = "1 call was given up" if trouble.lost == 1 else f"{trouble.lost:,} calls were given up"
    return f"{tries}, {lost}" + (":  oaflow deadletters list" if trouble.lost else "")


OF_CHANNEL = TroubleLog("channel", _OVER, _cost, _ON, called="{name}")
