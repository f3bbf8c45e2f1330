"""One request to a provider, and its answer; or why there is no answer that counts."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from bot.connectors.sms.sender import SmsNotSent, Unsure
from bot.hooks.bounded_call import CallAnswer, bounded_call
from bot.model.outside import WHY_CLOSED

CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
ANSWER_LIMIT = 16_384
"""Bytes of an answer that are read; what providers answer is a few lines."""


def time_outs(connect: float = CONNECT_SECONDS, total: float = TOTAL_SECONDS) -> aiohttp.ClientTimeout:
    """Seconds until there is a connection, and in all."""
    return aiohttp.ClientTimeout(total=total, connect=connect, sock_connect=connect)


def not_sent(answer: CallAnswer) -> SmsNotSent:
    """What an answer means that is none of those documented."""
    reason = f"the provider answered with status {answer.status}"
    return SmsNotSent(reason, "busy" if answer.status == 429 else "refused")


async def call(
    session: aiohttp.ClientSession,
    url: str,
    timeout: aiohttp.ClientTimeout,
    *,
    form: Mapping[str, str] | None,
    headers: Mapping[str, str] | None = None,
) -> CallAnswer | SmsNotSent | Unsure:
    """Send the form, or only look where there is none. Asks once; an answer has a status below 500.

    `SmsNotSent` where the provider has not received it; `Unsure` where it may have: a 5xx, silence, a broken
    connection.
    """
    method = "GET" if form is None else "POST"
    match await bounded_call(session, method, url, timeout, ANSWER_LIMIT, data=form, headers=headers):
        case CallAnswer(status=status) if status >= 500:
            return Unsure(f"the provider answered with status {status}")
        case CallAnswer() as answer:
            return answer
        case "copy":
            return SmsNotSent(WHY_CLOSED, "unreachable")
        case "late":
            return Unsure("the provider did not answer in time")
        case "broken off":
            return Unsure("the connection to the provider broke off")
        case _:
            return SmsNotSent("the provider cannot be reached", "unreachable")


async def form_call(
    session: aiohttp.ClientSession, url: str, form: Mapping[str, str], timeout: aiohttp.ClientTimeout
) -> str | SmsNotSent | Unsure:
    """The text of a 200, from a provider that says with it whatever it says."""
    answer = await call(session, url, timeout, form=form)
    if not isinstance(answer, CallAnswer):
        return answer
    return answer.text if answer.status == 200 else not_sent(answer)
